"""How parts meet: what boxes leave out is what the kernel would not have found either."""

import math

import manifold3d as m3d
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parametric.checks.meetings import Body, Meeting, Meetings
from parametric.place import HERE, Placement, Vec3, move, turn
from parametric.solid import Box, Cylinder, Solid, Sphere, difference, placed, union
from parametric.solid.mesh import evaluate

SEARCH_MM = 0.4

SHAPES: dict[str, Solid] = {
    "box": Box(6, 4, 8),
    "ball": Sphere(3),
    "ring": difference(Cylinder(7, 4), Cylinder(4, 6)),
    "fork": union(
        *(placed(Box(2, 6, 12), move(x)) for x in (-4, 4)), placed(Box(10, 6, 2), move(z=7))
    ),
    "two pieces": union(Box(2, 2, 2), placed(Box(2, 2, 2), move(9, 0, 0))),
    "shell": difference(Box(20, 20, 20), Box(16, 16, 16)),
}

BODIES = {name: Body(evaluate(solid)) for name, solid in SHAPES.items()}


def meet(a: str, b: str, places: list[Placement], search: float) -> list[Meeting]:
    """Ask for all positions together; boxes that do not meet have nothing in common."""
    meetings = Meetings(BODIES)
    asked = meetings.ask(
        [(a, b)] * len(places),
        np.stack([place.matrix() for place in places]),
        np.full(len(places), search),
    )
    meetings.settle()
    apart = Meeting(0.0, math.inf)
    return [apart if query is None else meetings.met[query] for query in asked]


def kernel(a: str, b: str, place: Placement) -> tuple[float, float]:
    """Return volume in common and gap, straight from the kernel."""
    still: m3d.Manifold = BODIES[a].shape
    moved = BODIES[b].shape.transform(place.matrix()[:3])
    return float((still ^ moved).volume()), float(still.min_gap(moved, SEARCH_MM))


names = st.sampled_from(sorted(SHAPES))
near = st.floats(-12, 12)
places = st.builds(
    lambda axis, degrees, x, y, z: turn(axis, degrees).then(move(x, y, z)),
    st.sampled_from([(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 2.0, 3.0)]),
    st.sampled_from([0.0, 17.0, 90.0]),
    near,
    near,
    near,
)


@given(names, names, st.lists(places, min_size=1, max_size=5))
def test_every_position_meets_as_the_kernel_alone_would_say(
    a: str, b: str, where: list[Placement]
) -> None:
    """Apart, near, in each other or one inside the other: volume and gap are the kernel's."""
    for place, told in zip(where, meet(a, b, where, SEARCH_MM), strict=True):
        volume, gap = kernel(a, b, place)
        assert told.volume == pytest.approx(volume, abs=1e-6)
        assert told.gap is not None
        assert min(told.gap, SEARCH_MM) == pytest.approx(gap, abs=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "at", "common"),
    [
        ("shell", "ball", (0.0, 0.0, 0.0), 0.0),
        ("box", "two pieces", (-9.0, 0.0, 0.0), 8.0),
        ("two pieces", "box", (9.0, 0.0, 0.0), 8.0),
        ("ring", "box", (40.0, 0.0, 0.0), 0.0),
    ],
)
def test_one_inside_the_other(a: str, b: str, at: Vec3, common: float) -> None:
    """Surfaces that never meet: in a hollow nothing is in common, in the material all of it."""
    (told,) = meet(a, b, [move(*at)], SEARCH_MM)
    assert told.volume == pytest.approx(common, abs=1e-6)


def test_the_gap_is_not_looked_for_where_it_does_not_matter() -> None:
    """Without a distance to search, two that are near have no gap told."""
    (told,) = meet("box", "box", [move(6.05)], 0.0)
    (near,) = meet("box", "box", [move(6.05)], SEARCH_MM)
    assert (told.volume, near.volume) == (0.0, 0.0)
    assert near.gap == pytest.approx(0.05, abs=1e-9)


def test_where_parts_are_in_many_poses() -> None:
    """Posed all at once: each pose asks about its own neighbours only."""
    meetings = Meetings({name: BODIES[name] for name in ("box", "ball")})
    far, close = move(100), move(5)
    at = {
        "box": np.stack([HERE.matrix()] * 2),
        "ball": np.stack([far.matrix(), close.matrix()]),
    }
    first, second = meetings.ask_all(at, np.zeros((2, 1)))
    meetings.settle()
    assert not first
    assert meetings.met[second[0]].volume > 0.0
