"""Parameters: what a design asks for, and what becomes of the answers.

The parameters of a design are the fields of a frozen, keyword-only dataclass. Each field is
made by one of the constructors here (`length`, `angle`, `number`, `count`, `choice`, `text`,
`flag`), which holds its range, its unit and how to measure it::

    @dataclass(frozen=True, kw_only=True)
    class TubeClamp:
        hand_breadth: Mm = length(40, 110, help="Across the four knuckles, without the thumb.")
        tilt: Deg = angle(0, 30, default=10, help="How far the cup leans.")

`describe` tells what a design asks for. `resolve` turns entries into an instance, filling in
what can be estimated, and refuses with every problem at once. Nothing is clamped, dropped or
converted without being said. `adapted` gives a design's parameters other defaults, ranges and
words, which is all that a fork changes of them.
"""

from __future__ import annotations

import copyreg
import dataclasses
import difflib
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from parametric.units import (
    MM_PER_CM,
    MM_PER_INCH,
    NotALength,
    parse_length,
    parse_number,
    split_length,
)

Value: TypeAlias = float | str | bool
"""A resolved value: mm, degrees, a number, a choice, a text, or yes/no."""

Kind: TypeAlias = Literal["length", "angle", "number", "count", "choice", "text", "flag"]
Group: TypeAlias = Literal["sound hand", "residual limb", "device", "look"]
Given: TypeAlias = Literal["required", "estimated", "default"]
Origin: TypeAlias = Literal["given", "estimated", "default"]

SOUND_HAND: Final = frozenset(
    {
        "hand_breadth",
        "hand_length",
        "palm_length",
        "hand_circumference",
        "thumb_length",
        "index_length",
        "middle_length",
        "ring_length",
        "little_length",
    }
)
"""Measurements that say how big the device should look."""

RESIDUAL_LIMB: Final = frozenset(
    {
        "wrist_circumference",
        "forearm_circumference",
        "forearm_length",
        "residual_palm_breadth",
        "residual_palm_thickness",
        "residual_palm_length",
    }
)
"""Measurements that say what must fit inside the device."""

TABLES: Final = ("person", "sound_hand", "residual_limb", "device", "look")
"""Tables a person file may use. They only group: names are the same with or without them."""

_LONGEST_FILE: Final = 100_000
_NEEDED: Final = "This is needed."
_SPEC: Final = "parametric.parameter"


@dataclass(frozen=True)
class Estimate:
    """A value worked out from other values.

    Attributes:
        value: The estimate, in mm for a length.
        source: Where the relation comes from, as a plain sentence.
    """

    value: float
    source: str


Estimator: TypeAlias = Callable[[Mapping[str, Value]], Estimate | None]
"""Estimates a value from those known so far, or returns None when they are not enough."""


@dataclass(frozen=True)
class Rule:
    """Something that must be true of several parameters together.

    Attributes:
        fields: The parameters the rule is about. It sees only these.
        holds: Answers whether the rule holds for a mapping of those values.
        says: What is wrong when it does not, as a format string over the values, in mm.
        advice: What to do about it.
    """

    fields: tuple[str, ...]
    holds: Callable[[Mapping[str, Any]], bool]
    says: str
    advice: str


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what was entered.

    Attributes:
        field: The parameter's name, or several names with commas.
        given: What was entered, as text; empty when nothing was.
        says: What is wrong, as a plain sentence.
        allowed: What would be right, such as ``40-110 mm``.
        advice: What to do, as a plain sentence.
    """

    field: str
    given: str
    says: str
    allowed: str = ""
    advice: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.field}: {self.says}", self.advice) if part)

    def to_json(self) -> dict[str, str]:
        """Returns the problem as a JSON object."""
        return dataclasses.asdict(self)


class BadParameters(ValueError):
    """What was entered cannot be used; `problems` holds every reason at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        # The problems are the only argument, so that the error survives a trip between processes.
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def to_json(self) -> list[dict[str, str]]:
        """Returns every problem as a JSON object."""
        return [problem.to_json() for problem in self.problems]


