"""The mesh evaluator: a solid's value becomes a guaranteed-manifold triangle mesh.

Built on manifold3d. Shapes are remembered by the digest of what they were made from, so a changed
measurement evaluates only the nodes whose numbers changed.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import manifold3d as m3d
import numpy as np

from parametric.solid import curves, prisms, skins, stations
from parametric.solid.memory import Memory
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
    Solid,
    Sphere,
    Sweep,
    Union,
)
from parametric.solid.skins import cross_section
from parametric.solid.triangles import Mesh, to_mesh, without_specks
from parametric.solid.value import BadSolid

__all__ = [
    "TOLERANCE_MM",
    "Memory",
    "Mesh",
    "cross_section",
    "evaluate",
    "mesh_of",
    "to_mesh",
    "without_specks",
]

TOLERANCE_MM = 0.05
"""How far a chord may stray from the true surface unless asked otherwise (mm)."""


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


def mesh_of(solid: Solid, tolerance_mm: float = TOLERANCE_MM, memory: Memory | None = None) -> Mesh:
    """Return the canonical mesh of a solid: `evaluate`, then `to_mesh`."""
    return to_mesh(evaluate(solid, tolerance_mm, memory))


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
            return skins.solid_box(solid, tol)
        case Cone():
            n = curves.fine_circle_segments(max(solid.bottom, solid.top), tol)
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
            return skins.extruded(solid, tol)
        case Revolve():
            return skins.revolved(solid, tol)
        case Loft():
            return skins.skin(stations.loft_rings(solid, tol))
        case Sweep():
            return skins.swept(solid, tol)
        case Union():
            return _united([_shape(part, tol, memory) for part in solid.parts])
        case Difference():
            if not solid.cuts:
                return _shape(solid.base, tol, memory)
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
            return skins.from_arrays(
                np.frombuffer(solid.vertices, dtype="<f8").reshape(-1, 3),
                np.frombuffer(solid.triangles, dtype="<u4").reshape(-1, 3),
            )
        case CadLeaf():
            # The exact kernel costs seconds to import; only a solid that needs it pays.
            from parametric.solid.exact import leaf_triangles

            return skins.from_arrays(*leaf_triangles(solid, tol))


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
            n = curves.fine_circle_segments(solid.radius, tol)
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
