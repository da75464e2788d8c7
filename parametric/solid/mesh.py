"""The mesh evaluator: a solid's value becomes a guaranteed-manifold triangle mesh.

Built on manifold3d. Shapes are remembered by the digest of what they were made from, so a changed
measurement evaluates only the nodes whose numbers changed.
"""

from __future__ import annotations

import heapq
import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import manifold3d as m3d
import numpy as np
import numpy.typing as npt

from parametric.place import Placement
from parametric.solid import curves, prisms, slivers, stations
from parametric.solid.nodes import (
    Box,
    CadLeaf,
    Capsule,
    Cone,
    Cylinder,
    Difference,
    Extrude,
    Hull,
    Intersection,
    Loft,
    MeshLeaf,
    Placed,
    Revolve,
    Rim,
    Solid,
    Sphere,
    Sweep,
    Union,
)
from parametric.solid.profiles import Circle, Offset, Profile, Text, loop
from parametric.solid.value import BadSolid

TOLERANCE_MM = 0.05
"""How far a chord may stray from the true surface unless asked otherwise (mm)."""

SPECK_MM3 = 1e-3
"""Where surfaces run together the kernel can leave closed slivers this small (mm3): a tenth of a
millimetre each way, which no printer makes and no slicer sees."""
HOLLOW_MM3 = 1.0
"""Closed hollows smaller than this are filled (mm3): nothing could ever get out of them, and most
slicers print them full anyway. Larger ones are a mistake in a design, for the checks to find."""

Triangles = npt.NDArray[np.int32]

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Mesh:
    """A closed triangle mesh: vertices (n, 3) float64 in mm, triangles (m, 3) int32, outward."""

    vertices: curves.Array
    triangles: Triangles

    @cached_property
    def corners(self) -> curves.Array:
        """The corner points of every triangle, (m, 3, 3) in mm."""
        return self.vertices[self.triangles]

    @cached_property
    def normals(self) -> curves.Array:
        """The outward unit normal of every triangle, (m, 3)."""
        crossed = self._crossed
        length = np.linalg.norm(crossed, axis=1, keepdims=True)
        unit: curves.Array = crossed / np.maximum(length, 1e-30)
        return unit

    @cached_property
    def areas(self) -> curves.Array:
        """The area of every triangle, (m,) in mm2."""
        area: curves.Array = np.linalg.norm(self._crossed, axis=1) / 2.0
        return area

    @cached_property
    def volume(self) -> float:
        """The volume in mm3 (divergence theorem), negative for an inside-out mesh."""
        c = self.corners
        return float(np.einsum("ij,ij->i", c[:, 0], np.cross(c[:, 1], c[:, 2])).sum() / 6.0)

    @cached_property
    def bounds(self) -> curves.Array:
        """The lowest and the highest corner, (2, 3) in mm."""
        return np.array([self.vertices.min(axis=0), self.vertices.max(axis=0)])

    def placed(self, placement: Placement) -> Mesh:
        """Return this mesh moved, turned or mirrored, still outward."""
        flip = np.linalg.det(placement.matrix()[:3, :3]) < 0.0
        return Mesh(
            placement.points(self.vertices), self.triangles[:, ::-1] if flip else self.triangles
        )

    @cached_property
    def _crossed(self) -> curves.Array:
        c = self.corners
        return np.cross(c[:, 1] - c[:, 0], c[:, 2] - c[:, 0])