@dataclass(frozen=True)
class ParameterInfo:
    """What a design asks for in one parameter.

    Attributes:
        name: The name to use in a person file or on the command line.
        label: The name to show to people.
        kind: What sort of value it is.
        unit: ``mm``, ``deg``, another unit, or empty.
        low: The smallest value, or None where there is no range.
        high: The largest value; for a text, the most characters.
        choices: The answers to choose from, for a choice.
        given: Whether it must be given, is estimated when it is not, or has a default.
        default: The default, or None.
        help: What to measure and how.
        group: Which part of the person or the device it is about.
    """

    name: str
    label: str
    kind: Kind
    unit: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    given: Given
    default: Value | None
    help: str
    group: Group

    @property
    def allowed(self) -> str:
        """What may be entered, in words, such as ``40-110 mm``."""
        if self.kind == "choice":
            return " or ".join(self.choices)
        if self.kind == "flag":
            return "yes or no"
        if self.kind == "text":
            return f"up to {self.high:g} characters"
        low, high = self.low or 0.0, self.high or 0.0
        span = f"{low:g}-{high:g}" if low >= 0 else f"{low:g} to {high:g}"
        return f"{span} {self.unit}".strip()

    def to_json(self) -> dict[str, object]:
        """Returns the description as a JSON object."""
        return {**dataclasses.asdict(self), "choices": list(self.choices), "allowed": self.allowed}


@dataclass(frozen=True)
class ResolvedValue:
    """One value a design will be made with, and where it came from.

    Attributes:
        name: The parameter's name.
        value: The value, in `unit`.
        unit: ``mm``, ``deg``, another unit, or empty.
        origin: Whether it was given, estimated, or is the default.
        entered: What was typed, empty if nothing was.
        source: For an estimate, where the relation comes from.
    """

    name: str
    value: Value
    unit: str
    origin: Origin
    entered: str
    source: str

    def to_json(self) -> dict[str, object]:
        """Returns the value as a JSON object."""
        return dataclasses.asdict(self)


P = TypeVar("P")


@dataclass(frozen=True)
class Resolved(Generic[P]):
    """The parameters of one device.

    Attributes:
        params: An instance of the design's parameters.
        values: Every value in field order, with where it came from.
    """

    params: P
    values: tuple[ResolvedValue, ...]

    def __getitem__(self, name: str) -> ResolvedValue:
        """Returns the value with this name. Raises KeyError when there is none."""
        for value in self.values:
            if value.name == name:
                return value
        raise KeyError(name)

    def to_json(self) -> list[dict[str, object]]:
        """Returns the values as JSON objects, in field order."""
        return [value.to_json() for value in self.values]


@dataclass(frozen=True)
class _Spec:
    kind: Kind
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    default: Value | None = None
    estimate: Estimator | None = None
    label: str = ""
    group: Group | None = None


# The constructors return Any, as dataclasses.field does for a type checker: the annotation of
# the field is the truth about its type.


def length(
    low: float,
    high: float,
    *,
    help: str,
    default: float | None = None,
    estimate: Estimator | None = None,
    label: str = "",
    group: Group | None = None,
) -> Any:
    """Asks for a length in mm, between `low` and `high`.

    Args:
        low: The smallest length, in mm.
        high: The largest length, in mm.
        help: What to measure and how.
        default: The length when none is given, in mm. Without it (and without `estimate`) the
            parameter is required.
        estimate: Works the length out from the others when it is not given.
        label: The name to show; made from the field's name when left out.
        group: Worked out from the field's name when left out.

    Raises:
        ValueError: The range is empty or the default is outside it.
    """
    return _field(_Spec("length", help, "mm", low, high, (), default, estimate, label, group))


def angle(
    low: float,
    high: float,
    *,
    help: str,
    default: float | None = None,
    estimate: Estimator | None = None,
    label: str = "",
    group: Group | None = None,
) -> Any:
    """Asks for an angle in degrees; otherwise as `length`."""
    return _field(_Spec("angle", help, "deg", low, high, (), default, estimate, label, group))


def number(
    low: float,
    high: float,
    *,
    help: str,
    unit: str = "",
    default: float | None = None,
    estimate: Estimator | None = None,
    label: str = "",
    group: Group | None = None,
) -> Any:
    """Asks for a number in a unit of its own, such as a load in N; otherwise as `length`."""
    return _field(_Spec("number", help, unit, low, high, (), default, estimate, label, group))


def count(
    low: int,
    high: int,
    *,
    help: str,
    default: int | None = None,
    label: str = "",
    group: Group | None = None,
) -> Any:
    """Asks for a whole number; otherwise as `length`."""
    return _field(_Spec("count", help, "", low, high, (), default, None, label, group))


