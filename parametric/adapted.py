"""A design's parameters with other defaults, ranges and words: all that a fork changes of them."""

from __future__ import annotations

import copyreg
import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from parametric.entries import Unusable, read_entry
from parametric.params import Spec, Value, field_of, info_of, parameters_of
from parametric.problems import BadParameters, Problem, brief, shown, unknown
from parametric.resolve import broken_rules, from_default

P = TypeVar("P")


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
    specs = {info.name: spec for info, spec in parameters_of(base)}
    problems: list[Problem] = []
    fields: dict[str, Any] = {}
    types = {each.name: each.type for each in dataclasses.fields(base)}
    for name, change in changes:
        if name not in specs:
            problems.append(unknown(name, "", list(specs)))
            continue
        spec, wrong = _changed(name, specs[name], change)
        problems += wrong
        if not wrong:
            fields[name] = field_of(spec)
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


def _changed(name: str, spec: Spec, change: Change) -> tuple[Spec, list[Problem]]:
    """Returns a parameter with a change made, and what is wrong with that."""
    new = dataclasses.replace(
        spec,
        default=spec.default if change.default is None else change.default,
        low=spec.low if change.low is None else change.low,
        high=spec.high if change.high is None else change.high,
        label=spec.label if change.label is None else change.label,
        help=spec.help if change.help is None else change.help,
    )
    info = info_of(name, new)
    problems = _bad_ends(name, spec, change)
    if change.help is not None and not change.help.strip():
        says = "A parameter must say what to measure or choose."
        problems.append(Problem(f"{name}.help", "", says))
    if not problems and new.low is not None and new.high is not None and not new.low < new.high:
        ends = f"{brief(new.low)} to {brief(new.high)}"
        where = f"{name}.low" if change.low is not None else f"{name}.high"
        problems.append(
            Problem(where, ends, f"The range {ends} is empty.", "low less than high", "Swap them.")
        )
    if not problems and new.default is not None:
        try:
            value, _ = read_entry(info, new.default)
        except Unusable as unusable:
            found = unusable.problem
            advice = f"Give a default in {info.allowed}."
            problems.append(
                Problem(f"{name}.default", found.given, found.says, found.allowed, advice)
            )
        else:
            new = dataclasses.replace(new, default=value)
    return new, problems


def _bad_ends(name: str, spec: Spec, change: Change) -> list[Problem]:
    problems = []
    for end, value in (("low", change.low), ("high", change.high)):
        if value is None:
            continue
        where, given = f"{name}.{end}", shown(value)
        if spec.kind in {"choice", "flag"} or (spec.kind == "text" and end == "low"):
            says = "This has no smallest and no largest value."
            problems.append(Problem(where, given, says, "", "Leave it out."))
        elif not math.isfinite(value):
            problems.append(Problem(where, given, "This is not a number to count with."))
        elif spec.kind in {"count", "text"} and not float(value).is_integer():
            problems.append(Problem(where, given, f"{brief(value)} is not a whole number."))
    return problems


def _check_defaults(params_class: type[Any]) -> None:
    """Raises BadParameters when what is used if nothing else is given breaks a rule."""
    defaults = {
        info.name: from_default(info, info.default)
        for info, spec in parameters_of(params_class)
        if info.default is not None and spec.estimate is None
    }
    problems = broken_rules(params_class, defaults)
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