class Memory:
    """What was worked out before, by what it was worked out from; the least used are let go."""

    def __init__(self, most_things: int = 4000) -> None:
        """Remember at most `most_things`."""
        self._most = most_things
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def __len__(self) -> int:
        """How many things are remembered."""
        return len(self._kept)

    def find(self, key: Hashable) -> Any:
        """Return what is remembered under `key`, None where nothing is."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Hashable, made: object) -> None:
        """Remember something, which must not be changed afterwards.

        Args:
            key: all that it depends on, beginning with a word for what it is.
            made: what is remembered.
        """
        self._kept[key] = made
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def recall(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """Return what is remembered under `key`; otherwise work it out and remember it."""
        found: T | None = self.find(key)
        if found is None:
            found = work_out()
            self.keep(key, found)
        return found


def evaluate(
    solid: Solid, tolerance_mm: float = TOLERANCE_MM, memory: Memory | None = None
) -> m3d.Manifold:
    """Return the shape of a solid as a manifold3d Manifold (mm).

    Args:
        solid: what to evaluate.
        tolerance_mm: how far a chord may stray from the true surface.
        memory: shapes made before; without one nothing outlives the call.

    Raises:
        BadSolid: the description is fine number by number but makes no shape.
    """
    kept = Memory() if memory is None else memory
    return _shape(solid, tolerance_mm, kept)


def to_mesh(shape: m3d.Manifold, placement: Placement | None = None) -> Mesh:
    """Return a shape's triangles in canonical order, at coordinates that float32 files can hold.

    The same shape gives the same arrays in every process: vertices sorted, each triangle starting
    at its lowest vertex, triangles sorted. Slivers that float32 would fold are taken out first.

    Raises:
        BadSolid: the shape is empty or the kernel reports an error.
    """
    if placement is not None:
        shape = shape.transform(placement.matrix()[:3])
    if shape.status() != m3d.Error.NoError:
        raise BadSolid(f"the kernel could not make this solid: {shape.status()}")
    exact, triangles = _arrays(shape)
    if not len(triangles):
        raise BadSolid("nothing is left of this solid")
    least = slivers.thinnest(exact)
    thin = slivers.find(exact, triangles, least)
    if len(thin):
        mended = slivers.mended(exact, triangles, thin, least)
        if mended is None:
            # Folding slivers away can pinch off new specks where two surfaces run together.
            exact, triangles = _arrays(without_specks(shape.simplify(slivers.SHORT_MM)))
        else:
            triangles = mended
    welded, where = _weld(exact, triangles)
    triangles = where[triangles]
    alive = (
        (triangles[:, 0] != triangles[:, 1])
        & (triangles[:, 1] != triangles[:, 2])
        & (triangles[:, 2] != triangles[:, 0])
    )
    triangles = triangles[alive]
    first = np.argmin(triangles, axis=1)
    triangles = np.take_along_axis(triangles, (first[:, None] + np.arange(3)) % 3, axis=1)
    # By their first edge, as one number, which sorts in a fifth of the time. Only a surface that
    # touches itself has an edge twice; then all three corners decide.
    edge = triangles[:, 0].astype(np.int64) * len(welded) + triangles[:, 1]
    order = np.argsort(edge)
    in_order = edge[order]
    if (in_order[1:] == in_order[:-1]).any():
        order = np.lexsort((triangles[:, 2], edge))
    return Mesh(welded.astype(np.float64), triangles[order])


def _arrays(shape: m3d.Manifold) -> tuple[curves.Array, Triangles]:
    """Return a shape's vertices (n, 3) and triangles (m, 3)."""
    raw = shape.to_mesh64()
    return np.asarray(raw.vert_properties)[:, :3], np.asarray(raw.tri_verts).astype(np.int32)


def without_specks(shape: m3d.Manifold) -> m3d.Manifold:
    """Return the shape without bodies and hollows too small to be anything but rounding."""
    bodies = shape.decompose()
    real = [body for body in bodies if not -HOLLOW_MM3 < body.volume() < SPECK_MM3]
    # What is all specks is a small solid, and somebody wants it.
    return shape if len(real) in (0, len(bodies)) else m3d.Manifold.compose(real)


def mesh_of(solid: Solid, tolerance_mm: float = TOLERANCE_MM, memory: Memory | None = None) -> Mesh:
    """Return the canonical mesh of a solid: `evaluate`, then `to_mesh`."""
    return to_mesh(evaluate(solid, tolerance_mm, memory))


def _weld(exact: curves.Array, triangles: Triangles) -> tuple[npt.NDArray[np.float32], Triangles]:
    """Return (the different vertices as float32, sorted by x, y, z; where each vertex went).

    A file knows vertices only by where they are. Where one sheet of the surface touches another,
    their edges would become one edge with four faces; so the later vertex of such a pair is
    drawn into its own side by `_NUDGE_MM`.
    """
    vertices = exact.astype(np.float32) + np.float32(0.0)
    order, new = _sorted(vertices)
    if not new.all():
        later = order[~new]
        vertices[later] = _drawn_in(exact, triangles, later)
        order, new = _sorted(vertices)
    where = np.empty(len(vertices), dtype=np.int32)
    where[order] = np.cumsum(new) - 1
    return vertices[order[new]], where


def _sorted(vertices: npt.NDArray[np.float32]) -> tuple[stations.Indexes, npt.NDArray[np.bool_]]:
    """Return the order of vertices by x, y, z, and which of them differ from the one before.

    What np.unique(axis=0) does, in a third of its time.
    """
    order = np.lexsort((vertices[:, 2], vertices[:, 1], vertices[:, 0]))
    in_order = vertices[order]
    return order, np.concatenate(([True], (in_order[1:] != in_order[:-1]).any(axis=1)))