def choice(
    *choices: str,
    help: str,
    default: str | None = None,
    label: str = "",
    group: Group | None = None,
) -> Any:
    """Asks for one of a few words. Required unless there is a default.

    Raises:
        ValueError: There are no choices, or the default is not one of them.
    """
    return _field(_Spec("choice", help, choices=choices, default=default, label=label, group=group))


def text(
    *,
    max_length: int,
    help: str,
    default: str | None = "",
    label: str = "",
    group: Group | None = None,
) -> Any:
    """Asks for a line of printable characters. Pass `default=None` to require it."""
    return _field(
        _Spec("text", help, low=0, high=max_length, default=default, label=label, group=group)
    )


def flag(*, help: str, default: bool = False, label: str = "", group: Group | None = None) -> Any:
    """Asks for yes or no."""
    return _field(_Spec("flag", help, default=default, label=label, group=group))


def _field(spec: _Spec) -> Any:
    if not spec.help.strip():
        raise ValueError("A parameter must say what to measure or choose.")
    if spec.kind == "choice":
        if not spec.choices or (spec.default is not None and spec.default not in spec.choices):
            raise ValueError(f"The default {spec.default!r} is not one of {spec.choices}.")
    elif spec.low is not None and spec.high is not None:
        if not spec.low < spec.high:
            raise ValueError(f"The range {spec.low}-{spec.high} is empty.")
        if isinstance(spec.default, (int, float)) and not spec.low <= spec.default <= spec.high:
            raise ValueError(f"The default {spec.default} is outside {spec.low}-{spec.high}.")
    metadata = {_SPEC: spec}
    if spec.default is None:
        return field(metadata=metadata)
    return field(default=spec.default, metadata=metadata)


def describe(params_class: type[Any]) -> tuple[ParameterInfo, ...]:
    """Tells what a design asks for, in field order.

    Args:
        params_class: A dataclass whose fields were made by the constructors of this module.

    Raises:
        TypeError: It is not a dataclass, or a field says no range.
    """
    return tuple(info for info, _ in _parameters(params_class))


def resolve(params_class: type[P], entries: Mapping[str, object]) -> Resolved[P]:
    """Turns what was entered into the parameters of one device.

    What was not given is estimated where the design knows how, else the default is used.
    Estimates may build on other estimates; lengths that were estimated are rounded to 0.1 mm,
    and an estimate outside the range is held at its edge and its source says so. An empty
    entry counts as not given.

    Args:
        params_class: The design's parameters.
        entries: Names and values: text, numbers, yes/no, as from TOML, JSON or a form.

    Returns:
        The parameters, and for each where it came from.

    Raises:
        BadParameters: Something is misspelt, missing, unreadable, out of range, or does not go
            together; all problems are in it.
    """
    parameters = _parameters(params_class)
    known_names = [info.name for info, _ in parameters]
    problems: list[Problem] = [
        _unknown(name, entries[name], known_names) for name in entries if name not in known_names
    ]
    resolved: dict[str, ResolvedValue] = {}
    for info, _ in parameters:
        entry = entries.get(info.name)
        if _is_empty(entry):
            continue
        try:
            value, entered = _read(info, entry)
        except _Unusable as unusable:
            problems.append(unusable.problem)
        else:
            resolved[info.name] = ResolvedValue(info.name, value, info.unit, "given", entered, "")
    unreadable = {problem.field for problem in problems}
    waiting = [
        (info, spec)
        for info, spec in parameters
        if info.name not in resolved and info.name not in unreadable
    ]
    for info, spec in waiting:
        if spec.default is not None and spec.estimate is None:
            resolved[info.name] = _default(info, spec.default)
    _estimate_all(waiting, resolved)
    missing = [(info, spec) for info, spec in waiting if info.name not in resolved]
    problems += [_missing(info) for info, spec in missing if spec.estimate is None]
    if not problems:
        # An estimate that fails beside another problem would only repeat that problem.
        problems += [_not_estimated(info) for info, spec in missing if spec.estimate is not None]
    problems += _broken_rules(params_class, resolved)
    if problems:
        raise BadParameters(tuple(problems))
    values = tuple(resolved[name] for name in known_names)
    return Resolved(params_class(**{value.name: value.value for value in values}), values)


