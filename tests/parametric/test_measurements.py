"""Estimates have a source, rise with what they are made from, and never jump."""

import json
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parametric import measurements
from parametric.measurements import (
    anthropometry,
    child_proportion,
    estimate_forearm_circumference,
    estimate_forearm_length,
    estimate_hand_breadth,
    estimate_hand_length,
    estimate_index_length,
    estimate_little_length,
    estimate_middle_length,
    estimate_palm_length,
    estimate_residual_palm_breadth,
    estimate_residual_palm_length,
    estimate_residual_palm_thickness,
    estimate_ring_length,
    estimate_thumb_length,
    estimate_wrist_circumference,
    finger_shares,
    palm_thickness_share,
)
from parametric.params import Estimate

HAND = st.floats(85, 245)
PALM = st.floats(50, 150)
BREADTH = st.floats(40, 110)
WRIST = st.floats(90, 220)
FOREARM = st.floats(120, 410)
RANGES = {
    "hand_breadth": BREADTH,
    "hand_length": HAND,
    "palm_length": PALM,
    "wrist_circumference": WRIST,
    "forearm_circumference": FOREARM,
}
# Each body estimate with each set of measurements it can be made from.
FROM_BODY = [
    (estimate_hand_breadth, ("hand_length",)),
    (estimate_hand_breadth, ("palm_length",)),
    (estimate_hand_breadth, ("hand_length", "palm_length")),
    (estimate_hand_length, ("palm_length",)),
    (estimate_hand_length, ("hand_breadth",)),
    (estimate_hand_length, ("palm_length", "hand_breadth")),
    (estimate_palm_length, ("hand_length",)),
    (estimate_palm_length, ("hand_breadth",)),
    (estimate_palm_length, ("hand_length", "hand_breadth")),
    (estimate_wrist_circumference, ("hand_breadth",)),
    (estimate_wrist_circumference, ("forearm_circumference",)),
    (estimate_wrist_circumference, ("hand_breadth", "forearm_circumference")),
    (estimate_forearm_circumference, ("wrist_circumference",)),
    (estimate_forearm_circumference, ("hand_breadth",)),
    (estimate_forearm_circumference, ("wrist_circumference", "hand_breadth")),
    (estimate_forearm_length, ("hand_length",)),
    (estimate_forearm_length, ("palm_length",)),
    (estimate_forearm_length, ("hand_breadth",)),
    (estimate_residual_palm_breadth, ("hand_breadth",)),
    (estimate_residual_palm_thickness, ("hand_breadth",)),
    (estimate_residual_palm_length, ("palm_length",)),
    (estimate_residual_palm_length, ("hand_breadth",)),
    (estimate_middle_length, ("hand_length",)),
    (estimate_thumb_length, ("hand_length",)),
    (estimate_index_length, ("hand_length",)),
    (estimate_ring_length, ("hand_length",)),
    (estimate_little_length, ("hand_length",)),
]


def made(estimate: Estimate | None) -> Estimate:
    assert estimate is not None
    return estimate


def case_id(value: Any) -> str:
    return " and ".join(value) if isinstance(value, tuple) else str(value.__name__)


@pytest.mark.parametrize(("estimate", "inputs"), FROM_BODY, ids=case_id)
@given(data=st.data())
def test_rises_and_never_jumps(estimate: Any, inputs: tuple[str, ...], data: st.DataObject) -> None:
    """A bigger measurement gives a bigger estimate, and a little more gives little more."""
    known = {name: data.draw(RANGES[name], label=name) for name in inputs}
    more = data.draw(st.sampled_from(inputs), label="what grows")

    before = estimate(known).value
    after = estimate({**known, more: known[more] + 0.1}).value

    assert before > 0
    assert before < after < before + 0.7


@pytest.mark.parametrize(
    ("estimate", "mean"),
    [
        (estimate_hand_length, "hand_length"),
        (estimate_palm_length, "palm_length"),
        (estimate_wrist_circumference, "wrist_circumference"),
        (estimate_forearm_circumference, "forearm_circumference"),
        (estimate_forearm_length, "forearm_length"),
    ],
)
def test_the_mean_adult_is_estimated_exactly(estimate: Any, mean: str) -> None:
    """A hand of the adults' mean breadth is given the adults' mean of everything else."""

    def mean_of(name: str) -> float:
        groups = anthropometry()["adults"].values()
        return sum(float(group["dimensions"][f"{name}_mm"]["mean"]) for group in groups) / 2

    estimate_made = estimate({"hand_breadth": mean_of("hand_breadth")})

    assert estimate_made.value == pytest.approx(mean_of(mean))
    assert "ANSUR II" in estimate_made.source


