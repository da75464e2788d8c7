"""Clearance belongs to a printer, not to a design.

A printer makes holes a little too small and pegs a little too fat. How much is measured once
with a printed test piece, written into a `PrinterProfile`, and every device for that printer is
made with it. Holes and gaps are then in mm for that machine and never scale with a person.
"""

from __future__ import annotations

import csv
import difflib
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import ClassVar, Final

from parametric.params import Rule, length, text
from parametric.problems import BadParameters, Problem
from parametric.resolve import resolve
from parametric.units import Mm

_THINNEST_WALL_MM: Final = 1.2
"""Three lines of the common 0.4 mm nozzle: thinner walls of worn parts split along the layers."""


@dataclass(frozen=True, kw_only=True)
class PrinterProfile:
    """What one printer can do.

    The default clearances are what an ordinary, untested printer with a 0.4 mm nozzle manages;
    they are assumptions until a test piece has been printed.

    Attributes:
        name: The printer's name.
        bed_x_mm: Width of the print space, in mm.
        bed_y_mm: Depth of the print space, in mm.
        bed_z_mm: Height of the print space, in mm.
        nozzle_mm: Nozzle diameter, in mm.
        layer_mm: Layer height, in mm.
        sliding_mm: Gap on each side for parts that move on each other, in mm.
        press_mm: Gap on each side for parts that are pressed together, in mm.
        hole_shrink_mm: How much smaller a printed hole comes out, on the diameter, in mm.
    """

    name: str = text(max_length=60, default="untested printer", help="The printer's name.")
    bed_x_mm: Mm = length(80, 1000, default=220, help="Width of the print space.")
    bed_y_mm: Mm = length(80, 1000, default=220, help="Depth of the print space.")
    bed_z_mm: Mm = length(80, 1000, default=250, help="Height of the print space.")
    nozzle_mm: Mm = length(0.2, 1.2, default=0.4, help="The nozzle's diameter.")
    layer_mm: Mm = length(0.04, 0.8, default=0.2, help="How thick each layer is printed.")
    sliding_mm: Mm = length(
        0.05,
        1,
        default=0.25,
        help="The smallest gap in your test piece at which the peg moves by itself.",
    )
    press_mm: Mm = length(
        0, 0.5, default=0.10, help="The gap in your test piece at which the peg stays put."
    )
    hole_shrink_mm: Mm = length(
        0, 1, default=0.20, help="A hole's diameter as drawn, less its diameter as printed."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("press_mm", "sliding_mm"),
            lambda v: bool(v["press_mm"] < v["sliding_mm"]),
            "A press fit of {press_mm:g} mm is not tighter than a sliding fit of "
            "{sliding_mm:g} mm.",
            "Measure the test piece again: the gap that slides is the bigger one.",
        ),
        Rule(
            ("layer_mm", "nozzle_mm"),
            lambda v: bool(v["layer_mm"] <= 0.8 * v["nozzle_mm"]),
            "A layer of {layer_mm:g} mm is too thick for a nozzle of {nozzle_mm:g} mm.",
            "Use layers of at most 80 % of the nozzle.",
        ),
    )

    @property
    def minimum_wall_mm(self) -> Mm:
        """The thinnest wall to design for, in mm: 1.2 mm, or three lines of a wider nozzle."""
        return round(max(_THINNEST_WALL_MM, 3 * self.nozzle_mm), 6)

    def hole_mm(self, diameter_mm: Mm) -> Mm:
        """The diameter to draw, in mm, so that the printed hole has this diameter."""
        return diameter_mm + self.hole_shrink_mm

    def sliding_hole_mm(self, diameter_mm: Mm) -> Mm:
        """The diameter to draw, in mm, for a hole in which a pin of this diameter turns."""
        return self.hole_mm(diameter_mm) + 2 * self.sliding_mm

    def press_hole_mm(self, diameter_mm: Mm) -> Mm:
        """The diameter to draw, in mm, for a hole that holds a pin of this diameter."""
        return self.hole_mm(diameter_mm) + 2 * self.press_mm


DEFAULT_PRINTER: Final = PrinterProfile()
"""An ordinary printer that nobody has measured: 0.4 mm nozzle, 220 x 220 x 250 mm."""


@cache
def printers() -> MappingProxyType[str, PrinterProfile]:
    """Returns the printers known by name, with their makers' published print spaces.

    Only the sizes are known; the clearances are the defaults until a test piece is printed.
    """
    table = resources.files("parametric").joinpath("data/printers.csv").read_text("utf-8")
    return MappingProxyType(
        {
            row["name"]: replace(
                DEFAULT_PRINTER,
                name=row["name"],
                bed_x_mm=float(row["bed_x_mm"]),
                bed_y_mm=float(row["bed_y_mm"]),
                bed_z_mm=float(row["bed_z_mm"]),
            )
            for row in csv.DictReader(table.splitlines())
        }
    )


def printer(name: str) -> PrinterProfile:
    """Returns a printer by name; upper and lower case are alike.

    Raises:
        LookupError: No printer has this name. The message lists them.
    """
    for known, profile in printers().items():
        if known.casefold() == name.strip().casefold():
            return profile
    raise LookupError(f"There is no printer called {name!r}. Known: {', '.join(printers())}.")


def read_printer(text: str) -> PrinterProfile:
    """Reads a printer profile: TOML with the names of `PrinterProfile`, all optional.

    ``model = "Prusa MK4"`` takes the print space from the table of known printers.

    Raises:
        BadParameters: The TOML is broken, a name or model is unknown, or a value is out of
            range; all problems are in it.
    """
    try:
        entries = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it cannot be read"
        raise BadParameters(
            (
                Problem(
                    "printer file",
                    "",
                    f"The file is not valid TOML: {reason}.",
                    "TOML",
                    "Write one line for each value, such as: sliding_mm = 0.25",
                ),
            )
        ) from None
    model = entries.pop("model", None)
    if model is not None:
        known = {name.casefold(): profile for name, profile in printers().items()}
        profile = known.get(str(model).strip().casefold())
        if profile is None:
            close = difflib.get_close_matches(str(model), list(printers()), n=2, cutoff=0.5)
            meant = f"Did you mean {' or '.join(close)}? " if close else ""
            raise BadParameters(
                (
                    Problem(
                        "model",
                        str(model),
                        f"There is no printer called {model}.",
                        ", ".join(printers()),
                        f"{meant}Give bed_x_mm, bed_y_mm and bed_z_mm instead.",
                    ),
                )
            )
        entries = {
            "name": profile.name,
            "bed_x_mm": profile.bed_x_mm,
            "bed_y_mm": profile.bed_y_mm,
            "bed_z_mm": profile.bed_z_mm,
            **entries,
        }
    return resolve(PrinterProfile, entries).params
