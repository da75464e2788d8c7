"""A guess is near what the slicer says, for parts as different as those of the library."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parametric.clearance import DEFAULT_PRINTER
from parametric.export.estimate import WITHIN, Body, guess

# Volume, area and height (mm) of parts of the two designs' samples, and what PrusaSlicer 2.5
# said of their files: seconds and grams (python -m bench.slice_all).
SLICED = {
    "cup_holder": (Body(108_700, 43_310, 81), 27_660, 80.7),
    "clamp_front": (Body(22_200, 6_840, 34), 4_620, 14.7),
    "gauntlet": (Body(60_400, 43_170, 172), 18_840, 68.6),
    "palm": (Body(120_000, 48_700, 121), 31_320, 95.7),
    "index_distal": (Body(6_100, 2_680, 14), 1_680, 4.7),
    "tensioner_block": (Body(5_500, 6_780, 30), 3_240, 6.6),
    "slider": (Body(300, 400, 11), 300, 0.4),
}


@pytest.mark.parametrize("part", SLICED)
def test_a_guess_is_near_what_the_slicer_says(part: str) -> None:
    """A tenth for the weight, less than a third for the time."""
    body, seconds, grams = SLICED[part]

    found = guess([body], DEFAULT_PRINTER)

    assert found.grams == pytest.approx(grams, rel=0.1)
    assert found.seconds == pytest.approx(seconds, rel=WITHIN)


def test_parts_add_up_and_fine_layers_take_longer() -> None:
    """Half the layer is twice the time for about the same weight."""
    body = SLICED["palm"][0]
    once, twice = guess([body], DEFAULT_PRINTER), guess([body, body], DEFAULT_PRINTER)
    fine = guess([body], replace(DEFAULT_PRINTER, layer_mm=0.1))

    assert twice.grams == pytest.approx(2 * once.grams)
    assert fine.seconds == pytest.approx(2 * once.seconds)
    assert fine.grams == pytest.approx(once.grams)


def test_what_is_thin_is_solid() -> None:
    """A part that is all wall weighs its volume, and no more."""
    assert guess([Body(1_000, 5_000, 1)], DEFAULT_PRINTER).grams == pytest.approx(1.24)
