"""What a design asks, in the order in which people are asked it; odd answers; two readings.

Nothing here knows HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from api.designs import BODY
from parametric.design import Design
from parametric.entries import Unusable, is_empty, is_unknown, read_entry
from parametric.measurements import anthropometry
from parametric.params import ParameterInfo, Value, parameters_of
from parametric.recipe import CODE_FIELD
from parametric.units import MM_PER_CM, MM_PER_INCH

PER_UNIT: Final = {"mm": 1.0, "cm": MM_PER_CM, "in": MM_PER_INCH}
DIGITS: Final = {"mm": 1, "cm": 2, "in": 2}
COARSE: Final = {"mm": 0, "cm": 1, "in": 2}
"""Digits behind the point, for what was read off a tape and for what was worked out."""

AGREE_MM: Final = 3.0
AGREE_SHARE: Final = 0.03
"""Two readings agree when they differ by no more than 3 mm, or by 3 % where that is more."""

_APART: Final = 0.22
"""How far from what the other measurements let expect an answer may be without a question."""

OddKind: TypeAlias = Literal["large", "small", "apart"]


@dataclass(frozen=True)
class Questions:
    """What a design asks.

    Attributes:
        needed: what it cannot do without, one page each.
        better: what is worked out from the others where it is not known, one page each.
        choices: what has a usual answer.
        look: what only shows.
    """

    needed: tuple[ParameterInfo, ...]
    better: tuple[ParameterInfo, ...]
    choices: tuple[ParameterInfo, ...]
    look: tuple[ParameterInfo, ...]

    def measured(self) -> tuple[ParameterInfo, ...]:
        """Return all that has a page of its own."""
        return (*self.needed, *self.better)

    def side(self) -> ParameterInfo | None:
        """Return the question for the side, which is asked at the start."""
        every = (*self.needed, *self.choices)
        return next((info for info in every if info.name == "side" and info.choices), None)

    def find(self, name: str) -> ParameterInfo | None:
        """Return what has a page of its own under this name."""
        return next((info for info in self.measured() if info.name == name), None)


def questions(design: Design) -> Questions:
    """Return what a design asks, in its own order. The side comes first of all."""
    infos = [info for info, _ in parameters_of(design.parameters) if info.name != CODE_FIELD]
    look = [info for info in infos if info.group == "look"]
    rest = [info for info in infos if info.group != "look"]
    needed = sorted(
        (info for info in rest if info.given == "required"), key=lambda info: info.name != "side"
    )
    return Questions(
        tuple(needed),
        tuple(info for info in rest if info.given == "estimated"),
        tuple(info for info in rest if info.given == "default"),
        tuple(look),
    )


def following(asked: Questions, after: str, answers: Mapping[str, str]) -> str:
    """Return the name of the next question that has no answer, of those beside `after`."""
    for group in (asked.needed, asked.better):
        names = [info.name for info in group]
        if after in names:
            later = names[names.index(after) + 1 :]
            return next((name for name in later if is_empty(answers.get(name))), "")
    return next((info.name for info in asked.needed if is_empty(answers.get(info.name))), "")


def typed(amount: str, unit: str) -> str:
    """Return an entry from a number and a unit; a unit that stands with the number counts."""
    amount = amount.strip()
    if not amount or any(each.isalpha() or each in "\"'″′”“" for each in amount):
        return amount
    return f"{amount} {unit}"


def twice(info: ParameterInfo) -> bool:
    """Whether it is measured a second time."""
    return info.kind == "length" and info.given == "required"


def mm_of(info: ParameterInfo, entry: str) -> float | None:
    """Return what was entered in the parameter's own unit, None where it is no such number."""
    if is_empty(entry) or is_unknown(entry):
        return None
    try:
        value, _ = read_entry(info, entry)
    except Unusable:
        return None
    return float(value) if isinstance(value, int | float) else None


def in_unit(mm: float, unit: str, digits: Mapping[str, int] = DIGITS) -> str:
    """Return a length as people write it in a unit, such as ``7.8 cm``."""
    number = f"{mm / PER_UNIT[unit]:.{digits[unit]}f}"
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {unit}"


def size_in_unit(size_mm: Sequence[float], unit: str) -> str:
    """Return how large something is, such as ``14.1 × 32.6 × 7.5 cm``."""
    numbers = [in_unit(each, unit, COARSE).partition(" ")[0] for each in size_mm]
    return f"{' × '.join(numbers)} {unit}"


def agree(a_mm: float, b_mm: float) -> bool:
    """Whether two readings are near enough to each other."""
    return abs(a_mm - b_mm) <= allowed_mm(a_mm, b_mm)


def allowed_mm(a_mm: float, b_mm: float) -> float:
    """Return by how much two readings may differ (mm)."""
    return max(AGREE_MM, AGREE_SHARE * (a_mm + b_mm) / 2.0)


@dataclass(frozen=True)
class Odd:
    """Why somebody is asked whether an answer is right.

    Attributes:
        kind: larger or smaller than most people's, or apart from the other answers.
        expected_mm: what the other answers let expect.
    """

    kind: OddKind
    expected_mm: float = 0.0


def odd(design: Design, name: str, mm: float, answers: Mapping[str, str]) -> Odd | None:
    """Return why a measurement of a body is odd, None where it is not.

    It is beyond the 99th percentile of men (ANSUR II), or below the 5th of children of three
    (see `parametric.people`), or more than 22 % from what is worked out from the others.
    """
    asked = {info.name: (info, spec) for info, spec in parameters_of(design.parameters)}
    info, spec = asked[name]
    # Residual limbs differ, and there is no data on them.
    if info.group not in BODY or info.kind != "length" or name.startswith("residual"):
        return None
    low, high = _most_people(name)
    if high and mm > high:
        return Odd("large")
    if low and mm < low:
        return Odd("small")
    work_out = spec.estimate or spec.when_unknown
    known: dict[str, Value] = {}
    for other, (about, _) in asked.items():
        value = mm_of(about, answers.get(other, "")) if other != name else None
        if value is not None and about.group in BODY:
            known[other] = value
    expected = work_out(known) if work_out is not None else None
    if expected is not None and abs(mm / expected.value - 1.0) > _APART:
        return Odd("apart", expected.value)
    return None


@cache
def _most_people(name: str) -> tuple[float, float]:
    """Return the least and the most that most people's measurement is (mm), 0 for not known."""
    facts = anthropometry()
    high = max(
        (each["dimensions"].get(f"{name}_mm", {}).get("p99", 0.0))
        for each in facts["adults"].values()
    )
    three = next(row for row in facts["children_estimated"] if row["age_years"] == "3-4")
    return float(three.get(f"{name}_mm", {}).get("p5", 0.0)), float(high)
