"""Units, said once: lengths are millimetres, angles are degrees.

People measure in what their tape shows, so lengths are converted at the boundary by
`parse_length` and what was typed is kept beside the millimetres.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

Mm: TypeAlias = float
"""A length in millimetres."""

Deg: TypeAlias = float
"""An angle in degrees."""

MM_PER_CM: Final = 10.0
MM_PER_INCH: Final = 25.4
"""Exact since the international yard and pound agreement of 1959."""

_LONGEST_ENTRY: Final = 40
_UNITS: Final = {
    "": 1.0,
    "mm": 1.0,
    "millimetre": 1.0,
    "millimetres": 1.0,
    "millimeter": 1.0,
    "millimeters": 1.0,
    "cm": MM_PER_CM,
    "centimetre": MM_PER_CM,
    "centimetres": MM_PER_CM,
    "centimeter": MM_PER_CM,
    "centimeters": MM_PER_CM,
    "in": MM_PER_INCH,
    "inch": MM_PER_INCH,
    "inches": MM_PER_INCH,
    '"': MM_PER_INCH,
    "''": MM_PER_INCH,
}
_NUMBER: Final = r"(?:\d+(?:[.,]\d*)?|[.,]\d+)"
_LENGTH: Final = re.compile(
    rf"""^(?:
        (?P<whole>\d+)\s+(?P<top>\d+)/(?P<bottom>\d+)   # 3 1/16
      | (?P<only_top>\d+)/(?P<only_bottom>\d+)          # 1/16
      | (?P<number>{_NUMBER})                           # 78, 7.8, 7,8
    )\s*(?P<unit>[^\d\s].*)?$""",
    re.VERBOSE,
)


class NotALength(ValueError):
    """The text is not a length. The message is a plain sentence that says why."""


class NotANumber(ValueError):
    """The text is not a number. The message is a plain sentence that says why."""


@dataclass(frozen=True)
class Length:
    """A length and the way it was written.

    Attributes:
        mm: The length in millimetres.
        entered: What the person typed, such as ``3 1/16 in``.
    """

    mm: Mm
    entered: str


def parse_length(text: str | float) -> Length:
    """Reads a length as people write it and converts it to millimetres.

    A number without a unit is millimetres. Units are mm, cm and inches (``in`` or ``"``).
    Decimal points and decimal commas both work, and so do fractions: ``3 1/16 in``.
    Nothing is guessed: a number that looks like inches stays millimetres.

    Args:
        text: The entry, such as ``78``, ``"7.8 cm"``, ``'3.07"'`` or ``"7,8cm"``.

    Returns:
        The length in mm and the entry as it was written.

    Raises:
        NotALength: The entry has letters that are no unit, is not a finite number, is
            negative, or uses a unit that is not mm, cm or inches.
    """
    if isinstance(text, bool):
        raise NotALength("Yes or no is not a length. Write a number such as 78 mm.")
    if isinstance(text, (int, float)):
        return Length(_finite(text), _plain(text))
    if not isinstance(text, str):
        raise NotALength("This is not a length. Write a number such as 78 mm.")
    entered = text.strip()
    if not entered:
        raise NotALength("No length was written. Write a number such as 78 mm.")
    if len(entered) > _LONGEST_ENTRY:
        raise NotALength("This is too long to be a length. Write a number such as 78 mm.")
    number, unit = _split(entered)
    # Six decimals of a millimetre: drops the dust of binary fractions, keeps every real figure.
    return Length(round(number * _UNITS[unit], 6), entered)


def split_length(entered: str) -> tuple[float, str]:
    """Returns the number and the unit of a length, as written, before any conversion.

    Raises:
        NotALength: As `parse_length`.
    """
    return _split(entered.strip())


def parse_number(text: str | float, unit: str = "") -> float:
    """Reads a plain number such as a force or an angle, with or without its unit.

    Args:
        text: The entry, such as ``5``, ``"5 N"``, ``"12,5"`` or ``"10°"``.
        unit: The one unit that may follow the number.

    Returns:
        The number.

    Raises:
        NotANumber: The entry is not a finite number, or another unit follows it.
    """
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        # A person typed it: to them a wrong type is a wrong value.
        raise NotANumber("This is not a number.")
    if isinstance(text, (int, float)):
        try:
            number = float(text)
        except OverflowError:
            raise NotANumber("This number is too big.") from None
        if not math.isfinite(number):
            raise NotANumber(f"{_plain(text)} is not a number that can be used.")
        return number
    entered = text.strip()
    if not entered or len(entered) > _LONGEST_ENTRY:
        raise NotANumber("This is not a number.")
    match = re.fullmatch(rf"(?P<number>[-+]?{_NUMBER})\s*(?P<unit>.*)", _tidy(entered))
    allowed = {"", unit.casefold()} | ({"°", "degree", "degrees"} if unit == "deg" else set())
    if match is None or match["unit"].casefold() not in allowed:
        raise NotANumber(f"“{entered}” is not a number{f' in {unit}' if unit else ''}.")
    return float(match["number"].replace(",", "."))


def _finite(number: float) -> float:
    try:
        value = float(number)
    except OverflowError:
        raise NotALength("This number is too big to be a length.") from None
    if math.isnan(value):
        raise NotALength("NaN is not a length: it means “not a number”.")
    if math.isinf(value):
        raise NotALength("Infinity is not a length.")
    if value < 0:
        raise NotALength(f"{_plain(number)} is negative. A length is zero or more.")
    return value


def _plain(number: float) -> str:
    """Writes a number without an exponent, so that it can be read again."""
    if isinstance(number, int):
        return f"{number:d}"
    if not math.isfinite(number):
        return repr(number)
    written = format(Decimal(repr(number)), "f")
    return written.removesuffix(".0")


def _tidy(text: str) -> str:
    spaced = re.sub(r"([¼½¾⅐-⅞])", r" \1", text.strip()).strip()
    return (
        unicodedata.normalize("NFKC", spaced)
        .replace("⁄", "/")
        .replace("٫", ".")
        .replace("″", '"')
        .replace("′′", "''")
        .replace("”", '"')
        .replace("“", '"')
    )


def _split(entered: str) -> tuple[float, str]:
    text = _tidy(entered)
    bare = text.lstrip("+-−").casefold()
    if bare in {"nan", "inf", "infinity"}:
        raise NotALength(f"“{entered}” is not a length. Write a number such as 78 mm.")
    if text[:1] in "-−":
        raise NotALength(f"“{entered}” is negative. A length is zero or more.")
    match = _LENGTH.match(text)
    if match is None:
        raise NotALength(
            f"“{entered}” is not a length. Write a number, then mm, cm or in, such as 78 mm."
        )
    unit = (match["unit"] or "").strip().rstrip(".").casefold()
    if unit not in _UNITS:
        raise NotALength(
            f"“{entered}” is not a length that can be read: “{unit}” is not mm, cm or in."
        )
    if match["number"] is not None:
        return float(match["number"].replace(",", ".")), unit
    whole = int(match["whole"] or 0)
    top = int(match["top"] or match["only_top"])
    bottom = int(match["bottom"] or match["only_bottom"])
    if bottom == 0:
        raise NotALength(f"“{entered}” divides by zero.")
    return whole + top / bottom, unit
