"""Parameters: what a design asks for.

The parameters of a design are the fields of a frozen, keyword-only dataclass. Each field is
made by one of the constructors here (`length`, `angle`, `number`, `count`, `choice`, `text`,
`flag`), which holds its range, its unit and how to measure it::

    @dataclass(frozen=True, kw_only=True)
    class TubeClamp:
        hand_breadth: Mm = length(40, 110, help="Across the four knuckles, without the thumb.")
        tilt: Deg = angle(0, 30, default=10, help="How far the cup leans.")

`describe` tells what a design asks for. What becomes of the answers is in `parametric.resolve`;
`parametric.adapted` gives a design other defaults, ranges and words.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

Value: TypeAlias = float | str | bool
"""A resolved value: mm, degrees, a number, a choice, a text, or yes/no."""

Kind: TypeAlias = Literal["length", "angle", "number", "count", "choice", "text", "flag"]
Group: TypeAlias = Literal["sound hand", "residual limb", "device", "look"]
Given: TypeAlias = Literal["required", "estimated", "default"]

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
        can_be_estimated: Whether ``?`` may be entered, for "I cannot measure this".
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
    can_be_estimated: bool = False

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
class Spec:
    """What a field of a dataclass of parameters holds."""

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
    when_unknown: Estimator | None = None


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
    when_unknown: Estimator | None = None,
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
        when_unknown: Works a required length out when somebody says that they cannot measure it
            (`parametric.entries.UNKNOWN`); it must not just be left out.

    Raises:
        ValueError: The range is empty or the default is outside it.
    """
    return field_of(
        Spec("length", help, "mm", low, high, (), default, estimate, label, group, when_unknown)
    )


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
    return field_of(Spec("angle", help, "deg", low, high, (), default, estimate, label, group))


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
    return field_of(Spec("number", help, unit, low, high, (), default, estimate, label, group))


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
    return field_of(Spec("count", help, "", low, high, (), default, None, label, group))


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
    return field_of(
        Spec("choice", help, choices=choices, default=default, label=label, group=group)
    )


def text(
    *,
    max_length: int,
    help: str,
    default: str | None = "",
    label: str = "",
    group: Group | None = None,
) -> Any:
    """Asks for a line of printable characters. Pass `default=None` to require it."""
    return field_of(
        Spec("text", help, low=0, high=max_length, default=default, label=label, group=group)
    )


def flag(*, help: str, default: bool = False, label: str = "", group: Group | None = None) -> Any:
    """Asks for yes or no."""
    return field_of(Spec("flag", help, default=default, label=label, group=group))


def field_of(spec: Spec) -> Any:
    """Returns the field of a dataclass that asks for this."""
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
    return tuple(info for info, _ in parameters_of(params_class))


def parameters_of(params_class: type[Any]) -> tuple[tuple[ParameterInfo, Spec], ...]:
    """Returns what a design asks for beside what its fields hold, in field order."""
    if not dataclasses.is_dataclass(params_class):
        raise TypeError(f"{params_class!r} is not a dataclass of parameters.")
    found = []
    for each in dataclasses.fields(params_class):
        spec = each.metadata.get(_SPEC)
        if not isinstance(spec, Spec):
            raise TypeError(
                f"{params_class.__name__}.{each.name} says no range: make it with length(), "
                "angle(), number(), count(), choice(), text() or flag()."
            )
        found.append((info_of(each.name, spec), spec))
    return tuple(found)


def info_of(name: str, spec: Spec) -> ParameterInfo:
    """Returns what is asked for in one parameter."""
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
        can_be_estimated=(spec.estimate or spec.when_unknown) is not None,
    )


def _group_of(name: str, kind: Kind) -> Group:
    if name in SOUND_HAND:
        return "sound hand"
    if name in RESIDUAL_LIMB or name.startswith("residual_"):
        return "residual limb"
    return "look" if kind == "text" else "device"
