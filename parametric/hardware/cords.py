"""Cords and elastics that pull fingers closed and open. The figures: ``cords.csv``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from parametric.hardware.bom import Item
from parametric.hardware.tables import no_such, rows
from parametric.units import Mm


@dataclass(frozen=True)
class Cord:
    """A cord.

    Attributes:
        name: Its name, such as ``braided 1.0``.
        diameter_mm: Its diameter, before any clearance.
        stretches: Whether it is elastic.
        note: What a maker should know.
    """

    name: str
    diameter_mm: Mm
    stretches: bool
    note: str

    def item(self, *, length_mm: Mm = 0.0, quantity: int = 1) -> Item:
        """Returns the line for the bill of materials: mm of cord, or a number of bands.

        Raises:
            ValueError: A cord has no positive length.
        """
        if self.name.endswith("band"):
            return Item(self.name, quantity, "piece", self.note)
        if not (math.isfinite(length_mm) and length_mm > 0):
            raise ValueError(f"A cord must have a length in mm, not {length_mm}.")
        return Item(f"{self.name} mm cord", math.ceil(length_mm) * quantity, "mm", self.note)


def cord(name: str) -> Cord:
    """Returns a cord by name, such as ``braided 1.0`` or ``elastic 1.5``.

    Raises:
        LookupError: There is no such cord. The message names the choices.
    """
    found = _table().get(name.strip().casefold().replace("-", " "))
    if found is None:
        raise no_such("cord", name, list(_table()))
    return found


@cache
def _table() -> dict[str, Cord]:
    return {
        row["name"]: Cord(
            row["name"], float(row["diameter_mm"]), row["stretches"] == "yes", row["note"]
        )
        for row in rows("cords.csv")
    }
