"""Machine screws M2 to M4. The figures and their standards: ``screws.csv``, ``README.md``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from parametric.hardware.bom import Item
from parametric.hardware.tables import lengths, no_such, rows, shortest_of
from parametric.units import Mm

Head: TypeAlias = Literal["cap", "pan", "grub"]
Fit: TypeAlias = Literal["close", "normal"]


_STANDARDS: Final = {"cap": "ISO 4762", "pan": "ISO 14583", "grub": "ISO 4026"}


@dataclass(frozen=True)
class Screw:
    """A machine screw.

    Attributes:
        size: Its name, such as ``M3``.
        head: ``cap`` (ISO 4762), ``pan`` (ISO 14583), or ``grub``: none at all (ISO 4026).
        diameter_mm: Outer diameter of the thread.
        pitch_mm: Thread pitch.
        clearance_mm: Diameter of the hole it passes through (ISO 273), before any allowance
            for the printer.
        pilot_mm: Diameter of the hole it cuts its thread in.
        head_diameter_mm: Largest diameter of the head.
        head_height_mm: Largest height of the head.
        stock_lengths_mm: The lengths that shops keep, under the head.
    """

    size: str
    head: Head
    diameter_mm: Mm
    pitch_mm: Mm
    clearance_mm: Mm
    pilot_mm: Mm
    head_diameter_mm: Mm
    head_height_mm: Mm
    stock_lengths_mm: tuple[Mm, ...]

    def stock_length(self, at_least_mm: Mm) -> Mm:
        """Returns the shortest stock length that is at least this long, in mm.

        Raises:
            LookupError: None is long enough.
            ValueError: The length is not a positive number.
        """
        return shortest_of(self.stock_lengths_mm, at_least_mm, f"{self.size} screw")

    def longest_within(self, at_most_mm: Mm) -> Mm:
        """Returns the longest stock length that is at most this long, in mm.

        Raises:
            LookupError: All are longer.
        """
        within = [length for length in self.stock_lengths_mm if length <= at_most_mm]
        if not within:
            raise LookupError(f"No {self.size} screw is as short as {at_most_mm:g} mm.")
        return max(within)

    def item(self, *, length_mm: Mm, quantity: int = 1) -> Item:
        """Returns the line for the bill of materials, with the next stock length."""
        standard = _STANDARDS[self.head]
        length = self.stock_length(length_mm)
        return Item(f"{self.size} x {length:g} mm {self.head} screw", quantity, "piece", standard)


def screw(size: str, *, head: Head = "cap", fit: Fit = "normal") -> Screw:
    """Returns a screw by size.

    Args:
        size: ``M2``, ``M2.5``, ``M3`` or ``M4``.
        head: The shape of the head.
        fit: How closely the hole follows the screw (ISO 273).

    Raises:
        LookupError: The size, head or fit is not in the table. The message names the choices.
    """
    if head not in _STANDARDS:
        raise no_such("screw head", head, list(_STANDARDS))
    if fit not in ("close", "normal"):
        raise no_such("fit", fit, ["close", "normal"])
    row = _table().get(size.strip().upper())
    if row is None:
        raise no_such("screw", size, list(_table()))
    return Screw(
        size=row["size"],
        head=head,
        diameter_mm=float(row["diameter_mm"]),
        pitch_mm=float(row["pitch_mm"]),
        clearance_mm=float(row[f"clearance_{fit}_mm"]),
        pilot_mm=float(row["pilot_mm"]),
        head_diameter_mm=float(row.get(f"{head}_head_diameter_mm", 0.0)),
        head_height_mm=float(row.get(f"{head}_head_height_mm", 0.0)),
        stock_lengths_mm=lengths(row["grub_lengths_mm" if head == "grub" else "stock_lengths_mm"]),
    )


@cache
def _table() -> dict[str, dict[str, str]]:
    return {row["size"]: row for row in rows("screws.csv")}
