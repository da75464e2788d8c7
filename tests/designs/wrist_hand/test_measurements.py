"""Each measurement makes the parts it is about, and no others."""

from __future__ import annotations

import dataclasses
import itertools
import re
from typing import Any

import pytest

from designs.wrist_hand.design import DESIGN
from designs.wrist_hand.parameters import WristHand
from parametric.clearance import DEFAULT_PRINTER
from parametric.kit import make
from parametric.measurements import (
    anthropometry,
    estimate_forearm_circumference,
    estimate_palm_length,
    estimate_wrist_circumference,
)
from parametric.problems import BadParameters
from parametric.resolve import resolve
from tests.designs.wrist_hand.hands import (
    DIGITS,
    FINGERS,
    PEOPLE,
    Hand,
    digests,
    entries,
    hand,
    params,
)

BONES = {name: {f"{name}_proximal", f"{name}_distal"} for name in DIGITS}
ALL_BONES = set().union(*BONES.values())

# What must become another part when a measurement changes, and what may: the palm carries the
# knuckles and the thumb, so it follows every finger, so that the thumb still meets the index.
FOLLOWS: dict[str, tuple[set[str], set[str]]] = {
    "hand_breadth": ({"palm"} | ALL_BONES, set()),
    "palm_length": ({"palm"}, set()),
    "wrist_circumference": ({"gauntlet"}, {"palm"}),
    "forearm_circumference": ({"gauntlet"}, {"palm"}),
    "forearm_length": ({"gauntlet"}, {"palm"}),
    **{f"{name}_length": (bones, {"palm"}) for name, bones in BONES.items()},
    "residual_palm_breadth": ({"palm"}, {"gauntlet"}),
    "residual_palm_thickness": ({"palm"}, {"gauntlet"}),
    "residual_palm_length": ({"palm"}, set()),
    "padding": ({"palm", "gauntlet"}, set()),
}


@pytest.mark.parametrize("who", ["child of 8", "sample person", "male, p99"])
@pytest.mark.parametrize("measurement", FOLLOWS)
def test_a_measurement_makes_its_own_parts(measurement: str, who: str) -> None:
    """Two millimetres more change what they are about, and leave everything else as it was."""
    before = params(who)
    # All else stays as it is, also what would be estimated from this.
    after = dataclasses.replace(before, **{measurement: getattr(before, measurement) + 2.0})
    one, two = digests(before), digests(after)
    changed = {name for name in one if one[name] != two[name]}
    must, may = FOLLOWS[measurement]
    assert changed >= must
    assert changed <= must | may


def test_no_finger_knows_the_wrist() -> None:
    """Another wrist, also one with the other screws in its block, changes no finger."""
    one, two = (digests(params(wrist_circumference=mm)) for mm in (145, 165))
    assert one["tensioner_block"] != two["tensioner_block"]
    assert {name for name in one if one[name] != two[name]}.isdisjoint(ALL_BONES)


def test_a_longer_hand_has_longer_fingers() -> None:
    """Who measured no fingers gets them from the length of the hand, in the same palm breadth."""
    one, two = (digests(params(hand_length=mm, forearm_length=238)) for mm in (175, 181))
    changed = {name for name in one if one[name] != two[name]}
    assert changed == ALL_BONES | {"palm"}


# --- How long it comes out --------------------------------------------------------


def told_mm(made: Hand, what: str) -> float:
    """By how much more than measured something comes out, as the maker is told (mm)."""
    for warning in made.assembly.warnings:
        found = re.match(rf"The {what} comes out (\d+) mm longer", warning)
        if found:
            return float(found[1])
    return 0.0


@pytest.mark.parametrize("who", PEOPLE)
def test_the_hand_is_as_long_as_the_other_one(who: str) -> None:
    """Wrist to middle fingertip, straight: the hand's length, or what the maker is told."""
    made = hand(who)
    tip = float(made.posed("middle_distal", {}).bounding_box()[4])
    expected = made.person.palm_length + made.person.middle_length
    expected += told_mm(made, "palm") + told_mm(made, "middle finger")
    assert made.person.hand_length == pytest.approx(
        made.person.palm_length + made.person.middle_length, abs=0.2
    )
    assert tip == pytest.approx(expected, abs=3.0)


@pytest.mark.parametrize("who", ["child of 4", "sample person", "male, p99"])
def test_fingers_are_as_long_as_measured(who: str) -> None:
    """Hinge to tip of every digit is its length, or what the maker is told."""
    made = hand(who)
    for name in DIGITS:
        label = "thumb" if name == "thumb" else f"{name} finger"
        long = made.d.digit(name).proximal + float(made.shape(f"{name}_distal").bounding_box()[4])
        wanted = getattr(made.person, f"{name}_length") + told_mm(made, label)
        assert long == pytest.approx(wanted, abs=0.6), name


