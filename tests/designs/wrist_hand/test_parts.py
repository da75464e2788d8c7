"""Every part of every hand is one closed body, and its holes fit what goes through them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designs.wrist_hand.design import DESIGN
from designs.wrist_hand.parameters import WristHand
from parametric.clearance import DEFAULT_PRINTER
from parametric.design import LoadClass
from parametric.params import describe
from parametric.people import Person, corner_people, sample_people
from parametric.problems import BadParameters
from parametric.resolve import resolve
from tests.designs.wrist_hand.hands import Hand, every_hole, hand, hand_of
from tests.parametric.solid.agree import assert_watertight

SHRINK = DEFAULT_PRINTER.hole_shrink_mm
ALLOWED_MM = {
    "pin": {2.0, 2.2, 3.0, 3.2},
    "screw": {2.2, 3.0, 3.2},
    "pilot": {1.6 - 0.5 * SHRINK, 2.5 - 0.5 * SHRINK},
    "cord": {1.6 - SHRINK},
}
"""What holes may measure once printed: pins of 2 and 3 mm, held or turning (0.2 mm of play);
M2 and M3 screws, through, turning, or cutting their own thread; cords of up to 1.4 mm."""

CORNERS = corner_people(WristHand)


def fitted(person: Person) -> Hand | None:
    """Somebody's hand, or None for somebody this design says it has no room for."""
    try:
        return hand_of(resolve(WristHand, person.entries_for(WristHand)).params)
    except BadParameters:
        return None


@st.composite
def any_entries(draw: st.DrawFn) -> dict[str, Any]:
    """Whatever somebody might enter: the required sizes anywhere, fingers and limb as bodies go."""
    ranges = {info.name: (info.low, info.high) for info in describe(WristHand)}

    def share_of(name: str, of: float, low: float, high: float) -> float:
        least, most = ranges[name]
        assert least is not None
        assert most is not None
        return min(max(of * draw(st.floats(low, high)), least), most)

    breadth = draw(st.floats(44, 110))
    palm = share_of("palm_length", breadth, 1.1, 1.6)
    wrist = share_of("wrist_circumference", breadth, 1.75, 2.3)
    found: dict[str, Any] = {
        "side": draw(st.sampled_from(["left", "right"])),
        "hand_breadth": breadth,
        "palm_length": palm,
        "wrist_circumference": wrist,
        "forearm_circumference": share_of("forearm_circumference", wrist, 1.2, 1.9),
        "padding": draw(st.floats(1, 8)),
        "pins": draw(st.sampled_from(["pins", "screws"])),
        "name": draw(st.sampled_from(["", "Ada", "Żółć"])),
    }
    for name, of, low, high in (
        ("residual_palm_breadth", breadth, 0.8, 1.1),
        ("residual_palm_thickness", breadth, 0.28, 0.45),
        ("residual_palm_length", palm, 0.4, 0.9),
        ("thumb_length", palm, 0.5, 0.75),
        ("little_length", palm, 0.5, 0.75),
        ("index_length", palm, 0.6, 0.85),
    ):
        if draw(st.booleans()):
            found[name] = share_of(name, of, low, high)
    return found


def assert_made(made: Hand) -> None:
    for each in made.made:
        assert each.shape.num_tri() > 0
        bodies = [body.volume() for body in each.shape.decompose()]
        assert len(bodies) == 1, (each.part.name, bodies)
        assert bodies[0] > 0.0
    wrong = [
        (part.name, hole.name, hole.diameter_mm, round(measured, 3))
        for part, hole, measured in every_hole(made)
        if abs(measured - hole.diameter_mm) > 0.02
    ]
    assert wrong == []


@pytest.mark.parametrize("person", CORNERS, ids=lambda person: person.label)
def test_at_the_edges_every_part_is_one_body_with_true_holes(person: Person) -> None:
    """The smallest, the largest, the youngest, long thin hands, swollen wrists, odd limbs."""
    made = fitted(person)
    if made is not None:
        assert_made(made)


def test_few_at_the_edges_are_refused() -> None:
    """A design that refuses everybody difficult would pass the test above."""
    refused = [person.label for person in CORNERS if fitted_params(person) is None]
    assert len(refused) <= 2, refused


def fitted_params(person: Person) -> WristHand | None:
    try:
        found = resolve(WristHand, person.entries_for(WristHand)).params
        DESIGN.build(found, DEFAULT_PRINTER)
    except BadParameters:
        return None
    return found


@settings(max_examples=6)
@given(st.integers(0, 2**32 - 1))
def test_for_anybody_every_part_is_one_body_with_true_holes(seed: int) -> None:
    """Somebody whose measurements go together as real ones do."""
    (person,) = sample_people(1, seed, adults=seed % 2)
    made = fitted(person)
    if made is not None:
        assert_made(made)


@settings(max_examples=10)
@given(any_entries())
def test_for_unusual_sizes_every_part_is_one_body_with_true_holes(wanted: dict[str, Any]) -> None:
    """Sizes that seldom go together: very thick foam, a very long residual palm, a tiny thumb."""
    try:
        made = hand_of(resolve(WristHand, wanted).params)
    except BadParameters:
        return
    assert_made(made)


@pytest.mark.parametrize("who", ["child of 4", "sample person", "male, p99"])
def test_an_independent_reader_finds_closed_bodies(who: str) -> None:
    """trimesh, which shares no code with the kernel, likes what is written to files."""
    for each in hand(who, name="Ada").made:
        assert_watertight(each.mesh)


@pytest.mark.parametrize(
    ("small", "large", "skip"),
    [
        # Pins of 2 mm for both.
        ("child of 4", {"hand_breadth": 64, "palm_length": 84}, ()),
        # Pins of 3 mm for both; the block has M2 screws at a thin wrist, M3 at a thick one.
        ("child of 8", {}, ("tensioner_block", "slider")),
        ("female, p50", {}, ()),
    ],
)
def test_holes_never_scale(small: str, large: dict[str, Any], skip: tuple[str, ...]) -> None:
    """A small hand has the same holes as a large one, as soon as they turn on the same pins."""

    def sizes(made: Hand) -> dict[tuple[str, str], float]:
        return {
            (part.name, hole.name): measured
            for part, hole, measured in every_hole(made)
            if part.name not in skip
        }

    first = sizes(hand(small))
    second = sizes(hand("child of 8", **large) if large else hand("male, p99"))
    assert first.keys() == second.keys()
    assert first == pytest.approx(second, abs=0.02)


@pytest.mark.parametrize("who", ["child of 4", "child of 12", "female, p1", "male, p99"])
def test_holes_come_from_hardware_and_printer(who: str) -> None:
    """Every hole, as printed, is that of a pin, a screw or a cord that somebody can buy."""
    for part, hole, measured in every_hole(hand(who)):
        kind = "pilot" if hole.name == "screw pilot" else hole.kind
        printed = measured - SHRINK
        assert any(abs(printed - mm) < 0.02 for mm in ALLOWED_MM[kind]), (
            part.name,
            hole.name,
            printed,
        )


def test_it_is_worn_so_somebody_looks_at_it() -> None:
    """Amber: a named reviewer, and the two parts on the arm are marked as touching skin."""
    assert DESIGN.load_class is LoadClass.AMBER
    touching = {each.part.name for each in hand().made if each.part.skin_contact}
    assert touching == {"gauntlet", "palm"}
