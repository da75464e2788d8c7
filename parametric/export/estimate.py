"""A guess at how long parts print and what they weigh, for where no slicer is installed.

Plastic: three lines of wall all round, as thick as the nozzle is wide, and a quarter of what is
left inside, as `parametric.export.gcode` has the slicer print. Time: so long for each gram, and
so long for each layer. Both figures were fitted to PrusaSlicer 2.5's for the 17 parts of the
library's two designs at 0.2 mm layers and a 0.4 mm nozzle: there weights are within 6 % and times
within 30 %; `tests/parametric/test_estimate.py` holds some of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from parametric.clearance import PrinterProfile
from parametric.export.gcode import FILAMENT_DENSITY_G_CM3

LINES: Final = 3
INFILL: Final = 0.25
SECONDS_A_GRAM: Final = 310.0
"""At a nozzle of 0.4 mm and layers of 0.2 mm; finer printing takes as many times longer."""

SECONDS_A_LAYER: Final = 3.5
USUAL_LINE_MM2: Final = 0.4 * 0.2
WITHIN: Final = 0.3
"""How far times were off, at most."""


@dataclass(frozen=True)
class Body:
    """What a guess needs to know of a part: volume (mm3), area (mm2) and height (mm)."""

    volume_mm3: float
    area_mm2: float
    height_mm: float


@dataclass(frozen=True)
class Guess:
    """How long a print takes and what it weighs, roughly."""

    seconds: float
    grams: float


def guess(bodies: Iterable[Body], printer: PrinterProfile) -> Guess:
    """Return what printing these parts takes, each once."""
    line = printer.nozzle_mm * printer.layer_mm
    seconds = grams = 0.0
    for body in bodies:
        wall = min(body.volume_mm3, body.area_mm2 * LINES * printer.nozzle_mm)
        plastic = wall + INFILL * (body.volume_mm3 - wall)
        weight = plastic / 1000.0 * FILAMENT_DENSITY_G_CM3
        layers = math.ceil(body.height_mm / printer.layer_mm)
        grams += weight
        seconds += weight * SECONDS_A_GRAM * USUAL_LINE_MM2 / line + layers * SECONDS_A_LAYER
    return Guess(seconds, grams)
