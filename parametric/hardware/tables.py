"""Reads the tables of bought parts that lie beside this file."""

from __future__ import annotations

import csv
import math
from importlib import resources


def rows(table: str) -> tuple[dict[str, str], ...]:
    """Returns the rows of a table, such as ``screws.csv``."""
    text = resources.files(__package__).joinpath(table).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def lengths(cell: str) -> tuple[float, ...]:
    """Returns the lengths in a cell, in mm, shortest first."""
    return tuple(sorted(float(each) for each in cell.split()))


def no_such(kind: str, asked: object, known: list[str]) -> LookupError:
    """Returns the error for a size that is not in the table; it names those that are."""
    return LookupError(f"There is no {kind} {asked}. Choose from: {', '.join(known)}.")


def shortest_of(stock: tuple[float, ...], at_least_mm: float, what: str) -> float:
    """Returns the shortest stock length that is long enough, in mm.

    Raises:
        LookupError: None is long enough. The message names the longest.
        ValueError: The length is not a positive number.
    """
    if not (math.isfinite(at_least_mm) and at_least_mm > 0):
        raise ValueError(f"A length must be a positive number of mm, not {at_least_mm}.")
    for each in stock:
        if each >= at_least_mm - 1e-9:
            return each
    raise LookupError(
        f"No {what} is {at_least_mm:g} mm long. The longest in stock is {max(stock):g} mm."
    )
