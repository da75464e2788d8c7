"""A design says what it asks for, and refuses with every problem at once."""

import contextlib
import json
import math
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parametric.entries import read_person
from parametric.params import (
    Estimate,
    Rule,
    angle,
    choice,
    count,
    describe,
    flag,
    length,
    number,
    text,
)
from parametric.problems import BadParameters, Problem
from parametric.resolve import resolve
from parametric.units import Deg, Mm


def from_hand_breadth(known: Mapping[str, Any]) -> Estimate | None:
    breadth = known.get("hand_breadth")
    return None if breadth is None else Estimate(2.2 * breadth, "2.2 hand breadths, for tests.")


def from_hand_length(known: Mapping[str, Any]) -> Estimate | None:
    hand = known.get("hand_length")
    return None if hand is None else Estimate(0.4 * hand, "0.4 hand lengths, for tests.")


@dataclass(frozen=True, kw_only=True)
class Cuff:
    side: str = choice("left", "right", help="Which hand is it for?")
    # Before what it is estimated from, so that one pass is not enough.
    middle_length: Mm = length(20, 90, help="Along the middle finger.", estimate=from_hand_length)
    hand_breadth: Mm = length(40, 110, help="Across the four knuckles.", default=None)
    wrist_circumference: Mm = length(90, 220, help="Around the wrist.")
    forearm_circumference: Mm = length(120, 410, help="Around the thickest part.")
    hand_length: Mm = length(85, 245, help="Wrist to fingertip.", estimate=from_hand_breadth)
    tilt: Deg = angle(-10, 30, default=10, help="How far the cup leans.")
    load: float = number(0, 20, unit="N", default=5, help="What it carries.")
    fingers: int = count(1, 5, default=5, help="How many fingers?")
    name: str = text(max_length=20, help="A name to emboss.")
    pins: str = choice("pins", "screws", default="pins", help="What holds the hinge?")
    show_code: bool = flag(help="Emboss the recipe code?")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("wrist_circumference", "forearm_circumference"),
            lambda v: v["wrist_circumference"] < v["forearm_circumference"],
            "The wrist ({wrist_circumference:g} mm) is not thinner than the forearm "
            "({forearm_circumference:g} mm).",
            "Measure both again.",
        ),
    )


GOOD: dict[str, object] = {
    "side": "left",
    "hand_breadth": "7.8 cm",
    "wrist_circumference": 160,
    "forearm_circumference": 250.0,
}


def problems_of(**changes: object) -> tuple[Problem, ...]:
    with pytest.raises(BadParameters) as caught:
        resolve(Cuff, {**GOOD, **changes})
    return caught.value.problems


def test_fills_in_estimates_and_defaults() -> None:
    """Four answers make a whole device; each value says where it came from."""
    resolved = resolve(Cuff, GOOD)

    assert resolved.params == Cuff(
        side="left",
        hand_breadth=78.0,
        wrist_circumference=160.0,
        forearm_circumference=250.0,
        hand_length=171.6,
        middle_length=68.6,
    )
    assert resolved["hand_breadth"].entered == "7.8 cm"
    assert resolved["hand_breadth"].origin == "given"
    assert resolved["middle_length"].origin == "estimated"
    assert resolved["middle_length"].source == "0.4 hand lengths, for tests."
    assert resolved["tilt"].origin == "default"
    assert [value.name for value in resolved.values] == [info.name for info in describe(Cuff)]


