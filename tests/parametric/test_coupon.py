"""The test piece is what it says, and what is read off it is right."""

from __future__ import annotations

import math

import pytest

from parametric import coupon
from parametric.clearance import PrinterProfile
from parametric.problems import BadParameters
from parametric.resolve import resolve
from parametric.solid.mesh import evaluate


def test_the_peg_is_one_body_of_the_volume_worked_out_by_hand() -> None:
    """A foot of 18 x 18 x 4 mm and a stem of 10 mm across and 16 mm long."""
    shape = evaluate(coupon.peg(), 0.02)

    assert len(shape.decompose()) == 1
    assert shape.volume() == pytest.approx(18 * 18 * 4 + math.pi * 25 * 16, rel=0.002)
    assert shape.bounding_box()[2] == 0.0


def test_the_plate_is_one_body_with_eight_holes_of_the_named_widths() -> None:
    """Its volume is that of the plate less the holes; letters stand 0.6 mm above it."""
    shape = evaluate(coupon.plate(), 0.02)
    x, y, z = 17.0 * 8 + 1.0, 30.0, 6.0
    corners = (4 - math.pi) * 9 * z
    holes = sum(math.pi * (5.0 + gap) ** 2 * z for gap in (*coupon.GAPS_MM, 0.0))
    cut = shape.slice(3.0)

    assert len(shape.decompose()) == 1
    assert shape.genus() >= 8
    assert cut.area() * z == pytest.approx(x * y * z - corners - holes, rel=0.001)
    assert shape.bounding_box()[5] == pytest.approx(6.6)


def test_each_hole_has_its_drawn_width() -> None:
    """Nothing is added for the printer: that is what shall be found out."""
    rings = evaluate(coupon.plate(), 0.01).slice(3.0).to_polygons()
    widths = sorted(ring[:, 0].max() - ring[:, 0].min() for ring in rings)[:-1]

    assert widths == pytest.approx([10.0, 10.1, 10.2, 10.3, 10.4, 10.5, 10.6, 10.8], abs=0.02)


def test_without_a_caliper_the_gaps_are_taken_as_they_are() -> None:
    """Then nothing is known of how much smaller holes come out."""
    read = coupon.read_off(0.25, 0.10)

    assert (read.sliding_mm, read.press_mm, read.hole_shrink_mm) == (0.25, 0.10, 0.0)


def test_what_a_hole_lost_is_not_counted_twice() -> None:
    """A hole of 9.8 mm lost 0.1 mm on each side: so much less is the gap's own share."""
    read = coupon.read_off(0.30, 0.15, 9.8)

    assert read == coupon.Clearances(0.2, 0.05, 0.2)
    given = {"sliding_mm": 0.2, "press_mm": 0.05, "hole_shrink_mm": 0.2}
    printer = resolve(PrinterProfile, given).params
    assert printer.sliding_hole_mm(10.0) == pytest.approx(10.0 + 2 * 0.30)


def test_all_that_is_wrong_is_said_at_once() -> None:
    """A hole that is not there, and a caliper on the wrong one."""
    with pytest.raises(BadParameters) as wrong:
        coupon.read_off(0.22, 0.10, 5.0)

    assert [each.field for each in wrong.value.problems] == ["slides_at", "hole_measures"]


def test_a_peg_does_not_hold_where_it_slides() -> None:
    """Then two holes were mixed up."""
    with pytest.raises(BadParameters, match="cannot hold"):
        coupon.read_off(0.10, 0.20)
