"""Lengths are read as people write them, and nothing is guessed."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parametric.units import Length, NotALength, parse_length, parse_number, split_length


@pytest.mark.parametrize(
    ("entry", "mm"),
    [
        ("78", 78.0),
        ("78mm", 78.0),
        (" 78 mm ", 78.0),
        ("78 millimetres", 78.0),
        ("7.8 cm", 78.0),
        ("7,8cm", 78.0),
        ("7,8 CM", 78.0),
        ("3.07in", 77.978),
        ('3.07"', 77.978),
        ("3.07″", 77.978),
        ("3.07 inches", 77.978),
        ("3 1/16 in", 77.7875),
        ('3 1/16"', 77.7875),
        ("3½ in", 88.9),
        ("1/2 in.", 12.7),
        (".5cm", 5.0),
        ("0", 0.0),
        (78, 78.0),
        (78.5, 78.5),
    ],
)
def test_reads_what_a_tape_shows(entry: Any, mm: float) -> None:
    """Each usual way to write a length gives its millimetres."""
    assert parse_length(entry).mm == pytest.approx(mm, abs=1e-6)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("seventy", "not a length"),
        ("78 apples", "not mm, cm or in"),
        ("7 ft", "not mm, cm or in"),
        ("7'", "not mm, cm or in"),
        ("1e9", "not mm, cm or in"),
        ("NaN", "not a length"),
        ("inf", "not a length"),
        ("-Infinity", "not a length"),
        ("-5", "negative"),
        ("−5 mm", "negative"),
        ("1,234.5", "not mm, cm or in"),
        ("3/0 in", "divides by zero"),
        ("", "No length"),
        ("   ", "No length"),
        ("9" * 400, "too long"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-5, "negative"),
        (-0.1, "negative"),
        (10**400, "too big"),
        (True, "Yes or no"),
        ([78], "not a length"),
        (None, "not a length"),
    ],
)
def test_refuses_clearly(entry: Any, reason: str) -> None:
    """What is not a length is refused with a plain sentence that says why."""
    with pytest.raises(NotALength, match=reason):
        parse_length(entry)


def test_keeps_what_was_written() -> None:
    """The entry stays beside its millimetres, without the spaces around it."""
    assert parse_length(" 3 1/16 in ") == Length(mm=77.7875, entered="3 1/16 in")
    assert parse_length(78.0).entered == "78"


def test_never_guesses_inches() -> None:
    """A bare number is millimetres, even when it looks like inches."""
    assert parse_length("3.07").mm == 3.07


def test_tells_number_and_unit_apart() -> None:
    """The number as written can be had, to ask whether another unit was meant."""
    assert split_length("7,8 cm") == (7.8, "cm")
    assert split_length("78") == (78.0, "")


@given(
    number=st.floats(min_value=0, max_value=5000, allow_nan=False),
    unit=st.sampled_from([("", 1.0), ("mm", 1.0), (" cm", 10.0), ("in", 25.4), ('"', 25.4)]),
    point=st.sampled_from(".,"),
)
def test_round_trip(number: float, unit: tuple[str, float], point: str) -> None:
    """A length written in any unit, with point or comma, comes back as the same mm."""
    name, factor = unit
    written = f"{number:.4f}"

    mm = parse_length(written.replace(".", point) + name).mm

    assert mm == pytest.approx(float(written) * factor, abs=1e-5)


@given(st.text(max_size=60))
def test_any_text_is_a_length_or_refused(text: str) -> None:
    """Whatever is typed gives a finite length of zero or more, or NotALength: nothing else."""
    try:
        mm = parse_length(text).mm
    except NotALength:
        return
    assert math.isfinite(mm)
    assert mm >= 0


@pytest.mark.parametrize(
    ("entry", "unit", "number"),
    [("5", "N", 5), ("5 N", "N", 5), ("5,5n", "N", 5.5), ("-10°", "deg", -10), (7, "", 7)],
)
def test_reads_numbers_with_their_unit(entry: Any, unit: Any, number: float) -> None:
    """A number may carry its own unit and no other."""
    assert parse_number(entry, unit) == number


@pytest.mark.parametrize("entry", ["5 kg", "five", "", math.nan, True, [5], 10**400, "1e9"])
def test_refuses_what_is_no_number(entry: Any) -> None:
    """Another unit, letters, NaN and yes/no are no number."""
    with pytest.raises(ValueError, match="number"):
        parse_number(entry, "N")
