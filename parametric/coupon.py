"""The test piece: a plate with holes and a peg, printed once, from which clearances are read.

Its holes are drawn as they are named, with nothing added for the printer: what the printer makes
of them is what shall be found out. Seven holes leave a gap of 0.05 to 0.40 mm on each side of the
peg; the last one is as wide as the peg, for a caliper.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from parametric.place import move
from parametric.problems import BadParameters, Problem
from parametric.solid import (
    Box,
    Cylinder,
    Extrude,
    Solid,
    Text,
    difference,
    placed,
    rectangle,
    union,
)
from parametric.units import Mm

PEG_MM: Final[Mm] = 10.0
"""Diameter of the peg, and of the hole for the caliper."""

GAPS_MM: Final[tuple[Mm, ...]] = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40)
"""Gap on each side of the peg, hole by hole."""

LEAST_SLIDING_MM: Final[Mm] = 0.05
"""The smallest gap that a printer profile may name for parts that move."""

_PITCH_MM: Final[Mm] = 17.0
_PLATE_MM: Final = (_PITCH_MM * (len(GAPS_MM) + 1) + 1.0, 30.0, 6.0)
_HOLES_Y_MM: Final[Mm] = 4.0
_LETTERS_MM: Final[Mm] = 5.5
_RAISED_MM: Final[Mm] = 0.6
_PEG_LENGTH_MM: Final[Mm] = 16.0
_FOOT_MM: Final = (18.0, 4.0)


@cache
def plate() -> Solid:
    """Return the plate, which lies on the bed; each hole's gap stands beside it in 0.01 mm."""
    x, y, z = _PLATE_MM
    base = Extrude(rectangle(x, y, 3.0), z)
    places = [(i - len(GAPS_MM) / 2.0) * _PITCH_MM for i in range(len(GAPS_MM) + 1)]
    widths = [*(PEG_MM + 2.0 * gap for gap in GAPS_MM), PEG_MM]
    names = [*(f"{round(gap * 100):02d}" for gap in GAPS_MM), "M"]
    holes = [
        placed(Cylinder(width / 2.0, z + 2.0), move(at, _HOLES_Y_MM, z / 2.0))
        for at, width in zip(places, widths, strict=True)
    ]
    letters = [
        placed(Extrude(Text(name, _LETTERS_MM), _RAISED_MM + 0.2), move(at, -9.0, z - 0.2))
        for at, name in zip(places, names, strict=True)
    ]
    return union(difference(base, *holes), *letters)


@cache
def peg() -> Solid:
    """Return the peg, upright on its foot."""
    width, height = _FOOT_MM
    foot = placed(Box(width, width, height), move(z=height / 2.0))
    length = _PEG_LENGTH_MM + 0.2
    stem = placed(Cylinder(PEG_MM / 2.0, length), move(z=height - 0.2 + length / 2.0))
    return union(foot, stem)


@dataclass(frozen=True)
class Clearances:
    """What a test piece says about a printer, as fields of a `PrinterProfile` (mm)."""

    sliding_mm: Mm
    press_mm: Mm
    hole_shrink_mm: Mm


def read_off(slides_at_mm: Mm, holds_at_mm: Mm, hole_measures_mm: Mm | None = None) -> Clearances:
    """Return the clearances that a printed test piece shows.

    The gaps of the plate are those that were drawn. A hole that comes out smaller by s leaves
    s / 2 less on each side; profiles name the two apart, so the half is taken off here.

    Args:
        slides_at_mm: the smallest gap at which the peg slides by itself.
        holds_at_mm: the largest gap at which it stays put when the plate is turned over.
        hole_measures_mm: what a caliper says of the hole "M"; None without a caliper, and then
            nothing is known of holes by themselves and the whole gap is kept.

    Raises:
        BadParameters: a gap that is not on the plate, or figures that do not go together.
    """
    wrong = []
    allowed = ", ".join(f"{gap:.2f}" for gap in GAPS_MM)
    for field, given in (("slides_at", slides_at_mm), ("holds_at", holds_at_mm)):
        if given not in GAPS_MM:
            says = "There is no such hole on the plate."
            wrong.append(Problem(field, f"{given:g}", says, allowed, "Read the number beside it."))
    if not wrong and holds_at_mm >= slides_at_mm:
        wrong.append(
            Problem(
                "holds_at",
                f"{holds_at_mm:.2f}",
                f"The peg cannot hold at {holds_at_mm:.2f} and slide at {slides_at_mm:.2f}.",
                f"less than {slides_at_mm:.2f}",
                "Try the two holes again.",
            )
        )
    if hole_measures_mm is not None and not PEG_MM - 1.0 <= hole_measures_mm <= PEG_MM + 0.2:
        wrong.append(
            Problem(
                "hole_measures",
                f"{hole_measures_mm:g}",
                "This is not what such a hole measures.",
                f"{PEG_MM - 1.0:g} to {PEG_MM + 0.2:g} mm",
                "Measure hole M across its middle, or leave it out.",
            )
        )
    if wrong:
        raise BadParameters(tuple(wrong))
    shrink = max(0.0, round(PEG_MM - (hole_measures_mm or PEG_MM), 2))
    return Clearances(
        sliding_mm=max(LEAST_SLIDING_MM, round(slides_at_mm - shrink / 2.0, 3)),
        press_mm=max(0.0, round(holds_at_mm - shrink / 2.0, 3)),
        hole_shrink_mm=shrink,
    )
