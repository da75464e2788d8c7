"""Where a loft or a sweep is cut into rings, and what those rings are.

Shared by both kernels: the mesh joins the rings with triangles, OCCT lofts a surface through
them, so that they agree on what a loft is.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from parametric.place import Vec3, dot, minus, times
from parametric.solid.curves import Array, circle_segments, crossed, smooth
from parametric.solid.nodes import Loft, Sweep
from parametric.solid.value import BadSolid

Indexes: TypeAlias = npt.NDArray[np.intp]

_GRID = 12
"""Fine steps between two sections, from which the rings are chosen."""

_FINE = 48
"""Fine steps along each piece of a sweep's path, from which the frames are chosen."""


def loft_rings(loft: Loft, tolerance_mm: float) -> Array:
    """Return the rings of a loft: an array (rings, points around, 3) in mm, anticlockwise.

    Rings and points are spread by how far triangles stray from the true surface: a chord of length
    s on a curvature k strays by k s^2 / 8. The rings straddle the surface: every point is moved
    out by half of what the chords beside it stray, so that these lie half inside and half outside
    of it, and may be longer by a root of two each way. Around, chords have one tolerance from end
    to middle, along 0.6, and a twisted face 0.4: halved, that is one tolerance, and as curvature
    changes from chord to chord 1.25 at the worst (1.1 measured on a gauntlet).
    A ruled loft has a ring at every section.
    """
    heights, angles = loft_stations(loft, tolerance_mm)
    fine = _halved(loft, heights, angles)
    twists = _twists(fine[::2, ::2])
    most = _TWIST_SHARE * tolerance_mm
    if twists.max() > most:
        counts = np.ceil(twists / most).clip(1.0).astype(int)
        heights = np.interp(
            np.concatenate(
                [i + np.arange(n) / n for i, n in enumerate(counts)] + [[float(len(counts))]]
            ),
            np.arange(len(heights)),
            heights,
        )
        fine = _halved(loft, heights, angles)
    return _straddling(fine)


_AROUND_SHARE, _ALONG_SHARE, _TWIST_SHARE = 1.0, 0.6, 0.4
"""How much of the tolerance chords around and along a loft, and its twisted faces, may stray by
from their ends to their middles; see `loft_rings`."""


def _halved(loft: Loft, heights: Array, angles: Array) -> Array:
    """Return points of the true surface at heights and angles, and half way between them."""
    between = np.empty(2 * len(heights) - 1)
    between[::2], between[1::2] = heights, (heights[1:] + heights[:-1]) / 2.0
    turned = np.empty(2 * len(angles))
    turned[::2], turned[1::2] = angles, (angles + np.append(angles[1:], 2.0 * np.pi)) / 2.0
    return rings_at(loft, between, turned)


def _straddling(fine: Array) -> Array:
    """Return every second ring and point, moved so that chords lie half in and half out.

    Args:
        fine: points of the true surface (2 rings - 1, 2 points around, 3); see `_halved`.
    """
    rings = fine[::2, ::2]
    # Half way in angle need not be half way along the chord: only what is square to it counts.
    chord = np.roll(rings, -1, axis=1) - rings
    off = fine[::2, 1::2] - rings
    length = np.maximum(np.einsum("ijk,ijk->ij", chord, chord), 1e-18)
    share = np.einsum("ijk,ijk->ij", off, chord) / length
    middle = np.clip(4.0 * share * (1.0 - share), _LEAST_MIDDLE, 1.0)
    around = (off - share[:, :, None] * chord) / middle[:, :, None]
    # Along, sides may bend at once: of the two chords at a ring the one that strays more counts.
    strays = fine[1::2, ::2] - (rings[:-1] + rings[1:]) / 2.0
    above, below = np.concatenate((strays, strays[-1:])), np.concatenate((strays[:1], strays))
    more = np.einsum("ijk,ijk->ij", above, above) > np.einsum("ijk,ijk->ij", below, below)
    along = np.where(more[:, :, None], above, below)
    moved: Array = rings + (around + np.roll(around, 1, axis=1)) / 4.0 + along / 2.0
    return moved


_LEAST_MIDDLE = 0.4
"""Where a point lies so near an end of its chord that it shows less than this of how far the chord
strays, no more is made of it."""


def loft_stations(loft: Loft, tolerance_mm: float) -> tuple[Array, Array]:
    """Return (heights, angles) at which a loft has rings and points around; see `loft_rings`."""
    grid = _grid(loft)
    fields = _fields(loft, grid)
    breaks = np.searchsorted(grid, loft_breaks(loft))
    # Lines along the body itself: where the power changes they bend though no size does.
    lines = _superellipses(fields, np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False))
    curves = list(lines.transpose(1, 0, 2))
    chosen = _spread(curves, _ALONG_SHARE * tolerance_mm, breaks=breaks)
    heights = np.interp(chosen, np.arange(len(grid)), grid)
    return heights, _angles(fields, _AROUND_SHARE * tolerance_mm)


