"""The finger hinge: a tongue that turns between two cheeks (a clevis) on a steel pin.

All in the hinge's own coordinates: the pin lies along x through 0, the finger runs along +y, its
back is +z. A groove round the tongue lets the tendon run past on the palm side and the elastic on
the back; nothing touches the cords from 0 to 90 degrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from designs.wrist_hand.shapes import REACH, across, disc
from parametric.solid import Solid, difference, intersection, union

_LIP = 0.75
"""Where round and straight cuts run together, thin lips would remain: they end at this share of
the radius, where a lip is thick enough."""


@dataclass(frozen=True)
class Hinge:
    """The dimensions of one finger hinge, in mm.

    Attributes:
        radius: of tongue and cheeks about the pin.
        bottom: how far below the pin the flat palm side lies (the part is printed on it).
        width: of the finger at the hinge.
        tongue: width of the tongue.
        gap: between things that turn on each other.
        pin: hole in the cheeks, which hold the pin.
        turning: hole in the tongue, which turns on it.
        groove: width of the cord groove.
        arm: how far from the pin the cords pass.
    """

    radius: float
    bottom: float
    width: float
    tongue: float
    gap: float
    pin: float
    turning: float
    groove: float
    arm: float

    @property
    def barrel(self) -> float:
        """Radius of the barrel round the pin, between the grooves (mm)."""
        return self.turning / 2.0 + 1.25

    @property
    def mouth(self) -> float:
        """How far ahead of the pin a cord goes into the turning part (mm)."""
        return self.arm + 0.1

    @property
    def root(self) -> float:
        """How far behind the pin the tendon comes out of the part with the cheeks (mm)."""
        return max(self.bottom + self.gap, self.root_back)

    @property
    def root_back(self) -> float:
        """How far behind the pin the elastic comes out of the part with the cheeks (mm)."""
        return math.sqrt((self.radius + self.gap) ** 2 - self.arm**2)

    @property
    def travel(self) -> float:
        """How much cord a turn by 90 degrees takes in (mm), cords running straight between ends.

        Open, the ends are root + mouth apart. Closed, the mouth has turned from (mouth, -arm) to
        (-arm, -mouth).
        """
        closed = math.hypot(self.root - self.arm, self.mouth - self.arm)
        return self.root + self.mouth - closed


def slot_cut(hinge: Hinge, bend_deg: float = 90.0, reach: float = REACH) -> Solid:
    """Return what the tongue needs cut out between the cheeks, from 0 to `bend_deg`."""
    h = hinge
    width = h.tongue + 2.0 * h.gap
    lip = _LIP * (h.radius + h.gap)
    above = ((-lip, -1.0), (reach, -1.0), (reach, reach), (-lip, reach))
    return union(
        disc(h.radius + h.gap, width),
        across(_swept(h, bend_deg, reach, 0.0), width),
        across(above, width),
    )


def sweep_cut(hinge: Hinge, width: float, bend_deg: float = 90.0, reach: float = REACH) -> Solid:
    """Return the space the turning body takes ahead of the cheeks, `width` mm wide."""
    ahead = _swept(hinge, bend_deg, reach, 0.56 * hinge.radius)
    return difference(across(ahead, width), disc(hinge.radius, width + 2.0))


def clevis_cut(
    hinge: Hinge, *, clear_width: float, bend_deg: float = 90.0, reach: float = REACH
) -> Solid:
    """Return what is cut from a body that reaches past the pin, so that two cheeks remain.

    Args:
        hinge: its dimensions.
        clear_width: how wide (mm) the space ahead of the cheeks must be for the turning body.
        bend_deg: how far the hinge turns (degrees).
        reach: how far (mm) the space goes.
    """
    return union(
        slot_cut(hinge, bend_deg, reach),
        sweep_cut(hinge, clear_width, bend_deg, reach),
        disc(hinge.pin / 2.0, hinge.width + 8.0),
    )


def _swept(
    hinge: Hinge, bend_deg: float, reach: float, kept: float
) -> tuple[tuple[float, float], ...]:
    """Return the (y, z) outline of all that a body ahead of the pin sweeps over while it bends.

    Bent, its palm side runs at `bottom` from the pin along the bent direction. `kept` mm of the
    corner nearest the pin stay, where the cheeks are in the way anyway.
    """
    bend = math.radians(bend_deg)
    along = (math.cos(bend), -math.sin(bend))
    below = hinge.bottom + hinge.gap
    corner = (-math.sin(bend) * below, -math.cos(bend) * below)
    near = (corner[0] + kept * along[0], corner[1] + kept * along[1])
    far = (corner[0] + reach * along[0], corner[1] + reach * along[1])
    outline = [(0.0, 0.0), near, far, (reach, -reach), (reach, reach), (0.0, reach)]
    if bend_deg < 45.0:
        outline.remove((reach, -reach))
    return tuple(outline)


def turning_end(body: Solid, hinge: Hinge) -> Solid:
    """Return `body` (from y = 0 on) with its tongue: cleared round the cheeks, grooved, bored."""
    h = hinge
    lip = _LIP * (h.radius + h.gap)
    behind = ((-REACH, -REACH), (lip, -REACH), (lip, REACH), (-REACH, REACH))
    clear = union(disc(h.radius + h.gap, REACH), across(behind, REACH))
    bar = across(
        (
            (0.0, -h.bottom),
            (h.radius + h.gap + 2.0, -h.bottom),
            (h.radius + h.gap + 2.0, h.radius),
            (0.0, h.radius),
        ),
        h.tongue,
    )
    # Below this slope the rounded end of the tongue would hang in the air while it is printed.
    hanging = across(
        ((0.0, -REACH), (0.0, -h.bottom), (-REACH, REACH - h.bottom), (-REACH, -REACH)), REACH
    )
    tongue = difference(
        union(disc(h.radius, h.tongue), bar),
        hanging,
        across(((-REACH, -REACH), (REACH, -REACH), (REACH, -h.bottom), (-REACH, -h.bottom)), REACH),
    )
    groove = difference(
        across(
            ((-REACH, -REACH), (h.mouth, -REACH), (h.mouth, REACH), (-REACH, REACH)),
            h.groove,
        ),
        disc(h.barrel, h.groove + 1.0),
    )
    return difference(
        union(difference(body, clear), tongue), groove, disc(h.turning / 2.0, 2.0 * h.width)
    )


def flat_below(body: Solid, bottom: float) -> Solid:
    """Return `body` cut flat at z = -bottom (mm), the face it is printed on."""
    return intersection(
        body, across(((-REACH, -bottom), (REACH, -bottom), (REACH, REACH), (-REACH, REACH)), REACH)
    )