@pytest.mark.parametrize("row", anthropometry()["children_estimated"], ids=lambda r: r["age_years"])
def test_children_are_estimated_near_their_table(row: Any) -> None:
    """For each age the hand length is within 1 % up to eight years, and within 7 % later."""
    estimated = made(estimate_hand_length({"hand_breadth": row["hand_breadth_mm"]["mean"]})).value

    young = int(row["age_years"].split("-")[1]) <= 8
    assert estimated == pytest.approx(row["hand_length_mm"]["mean"], rel=0.01 if young else 0.07)


@given(hand=HAND, share=st.floats(0.5, 0.7))
def test_the_middle_finger_is_hand_less_palm(hand: float, share: float) -> None:
    """With both lengths measured the middle finger is exactly their difference."""
    palm = hand * share

    middle = estimate_middle_length({"hand_length": hand, "palm_length": palm})

    assert made(middle).value == pytest.approx(hand - palm)


def test_a_palm_longer_than_the_hand_gives_no_finger() -> None:
    """Lengths that contradict each other give no estimate at all."""
    assert estimate_middle_length({"hand_length": 100, "palm_length": 120}) is None
    assert estimate_thumb_length({"hand_length": 100, "palm_length": 120}) is None


def test_fingers_keep_their_order() -> None:
    """The thumb is shortest, then little, ring and index, and the middle finger is longest."""
    shares = finger_shares()

    assert shares["thumb"] < shares["little"] < shares["ring"] <= shares["index"] < 1
    assert shares["middle"] == 1
    assert made(estimate_thumb_length({"middle_length": 72.0})).value == pytest.approx(49)


def test_assumptions_are_called_so() -> None:
    """What is only assumed of a residual limb says so, and asks for a measurement."""
    known = {"hand_breadth": 80.0, "palm_length": 100.0}
    for estimate in (
        estimate_residual_palm_breadth,
        estimate_residual_palm_thickness,
        estimate_residual_palm_length,
    ):
        source = made(estimate(known)).source
        assert source.startswith("Assumed")
        assert source.endswith("Measure the limb.")
    assert made(estimate_residual_palm_length(known)).value == pytest.approx(62)


def test_the_palm_is_as_thick_as_palms_are() -> None:
    """The thickness worked out for the mean man is between 28 and 36 mm."""
    assert 28 < 88.26 * palm_thickness_share() < 36


@pytest.mark.parametrize("exponent", [2.0])
def test_the_perimeter_of_a_circle(exponent: float) -> None:
    """The section's perimeter is right where it is known: a circle of width 1."""
    assert measurements._superellipse_perimeter(1.0, exponent) == pytest.approx(3.14159, abs=1e-3)


ALL = [getattr(measurements, name) for name in dir(measurements) if name.startswith("estimate_")]


@pytest.mark.parametrize("estimate", ALL, ids=case_id)
@pytest.mark.parametrize(
    "known", [{}, {"hand_breadth": "wide"}, {"hand_breadth": float("nan")}, {"hand_breadth": True}]
)
def test_nothing_known_nothing_estimated(estimate: Any, known: Any) -> None:
    """Without a usable measurement there is no estimate, and no error."""
    assert estimate(known) is None


def test_there_is_an_estimate_for_every_measurement() -> None:
    """Each measurement but hand circumference has a function by its name."""
    assert {each.__name__ for each in ALL} == {
        f"estimate_{name}"
        for name in (
            "hand_breadth",
            "hand_length",
            "palm_length",
            "wrist_circumference",
            "forearm_circumference",
            "forearm_length",
            "thumb_length",
            "index_length",
            "middle_length",
            "ring_length",
            "little_length",
            "residual_palm_breadth",
            "residual_palm_thickness",
            "residual_palm_length",
        )
    }


def test_an_unknown_proportion_is_an_error() -> None:
    """There is no proportion for what nobody described."""
    with pytest.raises(KeyError):
        child_proportion("ear_length")


def test_the_facts_say_what_they_cannot_tell() -> None:
    """The data file keeps its warning."""
    text = resources.files("parametric").joinpath("data/anthropometry.json").read_text("utf-8")

    assert "under-represents" in json.loads(text)["about"]
