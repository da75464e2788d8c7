"""Where the thumb sits and turns, so that its tip meets the index finger's when the hand closes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from designs.wrist_hand.dimensions import Dimensions
from designs.wrist_hand.shapes import FLEXION
from designs.wrist_hand.shell import belly_depth, surface_breadth
from parametric.place import (
    Placement,
    Vec3,
    Z,
    cross,
    distance,
    dot,
    frame,
    minus,
    move,
    plus,
    times,
    turn,
    unit,
)

BASE_DEG = 35.0
"""How far the thumb's first hinge turns."""
TIP_GAP_MM = 3.2
"""Between thumb tip and index tip when both are closed."""
PALM_GAP_MM = 0.8
"""Between the closed thumb's tip and the palm."""
STEEPEST_AXIS = 0.62
"""How much of the hinge's axis may point along the print: cheeks then lean 38 degrees."""
EAR_ROOM_MM = 0.5
"""Where the thumb's base may begin above the wrist hinge's boss (mm)."""
LEAST_BASE_DEG = 20.0
"""How far it turns at the least."""
STEEPEST_BACK = 0.70
"""How much of the base's back may face the bed: it then leans 44 degrees."""
_OUTWARD: Vec3 = (-0.9, 0.25, -0.35)
"""Where the open thumb points, roughly: out to the side, a little forward and to the palm side."""
_MEETS: Vec3 = (-0.80, -0.40, 0.45)
"""From the index tip, which points to the wrist when closed, where the thumb tip comes to lie."""


_SIDEWAYS: Vec3 = (-0.87, 0.0, 0.49)
"""From the index finger's last bone, where the thumb lies that would overshoot its tip."""
BESIDE_GAP_MM = 2.5
STUB = 1.35
"""How far behind its hinge the thumb's base goes straight, in radii of the hinge."""


@dataclass(frozen=True)
class ThumbPlace:
    """The thumb's base hinge in palm coordinates, and how far its two hinges turn (degrees).

    The base grows out of the shell's wall from the points in `foot` (mm).
    """

    hinge: Placement
    base_deg: float
    tip_deg: float
    foot: tuple[Vec3, ...]


def knuckle_frame(d: Dimensions, x: float) -> Placement:
    """Return the hinge of the finger at `x` mm across, on the slanted knuckle line."""
    from designs.wrist_hand.dimensions import KNUCKLE_SLANT_DEG

    slanted = turn(Z, -KNUCKLE_SLANT_DEG).then(move(0.0, d.knuckle_y, d.knuckle_z))
    return FLEXION.then(move(x)).then(slanted)


def place_thumb(d: Dimensions) -> ThumbPlace:
    """Return where the thumb sits.

    The base lies on the side of the palm. Base, hinge and tip form a triangle: its sides are the
    two bones, its third side runs from the base to where the tip must go.
    """
    thumb, index = d.digit("thumb"), d.digit("index")
    first = thumb.proximal
    second = thumb.distal - tip_radius(thumb.width)
    target = closed_tip(d)
    # Behind the hinge there must be room for its cord to turn into it.
    x = -(d.outside_half_breadth + 0.25 * thumb.width + 7.5)
    z = -0.45 * d.inside_half_depth
    side = math.hypot(target[0] - x, target[2] - z)
    # Bent by about 70 degrees the thumb looks at ease; where the palm is too short for that, or
    # the index finger too far, it bends as the distance asks.
    ease = _third_side(first, second, 70.0)
    y = target[1] - math.sqrt(max(ease**2 - side**2, 0.0))
    # Below the ball of the thumb lie the wrist hinge and the ear that turns on it.
    high = d.knuckle_y - 2.6 * index.base.radius
    # The ear of the gauntlet turns below the thumb's base.
    lowest = d.wrist_radius + EAR_ROOM_MM
    y = min(y, high)
    place = _towards(d, (x, y, z), target)
    for _ in range(3):
        short = lowest - min(point[1] for point in place.foot)
        if short <= 0.0:
            break
        y = min(y + 1.1 * short, high)
        place = _towards(d, (x, y, z), target)
    if distance((x, y, z), target) < _third_side(first, second, 88.0):
        # The index tip is nearer than a bent thumb: it comes to lie beside the finger instead.
        place = _towards(d, (x, y, z), _beside(d, (x, y, z), _third_side(first, second, 84.0)))
    return place


def _beside(d: Dimensions, base: Vec3, reach: float) -> Vec3:
    """Return a place beside the closed index finger's last bone, `reach` mm from the base."""
    thumb, index = d.digit("thumb"), d.digit("index")
    apart = 0.5 * index.width + 0.42 * thumb.width + BESIDE_GAP_MM
    start = plus(_index_tip(d), times(unit(_SIDEWAYS), apart))
    low, high = 0.0, index.distal
    for _ in range(24):
        middle = (low + high) / 2.0
        if distance(base, plus(start, (0.0, middle, 0.0))) < reach:
            low = middle
        else:
            high = middle
    return plus(start, (0.0, high, 0.0))