def _drawn_in(
    exact: curves.Array, triangles: Triangles, which: stations.Indexes
) -> npt.NDArray[np.float32]:
    """Return some of the vertices, drawn into their own side by `_NUDGE_MM`."""
    corners = exact[triangles]
    normals = np.zeros_like(exact)
    crossed = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], crossed)
    length = np.linalg.norm(normals[which], axis=1, keepdims=True)
    inward = -normals[which] / np.maximum(length, 1e-30)
    drawn: npt.NDArray[np.float32] = (exact[which] + _NUDGE_MM * inward).astype(np.float32)
    return drawn + np.float32(0.0)


_NUDGE_MM = 1e-3
"""How far touching sheets are drawn apart (mm): a micrometre."""


def _shape(solid: Solid, tol: float, memory: Memory) -> m3d.Manifold:
    key = ("shape", solid.digest, tol)
    found: m3d.Manifold | None = memory.find(key)
    if found is None:
        found = _make(solid, tol, memory)
        # The kernel puts off its work, and joins steps that nobody else holds on to: then what is
        # remembered would change the result. Asking for the status makes it work now.
        found.status()
        memory.keep(key, found)
    return found


def _make(solid: Solid, tol: float, memory: Memory) -> m3d.Manifold:
    prism = _prism(solid, tol, memory)
    if prism is not None:
        return prism.solid()
    match solid:
        case Box():
            return _box(solid, tol)
        case Cone():
            n = curves.fine_circle_segments(max(solid.bottom, solid.top))
            return m3d.Manifold.cylinder(solid.height, solid.bottom, solid.top, n, center=True)
        case Sphere():
            return m3d.Manifold.sphere(solid.radius, stations.sphere_segments(solid.radius, tol))
        case Capsule():
            ball = m3d.Manifold.sphere(solid.radius, stations.sphere_segments(solid.radius, tol))
            half = solid.length / 2.0
            return m3d.Manifold.batch_hull(
                [ball.translate((0.0, 0.0, -half)), ball.translate((0.0, 0.0, half))]
            )
        case Extrude():
            return _extrude(solid, tol)
        case Revolve():
            return _revolve(solid, tol)
        case Loft():
            return _skin(stations.loft_rings(solid, tol))
        case Sweep():
            return _sweep(solid, tol)
        case Union():
            return _united([_shape(part, tol, memory) for part in solid.parts])
        case Difference():
            cuts = _united([_shape(cut, tol, memory) for cut in solid.cuts])
            return _shape(solid.base, tol, memory) - cuts
        case Intersection():
            return m3d.Manifold.batch_boolean(
                [_shape(part, tol, memory) for part in solid.parts], m3d.OpType.Intersect
            )
        case Hull():
            return m3d.Manifold.batch_hull([_shape(part, tol, memory) for part in solid.parts])
        case Placed():
            return _shape(solid.solid, tol, memory).transform(solid.placement.matrix()[:3])
        case MeshLeaf():
            return _from_arrays(
                np.frombuffer(solid.vertices, dtype="<f8").reshape(-1, 3),
                np.frombuffer(solid.triangles, dtype="<u4").reshape(-1, 3),
            )
        case CadLeaf():
            # The exact kernel costs seconds to import; only a solid that needs it pays.
            from parametric.solid.exact import leaf_triangles

            return _from_arrays(*leaf_triangles(solid, tol))


def _united(shapes: Sequence[m3d.Manifold]) -> m3d.Manifold:
    """Return all shapes together, the smallest first, each step worked out at once.

    Left to itself the kernel takes them as they come, and goes through a large one for each.
    """
    waiting = [(shape.num_tri(), i, shape) for i, shape in enumerate(shapes)]
    heapq.heapify(waiting)
    while len(waiting) > 1:
        (_, _, small), (_, i, next_smallest) = heapq.heappop(waiting), heapq.heappop(waiting)
        both = small + next_smallest
        heapq.heappush(waiting, (both.num_tri(), i, both))
    return waiting[0][2]


def _prism(solid: Solid, tol: float, memory: Memory) -> prisms.Prism | None:
    """Return a solid as a prism, None where it is none."""
    if isinstance(solid, _NO_PRISMS):
        return None
    key = ("prism", solid.digest, tol)
    found: tuple[prisms.Prism | None] | None = memory.find(key)
    if found is None:
        found = (_find_prism(solid, tol, memory),)
        memory.keep(key, found)
    return found[0]


