"""Holes, measured on the mesh: diameter, place, and whether something can be pushed in.

The mesh is cut square to the hole's axis. Points in the middle of a straight piece of the outline
are left out (they lie on chords, inside the circle); of the corners that remain, the circle
through three of them with the most others on it is found, and a least-squares circle is laid
through those. A teardrop's roof, a nut's flats or a slot beside the hole are so left out of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parametric.checks.findings import HOLE_TOLERANCE_MM, Finding, HoleRow
from parametric.checks.surface import (
    Array,
    Bools,
    Surface,
    across,
    around,
    enclosure,
    nearest_outline,
    winding,
)
from parametric.part import Hole
from parametric.place import Placement, unit

OFF_AXIS_MM = 0.05
"""How far a hole's middle may be from its stated axis (mm)."""

_ON_CIRCLE_MM = 0.006
"""How near the circle a corner of the outline must be to count as lying on it (mm)."""
_STRAIGHT_MM = 2e-4
"""A point this near the straight line between its neighbours is no corner (mm)."""
_LEAST_SHARE = 0.6
_WIDEST_GAP = math.radians(170.0)
"""A hole is round when this share of its corners lies on the circle, with no gap wider than this:
a teardrop's roof takes 90 degrees."""
_FLAT_MM = 0.03
"""How far inside the circle the flats of a polygonal hole may lie (mm): twice the sagitta that
circles are drawn with, and a little."""
_STEP_MM = 0.5
_LONGEST_MM = 60.0


def check_holes(
    surface: Surface, part: str, holes: tuple[Hole, ...], to_bed: Placement
) -> tuple[tuple[HoleRow, ...], list[Finding]]:
    """Measure every hole of a part on its mesh.

    Args:
        surface: the part's mesh on the bed.
        part: its name.
        holes: the holes it must have, in the part's own coordinates.
        to_bed: the placement from those to the bed.

    Returns:
        The hole table, and what is wrong with it.
    """
    bores = [_bore(surface, hole, to_bed) for hole in holes]
    whole = [bore for bore in bores if bore.circle is not None and not bore.says]
    closed = {
        id(bore)
        for bore, is_open in zip(whole, _are_open(surface, whole), strict=True)
        if not is_open
    }
    rows, findings = [], []
    for bore in bores:
        says = "it is closed at both ends." if id(bore) in closed else bore.says
        hole = bore.hole
        measured, off = None, None
        if bore.circle is not None:
            centre, radius = bore.circle
            measured, off = 2.0 * radius, math.hypot(*centre)
        rows.append(
            HoleRow(part, hole.name, hole.diameter_mm, measured, holds=not says, off_axis_mm=off)
        )
        if says:
            findings.append(
                Finding(
                    "holes",
                    "error",
                    part,
                    f"Hole “{hole.name}”: {says}",
                    measured,
                    hole.diameter_mm,
                    "mm",
                )
            )
    return tuple(rows), findings


@dataclass(frozen=True, eq=False)
class _Bore:
    """What was measured where a hole should be.

    Attributes:
        hole: what it must be.
        at, axis: of the hole, on the bed.
        circle: middle, beside the axis, and radius (mm); None when nothing round is there.
        says: what is wrong with it, as far as its cut shows; empty when nothing is.
    """

    hole: Hole
    at: Array
    axis: Array
    circle: tuple[Array, float] | None
    says: str


def _bore(surface: Surface, hole: Hole, to_bed: Placement) -> _Bore:
    at = np.array(to_bed.point(hole.at))
    axis = np.array(unit(to_bed.direction(hole.axis)))
    circle, says = _cut(surface, hole, at, axis)
    return _Bore(hole, at, axis, circle, says)


def _cut(
    surface: Surface, hole: Hole, at: Array, axis: Array
) -> tuple[tuple[Array, float] | None, str]:
    """Return the circle in the cut square to the axis, and what is wrong with it."""
    x, y = across(axis)
    segments, start, end = surface.section(at, axis)
    flat = (segments - at) @ np.column_stack((x, y))
    if enclosure(flat) > 0:
        return None, "there is material where the hole should be."
    loop = nearest_outline(flat, start, end)
    if loop is None or winding(loop) >= 0:
        return None, "there is no wall all the way round it."
    fitted = fit_circle(loop)
    if fitted is None:
        return None, "it is not round."
    centre, radius = fitted
    measured, off = 2.0 * radius, math.hypot(*centre)
    if abs(measured - hole.diameter_mm) > HOLE_TOLERANCE_MM:
        says = f"it measures {measured:.3f} mm and must be {hole.diameter_mm:.3f} mm."
    elif off > OFF_AXIS_MM:
        says = f"its middle is {off:.3f} mm beside its axis."
    elif radius - _clear_radius(loop, centre) > _FLAT_MM:
        says = "something stands into it."
    else:
        says = ""
    return fitted, says