def wrong_with(params_class: type[Any], entries: Mapping[str, object]) -> tuple[Problem, ...]:
    """Tells what is wrong with the entries that are there; that others are missing is not.

    Args:
        params_class: The design's parameters.
        entries: Some of what `resolve` would be given, such as a preset.
    """
    try:
        resolve(params_class, entries)
    except BadParameters as error:
        present = {name for name, entry in entries.items() if not _is_empty(entry)}
        return tuple(
            problem
            for problem in error.problems
            # An estimate fails for want of what is missing.
            if problem.field in present or (problem.given and problem.says != _NEEDED)
        )
    return ()


@dataclass(frozen=True)
class Change:
    """What becomes different in one parameter; None leaves it as it is.

    Attributes:
        default: The new default, in the parameter's own unit.
        low, high: The new ends of the range; for a text, `high` is the most characters.
        label, help: The new words.
    """

    default: Value | None = None
    low: float | None = None
    high: float | None = None
    label: str | None = None
    help: str | None = None


def adapted(params_class: type[P], changes: Mapping[str, Change]) -> type[P]:
    """Returns a design's parameters with other defaults, ranges and words.

    The result is a subclass: the design's own build function takes its instances, and its rules
    hold. The same changes give the same class. It travels between processes as what it was made
    from, so that a proof can use several.

    Args:
        params_class: The parameters to start from, which may be adapted ones.
        changes: What becomes different, by parameter.

    Raises:
        BadParameters: A parameter is not known, a range is empty, a default is outside of its
            range, or the defaults do not go together. The field of each problem is such as
            ``cup_height.default``; all problems are in it.
    """
    made: type[P] = _adapted(params_class, tuple(sorted(changes.items())))  # type: ignore[arg-type]  # mypy takes a type variable's class for unhashable
    return made


class _Adapted(type):
    """The class of adapted parameters, which knows what it was made from."""

    made_from: tuple[type[Any], tuple[tuple[str, Change], ...]]


def _reduced(made: _Adapted) -> tuple[Any, ...]:
    return _adapted, made.made_from


# Classes travel by name otherwise, and these have none.
copyreg.pickle(_Adapted, _reduced)


@lru_cache(maxsize=256)
def _adapted(base: type[Any], changes: tuple[tuple[str, Change], ...]) -> Any:
    specs = {info.name: spec for info, spec in _parameters(base)}
    problems: list[Problem] = []
    fields: dict[str, Any] = {}
    types = {each.name: each.type for each in dataclasses.fields(base)}
    for name, change in changes:
        if name not in specs:
            problems.append(_unknown(name, "", list(specs)))
            continue
        spec, wrong = _changed(name, specs[name], change)
        problems += wrong
        if not wrong:
            fields[name] = _field(spec)
    if problems:
        raise BadParameters(tuple(problems))
    body = {
        "__module__": base.__module__,
        "__qualname__": base.__qualname__,
        "__doc__": base.__doc__,
        "__annotations__": {name: types[name] for name in fields},
        "made_from": (base, changes),
        **fields,
    }
    plain: Any = _Adapted(base.__name__, (base,), body)
    made = dataclass(frozen=True, kw_only=True)(plain)
    _check_defaults(made)
    return made


def _changed(name: str, spec: _Spec, change: Change) -> tuple[_Spec, list[Problem]]:
    """Returns a parameter with a change made, and what is wrong with that."""
    new = dataclasses.replace(
        spec,
        default=spec.default if change.default is None else change.default,
        low=spec.low if change.low is None else change.low,
        high=spec.high if change.high is None else change.high,
        label=spec.label if change.label is None else change.label,
        help=spec.help if change.help is None else change.help,
    )
    info = _info(name, new)
    problems = _bad_ends(name, spec, change)
    if change.help is not None and not change.help.strip():
        says = "A parameter must say what to measure or choose."
        problems.append(Problem(f"{name}.help", "", says))
    if not problems and new.low is not None and new.high is not None and not new.low < new.high:
        ends = f"{_brief(new.low)} to {_brief(new.high)}"
        where = f"{name}.low" if change.low is not None else f"{name}.high"
        problems.append(
            Problem(where, ends, f"The range {ends} is empty.", "low less than high", "Swap them.")
        )
    if not problems and new.default is not None:
        try:
            value, _ = _read(info, new.default)
        except _Unusable as unusable:
            found = unusable.problem
            advice = f"Give a default in {info.allowed}."
            problems.append(
                Problem(f"{name}.default", found.given, found.says, found.allowed, advice)
            )
        else:
            new = dataclasses.replace(new, default=value)
    return new, problems


