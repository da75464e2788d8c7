"""The ways of the cords: tendons over the wrist and through the palm, elastic at the knuckles.

Hand coordinates, mm. A tendon leaves the tensioner straight, crosses the wrist above its axis (so
that bending the wrist pulls it), runs along the back of the palm and dives in front of the hand
inside to the palm side of its knuckle.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from designs.wrist_hand.dimensions import (
    CORD_BORE,
    DIVE_MM,
    FINGERS,
    THIN,
    Digit,
    Dimensions,
)
from designs.wrist_hand.shell import along_shell, surface_breadth, surface_height
from designs.wrist_hand.thumb import ThumbPlace, knuckle_frame
from parametric.place import Vec3, X, Y, distance, minus, plus, times, turn
from parametric.solid import Solid, tube
from parametric.solid.curves import path_points, smooth

_SKIN_MM = THIN + 0.22
"""Plastic round a cord where it runs above the palm's back: a wall, and what chords take of it."""


_TIGHTEST_MM = CORD_BORE / 2.0 + _SKIN_MM + 0.5
"""The smallest radius that a cord's way may bend with (mm)."""
_START_Y, _LEAVES_SADDLE, _SADDLE_WAY = 4.0, 0.44, 0.40
"""Where the thumb's cord begins to go round the shell (mm), and where it comes out of the saddle:
shares of the shell's half breadth, and of its way."""
_PROUD_MM = 0.3
"""How far outside of the shell's surface the middle of the thumb's cord lies (mm)."""
_CLIMB = 1.2
"""How steeply the thumb's cord climbs where its ridge hangs free: rise over run."""

_ELASTIC_SLANT = 0.9
"""How far an elastic's bore leads away from the hinge for each mm that it rises: with much less,
the wall between bore and slot is thin where the slot's round end becomes straight."""

_FLAT = 0.6
"""How steeply it climbs at the most where it lies on the shell: rise over run."""


def ridge(path: tuple[Vec3, ...]) -> Solid:
    """Return the plastic round a cord."""
    return tube(CORD_BORE / 2.0 + _SKIN_MM, path)


def channel(path: tuple[Vec3, ...]) -> Solid:
    """Return the bore of a cord, drawn out at both ends so that it opens."""
    return tube(
        CORD_BORE / 2.0, (_beyond(path[1], path[0]), *path[1:-1], _beyond(path[-2], path[-1]))
    )


def _beyond(a: Vec3, b: Vec3, by: float = 1.5) -> Vec3:
    """Return the point `by` mm past b, seen from a."""
    return plus(b, times(minus(b, a), by / distance(a, b)))


def cord_x(d: Dimensions, name: str) -> float:
    """Return where across the wrist a digit's cord crosses it (mm)."""
    order = ("thumb", *FINGERS)
    return (order.index(name) - 2) * d.cord_pitch


def cord_slope(d: Dimensions) -> Vec3:
    """Return the direction of the cords across the wrist, towards the fingers."""
    return turn(X, -d.cord_slope_deg).direction(Y)


def tendon_path(d: Dimensions, digit: Digit, thumb: ThumbPlace) -> tuple[Vec3, ...]:
    """Return a tendon's way from the wrist end of the palm to its knuckle."""
    x = cord_x(d, digit.name)
    slope = cord_slope(d)
    start = (x, -d.rear, d.cord_height)
    hinge = digit.base
    if digit.name == "thumb":
        return _eased((*_start(start, slope), *_thumb_way(d, digit, thumb)))
    frame_ = knuckle_frame(d, digit.x)
    end = frame_.point((0.0, -hinge.root, hinge.arm))
    before = frame_.point((0.0, -hinge.root - 5.0, hinge.arm))
    roof = d.cavity_end - 0.9 * d.inside_half_depth
    fall = saddle_end(d)
    crest = roof + 0.1 * d.inside_half_depth

    def over(y: float, share: float) -> Vec3:
        """Return a point above the roof, `share` of the way across to the finger."""
        across_x = x + share * (end[0] - x)
        height = surface_height(d, across_x) - d.outside_half_depth
        line = d.inside_half_depth + DIVE_MM - max(y - roof, 0.0)
        return across_x, y, max(line, before[2]) + height * (1.0 - share)

    foot = min(before[1], roof + d.inside_half_depth + DIVE_MM - before[2])
    dive_y = crest + 0.72 * (foot - crest)
    way = [over(crest, 0.7), over(dive_y, 0.9), before, end]
    if crest > fall + 8.0:
        way.insert(0, over(fall, 0.35))
    return _eased((*_start(start, slope), *way))