def _towards(d: Dimensions, base: Vec3, target: Vec3) -> ThumbPlace:
    """Return the thumb on `base` whose closed tip comes to `target`, or as near as it can."""
    thumb = d.digit("thumb")
    first, second = thumb.proximal, thumb.distal - tip_radius(thumb.width)
    reach = min(max(distance(base, target), abs(first - second) + 0.5), first + second - 0.01)
    cosine = (reach**2 - first**2 - second**2) / (2.0 * first * second)
    tip_deg = min(90.0, math.degrees(math.acos(max(-1.0, min(1.0, cosine)))))
    bend = math.radians(tip_deg)
    lead = math.degrees(math.atan2(second * math.sin(bend), first + second * math.cos(bend)))
    towards = unit(minus(target, base))
    axis = _printable(unit(cross(_OUTWARD, towards)), towards)
    # The back of the base faces the bed; the wider the thumb opens, the flatter it lies.
    base_deg = BASE_DEG
    while True:
        hinge = frame(base, axis, turn(axis, -(lead + base_deg)).direction(towards))
        if base_deg <= LEAST_BASE_DEG or hinge.direction(Z)[1] <= STEEPEST_BACK:
            return ThumbPlace(hinge, base_deg, tip_deg, _foot(d, hinge))
        base_deg -= 1.0


def _printable(axis: Vec3, along: Vec3) -> Vec3:
    """Return the hinge's axis, turned about `along` until its cheeks stand steeply in print.

    The palm prints standing along y, so the cheeks, square to the axis, lean as much as the axis
    points along y.
    """
    across = cross(along, axis)
    here, there = axis[1], across[1]
    if abs(here) <= STEEPEST_AXIS:
        return axis
    size = math.hypot(here, there)
    phase = math.atan2(there, here)
    goal = math.copysign(STEEPEST_AXIS, here)
    turns = [phase + side * math.acos(goal / size) for side in (-1.0, 1.0)]
    least = min((math.remainder(t, math.tau) for t in turns), key=abs)
    return plus(times(axis, math.cos(least)), times(across, math.sin(least)))


def _foot(d: Dimensions, hinge: Placement) -> tuple[Vec3, ...]:
    """Return where in the shell's wall the base begins, so that it rises at 45 degrees.

    The hinge leans in print: one corner of its back is lowest, and the base must reach both ends
    of the edge that starts there.
    """
    thumb = d.digit("thumb")
    radius = thumb.base.radius
    low, high = (
        hinge.point((side * thumb.width / 2.0, -STUB * radius, -1.05 * radius / 0.9))
        for side in (1.0, -1.0)
    )
    foot = []
    for share in (0.15, 0.5, 0.85):
        z = low[2] + share * (high[2] - low[2])
        x = 2.0 - surface_breadth(d, z)
        run = [math.hypot(x - end[0], z - end[2]) for end in (low, high)]
        foot.append((x, min(low[1] - run[0], high[1] - run[1]) - 1.0, z))
    return tuple(foot)


def closed_tip(d: Dimensions) -> Vec3:
    """Return where the middle of the thumb's tip must be when the hand is closed."""
    thumb, index = d.digit("thumb"), d.digit("index")
    apart = 0.40 * index.width + 0.40 * thumb.width + TIP_GAP_MM
    beside, radius = _index_tip(d), tip_radius(thumb.width)
    # Where the palm is thick as far as the index tip, the thumb meets it further from the palm.
    tip = plus(beside, times(unit(_MEETS), apart))
    for lower in range(1, 14):
        # The corner of the tip that comes nearest to the palm's thick end.
        corner = (abs(tip[0]) - 0.5 * radius, tip[1] - 0.5 * radius)
        if tip[2] + radius + PALM_GAP_MM <= -belly_depth(d, *corner):
            break
        towards = unit((_MEETS[0], _MEETS[1], _MEETS[2] - 0.05 * lower))
        tip = plus(beside, times(towards, apart))
    return tip


def _index_tip(d: Dimensions) -> Vec3:
    """Return the middle of the index fingertip with both its hinges at 90 degrees.

    The first bone then points down, the tip back to the wrist.
    """
    index = d.digit("index")
    hinge = knuckle_frame(d, index.x)
    return hinge.point((0.0, -(index.distal - tip_radius(index.width)), index.proximal))


def tip_radius(width: float) -> float:
    """Return the radius of a fingertip of a digit `width` mm wide."""
    return 0.34 * width


def outward(place: ThumbPlace) -> float:
    """Return how much the open thumb points sideways (1 is straight out)."""
    return -dot(place.hinge.direction((0.0, 1.0, 0.0)), (1.0, 0.0, 0.0))


def _third_side(first: float, second: float, bend_deg: float) -> float:
    """Return how far the tip is from the base with the second hinge bent by `bend_deg`."""
    bend = math.radians(bend_deg)
    return math.sqrt(first**2 + second**2 + 2.0 * first * second * math.cos(bend))