def _bad_ends(name: str, spec: _Spec, change: Change) -> list[Problem]:
    problems = []
    for end, value in (("low", change.low), ("high", change.high)):
        if value is None:
            continue
        where, given = f"{name}.{end}", _shown(value)
        if spec.kind in {"choice", "flag"} or (spec.kind == "text" and end == "low"):
            says = f"{name} is a {spec.kind}: it has no {end}."
            problems.append(Problem(where, given, says, "", "Leave it out."))
        elif not math.isfinite(value):
            problems.append(Problem(where, given, "This is not a number to count with."))
        elif spec.kind in {"count", "text"} and not float(value).is_integer():
            problems.append(Problem(where, given, f"{_brief(value)} is not a whole number."))
    return problems


def _check_defaults(params_class: type[Any]) -> None:
    """Raises BadParameters when what is used if nothing else is given breaks a rule."""
    defaults = {
        info.name: _default(info, info.default)
        for info, spec in _parameters(params_class)
        if info.default is not None and spec.estimate is None
    }
    problems = _broken_rules(params_class, defaults)
    if problems:
        raise BadParameters(
            tuple(
                dataclasses.replace(
                    each,
                    field=", ".join(f"{name}.default" for name in each.field.split(", ")),
                )
                for each in problems
            )
        )


def read_person(text: str) -> dict[str, object]:
    """Reads a person file: TOML, flat or grouped in tables, which mean nothing more.

    The tables are ``[person]``, ``[sound_hand]``, ``[residual_limb]``, ``[device]`` and
    ``[look]``.

    Args:
        text: The text of the file.

    Returns:
        Names and values, for `resolve`.

    Raises:
        BadParameters: The TOML is broken, a name is there twice, or a table is not known.
    """
    if len(text) > _LONGEST_FILE:
        raise _bad_file("The file is too long to be a person file.")
    try:
        # Some editors begin a file with a byte order mark, which nobody sees.
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        # ValueError: TOML's own error, and Python's refusal of numbers with thousands of digits.
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it cannot be read"
        raise _bad_file(f"The file is not valid TOML: {reason}.") from None
    entries: dict[str, object] = {}
    problems: list[Problem] = []

    def add(name: str, value: object) -> None:
        if name in entries:
            problems.append(
                Problem(
                    name,
                    _shown(value),
                    f"{name} is there twice, in different tables.",
                    "once",
                    "Keep the one that is right.",
                )
            )
        else:
            entries[name] = value

    for key, value in document.items():
        if not isinstance(value, dict):
            add(key, value)
        elif key not in TABLES:
            problems.append(
                Problem(
                    key,
                    f"[{key}]",
                    f"There is no table called [{key}].",
                    ", ".join(f"[{table}]" for table in TABLES),
                    _did_you_mean(key, TABLES),
                )
            )
        else:
            for name, inner in value.items():
                add(name, inner)
    if problems:
        raise BadParameters(tuple(problems))
    return entries


