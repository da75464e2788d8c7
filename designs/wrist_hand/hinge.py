"""The finger hinge: a tongue that turns between two cheeks (a clevis) on a steel pin.

All in the hinge's own coordinates: the pin lies along x through 0, the finger runs along +y, its
back is +z. A groove round the tongue lets the tendon run past on the palm side and the elastic on
the back; nothing touches the cords from 0 to 90 degrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from designs.wrist_hand.shapes import ALL_THROUGH, REACH, ROUGH_MM, across, disc, rough_disc
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
        _clearing(h, width),
        across(_swept(h, bend_deg, reach, 0.0, deeper=ROUGH_MM), width),
        across(above, width),
    )


def sweep_cut(hinge: Hinge, width: float, bend_deg: float = 90.0, reach: float = REACH) -> Solid:
    """Return the space the turning body takes ahead of the cheeks, `width` mm wide."""
    ahead = _swept(hinge, bend_deg, reach, 0.56 * hinge.radius)
    return difference(across(ahead, width), rough_disc(hinge.radius, width + 2.0))


def behind(hinge: Hinge) -> float:
    """Return how far behind its pin a body must begin for its tongue to be cut from it (mm)."""
    return hinge.radius + 0.5


def _swept(
    hinge: Hinge, bend_deg: float, reach: float, kept: float, deeper: float = 0.0
) -> tuple[tuple[float, float], ...]:
    """Return the (y, z) outline of all that a body ahead of the pin sweeps over while it bends.

    Bent, its palm side runs at `bottom` from the pin along the bent direction. `kept` mm of the
    corner nearest the pin stay, where the cheeks are in the way anyway. What goes `deeper` (mm)
    ends in no plane that other cuts end in: slivers would come of it.
    """
    bend = math.radians(bend_deg)
    along = (math.cos(bend), -math.sin(bend))
    below = hinge.bottom + hinge.gap + deeper
    corner = (-math.sin(bend) * below, -math.cos(bend) * below)
    near = (corner[0] + kept * along[0], corner[1] + kept * along[1])
    far = (corner[0] + reach * along[0], corner[1] + reach * along[1])
    outline = [(0.0, 0.0), near, far, (reach, -reach), (reach, reach), (0.0, reach)]
    if bend_deg < 45.0:
        outline.remove((reach, -reach))
    return tuple(outline)


def bone(body: Solid, hinge: Hinge, through: tuple[Solid, ...], cuts: tuple[Solid, ...]) -> Solid:
    """Return `body` with a tongue to turn on `hinge`, and a flat palm side to be printed on.

    What is the same all across the finger is drawn in one plane, and the body is cut by all of it
    at once: its many triangles are gone through only once.

    Args:
        body: the outside, from `behind` the pin on.
        hinge: what it turns on.
        through: further cuts that go all through the bone across the finger.
        cuts: all other cuts.
    """
    h = hinge
    lip = _LIP * (h.radius + h.gap)
    far = 3.0 * REACH
    beside = difference(
        across(((lip, -h.bottom), (far, -h.bottom), (far, far), (lip, far)), REACH),
        _clearing(h, ALL_THROUGH),
        *through,
    )
    groove = difference(
        across(
            ((-REACH, -REACH), (h.mouth, -REACH), (h.mouth, REACH), (-REACH, REACH)),
            h.groove,
        ),
        rough_disc(h.barrel, h.groove + 1.0),
    )
    return intersection(body, difference(union(beside, _tongue(h)), groove, *cuts))


def _tongue(hinge: Hinge) -> Solid:
    """Return the tongue and what holds it, bored for the pin, flat on the palm side."""
    h = hinge
    root = h.radius + h.gap + 2.0
    bar = ((0.0, -h.bottom), (root, -h.bottom), (root, h.radius), (0.0, h.radius))
    below = ((-REACH, -REACH), (REACH, -REACH), (REACH, -h.bottom), (-REACH, -h.bottom))
    # Below this slope the rounded end of the tongue would hang in the air while it is printed.
    hanging = ((0.0, -REACH), (0.0, -h.bottom), (-REACH, REACH - h.bottom), (-REACH, -REACH))
    return difference(
        union(rough_disc(h.radius, h.tongue), across(bar, h.tongue)),
        across(hanging, ALL_THROUGH),
        across(below, ALL_THROUGH),
        disc(h.turning / 2.0, ALL_THROUGH),
    )


def _clearing(hinge: Hinge, width: float) -> Solid:
    """Return the round space that tongue or cheeks turn in, nowhere nearer than the gap."""
    return rough_disc(hinge.radius + hinge.gap + ROUGH_MM, width)
