"""Bodies of the exact kernel: looked at hard, joined, cut, moved."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import cadquery as cq
from OCP.Bnd import Bnd_Box
from OCP.BRepAlgoAPI import BRepAlgoAPI_Common, BRepAlgoAPI_Cut, BRepAlgoAPI_Fuse
from OCP.BRepBndLib import BRepBndLib
from OCP.BRepBuilderAPI import (
    BRepBuilderAPI_MakeSolid,
    BRepBuilderAPI_Sewing,
    BRepBuilderAPI_Transform,
)
from OCP.BRepCheck import BRepCheck_NoError, BRepCheck_Shell
from OCP.BRepClass3d import BRepClass3d_SolidClassifier
from OCP.BRepGProp import BRepGProp
from OCP.gp import gp_Pnt, gp_Trsf
from OCP.GProp import GProp_GProps
from OCP.Standard import Standard_Failure
from OCP.StdFail import StdFail_NotDone
from OCP.TopAbs import TopAbs_IN, TopAbs_OUT
from OCP.TopTools import TopTools_ListOfShape

from parametric.place import Placement, Vec3
from parametric.solid.value import BadSolid

Bodies: TypeAlias = tuple[cq.Solid, ...]
"""Separate solids, none where nothing is left."""

FUZZ_MM = (0.0, 1e-5, 1e-4, 5e-3)
"""How near to each other faces count as one, tried in turn: 0 leaves it to their own tolerances.
Where a flat face touches a curved one all along a line, only the last may do."""

SLACK = 1e-5
"""Relative error that is allowed to volumes before they are called impossible."""

FAILURES = (Standard_Failure, StdFail_NotDone, RuntimeError, ValueError)
"""What OCCT raises. Its exceptions share no base class in Python, and it has many."""


def volume(bodies: Iterable[cq.Shape]) -> float:
    """Return the volume of bodies in mm3, to 1 part in 100,000.

    By adaptive quadrature: cadquery's Volume() takes a fixed number of Gauss points, and was
    0.3 % wrong for a bar along a bent path.
    """
    return float(sum(_size(body) for body in bodies))


def _size(body: cq.Shape) -> float:
    size = _SIZES.get(body)
    if size is None:
        size = _SIZES[body] = float(_properties(body).Mass())
    return size


_SIZES: WeakKeyDictionary[cq.Shape, float] = WeakKeyDictionary()
"""Volumes of bodies that are still in use: every operation asks for those of what it is given."""


def bounds(body: cq.Shape) -> tuple[Vec3, Vec3]:
    """Return the lowest and the highest corner (mm) of the tightest box along the axes."""
    box = body.BoundingBox(1e-4)
    return (box.xmin, box.ymin, box.zmin), (box.xmax, box.ymax, box.zmax)


def _properties(body: cq.Shape) -> Any:
    properties = GProp_GProps()
    BRepGProp.VolumeProperties_s(
        body.wrapped, properties, Eps=1e-5, OnlyClosed=False, SkipShared=False
    )
    return properties


def sound(shape: cq.Shape, what: str) -> Bodies:
    """Return the solids of a shape that is closed, outward and real all through.

    Raises:
        BadSolid: naming what was to be made, and what is wrong with it.
    """
    solids = tuple(shape.Solids()) if shape.wrapped is not None else ()
    if not solids:
        raise BadSolid(f"{what}: the exact kernel made no solid")
    if len(shape.Faces()) != sum(len(solid.Faces()) for solid in solids):
        raise BadSolid(f"{what}: the exact kernel left loose faces beside the solid")
    for solid in solids:
        size = _size(solid)
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
    if _size(solid) < 0.0:
        solid = cq.Solid(solid.wrapped.Reversed())
    return sound(solid, what)


def moved(bodies: Bodies, placement: Placement) -> Bodies:
    """Return bodies moved, turned or mirrored; their geometry itself, so that mirrors work."""
    rows = placement.rows
    turned = gp_Trsf()
    turned.SetValues(*(number for row in rows for number in row))
    result = []
    for body in bodies:
        copied = BRepBuilderAPI_Transform(body.wrapped, turned, theCopyGeom=True).Shape()
        solid = cq.Solid(copied)
        if turned.IsNegative() and solid.Volume() < 0.0:
            solid = cq.Solid(copied.Reversed())
        _SIZES[solid] = _size(body)
        result.append(solid)
    return tuple(result)


def joined(groups: Sequence[Bodies]) -> Bodies:
    """Return all bodies together.

    Raises:
        BadSolid: the kernel failed, or its result is larger or smaller than can be.
    """
    bodies = [body for group in groups for body in group]
    if len(bodies) < 2:
        return tuple(bodies)
    sizes = [volume([body]) for body in bodies]
    possible = max(sizes), sum(sizes)
    return _boolean(BRepAlgoAPI_Fuse, bodies[:1], bodies[1:], possible)


def cut(base: Bodies, tools: Sequence[Bodies]) -> Bodies:
    """Return `base` without any of the tools.

    Raises:
        BadSolid: the kernel failed, or its result is larger or smaller than can be.
    """
    reach = [_reach(body) for body in base]
    near = [
        body for tool in tools for body in tool if not all(_reach(body).IsOut(box) for box in reach)
    ]
    if not base or not near:
        return base
    if len(near) > 1:
        try:
            return _cut_at_once(base, near, FUZZ_MM[:1])
        except BadSolid:
            # Many tools that touch each other can be too much for OCCT at once, and each of
            # them alone is not.
            pass
    for tool in near:
        base = _cut_at_once(base, [tool], FUZZ_MM) if base else base
    return base


def _cut_at_once(base: Bodies, tools: Sequence[cq.Solid], fuzz: Sequence[float]) -> Bodies:
    whole = volume(base)
    return _boolean(BRepAlgoAPI_Cut, base, tools, (whole - volume(tools), whole), fuzz)


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
        common = _boolean(BRepAlgoAPI_Common, common, other, (0.0, most))
    return common


def _boolean(
    operation: Any,
    arguments: Sequence[cq.Solid],
    tools: Sequence[cq.Solid],
    possible: tuple[float, float],
    fuzzes: Sequence[float] = FUZZ_MM,
) -> Bodies:
    """Return the result of an OCCT operation whose volume must be in the range `possible` (mm3)."""
    what = _NAMES[operation]
    slack = SLACK * (volume(arguments) + volume(tools))
    least, most = possible
    wrong = ""
    for fuzz in fuzzes:
        work = operation()
        work.SetArguments(_listed(arguments))
        work.SetTools(_listed(tools))
        # Threads hang in a forked worker, and results then depend on how they raced.
        work.SetRunParallel(thFlag=False)
        work.SetNonDestructive(theFlag=True)
        if fuzz:
            work.SetFuzzyValue(fuzz)
        try:
            work.Build()
            if not work.IsDone():
                wrong = f"{what}: the exact kernel gave up"
                continue
            made = cq.Shape.cast(work.Shape())
            if not made.Faces() and least <= slack:
                # Nothing left is also what OCCT returns where it lost its way.
                if operation is BRepAlgoAPI_Cut and not _covered(arguments, tools):
                    wrong = f"{what}: the exact kernel lost a body that is not cut away"
                    continue
                return ()
            bodies = sound(made, what)
        except FAILURES as problem:
            wrong = f"{what}: {problem}"
            continue
        if operation is BRepAlgoAPI_Fuse and _overlapping(bodies):
            wrong = f"{what}: the exact kernel left two bodies in one place"
            continue
        size = volume(bodies)
        if least - slack <= size <= most + slack:
            return bodies
        wrong = f"{what}: {size:.3f} mm3 came of it, from {least:.3f} to {most:.3f} is possible"
    raise BadSolid(wrong)


def _overlapping(bodies: Bodies) -> bool:
    """Return whether two bodies share space, by a few points of the box that they share."""
    for body, other in combinations(bodies, 2):
        box, others = body.BoundingBox(1e-2), other.BoundingBox(1e-2)
        low = (max(box.xmin, others.xmin), max(box.ymin, others.ymin), max(box.zmin, others.zmin))
        high = (min(box.xmax, others.xmax), min(box.ymax, others.ymax), min(box.zmax, others.zmax))
        if any(a >= b for a, b in zip(low, high, strict=True)):
            continue
        in_body, in_other = (BRepClass3d_SolidClassifier(each.wrapped) for each in (body, other))
        if any(_state(in_body, at) == _state(in_other, at) == TopAbs_IN for at in _grid(low, high)):
            return True
    return False


def _covered(bodies: Sequence[cq.Solid], tools: Sequence[cq.Solid]) -> bool:
    """Return whether tools cover bodies wholly, by a few points inside of each body."""
    in_tools = [BRepClass3d_SolidClassifier(tool.wrapped) for tool in tools]
    for body in bodies:
        box = body.BoundingBox(1e-2)
        in_body = BRepClass3d_SolidClassifier(body.wrapped)
        for at in _grid((box.xmin, box.ymin, box.zmin), (box.xmax, box.ymax, box.zmax)):
            if _state(in_body, at) == TopAbs_IN and all(
                _state(in_tool, at) == TopAbs_OUT for in_tool in in_tools
            ):
                return False
    return True


def _grid(low: Vec3, high: Vec3) -> Iterator[gp_Pnt]:
    """Return points of a regular grid in a box, none of them on its sides (mm)."""
    for steps in product(range(1, _STEPS), repeat=3):
        yield gp_Pnt(
            *(a + (b - a) * step / _STEPS for a, b, step in zip(low, high, steps, strict=True))
        )


def _state(classifier: Any, at: gp_Pnt) -> Any:
    """Return where a point lies: in, on or out."""
    classifier.Perform(at, 1e-6)
    return classifier.State()


_STEPS = 8
"""Steps across a box at whose crossings it is asked whether anything is there."""

_NAMES = {
    BRepAlgoAPI_Fuse: "Union",
    BRepAlgoAPI_Cut: "Difference",
    BRepAlgoAPI_Common: "Intersection",
}


def _listed(bodies: Sequence[cq.Solid]) -> Any:
    listed = TopTools_ListOfShape()
    for body in bodies:
        listed.Append(body.wrapped)
    return listed


def _reach(body: cq.Solid) -> Any:
    """Return a box that a body is within; a quick one, of the poles of its surfaces."""
    box = Bnd_Box()
    BRepBndLib.Add_s(body.wrapped, box)
    return box
