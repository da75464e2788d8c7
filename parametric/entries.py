"""What people enter: a person file, and the entry of one parameter, read as its kind.

Nothing is clamped, dropped or converted without being said.
"""

from __future__ import annotations

import tomllib
from typing import Final

from parametric.params import ParameterInfo, Value
from parametric.problems import BadParameters, Problem, brief, did_you_mean, shown
from parametric.units import (
    MM_PER_CM,
    MM_PER_INCH,
    NotALength,
    NotANumber,
    parse_length,
    parse_number,
    split_length,
)

TABLES: Final = ("person", "sound_hand", "residual_limb", "device", "look")
"""Tables a person file may use. They only group: names are the same with or without them."""

UNKNOWN: Final = "?"
"""What is entered for a measurement that nobody can take: it is worked out then, and marked."""

_LONGEST_FILE: Final = 100_000


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
                    shown(value),
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
                    did_you_mean(key, TABLES),
                )
            )
        else:
            for name, inner in value.items():
                add(name, inner)
    if problems:
        raise BadParameters(tuple(problems))
    return entries


class Unusable(Exception):
    """One entry cannot be used; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def is_empty(entry: object) -> bool:
    """Tells whether nothing was entered."""
    return entry is None or (isinstance(entry, str) and not entry.strip())


def is_unknown(entry: object) -> bool:
    """Tells whether somebody says that they cannot measure it."""
    return isinstance(entry, str) and entry.strip() == UNKNOWN


def read_entry(info: ParameterInfo, entry: object) -> tuple[Value, str]:
    """Reads one entry. Raises Unusable with the problem when it cannot be used."""
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
            f"{brief(parsed.mm)} {info.unit} is outside {info.allowed}.",
            _meant_another_unit(info, parsed.entered, parsed.mm, as_text=isinstance(entry, str)),
        )
    return parsed.mm, parsed.entered


def _meant_another_unit(info: ParameterInfo, entered: str, mm: float, *, as_text: bool) -> str:
    """Suggests the unit that would have been in range; never converts."""
    number, unit = split_length(entered) if as_text else (mm, "")
    if unit:
        if unit != "mm" and _in_range(info, number):
            return f"If you meant millimetres, write {brief(number)}mm."
        return ""
    inches = f"If you meant inches, write {entered}in." if _in_range(info, mm * MM_PER_INCH) else ""
    cm = f"If you meant centimetres, write {entered}cm." if _in_range(info, mm * MM_PER_CM) else ""
    return f"{inches} {cm}".strip()


def _read_number(info: ParameterInfo, entry: object) -> tuple[Value, str]:
    try:
        # parse_number refuses what is neither text nor number.
        value = parse_number(entry, info.unit)  # type: ignore[arg-type]
    except NotANumber as error:
        raise _unusable(info, entry, str(error)) from None
    if info.kind == "count" and not value.is_integer():
        raise _unusable(info, entry, f"{brief(value)} is not a whole number.")
    if not _in_range(info, value):
        number, unit = brief(value), info.unit
        outside = f"is outside {info.allowed}."
        raise _unusable(
            info, entry, f"{number} {unit} {outside}" if unit else f"{number} {outside}"
        )
    return (int(value) if info.kind == "count" else value), shown(entry)


def _read_choice(info: ParameterInfo, entry: object) -> tuple[Value, str]:
    entered = shown(entry)
    if isinstance(entry, str):
        for each in info.choices:
            if each.casefold() == entered.casefold():
                return each, entered
    raise _unusable(
        info,
        entry,
        f"“{entered}” is not one of: {', '.join(info.choices)}.",
        did_you_mean(entered, info.choices),
    )


def _read_flag(info: ParameterInfo, entry: object) -> tuple[Value, str]:
    entered = shown(entry)
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


def _unusable(info: ParameterInfo, entry: object, says: str, advice: str = "") -> Unusable:
    give = f"Give {info.allowed}. {info.help}".strip()
    return Unusable(Problem(info.name, shown(entry), says, info.allowed, advice or give))


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
