"""Made-up people have bodies that go together, and are the same for the same seed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from parametric.params import choice, length
from parametric.people import REQUIRED_MEASUREMENTS, Person, corner_people, sample_people
from parametric.resolve import resolve
from parametric.units import Mm


@dataclass(frozen=True, kw_only=True)
class Hand:
    side: str = choice("left", "right", help="Which hand?")
    hand_breadth: Mm = length(40, 110, help="Across the knuckles.")
    palm_length: Mm = length(50, 150, help="Crease to crease.")
    wrist_circumference: Mm = length(85, 230, help="Around the wrist.")
    forearm_circumference: Mm = length(110, 410, help="Around the forearm.")
    residual_palm_length: Mm = length(15, 140, help="Along the palm.", default=50)


def test_the_same_seed_gives_the_same_people() -> None:
    """Samples depend on their arguments alone."""
    assert sample_people(200, 7) == sample_people(200, 7)
    assert sample_people(200, 7) != sample_people(200, 8)


def test_a_known_person() -> None:
    """The first person of seed 1 is known: a change here changes every certificate."""
    first = sample_people(100, 1)[0]

    assert Person(first.label, first.group, first.measurements) == Person(
        "adult women, number 1, right, limb measured",
        "adult women",
        {
            "side": "right",
            "hand_breadth": 79.5,
            "palm_length": 114.1,
            "wrist_circumference": 150.3,
            "forearm_circumference": 268.3,
            "residual_palm_breadth": 77.0,
            "residual_palm_thickness": 26.3,
            "residual_palm_length": 89.7,
        },
    )


def test_shares_of_adults_and_children() -> None:
    """The share of adults is kept, women and men are equally many, and sides are mixed."""
    people = sample_people(1000, 3, adults=0.6)
    groups = [person.group for person in people]

    assert len(people) == 1000
    assert groups.count("adult women") == groups.count("adult men") == 300
    assert sum(group.startswith("children of") for group in groups) == 400
    assert 400 < sum(person.measurements["side"] == "left" for person in people) < 600


@pytest.mark.parametrize("adults", [0.0, 1.0])
def test_only_children_or_only_adults(adults: float) -> None:
    """A sample can be all children or all adults."""
    people = sample_people(50, 3, adults=adults)

    assert all(person.group.startswith("adult") == (adults == 1) for person in people)


def test_everyone_has_what_everyone_is_asked_for() -> None:
    """All have the five required measurements; some have everything, some only those."""
    people = sample_people(300, 3)
    counts = {len(person.measurements) for person in people}

    assert all(set(REQUIRED_MEASUREMENTS) <= set(person.measurements) for person in people)
    assert counts == {5, 8, 15}


def test_bodies_go_together() -> None:
    """No wrist is as thick as its forearm, no palm as long as its hand."""
    for person in sample_people(3000, 5):
        assert person.mm("wrist_circumference") < person.mm("forearm_circumference")
        if "hand_length" in person.measurements:
            assert person.mm("palm_length") < person.mm("hand_length")
            assert person.mm("residual_palm_length") < person.mm("palm_length")
            assert person.mm("thumb_length") < person.mm("middle_length")


def test_a_side_is_no_length() -> None:
    """Only lengths can be asked for in mm."""
    person = sample_people(1, 1)[0]

    with pytest.raises(KeyError, match="not a length"):
        person.mm("side")
    with pytest.raises(KeyError, match="shoe"):
        person.mm("shoe")


def test_lengths_are_plain_tenths_of_a_millimetre() -> None:
    """Measurements are ordinary floats, rounded to 0.1 mm."""
    for person in sample_people(50, 5):
        for name, value in person.measurements.items():
            if name != "side":
                assert type(value) is float
                assert value == round(value, 1)


def test_adults_follow_the_survey() -> None:
    """Means and correlations of sampled men are those of ANSUR II; all are within 1-99 %."""
    men = [p for p in sample_people(8000, 11, adults=1) if p.group == "adult men"]
    breadth = np.array([each.mm("hand_breadth") for each in men])
    wrist = np.array([each.mm("wrist_circumference") for each in men])

    assert breadth.mean() == pytest.approx(88.26, abs=0.4)
    assert wrist.mean() == pytest.approx(175.92, abs=0.8)
    assert np.corrcoef(breadth, wrist)[0, 1] == pytest.approx(0.713, abs=0.08)
    assert breadth.min() >= 78.0
    assert breadth.max() <= 99.0


def test_a_narrow_window_gives_ordinary_people() -> None:
    """With 25th to 75th percentiles nobody is at the edges."""
    people = sample_people(200, 2, adults=1, low_percentile=0.25, high_percentile=0.75)

    assert all(72 < person.mm("hand_breadth") < 96 for person in people)


@pytest.mark.parametrize(
    "arguments",
    [
        {"n": -1},
        {"adults": 1.5},
        {"adults": float("nan")},
        {"low_percentile": -0.1},
        {"high_percentile": 1.1},
        {"low_percentile": 0.4, "high_percentile": 0.6},
        {"low_percentile": float("nan")},
    ],
)
def test_nonsense_is_refused(arguments: Any) -> None:
    """A number outside its range is an error, not a strange population."""
    with pytest.raises(ValueError, match="must"):
        sample_people(**{"n": 10, "seed": 1, **arguments})


def test_nobody() -> None:
    """A sample of nobody is empty."""
    assert sample_people(0, 1) == ()


def test_corners_are_people_the_design_can_ask() -> None:
    """Corners have only what the design asks for, in both sides, and resolve."""
    people = corner_people(Hand)

    assert {person.measurements["side"] for person in people} == {"left", "right"}
    for person in people:
        assert resolve(Hand, person.measurements).params.side == person.measurements["side"]
    assert any("swollen wrist" in person.label for person in people)


def test_corners_about_the_residual_palm_keep_it() -> None:
    """A short residual palm is given even where only the required measurements are."""
    short = [person for person in corner_people(Hand) if person.label.startswith("short residual")]

    assert len(short) == 2
    assert all(person.measurements["residual_palm_length"] == 48.6 for person in short)


def test_nobody_is_excluded_for_want_of_a_tape_measure() -> None:
    """What a design cannot do without, everyone answers; the rest only if it was measured."""

    @dataclass(frozen=True, kw_only=True)
    class Finger:
        index_length: Mm = length(15, 120, help="Along the finger.")
        thumb_length: Mm = length(15, 100, help="Along the thumb.", default=50)

    for person in (*sample_people(30, 1), *corner_people(Finger)):
        answers = person.entries_for(Finger)
        assert answers["index_length"] == person.body["index_length"]
        assert ("thumb_length" in answers) == ("thumb_length" in person.measurements)


def test_a_person_too_big_stays_too_big() -> None:
    """A design with a narrow range still meets the people it excludes."""

    @dataclass(frozen=True, kw_only=True)
    class Small:
        hand_breadth: Mm = length(40, 60, help="Across the knuckles.")

    breadths = [person.mm("hand_breadth") for person in corner_people(Small)]

    assert max(breadths) == 99.0
    assert min(breadths) == 44.0
