"""The outer surface of the palm's shell, where cords and thumb meet it."""

from __future__ import annotations

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
