"""Steel pins for hinges: rods, dowels and nails. The figures: ``pins.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias, cast

from parametric.hardware.bom import Item
from parametric.hardware.tables import lengths, no_such, rows
from parametric.units import Mm

PinKind: TypeAlias = Literal["rod", "dowel", "nail"]


@dataclass(frozen=True)
class Pin:
    """A steel pin.

    Attributes:
        kind: ``rod`` and ``nail`` are cut to length; ``dowel`` comes in stock lengths.
        diameter_mm: Its diameter, before any clearance.
        stock_lengths_mm: The lengths that shops keep; empty when it is cut to length.
        note: What a maker should know.
    """

    kind: PinKind
    diameter_mm: Mm
    stock_lengths_mm: tuple[Mm, ...]
    note: str

    def stock_length(self, at_most_mm: Mm) -> Mm:
        """Returns the longest length, in mm, that does not stick out of a bore this long.

        Raises:
            LookupError: Every stock length is longer.
            ValueError: The length is not a positive number.
        """
        if not 0 < at_most_mm < float("inf"):
            raise ValueError(f"A length must be a positive number of mm, not {at_most_mm}.")
        if not self.stock_lengths_mm:
            return at_most_mm
        short_enough = [each for each in self.stock_lengths_mm if each <= at_most_mm + 1e-9]
        if not short_enough:
            raise LookupError(
                f"No {self.diameter_mm:g} mm {self.kind} is {at_most_mm:g} mm or shorter. "
                f"The shortest in stock is {min(self.stock_lengths_mm):g} mm."
            )
        return max(short_enough)

    def item(self, *, length_mm: Mm, quantity: int = 1) -> Item:
        """Returns the line for the bill of materials.

        A pin must not stick out, so a dowel is the longest in stock that is no longer than
        this, and a rod or nail is cut to a tenth of a mm.
        """
        length = round(self.stock_length(length_mm), 1)
        name = f"{self.diameter_mm:g} x {length:g} mm steel {self.kind}"
        return Item(name, quantity, "piece", self.note)


def pin(diameter_mm: float | str, *, kind: PinKind | None = None) -> Pin:
    """Returns a pin by diameter.

    Args:
        diameter_mm: The diameter, in mm.
        kind: Which kind; when left out, a rod if there is one, else a dowel, else a nail.

    Raises:
        LookupError: There is no such pin. The message names the choices.
    """
    try:
        wanted = float(diameter_mm)
    except (TypeError, ValueError):
        wanted = float("nan")
    for each in _table():
        if abs(each.diameter_mm - wanted) < 1e-9 and kind in (None, each.kind):
            return each
    known = [f"{each.diameter_mm:g} mm {each.kind}" for each in _table()]
    raise no_such("pin", f"of {diameter_mm} mm{f' ({kind})' if kind else ''}", known)


@cache
def _table() -> tuple[Pin, ...]:
    return tuple(
        Pin(
            cast(PinKind, row["kind"]),
            float(row["diameter_mm"]),
            lengths(row["stock_lengths_mm"]),
            row["note"],
        )
        for row in rows("pins.csv")
    )