def fit_circle(loop: Array) -> tuple[Array, float] | None:
    """Return the centre and the radius (mm) of the round part of an outline (n, 2).

    None when less than 60 % of its corners lie on one circle, or none do for 170 degrees.
    """
    points = _corners(loop)
    n = len(points)
    if n < 8:
        return None
    i = np.arange(n)
    centres, radii = _circles(points, points[(i + n // 3) % n], points[(i + 2 * n // 3) % n])
    x, y = points.T
    away = np.hypot(x - centres[:, :1], y - centres[:, 1:])
    on = np.abs(away - radii[:, None]) < _ON_CIRCLE_MM
    inliers = points[on[int(np.argmax(on.sum(axis=1)))]]
    if len(inliers) < max(6, _LEAST_SHARE * n):
        return None
    # Kasa's fit: x^2 + y^2 = 2 a x + 2 b y + c is linear in a, b, c. About the points' own middle
    # the sums of x and of y are 0, which leaves two equations for a and b.
    middle = inliers.mean(axis=0)
    x, y = (inliers - middle).T
    xx, yy, xy, square = x @ x, y @ y, x @ y, x * x + y * y
    flatness = xx * yy - xy * xy
    if flatness <= 1e-9 * xx * yy:
        return None
    to_x, to_y = x @ square / 2.0, y @ square / 2.0
    a, b = (to_x * yy - to_y * xy) / flatness, (to_y * xx - to_x * xy) / flatness
    angles = np.sort(np.arctan2(y - b, x - a))
    if max(np.diff(angles).max(), angles[0] + 2.0 * np.pi - angles[-1]) > _WIDEST_GAP:
        return None
    return middle + np.array((a, b)), math.sqrt(square.mean() + a * a + b * b)


def _corners(loop: Array) -> Array:
    """Return the points of a closed outline at which it turns."""
    x, y = (loop - _turned(loop, -1)).T
    loop = loop[np.hypot(x, y) > _STRAIGHT_MM]
    if len(loop) < 3:
        return loop
    before, after = _turned(loop, -1), _turned(loop, 1)
    chord_x, chord_y = (after - before).T
    x, y = (loop - before).T
    beside = np.abs(chord_x * y - chord_y * x) / np.maximum(np.hypot(chord_x, chord_y), 1e-9)
    return np.asarray(loop[beside > _STRAIGHT_MM], dtype=np.float64)


def _turned(loop: Array, by: int) -> Array:
    """Return a closed outline (n, 2) beginning `by` points later."""
    return np.concatenate((loop[by:], loop[:by]))


def _circles(a: Array, b: Array, c: Array) -> tuple[Array, Array]:
    """Return the circles through three points each: centres (n, 2) and radii (n,)."""
    u, v = b - a, c - a
    d = 2.0 * (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    d = np.where(np.abs(d) < 1e-12, 1e-12, d)
    uu, vv = (u**2).sum(axis=1), (v**2).sum(axis=1)
    offset = (
        np.column_stack((v[:, 1] * uu - u[:, 1] * vv, u[:, 0] * vv - v[:, 0] * uu)) / d[:, None]
    )
    return a + offset, np.linalg.norm(offset, axis=1)


def _clear_radius(loop: Array, centre: Array) -> float:
    """Return how near an outline comes to a point, chords included (mm)."""
    a = loop - centre
    ax, ay = a.T
    x, y = (_turned(a, 1) - a).T
    share = np.clip(-(ax * x + ay * y) / np.maximum(x * x + y * y, 1e-18), 0.0, 1.0)
    return float(np.hypot(ax + share * x, ay + share * y).min())


def _are_open(surface: Surface, bores: Sequence[_Bore]) -> Bools:
    """Whether each hole's wall ends, one way or the other, before its axis meets material.

    Where the axis meets material, it is looked at every 0.5 mm up to there: a mouth is where the
    wall is further than 1.5 radii away (or not there) in two of eight directions.
    """
    at = np.array([bore.at for bore in bores]).reshape(-1, 1, 3)
    axes = np.array([bore.axis for bore in bores]).reshape(-1, 3)
    ways = np.stack((axes, -axes), axis=1)
    free, _ = surface.rays.cast(np.repeat(at, 2, axis=1).reshape(-1, 3), ways.reshape(-1, 3))
    free = free.reshape(-1, 2)
    ends: Bools = np.asarray(~np.isfinite(free).all(axis=1))
    along = np.arange(_STEP_MM, _LONGEST_MM, _STEP_MM)
    blind = ~ends
    hole, way, step = np.nonzero(blind[:, None, None] & (along < free[:, :, None] - 1e-3))
    points = at[hole, 0] + along[step, None] * ways[hole, way]
    rims = around(axes, 8)[hole]
    wide = 1.5 * np.array([bore.circle[1] for bore in bores if bore.circle is not None])
    most = float(wide.max(initial=0.0)) + 1.0
    far, _ = surface.rays.cast(np.repeat(points, 8, axis=0), rims.reshape(-1, 3), most)
    gone = (far.reshape(-1, 8) > wide[hole, None]).sum(axis=1)
    ends[hole[gone >= 2]] = True
    return ends
