"""Random solids that make sense: hypothesis strategies for the whole vocabulary."""

import struct

from hypothesis import strategies as st

from parametric.place import Placement, Vec3, mirror_x, move, turn
from parametric.solid import (
    Box,
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
    Polygon,
    Profile,
    Revolve,
    Rim,
    Section,
    Solid,
    Sphere,
    Spline,
    Sweep,
    Text,
    Union,
    hexagon,
    placed,
    rectangle,
    slot,
    teardrop,
)


def mm(low: float, high: float) -> st.SearchStrategy[float]:
    """Lengths with a few decimals, which no two dimensions share by accident."""
    return st.integers(int(low * 1000), int(high * 1000)).map(lambda n: n / 1000.0 + 0.000417)


def cube(side: float) -> MeshLeaf:
    """A cube as somebody else's mesh."""
    corners = [(x, y, z) for x in (0.0, side) for y in (0.0, side) for z in (0.0, side)]
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    triangles = [t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))]
    return MeshLeaf(
        b"".join(struct.pack("<3d", *corner) for corner in corners),
        b"".join(struct.pack("<3I", *triangle) for triangle in triangles),
    )


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y, z = draw(mm(4, 25)), draw(mm(4, 25)), draw(mm(4, 25))
    share = draw(st.sampled_from((0.0, 0.1, 0.3, 0.45)))
    return Box(x, y, z, share * min(x, y, z))


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Profiles that reach 3 to 12 mm from the origin, with room for rims of 0.5 mm."""
    size = draw(mm(3, 10))
    kind = draw(st.integers(0, 6))
    match kind:
        case 0:
            return Circle(size)
        case 1:
            return rectangle(2 * size, 1.3 * size, draw(st.sampled_from((0.0, 0.2, 0.6))) * size)
        case 2:
            return hexagon(2 * size)
        case 3:
            return slot(2.4 * size, size)
        case 4:
            return teardrop(size)
        case 5:
            return Spline(((size, 0.0), (0.0, 0.8 * size), (-size, 0.1), (0.0, -0.9 * size)))
        case _:
            return Offset(rectangle(size, 1.5 * size), draw(st.sampled_from((1.1, 0.4, -0.7))))


@st.composite
def extrusions(draw: st.DrawFn) -> Extrude:
    rims = st.none() | st.builds(Rim, st.sampled_from(("round", "chamfer")), mm(0.2, 0.5))
    profile = draw(profiles())
    # A teardrop is a polygon of short sides, which have room for hardly any rim.
    if isinstance(profile, Polygon) and len(profile.points) > 12:
        return Extrude(profile, draw(mm(3, 15)))
    return Extrude(profile, draw(mm(3, 15)), draw(rims), draw(rims))


@st.composite
def lofts(draw: st.DrawFn) -> Loft:
    z, sections = 0.0, []
    for _ in range(draw(st.integers(2, 4))):
        sections.append(
            Section(
                z,
                draw(mm(5, 12)),
                draw(mm(4, 9)),
                draw(mm(4, 9)),
                draw(mm(-2, 2)),
                draw(mm(-2, 2)),
                draw(st.sampled_from((1.5, 2.0, 2.5, 3.0, 4.0, 8.0))),
            )
        )
        z += draw(mm(5, 15))
    ends = st.sampled_from((0.0, 0.8, 2.3))
    return Loft(tuple(sections), draw(ends), draw(ends), draw(st.booleans()))


@st.composite
def sweeps(draw: st.DrawFn) -> Sweep:
    """Paths that bend gently, as cord channels do."""
    count = draw(st.integers(2, 5))
    path = tuple((draw(mm(-1, 1)), draw(mm(-1, 1)), 9.0 * i) for i in range(count))
    swept: tuple[Profile, ...] = (
        Circle(1.3),
        rectangle(3.0, 2.0, 0.4),
        rectangle(2.0, 2.5),
        hexagon(3.0),
    )
    return Sweep(draw(st.sampled_from(swept)), path)


@st.composite
def revolutions(draw: st.DrawFn) -> Revolve:
    inner, wide, tall = draw(mm(0, 8)), draw(mm(2, 8)), draw(mm(2, 12))
    corners = ((inner, 0.0), (inner + wide, 0.0), (inner + 0.6 * wide, tall), (inner, tall))
    return Revolve(Polygon(corners), draw(st.sampled_from((360.0, 180.0, 77.0))))


@st.composite
def placements(draw: st.DrawFn) -> Placement:
    whole = st.floats(-1.0, 1.0)
    axis: Vec3 = (draw(whole), draw(whole), 1.0)
    first = mirror_x() if draw(st.booleans()) else move()
    turned = turn(axis, draw(st.floats(-180.0, 180.0)))
    return first.then(turned).then(move(draw(mm(-6, 6)), draw(mm(-6, 6)), draw(mm(-6, 6))))


LEAVES: dict[str, st.SearchStrategy[Solid]] = {
    "box": boxes(),
    "cylinder": st.builds(Cylinder, mm(2, 12), mm(3, 25)),
    "cone": st.builds(Cone, mm(2, 12), mm(2, 12) | st.just(0.0), mm(3, 20)),
    "sphere": st.builds(Sphere, mm(3, 12)),
    "capsule": st.builds(Capsule, mm(2, 8), mm(2, 20)),
    "extrude": extrusions(),
    "revolve": revolutions(),
    "loft": lofts(),
    "sweep": sweeps(),
    "mesh": mm(3, 10).map(cube),
    "text": st.builds(
        Extrude, st.builds(Text, st.sampled_from(("Ä", "o8", "fit")), mm(5, 9)), mm(1, 4)
    ),
}
"""Solids of one node (and its profile or sections), by kind, so that a test can ask for each."""

COMBINATIONS = ("union", "difference", "intersection", "placed")


@st.composite
def combined(draw: st.DrawFn, how: str, depth: int = 1) -> Solid:
    """A solid that is combined in the way named, of solids as deep as given.

    Chosen by kind first: left to itself, hypothesis draws the first kinds nearly always.
    """

    def inner() -> Solid:
        if depth > 1:
            return draw(combined(draw(st.sampled_from(COMBINATIONS)), depth - 1))
        leaf = draw(LEAVES[draw(st.sampled_from(sorted(LEAVES)))])
        return placed(leaf, draw(placements()))

    match how:
        case "union":
            return Union(tuple(inner() for _ in range(draw(st.integers(2, 3)))))
        case "difference":
            return Difference(inner(), tuple(inner() for _ in range(draw(st.integers(1, 2)))))
        case "intersection":
            return Intersection((inner(), inner()))
        case _:
            return placed(Union((inner(), inner())), draw(placements()))


def trees() -> st.SearchStrategy[Solid]:
    """Solids of one to three levels."""
    shallow = [combined(how) for how in COMBINATIONS]
    deep = [combined(how, 2) for how in COMBINATIONS]
    return st.one_of(*LEAVES.values(), *shallow, *deep)