def _find_prism(solid: Solid, tol: float, memory: Memory) -> prisms.Prism | None:
    match solid:
        case Cylinder():
            n = curves.fine_circle_segments(solid.radius)
            if not solid.fine:
                rough = max(_ROUGH_SEGMENTS, curves.circle_segments(solid.radius, tol))
                n = min(n, rough + 4 if rough in _HANGING_SEGMENTS else rough)
            turn = 2.0 * np.pi * np.arange(n) / n
            circle = solid.radius * np.column_stack((np.cos(turn), np.sin(turn)))
            half = solid.height / 2.0
            return prisms.Prism(m3d.CrossSection([circle]), -half, half, np.eye(4))
        case Extrude() if solid.bottom is None and solid.top is None:
            flat = cross_section(solid.profile, tol)
            if flat.is_empty():
                raise BadSolid("Extrude: nothing is left of the profile")
            return prisms.Prism(flat, 0.0, solid.height, np.eye(4))
        case Placed():
            inner = _prism(solid.solid, tol, memory)
            return None if inner is None else inner.placed(solid.placement.matrix())
        case Union():
            return prisms.whole([_prism(part, tol, memory) for part in solid.parts], prisms.joined)
        case Intersection():
            return prisms.whole([_prism(part, tol, memory) for part in solid.parts], prisms.shared)
        case Difference():
            parts = [_prism(part, tol, memory) for part in (solid.base, *solid.cuts)]
            return prisms.whole(parts, lambda each: prisms.cut(each[0], each[1:]))
        case _:
            return None


_ROUGH_SEGMENTS = 16
"""Fewest segments of a circle that need not be fine."""

_HANGING_SEGMENTS = (24, 32)
"""So divided, a circle that is printed upright has a chord from 45 degrees to a little over 50: all
of it hangs, where with a few more only what is beyond does."""

_NO_PRISMS = (Box, Cone, Sphere, Capsule, Revolve, Loft, Sweep, Hull, MeshLeaf, CadLeaf)


def _box(box: Box, tol: float) -> m3d.Manifold:
    if box.radius == 0.0:
        return m3d.Manifold.cube((box.x, box.y, box.z), center=True)
    return _from_arrays(*_rounded_box(box, tol))


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
            n = curves.fine_circle_segments(max(abs(profile.distance), 0.1))
            return inner.offset(profile.distance, m3d.JoinType.Round, 2.0, n)
        case Text():
            # Fonts are read only by parts that carry a name.
            from parametric.solid.lettering import outlines

            return m3d.CrossSection(
                [np.asarray(o) for o in outlines(profile, tol)], m3d.FillRule.NonZero
            )
        case _:
            return m3d.CrossSection([curves.sample(loop(profile), tol)])


def _extrude(extrude: Extrude, tol: float) -> m3d.Manifold:
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
    return _skin(rings, flat=True)


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


def _revolve(revolve: Revolve, tol: float) -> m3d.Manifold:
    flat = cross_section(revolve.profile, tol)
    low, _, high, _ = flat.bounds()
    if low < -1e-9:
        raise BadSolid(f"Revolve: the profile must keep to x >= 0, it reaches {low:.3f} mm")
    return m3d.Manifold.revolve(flat, curves.fine_circle_segments(high), revolve.degrees)


def _sweep(sweep: Sweep, tol: float) -> m3d.Manifold:
    outline = _swept_outline(sweep.profile, tol)
    points, x, y = stations.sweep_frames(sweep, tol, stations.ring_reach(outline))
    rings = (
        points[:, None, :]
        + outline[None, :, 0:1] * x[:, None, :]
        + outline[None, :, 1:2] * y[:, None, :]
    )
    return _skin(rings, flat=True)


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


def _skin(rings: curves.Array, *, flat: bool = False) -> m3d.Manifold:
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
    return _from_arrays(vertices, np.concatenate((sides, *caps)))


def _outer_diagonals(rings: curves.Array) -> npt.NDArray[np.bool_]:
    """Return, for each face between rings, whether its diagonal a-c lies outside of b-d.

    On a body that bulges, the outer diagonal of a twisted face is the one nearer the true surface.
    """
    a, d = rings[:-1], rings[1:]
    b, c = np.roll(a, -1, axis=1), np.roll(d, -1, axis=1)
    across = np.cross(c - a, d - b)
    length = np.maximum(np.linalg.norm(across, axis=2), 1e-12)
    # Far above rounding, so that every machine cuts a flat face along the same diagonal.
    outer: npt.NDArray[np.bool_] = (
        np.einsum("ijk,ijk->ij", a - b + c - d, across) / length > -slivers.SHORT_MM
    )
    return outer


def _flat(ring: curves.Array) -> curves.Array:
    """Return a planar ring (n, 3) in coordinates of its own plane, anticlockwise."""
    centred = ring - ring.mean(axis=0)
    normal = np.cross(centred, np.roll(centred, -1, axis=0)).sum(axis=0)
    x = centred[0] - normal * (centred[0] @ normal) / (normal @ normal)
    y = np.cross(normal, x)
    return np.column_stack((centred @ x / np.linalg.norm(x), centred @ y / np.linalg.norm(y)))


def _from_arrays(vertices: curves.Array, triangles: npt.NDArray[np.integer]) -> m3d.Manifold:
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
