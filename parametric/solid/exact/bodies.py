"""Bodies of the exact kernel: looked at hard, joined, cut, moved."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import cadquery as cq
from OCP.BRepAlgoAPI import BRepAlgoAPI_Common, BRepAlgoAPI_Cut, BRepAlgoAPI_Fuse
from OCP.BRepBuilderAPI import (
    BRepBuilderAPI_MakeSolid,
    BRepBuilderAPI_Sewing,
    BRepBuilderAPI_Transform,
)
from OCP.BRepCheck import BRepCheck_NoError, BRepCheck_Shell
from OCP.gp import gp_Trsf
from OCP.Standard import Standard_Failure
from OCP.TopTools import TopTools_ListOfShape

from parametric.place import Placement
from parametric.solid.value import BadSolid

Bodies: TypeAlias = tuple[cq.Solid, ...]
"""Separate solids, none where nothing is left."""

FUZZ_MM = (0.0, 1e-5, 1e-4)
"""How near to each other faces count as one, tried in turn: 0 leaves it to their own tolerances."""

SLACK = 1e-6
"""Relative error of OCCT's volumes of curved bodies."""


def volume(bodies: Iterable[cq.Solid]) -> float:
    """Return the volume of bodies in mm3."""
    return float(sum(body.Volume() for body in bodies))


def sound(shape: cq.Shape, what: str) -> Bodies:
    """Return the solids of a shape that is closed, outward and real all through.

    Raises:
        BadSolid: naming what was to be made, and what is wrong with it.
    """
    solids = tuple(shape.Solids()) if shape is not None and shape.wrapped is not None else ()
    if not solids:
        raise BadSolid(f"{what}: the exact kernel made no solid")
    if len(shape.Faces()) != sum(len(solid.Faces()) for solid in solids):
        raise BadSolid(f"{what}: the exact kernel left loose faces beside the solid")
    for solid in solids:
        size = solid.Volume()
        if not (math.isfinite(size) and size > 0.0):
            raise BadSolid(f"{what}: the exact kernel made a solid of {size} mm3")
        for shell in solid.Shells():
            if BRepCheck_Shell(shell.wrapped).Closed() != BRepCheck_NoError:
                raise BadSolid(f"{what}: the exact kernel made a shell with gaps")
        if not solid.isValid():
            raise BadSolid(f"{what}: the exact kernel made faces that do not fit together")
    return solids


def sewn(faces: Sequence[cq.Face], what: str, tolerance_mm: float = 1e-5) -> Bodies:
    """Return the one body that faces enclose, outward.

    Args:
        faces: all faces of a closed body, whichever way each one looks.
        what: names the body in errors.
        tolerance_mm: how far apart edges may lie that are sewn together.

    Raises:
        BadSolid: they enclose nothing, or more than one body.
    """
    sewing = BRepBuilderAPI_Sewing(tolerance_mm)
    for face in faces:
        sewing.Add(face.wrapped)
    sewing.Perform()
    shells = cq.Shape.cast(sewing.SewedShape()).Shells()
    if len(shells) != 1:
        raise BadSolid(f"{what}: the faces make {len(shells)} shells, not one")
    solid = cq.Solid(BRepBuilderAPI_MakeSolid(shells[0].wrapped).Solid())
    if solid.Volume() < 0.0:
        solid = cq.Solid(solid.wrapped.Reversed())
    return sound(solid, what)


def moved(bodies: Bodies, placement: Placement) -> Bodies:
    """Return bodies moved, turned or mirrored; their geometry itself, so that mirrors work."""
    rows = placement.rows
    turned = gp_Trsf()
    turned.SetValues(*(number for row in rows for number in row))
    result = []
    for body in bodies:
        copied = BRepBuilderAPI_Transform(body.wrapped, turned, True).Shape()
        solid = cq.Solid(copied)
        result.append(cq.Solid(copied.Reversed()) if solid.Volume() < 0.0 else solid)
    return tuple(result)


def joined(groups: Sequence[Bodies]) -> Bodies:
    """Return all bodies together.

    Raises:
        BadSolid: the kernel failed, or its result is larger or smaller than can be.
    """
    bodies = [body for group in groups for body in group]
    if len(bodies) < 2:
        return tuple(bodies)
    sizes = [body.Volume() for body in bodies]
    return _boolean(BRepAlgoAPI_Fuse, bodies[:1], bodies[1:], "Union", max(sizes), sum(sizes))


def cut(base: Bodies, tools: Sequence[Bodies]) -> Bodies:
    """Return `base` without any of the tools.

    Raises:
        BadSolid: the kernel failed, or its result is larger or smaller than can be.
    """
    reach = [body.BoundingBox() for body in base]
    near = [
        body
        for tool in tools
        for body in tool
        if any(_meet(body.BoundingBox(), box) for box in reach)
    ]
    if not base or not near:
        return base
    whole = volume(base)
    return _boolean(BRepAlgoAPI_Cut, base, near, "Difference", whole - volume(near), whole)


def shared(groups: Sequence[Bodies]) -> Bodies:
    """Return what all groups have in common.

    Raises:
        BadSolid: the kernel failed, or its result is larger than can be.
    """
    common = groups[0]
    for other in groups[1:]:
        if not common or not other:
            return ()
        most = min(volume(common), volume(other))
        common = _boolean(BRepAlgoAPI_Common, common, other, "Intersection", 0.0, most)
    return common


def _boolean(
    operation: Any,
    arguments: Sequence[cq.Solid],
    tools: Sequence[cq.Solid],
    what: str,
    least: float,
    most: float,
) -> Bodies:
    """Return the result of an OCCT operation whose volume is from `least` to `most` mm3."""
    slack = SLACK * (volume(arguments) + volume(tools))
    wrong = ""
    for fuzz in FUZZ_MM:
        work = operation()
        work.SetArguments(_listed(arguments))
        work.SetTools(_listed(tools))
        # Threads hang in a forked worker, and results then depend on how they raced.
        work.SetRunParallel(False)
        work.SetNonDestructive(True)
        if fuzz:
            work.SetFuzzyValue(fuzz)
        try:
            work.Build()
            if work.HasErrors():
                wrong = f"{what}: the exact kernel gave up"
                continue
            made = cq.Shape.cast(work.Shape())
            if not made.Solids() and not made.Faces() and least <= slack:
                return ()
            bodies = sound(made, what)
        except (Standard_Failure, ValueError) as problem:
            wrong = f"{what}: {problem}"
            continue
        size = volume(bodies)
        if least - slack <= size <= most + slack:
            return bodies
        wrong = f"{what}: {size:.3f} mm3 came of it, from {least:.3f} to {most:.3f} is possible"
    raise BadSolid(wrong)


def _listed(bodies: Sequence[cq.Solid]) -> Any:
    listed = TopTools_ListOfShape()
    for body in bodies:
        listed.Append(body.wrapped)
    return listed


def _meet(a: Any, b: Any) -> bool:
    """Return whether two bounding boxes touch."""
    return bool(
        a.xmin <= b.xmax
        and b.xmin <= a.xmax
        and a.ymin <= b.ymax
        and b.ymin <= a.ymax
        and a.zmin <= b.zmax
        and b.zmin <= a.zmax
    )
