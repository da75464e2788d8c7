"""Holes, measured on the mesh: diameter, place, and whether something can be pushed in.

The mesh is cut square to the hole's axis. Points in the middle of a straight piece of the outline
are left out (they lie on chords, inside the circle); of the corners that remain, the circle
through three of them with the most others on it is found, and a least-squares circle is laid
through those. A teardrop's roof, a nut's flats or a slot beside the hole are so left out of it.
"""

from __future__ import annotations

import numpy as np

from parametric.checks.findings import HOLE_TOLERANCE_MM, Finding, HoleRow
from parametric.checks.surface import (
    Array,
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
_WIDEST_GAP_DEG = 170.0
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
    rows, findings = [], []
    for hole in holes:
        at = np.array(to_bed.point(hole.at))
        axis = np.array(unit(to_bed.direction(hole.axis)))
        row, says = _measure(surface, part, hole, at, axis)
        rows.append(row)
        if says:
            findings.append(
                Finding(
                    "holes",
                    "error",
                    part,
                    f"Hole “{hole.name}”: {says}",
                    row.measured_mm,
                    hole.diameter_mm,
                    "mm",
                )
            )
    return tuple(rows), findings


def _measure(
    surface: Surface, part: str, hole: Hole, at: Array, axis: Array
) -> tuple[HoleRow, str]:
    missing = HoleRow(part, hole.name, hole.diameter_mm, None, holds=False)
    x, y = across(axis)
    segments, start, end = surface.section(at, axis)
    flat = (segments - at) @ np.column_stack((x, y))
    if enclosure(flat) > 0:
        return missing, "there is material where the hole should be."
    loop = nearest_outline(flat, start, end)
    if loop is None or winding(loop) >= 0:
        return missing, "there is no wall all the way round it."
    fitted = fit_circle(loop)
    if fitted is None:
        return missing, "it is not round."
    centre, radius = fitted
    measured, off = 2.0 * radius, float(np.linalg.norm(centre))
    right = abs(measured - hole.diameter_mm) <= HOLE_TOLERANCE_MM
    says = ""
    if not right:
        says = f"it measures {measured:.3f} mm and must be {hole.diameter_mm:.3f} mm."
    elif off > OFF_AXIS_MM:
        says = f"its middle is {off:.3f} mm beside its axis."
    elif radius - _clear_radius(loop, centre) > _FLAT_MM:
        says = "something stands into it."
    elif not _is_open(surface, at, axis, radius):
        says = "it is closed at both ends."
    return (
        HoleRow(part, hole.name, hole.diameter_mm, measured, holds=not says, off_axis_mm=off),
        says,
    )


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
    off = np.abs(np.linalg.norm(points[None] - centres[:, None], axis=2) - radii[:, None])
    on = off < _ON_CIRCLE_MM
    inliers = points[on[int(np.argmax(on.sum(axis=1)))]]
    if len(inliers) < max(6, _LEAST_SHARE * n):
        return None
    # Kasa's fit: x^2 + y^2 = 2 a x + 2 b y + c is linear in a, b, c.
    middle = inliers.mean(axis=0)
    q = inliers - middle
    system = np.column_stack((2.0 * q, np.ones(len(q))))
    a, b, c = np.linalg.lstsq(system, (q**2).sum(axis=1), rcond=None)[0]
    centre = middle + np.array([a, b])
    away = inliers - centre
    angles = np.sort(np.degrees(np.arctan2(away[:, 1], away[:, 0])))
    if float(np.diff(np.append(angles, angles[0] + 360.0)).max()) > _WIDEST_GAP_DEG:
        return None
    return centre, float(np.sqrt(c + a * a + b * b))


def _corners(loop: Array) -> Array:
    """Return the points of a closed outline at which it turns."""
    step = np.linalg.norm(loop - np.roll(loop, 1, axis=0), axis=1)
    loop = loop[step > _STRAIGHT_MM]
    if len(loop) < 3:
        return loop
    before, after = np.roll(loop, 1, axis=0), np.roll(loop, -1, axis=0)
    chord = after - before
    offset = loop - before
    beside = np.abs(chord[:, 0] * offset[:, 1] - chord[:, 1] * offset[:, 0])
    beside /= np.maximum(np.linalg.norm(chord, axis=1), 1e-9)
    return np.asarray(loop[beside > _STRAIGHT_MM], dtype=np.float64)


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
    along = np.roll(a, -1, axis=0) - a
    share = -(a * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-18)
    nearest = a + np.clip(share, 0.0, 1.0)[:, None] * along
    return float(np.linalg.norm(nearest, axis=1).min())


def _is_open(surface: Surface, at: Array, axis: Array, radius: float) -> bool:
    """Whether the hole's wall ends, one way or the other, before its axis meets material.

    Where the axis meets material, it is looked at every 0.5 mm up to there: a mouth is where the
    wall is further than 1.5 radii away (or not there) in two of eight directions.
    """
    ways = np.stack((axis, -axis))
    free, _ = surface.rays.cast(np.stack((at, at)), ways)
    if not np.isfinite(free).all():
        return True
    along = np.arange(_STEP_MM, _LONGEST_MM, _STEP_MM)
    way, step = np.nonzero(along < free[:, None] - 1e-3)
    points = at + along[step, None] * ways[way]
    rim = np.tile(around(axis, 8), (len(points), 1))
    far, _ = surface.rays.cast(np.repeat(points, 8, axis=0), rim)
    return bool(np.any((far.reshape(-1, 8) > 1.5 * radius).sum(axis=1) >= 2))
