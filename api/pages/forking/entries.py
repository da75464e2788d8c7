"""What somebody typed for a parameter, as a fork document says it; and back."""

from __future__ import annotations

from parametric.params import ParameterInfo, Value
from parametric.units import NotALength, parse_length, parse_number


def read(info: ParameterInfo, typed: str) -> Value:
    """Return what was typed in the parameter's own unit; as it was typed where it is no number.

    What is none stays as it is, so that it is refused in the words in which the API refuses it.
    """
    if info.kind == "flag" and typed in ("yes", "no"):
        return typed == "yes"
    if info.kind in ("length", "angle", "number", "count"):
        return _number(info, typed)
    return typed


def shown(value: object) -> str:
    """Return a value as a field of a form holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _number(info: ParameterInfo, typed: str) -> Value:
    try:
        found = parse_length(typed).mm if info.kind == "length" else parse_number(typed, info.unit)
    except (NotALength, ValueError):
        return typed
    return int(found) if found.is_integer() else found
