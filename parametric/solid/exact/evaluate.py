"""Every node of the vocabulary as an exact body."""

from __future__ import annotations

import math

import cadquery as cq
import numpy as np

from parametric.place import X, turn
from parametric.solid.curves import Arc, Line
from parametric.solid.exact import flat, hatch, surfaces
from parametric.solid.exact.bodies import (
    FAILURES,
    SLACK,
    Bodies,
    cut,
    joined,
    moved,
    sewn,
    shared,
    sound,
    volume,
)
from parametric.solid.mesh import mesh_of
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
from parametric.solid.value import BadSolid

_UP = turn(X, 90.0)
"""Raises the plane of a profile, so that its y becomes z."""


def evaluate_exact(solid: Solid, memory: dict[bytes, Bodies] | None = None) -> cq.Shape:
    """Return a solid's exact shape: a cadquery Solid, or a Compound of separate ones (mm).

    Args:
        solid: what to evaluate.
        memory: bodies made before, by digest; pass the same one for the parts of one assembly.

    Raises:
        BadSolid: the description makes no shape, or OCCT could not make it; every result is
            looked at (closed, outward, of a volume that is possible) before it is believed.
    """
    bodies = _bodies(solid, {} if memory is None else memory)
    if not bodies:
        raise BadSolid("nothing is left of this solid")
    return bodies[0] if len(bodies) == 1 else cq.Compound.makeCompound(bodies)


def _bodies(solid: Solid, memory: dict[bytes, Bodies]) -> Bodies:
    found = memory.get(solid.digest)
    if found is None:
        try:
            found = _make(solid, memory)
        except FAILURES as problem:
            if isinstance(problem, BadSolid):
                raise
            raise BadSolid(f"{type(solid).__name__}: the exact kernel says {problem}") from problem
        memory[solid.digest] = found
    return found


def _make(solid: Solid, memory: dict[bytes, Bodies]) -> Bodies:
    match solid:
        case Box():
            return _box(solid)
        case Cylinder():
            low = cq.Vector(0.0, 0.0, -solid.height / 2.0)
            return sound(cq.Solid.makeCylinder(solid.radius, solid.height, low), "Cylinder")
        case Cone():
            return _cone(solid)
        case Sphere():
            # From pole to pole: cadquery's default is the upper half.
            return sound(cq.Solid.makeSphere(solid.radius, angleDegrees1=-90.0), "Sphere")
        case Capsule():
            return _capsule(solid)
        case Extrude():
            return _extrude(solid)
        case Revolve():
            return _revolve(solid)
        case Loft():
            return surfaces.loft_body(solid)
        case Sweep():
            return surfaces.sweep_body(solid)
        case Union():
            return joined([_bodies(part, memory) for part in solid.parts])
        case Difference():
            return cut(_bodies(solid.base, memory), [_bodies(c, memory) for c in solid.cuts])
        case Intersection():
            return shared([_bodies(part, memory) for part in solid.parts])
        case Hull():
            return _hull(solid)
        case Placed():
            return moved(_bodies(solid.solid, memory), solid.placement)
        case MeshLeaf():
            return _mesh(solid)
        case CadLeaf():
            return hatch.leaf_bodies(solid)


def _hull(wrapped: Hull) -> Bodies:
    """Return the hull as flat faces: film over round parts is round only to a tolerance anyway."""
    film = mesh_of(wrapped)
    return _mesh(
        MeshLeaf(film.vertices.astype("<f8").tobytes(), film.triangles.astype("<u4").tobytes())
    )


def _box(box: Box) -> Bodies:
    low = cq.Vector(-box.x / 2.0, -box.y / 2.0, -box.z / 2.0)
    made = cq.Solid.makeBox(box.x, box.y, box.z, low)
    if box.radius == 0.0:
        return sound(made, "Box")
    x, y, z = (side - 2.0 * box.radius for side in (box.x, box.y, box.z))
    r = box.radius
    # Steiner's formula: the inner box, its faces raised, its edges and corners rounded.
    size = x * y * z + 2.0 * r * (x * y + y * z + z * x)
    size += math.pi * r * r * (x + y + z) + 4.0 / 3.0 * math.pi * r**3
    return _sized(sound(made.fillet(r, made.Edges()), "Box"), size, "Box")


def _sized(bodies: Bodies, size: float, what: str) -> Bodies:
    """Return bodies whose volume (mm3) is known beforehand."""
    if not math.isclose(volume(bodies), size, rel_tol=10.0 * SLACK):
        raise BadSolid(f"{what}: {volume(bodies)} mm3 came of it, {size} mm3 it must be")
    return bodies