def _eased(path: tuple[Vec3, ...]) -> tuple[Vec3, ...]:
    """Return the path without the points at which it would bend too tightly for its ridge.

    Only the shortest palms need it: there the points lie a few mm apart.
    """
    while len(path) > 5:
        points = path_points(smooth(path, closed=False), 0.02)
        steps = np.diff(points, axis=0)
        lengths = np.linalg.norm(steps, axis=1)
        along = steps / lengths[:, None]
        turned = np.linalg.norm(np.diff(along, axis=0), axis=1)
        bend = 2.0 * turned / (lengths[1:] + lengths[:-1])
        tight = int(bend.argmax())
        if bend[tight] * _TIGHTEST_MM <= 1.0:
            break
        inner = np.array(path[2:-2])
        nearest = int(np.linalg.norm(inner - points[tight + 1], axis=1).argmin()) + 2
        path = (*path[:nearest], *path[nearest + 1 :])
    return path


def _start(start: Vec3, slope: Vec3) -> tuple[Vec3, Vec3]:
    return start, (start[0], start[1] + 6.0 * slope[1], start[2] + 6.0 * slope[2])


def _thumb_way(d: Dimensions, digit: Digit, thumb: ThumbPlace) -> tuple[Vec3, ...]:
    """Return the way over the thumb side of the shell to the palm side of the thumb's hinge."""
    hinge = digit.base
    end = thumb.hinge.point((0.0, -hinge.root, hinge.arm))
    before = thumb.hinge.point((0.0, -hinge.root - 4.0, hinge.arm))
    a = d.outside_half_breadth
    # From the shell to the base the ridge hangs free, so it climbs there more steeply than 45
    # degrees; before, it lies on the shell and reaches out from it by less than a ledge may.
    height = max(before[2] + 6.0, 0.0)
    leaves = -surface_breadth(d, height) - _PROUD_MM
    free = math.hypot(before[0] - leaves, before[2] - height)
    # Where it comes down from the saddle the room of the wrist must have narrowed.
    start_y = max(_START_Y, d.cuff_end - 5.0)
    run = max(before[1] - _CLIMB * free - start_y, 6.0)
    round_ = along_shell(d, -_LEAVES_SADDLE * a, height, _PROUD_MM, 5 if run > 16.0 else 3)
    arc = sum(math.dist(*pair) for pair in pairwise(round_))
    # Nearly at 45 degrees only a strip along the middle of its underside hangs, which nothing
    # beside it holds: on the shell it climbs clearly less or clearly more.
    if (1.0 - _SADDLE_WAY) * run < _CLIMB * arc:
        run = min(run, _FLAT * arc / (1.0 - _SADDLE_WAY))
    shares = (_SADDLE_WAY + (1.0 - _SADDLE_WAY) * k / (len(round_) - 1) for k in range(len(round_)))
    over = tuple(
        (x, start_y + share * run, z) for (x, z), share in zip(round_, shares, strict=True)
    )
    return (*over, before, end)


def elastic_path(d: Dimensions, digit: Digit, thumb: ThumbPlace) -> tuple[Vec3, Vec3]:
    """Return the bore from the knuckle's back up to the surface, where the elastic is knotted."""
    hinge = digit.base
    where = thumb.hinge if digit.name == "thumb" else knuckle_frame(d, digit.x)
    rise = 1.5 * hinge.radius - hinge.arm
    start = (0.0, -hinge.root_back + 0.5, -hinge.arm)
    end = (0.0, -hinge.root_back + 0.5 - _ELASTIC_SLANT * rise, -hinge.arm - rise)
    return where.point(end), where.point(start)


def saddle_end(d: Dimensions) -> float:
    """Return how far from the wrist the saddle has sunk into the back of the palm (mm)."""
    return max(16.0, 0.42 * d.cavity_end)