def loft_breaks(loft: Loft) -> Array:
    """Return the heights (mm) where a loft's sides may bend at once, its two ends included."""
    heights = [section.z for section in loft.sections]
    low, high = heights[0], heights[-1]
    ends = {low, high, low + loft.start_round, high - loft.end_round}
    found = np.array(sorted(ends.union(heights) if loft.ruled else ends))
    # Two domes may meet in the middle, give or take a rounding.
    apart = np.append(np.diff(found) > 1e-9, True)  # a value to append, no flag
    apart[0] = True
    kept: Array = found[apart]
    return kept


def rings_at(loft: Loft, heights: Array, angles: Array) -> Array:
    """Return points of a loft's true surface, (heights, angles, 3) in mm.

    `angles` are the same for all heights (n,) or each height's own (heights, n).
    """
    return _superellipses(_fields(loft, heights), angles)


def sweep_frames(sweep: Sweep, tolerance_mm: float, reach: float) -> tuple[Array, Array, Array]:
    """Return (points, x directions, y directions), each (n, 3), along a sweep's path.

    `reach` is how far the profile goes from the path (mm): the outside of a bend needs finer
    steps. The frames are rotation minimising by double reflection (Wang, Juttler, Zheng and Liu,
    "Computation of rotation minimizing frames", ACM TOG 27, 2008).

    Raises:
        BadSolid: the path bends more tightly than the profile has room for.
    """
    pieces = np.array([piece.controls for piece in smooth(sweep.path, closed=False)])
    fine = np.linspace(0.0, len(pieces), _FINE * len(pieces) + 1)
    path, _, bends = _along(pieces, fine)
    tightest = bends.max()
    if tightest * reach > 1.0:
        raise BadSolid(
            f"Sweep: the path bends with a radius of {1.0 / tightest:.2f} mm, "
            f"the profile reaches {reach:.2f} mm from it"
        )
    chosen = _spread([path], 0.75 * tolerance_mm, reach=reach)
    points, tangents, _ = _along(pieces, np.interp(chosen, np.arange(len(fine)), fine))
    x = _square_to(points, tangents)
    return points, x, crossed(tangents, x)


def _square_to(points: Array, tangents: Array) -> Array:
    """Return directions square to tangents that turn as little as may be from point to point.

    One depends on the one before, so vectors of three: plain numbers are ten times as fast.
    """
    helper = np.eye(3)[int(np.argmin(np.abs(tangents[0])))]
    first = crossed(helper, tangents[0])
    here: Vec3 = tuple((first / np.linalg.norm(first)).tolist())
    found = [here]
    at: list[Vec3] = [tuple(row) for row in points.tolist()]
    along: list[Vec3] = [tuple(row) for row in tangents.tolist()]
    for (a, b), (start, end) in zip(pairwise(at), pairwise(along), strict=True):
        step = minus(b, a)
        here = _reflected(here, step)
        rest = minus(end, _reflected(start, step))
        if dot(rest, rest) > 1e-18:
            here = _reflected(here, rest)
        found.append(here)
    return np.array(found)


def _reflected(v: Vec3, across: Vec3) -> Vec3:
    """Return a vector reflected in the plane square to another."""
    return minus(v, times(across, 2.0 * dot(across, v) / dot(across, across)))


def _along(pieces: Array, at: Array) -> tuple[Array, Array, Array]:
    """Return (points, unit tangents, curvatures per mm) of Bezier pieces (n, 4, 3).

    `at` counts pieces: 1.5 is the middle of the second one.
    """
    i = np.minimum(at.astype(int), len(pieces) - 1)
    t = (at - i)[:, None]
    u = 1.0 - t
    p0, p1, p2, p3 = (pieces[i, k] for k in range(4))
    points = u**3 * p0 + 3.0 * u * u * t * p1 + 3.0 * u * t * t * p2 + t**3 * p3
    first = 3.0 * (u * u * (p1 - p0) + 2.0 * u * t * (p2 - p1) + t * t * (p3 - p2))
    second = 6.0 * (u * (p2 - 2.0 * p1 + p0) + t * (p3 - 2.0 * p2 + p1))
    speed = np.linalg.norm(first, axis=1)
    bends = np.linalg.norm(crossed(first, second), axis=1) / speed**3
    return points, first / speed[:, None], bends


def _grid(loft: Loft) -> Array:
    """Return the fine heights from which the rings of a loft are chosen."""
    z = np.array([section.z for section in loft.sections])
    low, high = z[0], z[-1]
    inner = (z[:-1, None] + np.diff(z)[:, None] * (np.arange(_GRID) / _GRID)).ravel()
    arc = 1.0 - np.cos(np.linspace(0.0, np.pi / 2.0, 16)[1:-1])
    grid = [inner, loft_breaks(loft)]
    if loft.start_round:
        grid.append(low + loft.start_round * arc)
    if loft.end_round:
        grid.append(high - loft.end_round * arc)
    return np.unique(np.concatenate(grid))


