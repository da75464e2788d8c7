"""Closed shapes made outright: rings joined to skins, and profiles extruded, revolved or swept."""

from __future__ import annotations

import math

import manifold3d as m3d
import numpy as np
import numpy.typing as npt

from parametric.solid import curves, slivers, stations
from parametric.solid.nodes import Box, Extrude, Revolve, Rim, Sweep
from parametric.solid.profiles import Circle, Offset, Profile, Text, loop
from parametric.solid.value import BadSolid


def solid_box(box: Box, tol: float) -> m3d.Manifold:
    """Return a box, its edges rounded where it has a radius."""
    if box.radius == 0.0:
        return m3d.Manifold.cube((box.x, box.y, box.z), center=True)
    return from_arrays(*_rounded_box(box, tol))


def _rounded_box(box: Box, tol: float) -> tuple[curves.Array, npt.NDArray[np.int64]]:
    """Return the triangles of a rounded box: two faces, and rings round them from end to end.

    Made outright rather than as the hull of eight spheres: where flats are narrow, hulls fold.
    """
    r = box.radius
    x, y, z = box.x / 2.0 - r, box.y / 2.0 - r, box.z / 2.0 - r
    # Half of the tolerance along each way round a corner.
    n = max(2, curves.circle_segments(r, tol / 2.0) // 4)
    steps = np.arange(n + 1) * (np.pi / 2.0 / n)
    centres = np.repeat(np.array([(x, y), (-x, y), (-x, -y), (x, -y)]), n + 1, axis=0)
    around = np.concatenate([steps + quarter * np.pi / 2.0 for quarter in range(4)])
    outward = np.column_stack((np.cos(around), np.sin(around)))
    levels = [(r * math.sin(a), -z - r * math.cos(a)) for a in steps[1:]]
    levels += [(r * math.sin(a), z + r * math.cos(a)) for a in steps[:0:-1]]
    rings = np.array(
        [np.column_stack((centres + s * outward, np.full(4 * n + 4, h))) for s, h in levels]
    )
    corners = np.array([(x, y), (-x, y), (-x, -y), (x, -y)])
    ends = [np.column_stack((corners, np.full(4, h))) for h in (-z - r, z + r)]
    count, size = rings.shape[:2]
    vertices = np.concatenate((rings.reshape(-1, 3), *ends))
    i = np.arange(size)
    j = (i + 1) % size
    base = (np.arange(count - 1) * size)[:, None]
    sides = np.stack((base + i, base + j, base + size + j), -1).reshape(-1, 3)
    more = np.stack((base + i, base + size + j, base + size + i), -1).reshape(-1, 3)
    bottom, last = count * size, (count - 1) * size
    corner, next_corner = i // (n + 1), j // (n + 1)
    caps = []
    for end, ring, up in ((bottom, 0, False), (bottom + 4, last, True)):
        fan = np.stack((end + corner, ring + i, ring + j), -1)
        turning = corner != next_corner
        fill = np.stack((end + corner, ring + j, end + next_corner), -1)[turning]
        face = np.array([(end, end + 1, end + 2), (end, end + 2, end + 3)])
        cap = np.concatenate((fan, fill, face))
        caps.append(cap if up else cap[:, ::-1])
    return vertices, np.concatenate((sides, more, *caps))


def cross_section(profile: Profile, tol: float) -> m3d.CrossSection:
    """Return a profile as a manifold3d CrossSection (mm)."""
    match profile:
        case Offset():
            inner = cross_section(profile.profile, tol)
            n = curves.fine_circle_segments(max(abs(profile.distance), 0.1), tol)
            return inner.offset(profile.distance, m3d.JoinType.Round, 2.0, n)
        case Text():
            # Fonts are read only by parts that carry a name.
            from parametric.solid.lettering import outlines

            return m3d.CrossSection(
                [np.asarray(o) for o in outlines(profile, tol)], m3d.FillRule.NonZero
            )
        case _:
            return m3d.CrossSection([curves.sample(loop(profile), tol)])


def extruded(extrude: Extrude, tol: float) -> m3d.Manifold:
    """Return a profile extruded, its rims softened.

    Raises:
        BadSolid: nothing is left of the profile, or its rims have no room.
    """
    flat = cross_section(extrude.profile, tol)
    if flat.is_empty():
        raise BadSolid("Extrude: nothing is left of the profile")
    polygons = flat.to_polygons()
    if len(polygons) != 1:
        raise BadSolid("Extrude: rims need a profile that is one closed curve")
    outline = np.asarray(polygons[0], dtype=np.float64)
    levels = [(depth, inset) for inset, depth in _rim_steps(extrude.bottom, tol)]
    levels += [(extrude.height - d, inset) for inset, d in reversed(_rim_steps(extrude.top, tol))]
    rings = np.empty((len(levels), len(outline), 3))
    for i, (z, inset) in enumerate(levels):
        rings[i, :, :2] = _inset(outline, inset)
        rings[i, :, 2] = z
    return skin(rings, flat=True)


def _rim_steps(rim: Rim | None, tol: float) -> list[tuple[float, float]]:
    """Return (inset, depth below the end) pairs from the end of an extrusion to its side."""
    if rim is None:
        return [(0.0, 0.0)]
    if rim.kind == "chamfer":
        return [(rim.size, 0.0), (0.0, rim.size)]
    n = max(3, curves.circle_segments(rim.size, tol, 90.0))
    angles = [math.pi / 2.0 * i / n for i in range(n + 1)]
    return [(rim.size * (1 - math.sin(a)), rim.size * (1 - math.cos(a))) for a in angles]


def _inset(outline: curves.Array, by: float) -> curves.Array:
    """Return an anticlockwise outline with every side moved inwards, corners mitred."""
    if by == 0.0:
        return outline
    ahead = np.roll(outline, -1, axis=0) - outline
    length = np.linalg.norm(ahead, axis=1)
    normal = np.column_stack((-ahead[:, 1], ahead[:, 0])) / length[:, None]
    before = np.roll(normal, 1, axis=0)
    mitre = (normal + before) / (1.0 + np.einsum("ij,ij->i", normal, before))[:, None]
    moved: curves.Array = outline + by * mitre
    if np.any(np.einsum("ij,ij->i", np.roll(moved, -1, axis=0) - moved, ahead) < -1e-9):
        raise BadSolid(f"Extrude: a rim of {by:.2f} mm is larger than a corner has room for")
    return moved


def revolved(revolve: Revolve, tol: float) -> m3d.Manifold:
    """Return a profile turned about z.

    Raises:
        BadSolid: the profile lies on both sides of the axis.
    """
    flat = cross_section(revolve.profile, tol)
    low, _, high, _ = flat.bounds()
    if low < -1e-9:
        raise BadSolid(f"Revolve: the profile must keep to x >= 0, it reaches {low:.3f} mm")
    return m3d.Manifold.revolve(flat, curves.fine_circle_segments(high, tol), revolve.degrees)


def swept(sweep: Sweep, tol: float) -> m3d.Manifold:
    """Return a profile swept along a curve.

    Raises:
        BadSolid: the profile is more than one curve, or the path bends too tightly for it.
    """
    outline = _swept_outline(sweep.profile, tol)
    points, x, y = stations.sweep_frames(sweep, tol, stations.ring_reach(outline))
    rings = (
        points[:, None, :]
        + outline[None, :, 0:1] * x[:, None, :]
        + outline[None, :, 1:2] * y[:, None, :]
    )
    return skin(rings, flat=True)


def _swept_outline(profile: Profile, tol: float) -> curves.Array:
    """Return the outline to sweep; a round one is coarser than a hole that a pin must fit."""
    if isinstance(profile, Circle):
        n = max(12, curves.circle_segments(profile.radius, tol))
        angles = 2.0 * np.pi * np.arange(n) / n
        # Its chords lie half inside and half outside of the circle.
        radius = 2.0 * profile.radius / (1.0 + math.cos(math.pi / n))
        return radius * np.column_stack((np.cos(angles), np.sin(angles)))
    polygons = cross_section(profile, tol).to_polygons()
    if len(polygons) != 1:
        raise BadSolid("Sweep: the profile must be one closed curve")
    return np.asarray(polygons[0], dtype=np.float64)


def skin(rings: curves.Array, *, flat: bool = False) -> m3d.Manifold:
    """Return the closed shape through rings (rings, around, 3), each anticlockwise from ahead.

    The two ends are fans about their middle or, for `flat` ends of any outline, triangulated.
    """
    count, around = rings.shape[:2]
    i = np.arange(around)
    j = (i + 1) % around
    base = (np.arange(count - 1) * around)[:, None]
    a, b, c, d = base + i, base + j, base + around + j, base + around + i
    outer = _outer_diagonals(rings)
    c_or_d, a_or_b = np.where(outer, c, d), np.where(outer, a, b)
    sides = np.concatenate(
        (np.stack((a, b, c_or_d), -1).reshape(-1, 3), np.stack((a_or_b, c, d), -1).reshape(-1, 3))
    )
    vertices = rings.reshape(-1, 3)
    last = (count - 1) * around
    if flat:
        caps = []
        for ring, first, is_end in ((rings[0], 0, False), (rings[-1], last, True)):
            cap = np.asarray(m3d.triangulate([_flat(ring)]), dtype=np.int64)
            caps.append((cap if is_end else cap[:, ::-1]) + first)
    else:
        middle = len(vertices)
        vertices = np.concatenate((vertices, rings[[0, -1]].mean(axis=1)))
        caps = [
            np.stack((j, i, np.full(around, middle)), -1),
            np.stack((last + i, last + j, np.full(around, middle + 1)), -1),
        ]
    return from_arrays(vertices, np.concatenate((sides, *caps)))


def _outer_diagonals(rings: curves.Array) -> npt.NDArray[np.bool_]:
    """Return, for each face between rings, whether its diagonal a-c lies outside of b-d.

    On a body that bulges, the outer diagonal of a twisted face is the one nearer the true surface.
    """
    a, d = rings[:-1], rings[1:]
    b, c = np.roll(a, -1, axis=1), np.roll(d, -1, axis=1)
    across = curves.crossed(c - a, d - b)
    length = np.maximum(np.linalg.norm(across, axis=2), 1e-12)
    # Far above rounding, so that every machine cuts a flat face along the same diagonal.
    outer: npt.NDArray[np.bool_] = (
        np.einsum("ijk,ijk->ij", a - b + c - d, across) / length > -slivers.SHORT_MM
    )
    return outer


def _flat(ring: curves.Array) -> curves.Array:
    """Return a planar ring (n, 3) in coordinates of its own plane, anticlockwise."""
    centred = ring - ring.mean(axis=0)
    normal = curves.crossed(centred, np.roll(centred, -1, axis=0)).sum(axis=0)
    x = centred[0] - normal * (centred[0] @ normal) / (normal @ normal)
    y = curves.crossed(normal, x)
    return np.column_stack((centred @ x / np.linalg.norm(x), centred @ y / np.linalg.norm(y)))


def from_arrays(vertices: curves.Array, triangles: npt.NDArray[np.integer]) -> m3d.Manifold:
    """Return the shape of vertices (n, 3) in mm and triangles (m, 3).

    Raises:
        BadSolid: they make no closed body that faces outwards.
    """
    # Copies, because the kernel takes no read-only array, such as one of a leaf's bytes.
    shape = m3d.Manifold(
        m3d.Mesh64(
            np.array(vertices, dtype=np.float64, order="C"),
            np.array(triangles, dtype=np.uint64, order="C"),
        )
    )
    if shape.status() != m3d.Error.NoError:
        raise BadSolid(f"these triangles make no closed body: {shape.status()}")
    if shape.volume() <= 0.0:
        raise BadSolid("these triangles face inwards or enclose nothing")
    return shape
