"""Who is under 18, and so protected."""

from __future__ import annotations

from datetime import date
from typing import Final

from registry import clock
from registry.people.model import Person

GROWN_UP: Final = 18
"""Years."""


def age(person: Person) -> int | None:
    """Return somebody's age in whole years; None where they did not say when they were born."""
    if person.born is None:
        return None
    born, today = date.fromisoformat(person.born), clock.now().date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def is_minor(person: Person | None) -> bool:
    """Whether somebody is known to be under 18."""
    years = age(person) if person is not None else None
    return years is not None and years < GROWN_UP


def is_grown_up(person: Person | None) -> bool:
    """Whether somebody is known to be 18 or older. Of some people nothing is known."""
    years = age(person) if person is not None else None
    return years is not None and years >= GROWN_UP
