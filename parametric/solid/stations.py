"""Where a loft or a sweep is cut into rings, and what those rings are.

Shared by both kernels: the mesh joins the rings with triangles, OCCT lofts a surface through
them, so that they agree on what a loft is.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from parametric.solid.curves import Array, circle_segments, path_points, smooth
from parametric.solid.nodes import Loft, Sweep
from parametric.solid.value import BadSolid

_GRID = 12
"""Fine steps between two sections, from which the rings are chosen."""


def loft_rings(loft: Loft, tolerance_mm: float) -> Array:
    """Return the rings of a loft: an array (rings, points around, 3) in mm, anticlockwise.

    Rings and points are spread so that chords stay within `tolerance_mm` of the true surface: a
    chord of length s on a curvature k strays by k s^2 / 8.
    """
    fields = _fields(loft)
    curves = [np.column_stack((fields[:, 0], fields[:, i])) for i in range(1, 6)]
    chosen = _spread(curves, tolerance_mm)
    rows = np.column_stack(
        [np.interp(chosen, np.arange(len(fields)), fields[:, i]) for i in range(fields.shape[1])]
    )
    angles = _angles(fields, tolerance_mm)
    return _superellipses(rows, angles)


def sweep_frames(sweep: Sweep, tolerance_mm: float, reach: float) -> tuple[Array, Array, Array]:
    """Return (points, x directions, y directions), each (n, 3), along a sweep's path.

    `reach` is how far the profile goes from the path (mm): the outside of a bend needs finer
    steps. The frames are rotation minimising by double reflection (Wang, Juttler, Zheng and Liu,
    "Computation of rotation minimizing frames", ACM TOG 27, 2008).

    Raises:
        BadSolid: the path bends more tightly than the profile has room for.
    """
    path = path_points(smooth(sweep.path, closed=False), tolerance_mm / 4.0)
    steps = np.diff(path, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    path = path[np.concatenate(([True], lengths > 1e-9))]
    chosen = _spread([path], tolerance_mm, reach=reach)
    index = np.arange(len(path))
    points = np.column_stack([np.interp(chosen, index, path[:, i]) for i in range(3)])
    tangents = np.gradient(points, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1)[:, None]
    turns = np.linalg.norm(np.diff(tangents, axis=0), axis=1)
    bends = turns / np.linalg.norm(np.diff(points, axis=0), axis=1)
    if len(points) > 2 and bends.max() * reach > 1.0:
        raise BadSolid(
            f"Sweep: the path bends with a radius of {1.0 / bends.max():.2f} mm, "
            f"the profile reaches {reach:.2f} mm from it"
        )
    x = np.empty_like(points)
    helper = np.eye(3)[int(np.argmin(np.abs(tangents[0])))]
    x[0] = np.cross(helper, tangents[0])
    x[0] /= np.linalg.norm(x[0])
    for i in range(len(points) - 1):
        v1 = points[i + 1] - points[i]
        c1 = v1 @ v1
        reflected = x[i] - (2.0 / c1) * (v1 @ x[i]) * v1
        tangent = tangents[i] - (2.0 / c1) * (v1 @ tangents[i]) * v1
        v2 = tangents[i + 1] - tangent
        c2 = v2 @ v2
        x[i + 1] = reflected - ((2.0 / c2) * (v2 @ reflected) * v2 if c2 > 1e-18 else 0.0)
    return points, x, np.cross(tangents, x)


def _fields(loft: Loft) -> Array:
    """Return finely stepped rows (z, x, y, half_x, up, down, power) along a loft."""
    names = ("z", "x", "y", "half_x", "up", "down", "power")
    given = np.array([[getattr(s, name) for name in names] for s in loft.sections])
    z = given[:, 0]
    low, high = z[0], z[-1]
    inner = [np.linspace(a, b, _GRID, endpoint=False) for a, b in pairwise(z)]
    arc = 1.0 - np.cos(np.linspace(0.0, np.pi / 2.0, 16))
    grid = np.unique(
        np.concatenate((*inner, [high], low + loft.start_round * arc, high - loft.end_round * arc))
    )
    rows = np.empty((len(grid), 7))
    rows[:, 0] = grid
    for i in range(1, 7):
        rows[:, i] = (
            np.interp(grid, z, given[:, i]) if loft.ruled else monotone_cubic(z, given[:, i], grid)
        )
    for size, depth in ((loft.start_round, grid - low), (loft.end_round, high - grid)):
        if size > 0.0:
            t = np.clip(size - depth, 0.0, size)
            rows[:, 3:6] -= (size - np.sqrt(size**2 - t**2))[:, None]
    return rows


def monotone_cubic(x: Array, y: Array, at: Array) -> Array:
    """Interpolate y(x) without overshoot (Fritsch and Butland, SISSC 5, 1984)."""
    h = np.diff(x)
    slope = np.diff(y) / h
    d = np.zeros_like(y)
    if len(x) == 2:
        d[:] = slope[0]
    else:
        w1, w2 = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
        same = slope[:-1] * slope[1:] > 0
        with np.errstate(divide="ignore", invalid="ignore"):
            inner = (w1 + w2) / (w1 / slope[:-1] + w2 / slope[1:])
        d[1:-1] = np.where(same, inner, 0.0)
        d[0], d[-1] = slope[0], slope[-1]
    i = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    t = (at - x[i]) / h[i]
    t2, t3 = t * t, t * t * t
    value: Array = (
        (2 * t3 - 3 * t2 + 1) * y[i]
        + (t3 - 2 * t2 + t) * h[i] * d[i]
        + (3 * t2 - 2 * t3) * y[i + 1]
        + (t3 - t2) * h[i] * d[i + 1]
    )
    return value


def _superellipses(rows: Array, angles: Array) -> Array:
    cos, sin = np.cos(angles), np.sin(angles)
    power = 2.0 / rows[:, 6:7]
    # At whole quarters cos and sin miss 0 by 1e-16, which a root would turn into 1e-8.
    c = np.sign(cos) * np.where(np.abs(cos) < 1e-12, 0.0, np.abs(cos)) ** power
    s = np.sign(sin) * np.where(np.abs(sin) < 1e-12, 0.0, np.abs(sin)) ** power
    half_y = np.where(sin >= 0.0, rows[:, 4:5], rows[:, 5:6])
    rings = np.empty((len(rows), len(angles), 3))
    rings[:, :, 0] = rows[:, 1:2] + rows[:, 3:4] * c
    rings[:, :, 1] = rows[:, 2:3] + half_y * s
    rings[:, :, 2] = rows[:, 0:1]
    return rings


def _angles(fields: Array, tolerance_mm: float) -> Array:
    """Return the angles around, symmetric in the four quarters, where rings have points."""
    quarter = np.linspace(0.0, np.pi / 2.0, 97)
    rows = fields[np.linspace(0, len(fields) - 1, min(len(fields), 9)).astype(int)]
    rings = _superellipses(rows, np.concatenate((quarter, -quarter[1:])))
    up, down = rings[:, :97, :2], np.concatenate((rings[:, :1, :2], rings[:, 97:, :2]), axis=1)
    chosen = np.interp(_spread([*up, *down], tolerance_mm), np.arange(97), quarter)
    return np.concatenate(
        (
            chosen[:-1],
            np.pi - chosen[:0:-1],
            np.pi + chosen[:-1],
            2.0 * np.pi - chosen[:0:-1],
        )
    )


def _spread(curves: list[Array], tolerance_mm: float, reach: float = 0.0) -> Array:
    """Return fractional indexes along curves of n points each, close together where they bend.

    The number of chords a curve needs is the integral of sqrt(curvature / (8 tolerance)) along it.
    """
    need = np.zeros(len(curves[0]) - 1)
    for curve in curves:
        steps = np.diff(curve, axis=0)
        lengths = np.maximum(np.linalg.norm(steps, axis=1), 1e-12)
        along = steps / lengths[:, None]
        turned = np.linalg.norm(np.diff(along, axis=0), axis=1)
        # A step's own share of the turning at its two ends.
        bend = np.zeros(len(steps))
        bend[:-1] += turned / 2.0
        bend[1:] += turned / 2.0
        length = lengths + reach * bend
        need = np.maximum(need, np.sqrt(bend * length / (8.0 * tolerance_mm)))
    total = np.concatenate(([0.0], np.cumsum(need + 1e-6)))
    count = max(1, int(np.ceil(total[-1] - 1e-3)))
    return np.interp(np.linspace(0.0, total[-1], count + 1), total, np.arange(len(total)))


def ring_reach(points: Array) -> float:
    """Return how far a flat profile (n, 2) goes from its origin (mm)."""
    return float(np.linalg.norm(points, axis=1).max())


def sphere_segments(radius: float, tolerance_mm: float) -> int:
    """Return the segments around a sphere, a multiple of 4."""
    return circle_segments(radius, tolerance_mm)
