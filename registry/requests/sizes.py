"""How large a device is, said so that it tells nobody's measurements."""

from __future__ import annotations

from collections.abc import Sequence


def size_band(size_mm: Sequence[float]) -> str:
    """Return how large the largest part is, without saying whose hand it might fit."""
    largest = max(size_mm, default=0.0)
    if largest == 0.0:
        return "not known yet"
    return "under 10 cm" if largest < 100.0 else "10 to 20 cm" if largest < 200.0 else "over 20 cm"
