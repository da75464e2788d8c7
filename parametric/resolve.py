"""What becomes of the answers: the parameters of one device, and where each value came from.

`resolve` turns entries into an instance of a design's parameters, filling in what can be
estimated, and refuses with every problem at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from parametric.entries import Unusable, is_empty, is_unknown, read_entry
from parametric.params import Estimate, ParameterInfo, Rule, Spec, Value, describe, parameters_of
from parametric.problems import BadParameters, Problem, shown, unknown

Origin: TypeAlias = Literal["given", "estimated", "default"]

_NEEDED: Final = "This is needed."


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


def resolve(params_class: type[P], entries: Mapping[str, object]) -> Resolved[P]:
    """Turns what was entered into the parameters of one device.

    What was not given is estimated where the design knows how, else the default is used.
    Estimates may build on other estimates; lengths that were estimated are rounded to 0.1 mm,
    and an estimate outside the range is held at its edge and its source says so. An empty
    entry counts as not given; ``?`` says that it cannot be measured, so that it is estimated
    where that is possible, also where it is required.

    Args:
        params_class: The design's parameters.
        entries: Names and values: text, numbers, yes/no, as from TOML, JSON or a form.

    Returns:
        The parameters, and for each where it came from.

    Raises:
        BadParameters: Something is misspelt, missing, unreadable, out of range, or does not go
            together; all problems are in it.
    """
    parameters = parameters_of(params_class)
    known_names = [info.name for info, _ in parameters]
    problems: list[Problem] = [
        unknown(name, entries[name], known_names) for name in entries if name not in known_names
    ]
    resolved: dict[str, ResolvedValue] = {}
    # What cannot be measured is worked out as if it had been asked for in that way.
    parameters = tuple(
        (info, replace(spec, estimate=spec.estimate or spec.when_unknown))
        if is_unknown(entries.get(info.name))
        else (info, spec)
        for info, spec in parameters
    )
    for info, spec in parameters:
        entry = entries.get(info.name)
        if is_empty(entry) or (is_unknown(entry) and spec.estimate is not None):
            continue
        try:
            value, entered = read_entry(info, entry)
        except Unusable as unusable:
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
            resolved[info.name] = from_default(info, spec.default)
    _estimate_all(waiting, resolved)
    missing = [(info, spec) for info, spec in waiting if info.name not in resolved]
    problems += [_missing(info) for info, spec in missing if spec.estimate is None]
    if not problems:
        # An estimate that fails beside another problem would only repeat that problem.
        problems += [_not_estimated(info) for info, spec in missing if spec.estimate is not None]
    problems += broken_rules(params_class, resolved)
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
        present = {name for name, entry in entries.items() if not is_empty(entry)}
        return tuple(
            problem
            for problem in error.problems
            # An estimate fails for want of what is missing.
            if problem.field in present or (problem.given and problem.says != _NEEDED)
        )
    return ()


def from_default(info: ParameterInfo, value: Value) -> ResolvedValue:
    """Returns a value that is used because nothing else was given."""
    if info.kind in {"length", "angle", "number"}:
        value = float(value)
    return ResolvedValue(info.name, value, info.unit, "default", "", "the design's default")


def _estimate_all(
    waiting: list[tuple[ParameterInfo, Spec]], resolved: dict[str, ResolvedValue]
) -> None:
    """Fills in estimates, in field order, until no more can be made.

    Where an estimate cannot be made but there is a default, the default is used last, and may
    make other estimates possible.
    """
    _estimate_until_stable(waiting, resolved)
    for info, spec in waiting:
        if info.name not in resolved and spec.default is not None:
            resolved[info.name] = from_default(info, spec.default)
    _estimate_until_stable(waiting, resolved)


def _estimate_until_stable(
    waiting: list[tuple[ParameterInfo, Spec]], resolved: dict[str, ResolvedValue]
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


def broken_rules(params_class: type[Any], resolved: Mapping[str, ResolvedValue]) -> list[Problem]:
    """Returns the rules of a design that do not hold, of those whose values are all there."""
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
                        resolved[name].entered or f"{shown(value)} ({resolved[name].origin})"
                        for name, value in values.items()
                    ),
                    rule.says.format(**values),
                    ", ".join(f"{name} {allowed[name]}" for name in rule.fields),
                    rule.advice,
                )
            )
    return problems