def _cone(cone: Cone) -> Bodies:
    low = cq.Vector(0.0, 0.0, -cone.height / 2.0)
    if math.isclose(cone.bottom, cone.top, rel_tol=1e-9):
        return sound(cq.Solid.makeCylinder(cone.bottom, cone.height, low), "Cone")
    return sound(cq.Solid.makeCone(cone.bottom, cone.top, cone.height, low), "Cone")


def _capsule(capsule: Capsule) -> Bodies:
    r, half = capsule.radius, capsule.length / 2.0
    outline = flat.wire(
        (
            Arc((0.0, -half), r, -90.0, 90.0),
            Line((r, -half), (r, half)),
            Arc((0.0, half), r, 0.0, 90.0),
            Line((0.0, half + r), (0.0, -half - r)),
        )
    )
    return _turned([cq.Face.makeFromWires(outline)], 360.0, "Capsule")


def _extrude(extrude: Extrude) -> Bodies:
    found = flat.faces(extrude.profile)
    up = cq.Vector(0.0, 0.0, extrude.height)
    plain = tuple(
        body
        for face in found
        for body in sound(cq.Solid.extrudeLinear(_facing_up(face), up), "Extrude")
    )
    if extrude.bottom is None and extrude.top is None:
        return plain
    if len(plain) != 1 or found[0].innerWires():
        raise BadSolid("Extrude: rims need a profile that is one closed curve")
    size = surfaces.rimmed_volume(extrude, found[0])
    # OCCT's own rims are true planes, cylinders and tori, which is what people want to adapt.
    rounded = _rims_by_occt(extrude, plain[0])
    if rounded and math.isclose(volume(rounded), size, rel_tol=SLACK):
        return rounded
    return _sized(surfaces.rimmed_body(extrude), size, "Extrude")


def _rims_by_occt(extrude: Extrude, plain: cq.Solid) -> Bodies:
    """Return the extrusion with its rims rounded and cut by OCCT, nothing where it cannot."""
    made = plain
    try:
        for rim, side in ((extrude.bottom, "<Z"), (extrude.top, ">Z")):
            if rim is None:
                continue
            edges = cq.Workplane(made).faces(side).edges().vals()
            real = [edge for edge in edges if isinstance(edge, cq.Edge)]
            if rim.kind == "round":
                (made,) = made.fillet(rim.size, real).Solids()
            else:
                (made,) = made.chamfer(rim.size, None, real).Solids()
        return sound(made, "Extrude")
    except FAILURES:
        return ()


def _facing_up(face: cq.Face) -> cq.Face:
    return face if face.normalAt().z > 0.0 else cq.Face(face.wrapped.Reversed())


def _revolve(revolve: Revolve) -> Bodies:
    found = flat.faces(revolve.profile)
    low = min(face.BoundingBox(1e-4).xmin for face in found)
    if low < -1e-6:
        raise BadSolid(f"Revolve: the profile must keep to x >= 0, it reaches {low:.3f} mm")
    return _turned(found, revolve.degrees, "Revolve")


def _turned(found: list[cq.Face], degrees: float, what: str) -> Bodies:
    """Return flat faces turned about their y axis, which then stands up as z."""
    axis = cq.Vector(0.0, 0.0, 0.0), cq.Vector(0.0, 1.0, 0.0)
    bodies: list[cq.Solid] = []
    for face in found:
        made = cq.Solid.revolve(face, degrees, *axis)
        if made.Volume() < 0.0:
            made = cq.Solid(made.wrapped.Reversed())
        # Pappus: the area times the way of its middle.
        way = math.radians(degrees) * face.Center().x
        bodies.extend(_sized(sound(made, what), face.Area() * way, what))
    return moved(tuple(bodies), _UP)


def _mesh(leaf: MeshLeaf) -> Bodies:
    vertices = np.frombuffer(leaf.vertices, dtype="<f8").reshape(-1, 3)
    triangles = np.frombuffer(leaf.triangles, dtype="<u4").reshape(-1, 3)
    if triangles.max() >= len(vertices):
        raise BadSolid("MeshLeaf: a triangle names a vertex that is not there")
    corners = vertices[triangles]
    if np.einsum("ij,ij->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) <= 0.0:
        raise BadSolid("MeshLeaf: these triangles face inwards or enclose nothing")
    faces = [
        cq.Face.makeFromWires(cq.Wire.makePolygon([cq.Vector(*c) for c in three], close=True))
        for three in corners.tolist()
    ]
    return sewn(faces, "MeshLeaf", 1e-6)
