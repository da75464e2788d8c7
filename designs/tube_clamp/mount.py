"""The mount: a flat round face with a ring of teeth and a screw in its middle.

It is the same on every clamp, whatever the tube, so that what fits one fits all. In the mount's
own coordinates the face lies at y = 0 and looks along y; z is "up" along the tube. The clamp
carries the teeth, what is mounted carries the grooves.
"""

from __future__ import annotations

from dataclasses import dataclass

from parametric.clearance import PrinterProfile
from parametric.place import Placement, X, Y, Z, frame, move, turn
from parametric.solid import Extrude, Polygon, Solid, placed, union
from parametric.units import Deg, Mm

RING_INNER_MM = 8.0
RING_OUTER_MM = 12.0
"""The teeth reach from 8 to 12 mm from the middle."""

FACE_MM = 12.5
"""Radius of the flat face that each side offers at least."""

STEP_DEG = 15.0
"""One tooth to the next: 24 teeth."""

TOOTH_HEIGHT_MM = 0.7
_TOOTH_BASE_MM = 1.9
_ROOT_MM = 0.5


@dataclass(frozen=True)
class Fit:
    """The play between a tooth and its groove (mm): beside each flank, and under the crest."""

    flank: Mm
    crest: Mm


def fit_for(printer: PrinterProfile) -> Fit:
    """Returns the play for a printer: a press fit beside the teeth, so that nothing rattles."""
    return Fit(printer.press_mm, printer.sliding_mm)


def facing_out(origin: tuple[float, float, float]) -> Placement:
    """Returns the placement of a flat profile (y up) whose extrusion runs along +y."""
    return frame(origin, (-1.0, 0.0, 0.0), Z)


def facing_in(origin: tuple[float, float, float]) -> Placement:
    """Returns the placement of a flat profile (y up) whose extrusion runs along -y."""
    return frame(origin, X, Z)


def teeth() -> Solid:
    """Returns the ring of teeth, rooted in the clamp below y = 0.

    Their flanks slope by 45 degrees, so they print on an upright face without support.
    """
    return _ring(Extrude(_trapezoid(Fit(0.0, 0.0)), RING_OUTER_MM - RING_INNER_MM), RING_INNER_MM)


def grooves(fit: Fit, turned: Deg) -> Solid:
    """Returns what to cut from a mounted part: the teeth with their play, turned about y."""
    more = fit.flank + fit.crest
    length = RING_OUTER_MM - RING_INNER_MM + 2.0 * more
    ring = _ring(Extrude(_trapezoid(fit), length), RING_INNER_MM - more)
    return placed(ring, turn(Y, turned))


def _ring(tooth: Solid, inner: Mm) -> Solid:
    up = move(z=inner)
    count = round(360.0 / STEP_DEG)
    return union(*(placed(tooth, up.then(turn(Y, STEP_DEG * i))) for i in range(count)))


def _trapezoid(fit: Fit) -> Polygon:
    """Return a tooth's section, flanks at 45 degrees, moved out by the play."""
    top = TOOTH_HEIGHT_MM + fit.crest
    # Moving a 45 degree flank out by d along its normal widens the foot by d * sqrt(2).
    half = _TOOTH_BASE_MM / 2.0 + fit.flank * 2.0**0.5
    foot = ((-half - _ROOT_MM, -_ROOT_MM), (half + _ROOT_MM, -_ROOT_MM))
    if half > top:
        return Polygon((*foot, (half - top, top), (top - half, top)))
    return Polygon((*foot, (0.0, half)))
