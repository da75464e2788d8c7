"""Hexagon nuts (ISO 4032). The figures: ``nuts.csv``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from parametric.hardware.bom import Item
from parametric.hardware.tables import no_such, rows
from parametric.units import Mm


@dataclass(frozen=True)
class Nut:
    """A hexagon nut.

    Attributes:
        size: Its name, such as ``M3``.
        across_flats_mm: Largest width across the flats.
        thickness_mm: Largest thickness.
    """

    size: str
    across_flats_mm: Mm
    thickness_mm: Mm

    @property
    def across_corners_mm(self) -> Mm:
        """Width across sharp corners, in mm: that of a regular hexagon."""
        return self.across_flats_mm * 2 / math.sqrt(3)

    def item(self, *, quantity: int = 1) -> Item:
        """Returns the line for the bill of materials."""
        return Item(f"{self.size} hexagon nut", quantity, "piece", "ISO 4032")


def nut(size: str) -> Nut:
    """Returns a nut by size.

    Raises:
        LookupError: The size is not in the table. The message names the choices.
    """
    found = _table().get(size.strip().upper())
    if found is None:
        raise no_such("nut", size, list(_table()))
    return found


@cache
def _table() -> dict[str, Nut]:
    return {
        row["size"]: Nut(row["size"], float(row["across_flats_mm"]), float(row["thickness_mm"]))
        for row in rows("nuts.csv")
    }
