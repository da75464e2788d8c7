"""What cannot be made is refused, and the refusal says what and why."""

import math
import struct
from collections.abc import Callable
from typing import Any, cast

import cadquery as cq
import pytest

from parametric.place import HERE, Placement, move
from parametric.solid import (
    BadSolid,
    Box,
    CadLeaf,
    Capsule,
    Circle,
    Cone,
    Cylinder,
    Difference,
    Extrude,
    Intersection,
    Loft,
    MeshLeaf,
    Offset,
    Placed,
    Polygon,
    Revolve,
    Rim,
    Section,
    Solid,
    Sphere,
    Spline,
    Sweep,
    Text,
    Union,
    intersection,
    placed,
    rectangle,
    tube,
)
from parametric.solid.exact import evaluate_exact, leaf, leaf_triangles
from parametric.solid.exact.bodies import sound
from parametric.solid.leaves import LEAVES
from parametric.solid.mesh import mesh_of
from tests.parametric.solid.trees import cube

NAN = math.nan
FIRST, LAST = Section(0, 5, 5, 5), Section(10, 5, 5, 5)

DESCRIBED: dict[str, tuple[Callable[[], object], str]] = {
    "no number": (lambda: Sphere(NAN), "radius must be a finite number"),
    "no end": (lambda: Box(1, math.inf, 1), "y must be a finite number"),
    "no number inside": (lambda: tube(1, ((0, 0, 0), (0, NAN, 5))), "path must be a finite"),
    "flat box": (lambda: Box(1, 0, 1), "y must be above 0"),
    "box too round": (lambda: Box(4, 9, 9, 2), "under half a side"),
    "box rounded outwards": (lambda: Box(4, 9, 9, -1), "under half a side"),
    "thin cylinder": (lambda: Cylinder(0, 1), "radius must be above 0"),
    "flat cylinder": (lambda: Cylinder(1, -1), "height must be above 0"),
    "flat cone": (lambda: Cone(1, 1, 0), "height must be above 0"),
    "cone of nothing": (lambda: Cone(0, 0, 1), "radii must be 0 or more"),
    "negative cone": (lambda: Cone(-1, 2, 1), "radii must be 0 or more"),
    "sphere": (lambda: Sphere(-1), "radius must be above 0, -1 given"),
    "capsule": (lambda: Capsule(1, 0), "length must be above 0"),
    "rim": (lambda: Rim("round", 0), "size must be above 0"),
    "kind of rim": (lambda: Rim(cast(Any, "square"), 1), "round or chamfer"),
    "extrusion": (lambda: Extrude(Circle(1), 0), "height must be above 0"),
    "rims too high": (
        lambda: Extrude(Circle(9), 3, Rim("round", 2), Rim("round", 2)),
        "rims need 4 mm, the height is 3 mm",
    ),
    "rims on text": (lambda: Extrude(Text("a", 5), 3, Rim("round", 1)), "text has no rims"),
    "no turn": (lambda: Revolve(Circle(1), 0), "degrees must be from 0 to 360"),
    "more than a turn": (lambda: Revolve(Circle(1), 361), "degrees must be from 0 to 360"),
    "section": (lambda: Section(0, 5, 5, 0), "down must be above 0"),
    "hollow section": (lambda: Section(0, 5, 5, 5, power=1), "power must be from 1.5 to 8"),
    "one section": (lambda: Loft((FIRST,)), "2 sections or more"),
    "falling sections": (lambda: Loft((LAST, FIRST)), "must rise along z"),
    "domes too long": (
        lambda: Loft((FIRST, Section(6, 5, 5, 5)), 4, 4),
        "longer than the body",
    ),
    "dome too wide": (lambda: Loft((FIRST, LAST), 5), "under its smallest half size"),
    "negative dome": (lambda: Loft((FIRST, LAST), -1), "under its smallest half size"),
    "path of a point": (lambda: tube(1, ((0, 0, 0),)), "a path needs 2 points"),
    "union": (lambda: Union(()), "at least one part"),
    "intersection": (lambda: Intersection(()), "at least one part"),
    "scaled": (
        lambda: Placed(Sphere(1), Placement(((2.0, 0, 0, 0), (0, 1.0, 0, 0), (0, 0, 1.0, 0)))),
        "only moves, turns or mirrors",
    ),
    "sheared": (
        lambda: Placed(Sphere(1), Placement(((1.0, 0.1, 0, 0), (0, 1.0, 0, 0), (0, 0, 1.0, 0)))),
        "only moves, turns or mirrors",
    ),
    "placed nowhere": (lambda: Placed(Sphere(1), move(NAN)), "finite numbers"),
    "two rows": (lambda: Placed(Sphere(1), Placement(HERE.rows[:2])), "three rows"),
    "mesh of nothing": (lambda: MeshLeaf(b"", b""), "24 bytes a vertex"),
    "half a vertex": (lambda: MeshLeaf(b"x" * 25, b"x" * 12), "24 bytes a vertex"),
    "circle": (lambda: Circle(0), "radius must be above 0"),
    "two corners": (lambda: Polygon(((0, 0), (1, 0))), "needs 3 points"),
    "clockwise": (lambda: Polygon(((0, 0), (0, 1), (1, 0))), "anticlockwise"),
    "radii": (lambda: Polygon(((0, 0), (1, 0), (0, 1)), (0.1, 0.1)), "one radius for all"),
    "too round": (lambda: rectangle(4, 4, 2.1), "corner rounding needs 4.200 mm"),
    "corner twice": (lambda: Polygon(((0, 0), (1, 0), (1, 0), (0, 1))), "comes twice"),
    "two knots": (lambda: Spline(((0, 0), (1, 0))), "needs 3 points"),
    "clockwise spline": (lambda: Spline(((0, 0), (0, 1), (1, 0))), "anticlockwise"),
    "small text": (lambda: Text("a", 0), "height must be above 0"),
    "empty text": (lambda: Text("  ", 5), "at least one letter"),
}