class _Unusable(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def _parameters(params_class: type[Any]) -> tuple[tuple[ParameterInfo, _Spec], ...]:
    if not dataclasses.is_dataclass(params_class):
        raise TypeError(f"{params_class!r} is not a dataclass of parameters.")
    found = []
    for each in dataclasses.fields(params_class):
        spec = each.metadata.get(_SPEC)
        if not isinstance(spec, _Spec):
            raise TypeError(
                f"{params_class.__name__}.{each.name} says no range: make it with length(), "
                "angle(), number(), count(), choice(), text() or flag()."
            )
        found.append((_info(each.name, spec), spec))
    return tuple(found)


def _info(name: str, spec: _Spec) -> ParameterInfo:
    given: Given = "default"
    if spec.estimate is not None:
        given = "estimated"
    elif spec.default is None:
        given = "required"
    return ParameterInfo(
        name=name,
        label=spec.label or name.replace("_", " ").capitalize(),
        kind=spec.kind,
        unit=spec.unit,
        low=spec.low,
        high=spec.high,
        choices=spec.choices,
        given=given,
        default=spec.default,
        help=spec.help,
        group=spec.group or _group_of(name, spec.kind),
    )


def _group_of(name: str, kind: Kind) -> Group:
    if name in SOUND_HAND:
        return "sound hand"
    if name in RESIDUAL_LIMB or name.startswith("residual_"):
        return "residual limb"
    return "look" if kind == "text" else "device"


def _is_empty(entry: object) -> bool:
    return entry is None or (isinstance(entry, str) and not entry.strip())


def _default(info: ParameterInfo, value: Value) -> ResolvedValue:
    if info.kind in {"length", "angle", "number"}:
        value = float(value)
    return ResolvedValue(info.name, value, info.unit, "default", "", "the design's default")


def _estimate_all(
    waiting: list[tuple[ParameterInfo, _Spec]], resolved: dict[str, ResolvedValue]
) -> None:
    """Fills in estimates, in field order, until no more can be made.

    Where an estimate cannot be made but there is a default, the default is used last, and may
    make other estimates possible.
    """
    _estimate_until_stable(waiting, resolved)
    for info, spec in waiting:
        if info.name not in resolved and spec.default is not None:
            resolved[info.name] = _default(info, spec.default)
    _estimate_until_stable(waiting, resolved)


def _estimate_until_stable(
    waiting: list[tuple[ParameterInfo, _Spec]], resolved: dict[str, ResolvedValue]
) -> None:
    progress = True
    while progress:
        progress = False
        for info, spec in waiting:
            if spec.estimate is None or info.name in resolved:
                continue
            estimate = spec.estimate({name: each.value for name, each in resolved.items()})
            if estimate is not None:
                resolved[info.name] = _held_in_range(info, estimate)
                progress = True


def _held_in_range(info: ParameterInfo, estimate: Estimate) -> ResolvedValue:
    low, high = info.low or 0.0, info.high or 0.0
    value = round(estimate.value, 1) if info.kind == "length" else estimate.value
    source = estimate.source
    held = min(max(value, low), high)
    if held != value:
        source = f"{source} Worked out as {value:g} {info.unit}, held at {held:g} {info.unit}."
    return ResolvedValue(info.name, float(held), info.unit, "estimated", "", source)


def _read(info: ParameterInfo, entry: object) -> tuple[Value, str]:
    """Reads one entry. Raises _Unusable with the problem when it cannot be used."""
    if info.kind == "length":
        return _read_length(info, entry)
    if info.kind in {"angle", "number", "count"}:
        return _read_number(info, entry)
    if info.kind == "choice":
        return _read_choice(info, entry)
    if info.kind == "flag":
        return _read_flag(info, entry)
    return _read_text(info, entry)


def _read_length(info: ParameterInfo, entry: object) -> tuple[Value, str]:
    try:
        # parse_length refuses what is neither text nor number.
        parsed = parse_length(entry)  # type: ignore[arg-type]
    except NotALength as error:
        raise _unusable(info, entry, str(error)) from None
    if not _in_range(info, parsed.mm):
        raise _unusable(
            info,
            entry,
            f"{_brief(parsed.mm)} mm is outside {info.allowed}.",
            _meant_another_unit(info, parsed.entered, parsed.mm, as_text=isinstance(entry, str)),
        )
    return parsed.mm, parsed.entered


def _meant_another_unit(info: ParameterInfo, entered: str, mm: float, *, as_text: bool) -> str:
    """Suggests the unit that would have been in range; never converts."""
    number, unit = split_length(entered) if as_text else (mm, "")
    if unit:
        if unit != "mm" and _in_range(info, number):
            return f"If you meant millimetres, write {_brief(number)}mm."
        return ""
    meant = [
        f"If you meant {name}, write {entered}{short}."
        for name, short, factor in (("inches", "in", MM_PER_INCH), ("centimetres", "cm", MM_PER_CM))
        if _in_range(info, mm * factor)
    ]
    return " ".join(meant)


def _read_number(info: ParameterInfo, entry: object) -> tuple[Value, str]:
    try:
        # parse_number refuses what is neither text nor number.
        value = parse_number(entry, info.unit)  # type: ignore[arg-type]
    except ValueError as error:
        raise _unusable(info, entry, str(error)) from None
    if info.kind == "count" and not value.is_integer():
        raise _unusable(info, entry, f"{_brief(value)} is not a whole number.")
    if not _in_range(info, value):
        amount = f"{_brief(value)} {info.unit}".strip()
        raise _unusable(info, entry, f"{amount} is outside {info.allowed}.")
    return (int(value) if info.kind == "count" else value), _shown(entry)


def _read_choice(info: ParameterInfo, entry: object) -> tuple[Value, str]:
    entered = _shown(entry)
    if isinstance(entry, str):
        for each in info.choices:
            if each.casefold() == entered.casefold():
                return each, entered
    raise _unusable(
        info,
        entry,
        f"“{entered}” is not one of: {', '.join(info.choices)}.",
        _did_you_mean(entered, info.choices),
    )


def _read_flag(info: ParameterInfo, entry: object) -> tuple[Value, str]:
    entered = _shown(entry)
    if entered.casefold() in {"true", "yes", "on", "1"}:
        return True, entered
    if entered.casefold() in {"false", "no", "off", "0"}:
        return False, entered
    raise _unusable(info, entry, f"“{entered}” is neither yes nor no.")


def _read_text(info: ParameterInfo, entry: object) -> tuple[Value, str]:
    if not isinstance(entry, str):
        raise _unusable(info, entry, "This is not a text.", "Put it in quotes.")
    entered = entry.strip()
    if not entered.isprintable():
        raise _unusable(
            info,
            entry,
            "It has characters that cannot be printed, such as a new line.",
            "Use letters, figures and signs on one line.",
        )
    if info.high is not None and len(entered) > info.high:
        raise _unusable(
            info, entry, f"It has {len(entered)} characters; {info.high:g} fit.", "Shorten it."
        )
    return entered, entered


def _in_range(info: ParameterInfo, value: float) -> bool:
    return (info.low or 0.0) <= value <= (info.high or 0.0)


def _unusable(info: ParameterInfo, entry: object, says: str, advice: str = "") -> _Unusable:
    advice = advice or f"Give {info.allowed}. {info.help}".strip()
    return _Unusable(Problem(info.name, _shown(entry), says, info.allowed, advice))


def _missing(info: ParameterInfo) -> Problem:
    return Problem(info.name, "", _NEEDED, info.allowed, info.help)


def _not_estimated(info: ParameterInfo) -> Problem:
    return Problem(
        info.name,
        "",
        "This could not be estimated from what was given.",
        info.allowed,
        f"Measure it. {info.help}",
    )


def _unknown(name: str, entry: object, known: list[str]) -> Problem:
    return Problem(
        str(name),
        _shown(entry),
        f"There is no parameter called {name}.",
        ", ".join(known),
        _did_you_mean(str(name), known),
    )


def _did_you_mean(wrong: str, known: list[str] | tuple[str, ...]) -> str:
    tidy = wrong.strip().casefold().replace("-", "_").replace(" ", "_").removesuffix("_mm")
    close = difflib.get_close_matches(tidy, known, n=2, cutoff=0.6)
    return f"Did you mean {' or '.join(close)}?" if close else "Take it out, or look up its name."


def _broken_rules(params_class: type[Any], resolved: Mapping[str, ResolvedValue]) -> list[Problem]:
    problems = []
    rules: tuple[Rule, ...] = getattr(params_class, "rules", ())
    allowed = {info.name: info.allowed for info in describe(params_class)}
    for rule in rules:
        if not all(name in resolved for name in rule.fields):
            continue
        values = {name: resolved[name].value for name in rule.fields}
        if not rule.holds(values):
            problems.append(
                Problem(
                    ", ".join(rule.fields),
                    ", ".join(
                        resolved[name].entered or f"{_shown(value)} ({resolved[name].origin})"
                        for name, value in values.items()
                    ),
                    rule.says.format(**values),
                    ", ".join(f"{name} {allowed[name]}" for name in rule.fields),
                    rule.advice,
                )
            )
    return problems


def _bad_file(says: str) -> BadParameters:
    return BadParameters(
        (
            Problem(
                "person file",
                "",
                says,
                "TOML",
                "Write one line for each measurement, such as: hand_breadth = 78",
            ),
        )
    )


def _brief(number: float) -> str:
    return f"{number:.10g}"


def _shown(entry: object) -> str:
    if isinstance(entry, bool):
        return "true" if entry else "false"
    if isinstance(entry, int) and abs(entry) >= 10**30:
        return "a very big number"
    if isinstance(entry, float):
        return _brief(entry)
    shown = str(entry).strip()
    return shown if len(shown) <= 60 else shown[:57] + "..."
