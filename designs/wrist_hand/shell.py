"""The outer surface of the palm's shell, where cords and thumb meet it."""

from __future__ import annotations

import numpy as np

from designs.wrist_hand.dimensions import Dimensions

SHELL_POWER = 3.0
"""How square the section of a palm is: see `parametric.measurements.SUPERELLIPSE_EXPONENT`."""


def surface_height(d: Dimensions, x: float) -> float:
    """Return how high the back of the shell is at `x` mm across, over the hand inside."""
    share = min(abs(x) / d.outside_half_breadth, 0.97)
    return d.outside_half_depth * float((1.0 - share**SHELL_POWER) ** (1.0 / SHELL_POWER))


def surface_breadth(d: Dimensions, z: float) -> float:
    """Return how far from the middle the side of the shell is at height `z` mm."""
    share = min(abs(z) / d.outside_half_depth, 0.97)
    return d.outside_half_breadth * float((1.0 - share**SHELL_POWER) ** (1.0 / SHELL_POWER))


def along_shell(
    d: Dimensions, x: float, z: float, above: float, count: int
) -> tuple[tuple[float, float], ...]:
    """Return points (x, z) over the thumb side of the back of the shell, evenly spaced (mm).

    The first is where the shell is `x` mm across (-x is the thumb side), the last where it is at
    height `z`; all lie `above` mm outside of its surface, straight out from it.
    """
    a, c, power = d.outside_half_breadth, d.outside_half_depth, SHELL_POWER
    first = np.arccos((-x / a) ** (power / 2.0))
    last = np.arcsin(np.clip(z / c, 0.0, 1.0) ** (power / 2.0))
    turn = np.linspace(first, last, 65)
    across, up = a * np.cos(turn) ** (2.0 / power), c * np.sin(turn) ** (2.0 / power)
    out = np.column_stack((across ** (power - 1.0) / a**power, up ** (power - 1.0) / c**power))
    out /= np.linalg.norm(out, axis=1)[:, None]
    points = np.column_stack((across, up)) + above * out
    along = np.concatenate(([0.0], np.linalg.norm(np.diff(points, axis=0), axis=1).cumsum()))
    at = np.linspace(0.0, along[-1], count)
    return tuple(
        (-float(np.interp(s, along, points[:, 0])), float(np.interp(s, along, points[:, 1])))
        for s in at
    )


def belly_depth(d: Dimensions, x: float, y: float) -> float:
    """Return how deep the palm side is at `x` mm across and `y` mm from the wrist (mm).

    From the end of the room inside to the knuckles it narrows smoothly.
    """
    knuckle = d.digit("middle").base
    roof = d.cavity_end - 0.95 * d.inside_half_depth
    share = (y - roof) / max(d.knuckle_y - knuckle.radius - roof, 1.0)
    share = min(max(share, 0.0), 1.0)
    share *= share * (3.0 - 2.0 * share)
    half = d.outside_half_breadth + share * (d.half_knuckles - d.outside_half_breadth)
    depth = d.outside_half_depth
    depth += share * (knuckle.radius / 0.9 - d.knuckle_z - depth)
    across = min(abs(x) / half, 1.0)
    return depth * float((1.0 - across**SHELL_POWER) ** (1.0 / SHELL_POWER))