def test_what_was_measured_is_not_estimated() -> None:
    """A measurement always wins over its estimate."""
    assert resolve(Cuff, {**GOOD, "hand_length": 180}).params.hand_length == 180


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("wide", "not a length"),
        (math.nan, "NaN"),
        ("nan", "not a length"),
        (math.inf, "Infinity"),
        (0, "0 mm is outside 40-110 mm"),
        ("0", "0 mm is outside 40-110 mm"),
        (-5, "negative"),
        ("-5", "negative"),
        (1e9, "1000000000 mm is outside 40-110 mm"),
        (10**400, "too big"),
        (True, "Yes or no"),
        ([78], "not a length"),
        ({"a": 1}, "not a length"),
    ],
)
def test_bad_lengths(entry: Any, says: str) -> None:
    """Each bad entry gives one problem with field, entry, range and a remedy."""
    (problem,) = problems_of(hand_breadth=entry)

    assert problem.field == "hand_breadth"
    assert says in problem.says
    assert problem.allowed == "40-110 mm"
    assert problem.given
    assert problem.advice


def test_inches_without_a_unit() -> None:
    """A number that would fit as inches is refused, with the way to write inches."""
    (problem,) = problems_of(hand_breadth="3.07")

    assert problem.says == "3.07 mm is outside 40-110 mm."
    assert problem.advice == "If you meant inches, write 3.07in."


def test_centimetres_without_a_unit() -> None:
    """A number that would fit as centimetres is refused, with the way to write them."""
    (problem,) = problems_of(hand_breadth=7.8)

    assert problem.advice == "If you meant centimetres, write 7.8cm."


def test_millimetres_with_a_wrong_unit() -> None:
    """A number that would fit as millimetres but says cm is refused, with the remedy."""
    (problem,) = problems_of(hand_breadth="78 cm")

    assert problem.advice == "If you meant millimetres, write 78mm."


@pytest.mark.parametrize("wrong", ["hand_bredth", "Hand-Breadth", "hand_breadth_mm"])
def test_misspelt_name(wrong: str) -> None:
    """A name that is not known is a problem, never dropped, and the right one is offered."""
    (problem,) = problems_of(**{wrong: 78})

    assert problem.field == wrong
    assert problem.advice.startswith("Did you mean hand_breadth")


def test_misspelt_choice() -> None:
    """A misspelt choice offers the right one."""
    (problem,) = problems_of(side="lfet")

    assert problem.allowed == "left or right"
    assert problem.advice == "Did you mean left?"


def test_wrist_wider_than_a_forearm() -> None:
    """Values that cannot belong to one arm are refused, with both of them named."""
    (problem,) = problems_of(wrist_circumference=200, forearm_circumference="19cm")

    assert problem.field == "wrist_circumference, forearm_circumference"
    assert problem.says == "The wrist (200 mm) is not thinner than the forearm (190 mm)."
    assert problem.given == "200, 19cm"
    assert problem.advice == "Measure both again."


def test_all_problems_at_once() -> None:
    """Everything that is wrong is said together, the broken rule too."""
    entries = {
        "hand_bredth": 78,
        "hand_breadth": "wide",
        "wrist_circumference": 200,
        "forearm_circumference": 150,
        "tilt": 45,
        "fingers": 2.5,
        "name": "two\nlines",
        "show_code": "perhaps",
        "pins": "glue",
        "load": "3 kg",
    }

    with pytest.raises(BadParameters) as caught:
        resolve(Cuff, entries)

    assert {problem.field for problem in caught.value.problems} == {
        *entries.keys() - {"wrist_circumference", "forearm_circumference"},
        "side",
        "wrist_circumference, forearm_circumference",
    }
    assert "side: This is needed." in str(caught.value)


def test_a_rule_waits_for_its_values() -> None:
    """A rule about a value that is itself wrong is not checked."""
    (problem,) = problems_of(wrist_circumference=9000)

    assert problem.field == "wrist_circumference"


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_an_empty_answer_is_no_answer(empty: Any) -> None:
    """An empty form field is missing when required, and estimated when not."""
    (problem,) = problems_of(side=empty)

    assert problem.says == "This is needed."
    assert resolve(Cuff, {**GOOD, "hand_length": empty})["hand_length"].origin == "estimated"


def test_an_estimate_stays_in_range_and_says_so() -> None:
    """An estimate beyond the range is held at its edge, in its source too."""
    value = resolve(Cuff, {**GOOD, "hand_length": 245})["middle_length"]

    assert value.value == 90
    assert "held at 90 mm" in value.source