@pytest.mark.parametrize("name", DESCRIBED)
def test_a_description_that_cannot_be_is_refused(name: str) -> None:
    """When it is made, before any kernel sees it."""
    describe, why = DESCRIBED[name]
    with pytest.raises(BadSolid, match=why):
        describe()


SHARP = Polygon(((0, 0), (20, 0), (20, 1), (0, 1)))
FAR = placed(Sphere(1), move(99))
OPEN = MeshLeaf(cube(1).vertices, cube(1).triangles[:-12])
INSIDE_OUT = MeshLeaf(
    cube(1).vertices,
    b"".join(
        struct.pack("<3I", a, c, b) for a, b, c in struct.iter_unpack("<3I", cube(1).triangles)
    ),
)

MADE: dict[str, tuple[Solid, str, str]] = {
    "nothing left": (intersection(Sphere(1), FAR), "nothing is left", "nothing is left"),
    "all cut away": (Difference(Sphere(1), (Box(9, 9, 9),)), "nothing is left", "nothing is left"),
    "shrunk away": (
        Extrude(Offset(Circle(1), -2), 1),
        "nothing is left of the profile",
        "nothing is left of the profile",
    ),
    "rim wider than a side": (
        Extrude(SHARP, 5, Rim("chamfer", 0.6)),
        "larger than a corner has room for",
        "larger than a corner has room for",
    ),
    "beyond the axis": (Revolve(rectangle(2, 2)), "must keep to x >= 0", "must keep to x >= 0"),
    "bent too tightly": (
        tube(3, ((0, 0, 0), (0, 0, 5), (1, 0, 0))),
        "the path bends with a radius",
        "the path bends with a radius",
    ),
    "swept text": (
        Sweep(Text("8", 5), ((0, 0, 0), (0, 0, 5))),
        "one closed curve",
        "one closed curve",
    ),
    "open mesh": (OPEN, "no closed body", "gaps|shell|solid"),
    "inside-out mesh": (INSIDE_OUT, "face inwards", "face inwards"),
    "mesh without a vertex": (
        MeshLeaf(b"\0" * 72, struct.pack("<3I", 0, 1, 9)),
        "no closed body",
        "a vertex that is not there",
    ),
    "unknown leaf": (CadLeaf("teapot"), "no leaf is called 'teapot'", "no leaf is called"),
    "unknown argument": (
        CadLeaf("filleted_plate", (("size", 1.0),)),
        "unexpected keyword",
        "unexpected keyword",
    ),
    "impossible leaf": (
        CadLeaf(
            "filleted_plate",
            (("x", 9.0), ("y", 9.0), ("z", 2.0), ("corner", 4.5), ("edge", 1.0)),
        ),
        "CadLeaf filleted_plate",
        "CadLeaf filleted_plate",
    ),
    "letter nobody drew": (Extrude(Text("日", 5), 1), "no '日'", "no '日'"),
}


@pytest.mark.parametrize("name", MADE)
def test_a_shape_that_cannot_be_is_refused_by_both_kernels(name: str) -> None:
    """Fine number by number, but no body comes of it."""
    solid, mesh_says, exact_says = MADE[name]
    with pytest.raises(BadSolid, match=mesh_says):
        mesh_of(solid)
    with pytest.raises(BadSolid, match=exact_says):
        evaluate_exact(solid)


def test_what_occt_calls_valid_is_looked_at() -> None:
    """isValid() says yes to all of these."""
    inside_out = cq.Solid(cq.Solid.makeBox(1, 1, 1).wrapped.Reversed())
    open_box = cq.Shell.makeShell(cq.Solid.makeBox(1, 1, 1).Faces()[:5])
    mixed = cq.Compound.makeCompound([cq.Solid.makeBox(1, 1, 1), cq.Face.makePlane(5, 5)])
    for shape, why in (
        (inside_out, "a solid of -0.99"),
        (open_box, "made no solid"),
        (mixed, "loose faces"),
    ):
        assert shape.isValid()
        with pytest.raises(BadSolid, match=why):
            sound(shape, "thing")


def test_two_leaves_cannot_share_a_name() -> None:
    """The second is refused where it is registered; the same one may come again."""

    def plate(*, size: float) -> cq.Workplane:
        return cq.Workplane().box(size, size, size)

    def other(*, size: float) -> cq.Workplane:
        return cq.Workplane().sphere(size)

    leaf("a test's own")(plate)
    try:
        leaf("a test's own")(plate)
        with pytest.raises(BadSolid, match="two leaves are called"):
            leaf("a test's own")(other)
        vertices, triangles = leaf_triangles(CadLeaf("a test's own", (("size", 2.0),)), 0.1)
        assert vertices.shape == (8, 3)
        assert triangles.shape == (12, 3)
    finally:
        del LEAVES["a test's own"]
