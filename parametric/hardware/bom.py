"""The bill of materials: what must be bought for a device."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One line of a bill of materials.

    Attributes:
        name: What to buy.
        quantity: How many, or how many mm.
        unit: ``piece`` or ``mm``.
        note: Anything a maker should know.
    """

    name: str
    quantity: int
    unit: str = "piece"
    note: str = ""

    def __post_init__(self) -> None:
        if self.quantity < 0:
            raise ValueError(f"A bill cannot ask for {self.quantity} of {self.name}.")


def bill(items: Iterable[Item]) -> tuple[Item, ...]:
    """Adds up items with the same name and unit, in order of first appearance.

    Different notes on the same item are kept, joined by semicolons.
    """
    merged: dict[tuple[str, str], Item] = {}
    for item in items:
        key = (item.name, item.unit)
        before = merged.get(key)
        if before is None:
            merged[key] = item
        else:
            notes = dict.fromkeys(note for note in (before.note, item.note) if note)
            merged[key] = Item(
                item.name, before.quantity + item.quantity, item.unit, "; ".join(notes)
            )
    return tuple(merged.values())
