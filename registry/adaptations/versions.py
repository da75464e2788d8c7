"""Version numbers of forks: three numbers, each higher than the one before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

Number: TypeAlias = tuple[int, int, int]

FIRST = "0.1.0"
PATTERN = r"^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$"

_WORDS = frozenset({"title", "summary", "why", "authors", "licence", "notes", "presets"})


def number(version: str) -> Number:
    """Return a version as numbers that can be compared.

    Raises:
        ValueError: it is not three numbers with points between them.
    """
    found = re.fullmatch(PATTERN, version)
    if found is None:
        raise ValueError(f"{version} is not a version.")
    major, minor, patch = (int(each) for each in found.groups())
    return major, minor, patch


def following(last: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return the version after `last`: the middle number counts changes to what is made."""
    major, minor, patch = number(last)
    changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    return f"{major}.{minor}.{patch + 1}" if changed <= _WORDS else f"{major}.{minor + 1}.0"
