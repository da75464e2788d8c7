"""Plain washers (ISO 7089). The figures: ``washers.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from parametric.hardware.bom import Item
from parametric.hardware.tables import no_such, rows
from parametric.units import Mm


@dataclass(frozen=True)
class Washer:
    """A plain washer.

    Attributes:
        size: Its name, such as ``M4``.
        inner_diameter_mm: Diameter of its hole.
        outer_diameter_mm: Diameter over all.
        thickness_mm: Its thickness.
    """

    size: str
    inner_diameter_mm: Mm
    outer_diameter_mm: Mm
    thickness_mm: Mm

    def item(self, *, quantity: int = 1) -> Item:
        """Returns the line for the bill of materials."""
        return Item(f"{self.size} plain washer", quantity, "piece", "ISO 7089")


def washer(size: str) -> Washer:
    """Returns a washer by size.

    Raises:
        LookupError: The size is not in the table. The message names the choices.
    """
    found = _table().get(size.strip().upper())
    if found is None:
        raise no_such("washer", size, list(_table()))
    return found


@cache
def _table() -> dict[str, Washer]:
    return {
        row["size"]: Washer(
            row["size"],
            float(row["inner_diameter_mm"]),
            float(row["outer_diameter_mm"]),
            float(row["thickness_mm"]),
        )
        for row in rows("washers.csv")
    }