def _fields(loft: Loft, at: Array) -> Array:
    """Return rows (z, x, y, half_x, up, down, power) at the heights `at` of a loft."""
    given = np.array([[s.z, s.x, s.y, s.half_x, s.up, s.down, s.power] for s in loft.sections])
    z = given[:, 0]
    rows = np.empty((len(at), 7))
    rows[:, 0] = at
    if loft.ruled:
        for i in range(1, 7):
            rows[:, i] = np.interp(at, z, given[:, i])
    else:
        rows[:, 1:] = monotone_cubic(z, given[:, 1:], at)
    for size, depth in ((loft.start_round, at - z[0]), (loft.end_round, z[-1] - at)):
        if size > 0.0:
            t = np.clip(size - depth, 0.0, size)
            rows[:, 3:6] -= (size - np.sqrt(np.maximum(size**2 - t**2, 0.0)))[:, None]
    return rows


def monotone_cubic(x: Array, y: Array, at: Array) -> Array:
    """Interpolate the columns of y(x) without overshoot (Fritsch and Butland, SISSC 5, 1984)."""
    h = np.diff(x)[:, None]
    slope = np.diff(y, axis=0) / h
    d = np.empty_like(y)
    d[0], d[-1] = slope[0], slope[-1]
    if len(x) > 2:
        w1, w2 = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
        before, after = slope[:-1], slope[1:]
        same = before * after > 0
        weighed = w1 * after + w2 * before
        d[1:-1] = np.where(same, (w1 + w2) * before * after / np.where(same, weighed, 1.0), 0.0)
    i = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    t = (at - x[i])[:, None] / h[i]
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
    # Roots take most of the time: where all rows have the same power, one row of them will do.
    powers = rows[:1, 6:7] if (rows[:, 6] == rows[0, 6]).all() else rows[:, 6:7]
    power = 2.0 / powers
    # At whole quarters cos and sin miss 0 by 1e-16, which a root would turn into 1e-8.
    c = np.sign(cos) * np.where(np.abs(cos) < 1e-12, 0.0, np.abs(cos)) ** power
    s = np.sign(sin) * np.where(np.abs(sin) < 1e-12, 0.0, np.abs(sin)) ** power
    half_y = np.where(sin >= 0.0, rows[:, 4:5], rows[:, 5:6])
    rings = np.empty((len(rows), angles.shape[-1], 3))
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


def _twists(rings: Array) -> Array:
    """Return, for the strips between rings, how far apart (mm) a face's diagonals pass, halved.

    A strip whose faces are twisted strays from its surface by this much even where it is straight.
    """
    a, d = rings[:-1], rings[1:]
    b, c = np.roll(a, -1, axis=1), np.roll(d, -1, axis=1)
    across = crossed(c - a, d - b)
    length = np.maximum(np.linalg.norm(across, axis=2), 1e-12)
    twists: Array = np.abs(np.einsum("ijk,ijk->ij", a - b + c - d, across) / length).max(axis=1)
    return twists / 4.0


def _spread(
    curves: list[Array], tolerance_mm: float, *, reach: float = 0.0, breaks: Indexes | None = None
) -> Array:
    """Return fractional indexes along curves of n points each, close together where they bend.

    The number of chords a curve needs is the integral of sqrt(curvature / (8 tolerance)) along it.
    `breaks` are indexes (from the first to the last) that must be among those returned, where
    curves may have a corner.
    """
    steps = np.diff(np.stack(curves), axis=1)
    lengths = np.maximum(np.linalg.norm(steps, axis=2), 1e-12)
    along = steps / lengths[:, :, None]
    turned = np.linalg.norm(np.diff(along, axis=1), axis=2)
    if breaks is None:
        breaks = np.array([0, steps.shape[1]])
    turned[:, breaks[1:-1] - 1] = 0.0
    # A step's own share of the turning at its two ends; at a free end, as much as at the other.
    bend = np.zeros(steps.shape[:2])
    bend[:, :-1] += turned / 2.0
    bend[:, 1:] += turned / 2.0
    bend[:, breaks[:-1]] *= 2.0
    bend[:, breaks[1:] - 1] *= 2.0
    need = np.sqrt(bend * (lengths + reach * bend) / (8.0 * tolerance_mm)).max(axis=0)
    total = np.concatenate(([0.0], np.cumsum(need + 1e-6)))
    marks = total[breaks]
    counts = np.maximum(1, np.ceil(np.diff(marks) - 1e-3)).astype(int)
    wanted = [
        np.linspace(a, b, n, endpoint=False)
        for a, b, n in zip(marks[:-1], marks[1:], counts, strict=True)
    ]
    chosen: Array = np.interp(np.concatenate((*wanted, marks[-1:])), total, np.arange(len(total)))
    return chosen


def ring_reach(points: Array) -> float:
    """Return how far a flat profile (n, 2) goes from its origin (mm)."""
    return float(np.linalg.norm(points, axis=1).max())


def sphere_segments(radius: float, tolerance_mm: float) -> int:
    """Return the segments around a sphere of the mesh kernel, a multiple of 4.

    It is an octahedron that was divided and blown up; the middles of its widest triangles lie
    up to 2.73 sagittas of its great circle inside (measured for 8 to 128 segments).
    """
    return circle_segments(radius, tolerance_mm / 2.75)