def test_an_estimate_that_cannot_be_made_is_asked_for() -> None:
    """When nothing gives an estimate, the measurement is asked for with its help."""

    @dataclass(frozen=True, kw_only=True)
    class Ring:
        ring_length: Mm = length(20, 90, help="Along the finger.", estimate=lambda _: None)

    with pytest.raises(BadParameters, match=r"Measure it\. Along the finger\."):
        resolve(Ring, {})


def test_what_cannot_be_measured_is_worked_out_and_marked() -> None:
    """A question mark has a needed length estimated where that can be, and refused elsewhere."""

    @dataclass(frozen=True, kw_only=True)
    class Sleeve:
        wrist: Mm = length(80, 220, help="Around the wrist.")
        forearm: Mm = length(
            100,
            400,
            help="Around the forearm.",
            when_unknown=lambda known: Estimate(1.5 * float(known["wrist"]), "Half as much again."),
        )

    found = resolve(Sleeve, {"wrist": "150", "forearm": " ? "})["forearm"]
    with pytest.raises(BadParameters) as left_out:
        resolve(Sleeve, {"wrist": "150"})
    with pytest.raises(BadParameters) as both:
        resolve(Sleeve, {"wrist": "?", "forearm": "200"})

    assert (found.value, found.origin, found.source) == (225.0, "estimated", "Half as much again.")
    assert [problem.field for problem in left_out.value.problems] == ["forearm"]
    assert [problem.field for problem in both.value.problems] == ["wrist"]
    assert [info.can_be_estimated for info in describe(Sleeve)] == [False, True]


def test_a_default_behind_an_estimate() -> None:
    """Where there is an estimate and a default, the default is used when the estimate fails."""

    @dataclass(frozen=True, kw_only=True)
    class Both:
        middle_length: Mm = length(20, 90, help="Along it.", estimate=from_hand_length)
        hand_length: Mm = length(85, 245, help="Along it.", estimate=from_hand_breadth, default=180)

    resolved = resolve(Both, {})

    assert resolved["hand_length"].origin == "default"
    assert resolved.params.middle_length == 72


@pytest.mark.parametrize(
    ("entry", "value"), [("yes", True), ("No", False), (True, True), (0, False), ("on", True)]
)
def test_yes_and_no(entry: Any, value: Any) -> None:
    """Yes and no are read in the usual ways."""
    assert resolve(Cuff, {**GOOD, "show_code": entry}).params.show_code is value


def test_small_print() -> None:
    """Commas, units of their own and capital letters are read as meant."""
    params = resolve(
        Cuff, {**GOOD, "side": "Left", "tilt": "-2,5°", "load": "7 N", "fingers": "4"}
    ).params

    assert (params.side, params.tilt, params.load, params.fingers) == ("left", -2.5, 7.0, 4)
    assert isinstance(params.fingers, int)


@pytest.mark.parametrize("entry", [7, "x" * 21, "a\tb", "a\u202eb"])
def test_bad_texts(entry: Any) -> None:
    """A text is text, short enough, and made of characters that can be printed."""
    (problem,) = problems_of(name=entry)

    assert problem.field == "name"


def test_describes_itself() -> None:
    """A design says what it asks for, from whom, and what happens without an answer."""
    infos = {info.name: info for info in describe(Cuff)}

    assert infos["hand_breadth"].given == "required"
    assert infos["hand_breadth"].group == "sound hand"
    assert infos["hand_breadth"].label == "Hand breadth"
    assert infos["hand_breadth"].allowed == "40-110 mm"
    assert infos["wrist_circumference"].group == "residual limb"
    assert infos["hand_length"].given == "estimated"
    assert infos["tilt"].allowed == "-10 to 30 deg"
    assert infos["tilt"].group == "device"
    assert infos["name"].group == "look"
    assert infos["side"].choices == ("left", "right")