def test_a_long_limb_is_told() -> None:
    """A hand inside that nearly reaches the knuckles makes the palm longer, and that is said."""
    made = hand(residual_palm_length=92)
    assert told_mm(made, "palm") > 1.0


# --- Whom it is not for -----------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hand_breadth": 110, "little_length": 29}, "little_length"),
        ({"hand_breadth": 110, "thumb_length": 27}, "thumb_length"),
        (
            {"wrist_circumference": 210, "forearm_circumference": 200},
            "wrist_circumference, forearm_circumference",
        ),
        ({"palm_length": 130, "hand_length": 150}, "palm_length, hand_length"),
        ({"residual_palm_length": 100}, "residual_palm_length, palm_length"),
        ({"residual_palm_breadth": 110}, "residual_palm_breadth, hand_breadth"),
        ({"hand_breadth": 39}, "hand_breadth"),
        ({"wrist_circumference": 250}, "wrist_circumference"),
    ],
)
def test_who_is_left_out_is_told_why(changes: dict[str, Any], field: str) -> None:
    """The field, what is wrong and what to do, in words that need no explanation."""
    with pytest.raises(BadParameters) as refused:
        DESIGN.build(resolve(WristHand, entries(**changes)).params, DEFAULT_PRINTER)
    problem = refused.value.problems[0]
    assert problem.field == field
    # A rule between two measurements has no range; what it says names both.
    assert problem.allowed or "," in field
    words = f"{problem.says} {problem.advice}"
    assert len(problem.advice.split()) >= 3
    for word in ("_", "parameter", "invalid", "constraint", "phalanx", "proximal"):
        assert word not in words.lower()
    assert max(len(sentence.split()) for sentence in re.split(r"[.;:!?] ", words)) <= 25


@pytest.mark.parametrize(
    "changes",
    [
        # A very short palm: the thumb's cord would have to turn more sharply than it can.
        {
            "hand_breadth": 44,
            "palm_length": 49.5,
            "wrist_circumference": 90,
            "forearm_circumference": 135,
            "padding": 1,
        },
    ],
)
def test_what_cannot_be_drawn_is_refused_before(changes: dict[str, Any]) -> None:
    """Either the hand can be made, or somebody is told so in words; the kernel never has to."""
    try:
        assembly = DESIGN.build(
            resolve(WristHand, {"side": "left", **changes}).params, DEFAULT_PRINTER
        )
    except BadParameters:
        return
    assert make(assembly)


# --- The people in the design's folder --------------------------------------------


@pytest.mark.parametrize(
    ("file", "row"),
    [("child_4", "4-5"), ("child_8", "8-10"), ("child_12", "12-14")],
)
def test_the_children_are_average(file: str, row: str) -> None:
    """Hands from the children's table; palm, wrist and forearm as they are estimated from them."""
    (years,) = (r for r in anthropometry()["children_estimated"] if r["age_years"] == row)
    person = resolve(WristHand, entries(f"people/{file}.toml")).params
    known = {name: years[f"{name}_mm"]["mean"] for name in ("hand_breadth", "hand_length")}
    for name, value in known.items():
        assert getattr(person, name) == value
    for name, estimate in (
        ("palm_length", estimate_palm_length),
        ("wrist_circumference", estimate_wrist_circumference),
        ("forearm_circumference", estimate_forearm_circumference),
    ):
        found = estimate(known)
        assert found is not None
        assert getattr(person, name) == pytest.approx(found.value, abs=0.6)
        known[name] = round(found.value, 1)


@pytest.mark.parametrize(("file", "sex"), [("adult_woman", "female"), ("adult_man", "male")])
def test_the_adults_are_average(file: str, sex: str) -> None:
    """Every size that is given is the mean of ANSUR II, to the millimetre."""
    sizes = anthropometry()["adults"][sex]["dimensions"]
    for name, value in entries(f"people/{file}.toml").items():
        if name != "side":
            millimetres = float(str(value).removesuffix(" mm"))
            assert millimetres == pytest.approx(sizes[f"{name}_mm"]["mean"], abs=0.5)


def test_a_child_grows_out_of_a_hand() -> None:
    """At 4, 8 and 12 the same recipe gives longer fingers and a wider palm each time."""
    hands = [hand(f"child of {years}") for years in (4, 8, 12)]
    for small, large in itertools.pairwise(hands):
        for name in FINGERS:
            assert small.d.digit(name).proximal < large.d.digit(name).proximal
        assert small.d.inside_half_breadth < large.d.inside_half_breadth
        assert small.d.gauntlet_length < large.d.gauntlet_length
