"""Hook-and-loop straps. The figures: ``straps.csv``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from parametric.hardware.bom import Item
from parametric.hardware.tables import no_such, rows
from parametric.units import Mm


@dataclass(frozen=True)
class Strap:
    """A hook-and-loop strap.

    Attributes:
        width_mm: Its width.
        thickness_mm: Thickness of one layer.
        closed_thickness_mm: Thickness of hook on loop.
        note: What a maker should know.
    """

    width_mm: Mm
    thickness_mm: Mm
    closed_thickness_mm: Mm
    note: str

    def item(self, *, length_mm: Mm, quantity: int = 1) -> Item:
        """Returns the line for the bill of materials, in mm of strap.

        Raises:
            ValueError: The length is not a positive number.
        """
        if not (math.isfinite(length_mm) and length_mm > 0):
            raise ValueError(f"A strap must have a length in mm, not {length_mm}.")
        return Item(
            f"{self.width_mm:g} mm hook-and-loop strap",
            math.ceil(length_mm) * quantity,
            "mm",
            self.note,
        )


def strap(width_mm: float | str) -> Strap:
    """Returns a strap by width.

    Raises:
        LookupError: There is no such strap. The message names the choices.
    """
    try:
        wanted = float(width_mm)
    except (TypeError, ValueError):
        wanted = float("nan")
    for each in _table():
        if abs(each.width_mm - wanted) < 1e-9:
            return each
    raise no_such("strap", f"of {width_mm} mm", [f"{each.width_mm:g} mm" for each in _table()])


@cache
def _table() -> tuple[Strap, ...]:
    return tuple(
        Strap(
            float(row["width_mm"]),
            float(row["thickness_mm"]),
            float(row["closed_thickness_mm"]),
            row["note"],
        )
        for row in rows("straps.csv")
    )
