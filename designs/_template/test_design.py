"""What must be true of the pen grip."""

from __future__ import annotations

import math

import pytest

from designs._template.design import DESIGN, PenGrip
from parametric.clearance import DEFAULT_PRINTER
from parametric.kit import make
from parametric.problems import BadParameters
from parametric.resolve import resolve


@pytest.mark.parametrize(("pen", "grip"), [(6, 18), (6, 45), (16, 28), (16, 45), (8, 28)])
def test_a_grip_is_a_barrel_with_a_hole(pen: float, grip: float) -> None:
    """At every corner of its ranges it is one closed body with the volume worked out by hand."""
    params = resolve(PenGrip, {"pen_diameter": pen, "grip_diameter": grip}).params
    (made,) = make(DESIGN.build(params, DEFAULT_PRINTER))
    assert len(made.shape.decompose()) == 1
    assert made.mesh.bounds[1][2] == pytest.approx(45.0)

    outer, end = grip / 2.0, grip / 2.0 - 4.0
    ends = 2 * math.pi * 4.0 / 3.0 * (outer**2 + outer * end + end**2)
    barrel = math.pi * outer**2 * 37.0
    hole = math.pi * (DEFAULT_PRINTER.press_hole_mm(pen) / 2.0) ** 2 * 45.0
    # The rounded edges take away a little, never more than 1 %.
    assert made.mesh.volume == pytest.approx(barrel + ends - hole, rel=0.01)


def test_a_grip_needs_a_wall() -> None:
    """A pen nearly as thick as the grip is refused, and the advice says what to do."""
    with pytest.raises(BadParameters, match="at least 12 mm thicker"):
        resolve(PenGrip, {"pen_diameter": 16, "grip_diameter": 20})