def test_everything_goes_into_json() -> None:
    """Descriptions, values and problems are JSON objects."""
    (problem,) = problems_of(hand_breadth=math.nan)

    json.dumps(problem.to_json(), allow_nan=False)
    json.dumps([info.to_json() for info in describe(Cuff)], allow_nan=False)
    json.dumps(resolve(Cuff, GOOD).to_json(), allow_nan=False)


def test_the_error_travels_between_processes() -> None:
    """A child process can send its problems home."""
    error = BadParameters(problems_of(hand_breadth=0))

    # What is loaded was written in the line itself.
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: length(110, 40, help="Backwards."),
        lambda: length(40, 110, default=5, help="Outside."),
        lambda: choice(help="Nothing to choose."),
        lambda: choice("a", default="b", help="Not among them."),
        lambda: length(40, 110, help=" "),
    ],
)
def test_a_design_must_be_right_itself(mistake: Any) -> None:
    """A range that is empty, a default outside it or no help is found when it is written."""
    with pytest.raises(ValueError, match=r"\."):
        mistake()


def test_every_field_says_its_range() -> None:
    """A field without a range is a mistake in the design."""

    @dataclass(frozen=True)
    class Vague:
        size: float = 1.0

    with pytest.raises(TypeError, match=r"Vague\.size says no range"):
        describe(Vague)
    with pytest.raises(TypeError, match="not a dataclass"):
        describe(int)


def test_person_file_flat_or_grouped() -> None:
    """Tables group; names are the same with or without them."""
    flat = read_person('side = "left"\nhand_breadth = 78\nname = "Ada"')
    grouped = read_person(
        '[person]\nside = "left"\n[sound_hand]\nhand_breadth = 78\n[look]\nname = "Ada"'
    )

    assert flat == grouped == {"side": "left", "hand_breadth": 78, "name": "Ada"}


def test_a_file_from_any_editor() -> None:
    """A byte order mark and Windows line ends change nothing."""
    assert read_person("\ufeffhand_breadth = 78\r\nside = 'left'\r\n")["hand_breadth"] == 78


@pytest.mark.parametrize(
    ("file", "field", "says"),
    [
        ("hand_breadth = ", "person file", "not valid TOML"),
        ("hand_breadth = 78\nhand_breadth = 79", "person file", "not valid TOML"),
        ("a = 1" + "\n#" * 60_000, "person file", "too long"),
        ("a = " + "[" * 5_000, "person file", "not valid TOML"),
        ("a = " + "9" * 5_000, "person file", "not valid TOML"),
        ("hand_breadth = 78\n[sound_hand]\nhand_breadth = 79", "hand_breadth", "twice"),
        ("[sound_hnad]\nhand_breadth = 78", "sound_hnad", "no table"),
    ],
)
def test_bad_person_files(file: str, field: str, says: str) -> None:
    """Broken TOML, a name that is there twice and an unknown table are problems."""
    with pytest.raises(BadParameters) as caught:
        read_person(file)

    (problem,) = caught.value.problems
    assert problem.field == field
    assert says in problem.says


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=50),
    st.lists(st.integers(), max_size=2),
)


@given(
    st.dictionaries(
        st.one_of(st.sampled_from([info.name for info in describe(Cuff)]), st.text(max_size=12)),
        ANYTHING,
        max_size=12,
    )
)
def test_anything_is_resolved_or_refused(entries: Any) -> None:
    """Whatever is entered makes a device whose values are in range, or BadParameters."""
    try:
        resolved = resolve(Cuff, entries)
    except BadParameters as error:
        json.dumps(error.to_json(), allow_nan=False)
        return
    assert 40 <= resolved.params.hand_breadth <= 110


@given(st.text(max_size=200))
def test_any_file_is_read_or_refused(file: str) -> None:
    """Whatever a person file holds, it is read or refused with BadParameters."""
    with contextlib.suppress(BadParameters):
        assert isinstance(read_person(file), dict)
