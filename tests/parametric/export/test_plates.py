"""Parts on beds: all of them, on the bed, apart from each other."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parametric.assembly import Assembly
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile, printer
from parametric.export.plates import Plate, TooBig, fits, largest_part, plates, size_mm
from parametric.kit import MadePart, make
from parametric.part import Part
from parametric.solid import Box


def boxes(*sizes: tuple[float, float, float], quantity: int = 1) -> tuple[MadePart, ...]:
    parts = tuple(
        Part(f"box_{i}", f"Box {i}", Box(*size), quantity=quantity) for i, size in enumerate(sizes)
    )
    return make(Assembly(parts=parts, root="box_0"))


def assert_printable(arranged: Sequence[Plate], gap_mm: float) -> None:
    """All on the bed, and no two boxes nearer than the gap along both x and y."""
    for plate in arranged:
        bounds = [lying.made.mesh.placed(lying.placement).bounds for lying in plate.lying]
        for low, high in bounds:
            assert low[0] >= -1e-4
            assert low[1] >= -1e-4
            assert low[2] == 0.0
            assert high[0] <= plate.printer.bed_x_mm + 1e-4
            assert high[1] <= plate.printer.bed_y_mm + 1e-4
        for (low_a, high_a), (low_b, high_b) in itertools.combinations(bounds, 2):
            apart = max(*(low_a - high_b)[:2], *(low_b - high_a)[:2])
            assert apart >= gap_mm - 1e-4


def whatever_lies(arranged: Sequence[Plate]) -> list[tuple[str, int]]:
    return sorted((lying.made.part.name, lying.copy) for p in arranged for lying in p.lying)


def test_every_copy_lies_on_the_bed_once(made: Sequence[MadePart]) -> None:
    """Quantities are respected, nothing hangs over, and there is room between the parts."""
    arranged = plates(made, DEFAULT_PRINTER)

    assert len(arranged) == 1
    assert_printable(arranged, gap_mm=5.0)
    wanted = [("palm", 1), ("cover", 1), *(("bone", copy) for copy in (1, 2, 3, 4))]
    assert whatever_lies(arranged) == sorted(wanted)


def test_what_does_not_fit_on_one_bed_goes_on_the_next() -> None:
    """Five boxes of 100 x 100 mm need two beds of 220 x 220 mm, called plate_1 and plate_2."""
    arranged = plates(boxes((100, 100, 10), quantity=5), DEFAULT_PRINTER)

    assert [plate.name for plate in arranged] == ["plate_1", "plate_2"]
    assert [len(plate.lying) for plate in arranged] == [4, 1]
    assert_printable(arranged, gap_mm=5.0)


def test_a_part_is_turned_when_it_fits_only_that_way() -> None:
    """A long part turns by 90 degrees on a bed that is deeper than it is wide."""
    deep = replace(DEFAULT_PRINTER, bed_x_mm=100.0, bed_y_mm=200.0)

    (plate,) = plates(boxes((180, 60, 10)), deep)

    assert_printable([plate], gap_mm=5.0)


def test_a_part_as_big_as_the_bed_fits() -> None:
    """The gap is kept between parts, not to the edge of the bed."""
    (plate,) = plates(boxes((220, 220, 250)), DEFAULT_PRINTER)

    assert_printable([plate], gap_mm=5.0)


def test_what_lies_on_a_plate_is_in_the_middle_of_the_bed() -> None:
    """A single part's middle is the bed's."""
    (plate,) = plates(boxes((30, 50, 10)), printer("Prusa MK4"))

    low, high = plate.lying[0].made.mesh.placed(plate.lying[0].placement).bounds
    assert tuple((low + high)[:2] / 2.0) == pytest.approx((125.0, 105.0), abs=0.01)


@pytest.mark.parametrize("size", [(230, 230, 20), (20, 20, 260), (221, 221, 1)])
def test_a_part_that_fits_no_way_is_named_with_its_size_and_the_bed(
    size: tuple[float, float, float],
) -> None:
    """The error says which part, how big, which bed, and what to do."""
    parts = boxes((10, 10, 10), size)

    with pytest.raises(TooBig) as caught:
        plates(parts, DEFAULT_PRINTER)

    assert caught.value.part == "box_1"
    assert caught.value.size_mm == pytest.approx(size)
    assert caught.value.bed_mm == pytest.approx((220.0, 220.0, 250.0))
    for words in ("box_1", "Box 1", f"{size[0]} x {size[1]} x {size[2]}", "220 x 220 x 250"):
        assert words in str(caught.value)
    assert not fits(parts[1], DEFAULT_PRINTER)


def test_the_largest_part_has_the_longest_side(made: Sequence[MadePart]) -> None:
    """The cover, 90 mm long, asks for a larger printer than the wider but shorter palm."""
    assert largest_part(made).part.name == "cover"
    assert size_mm(largest_part(made)) == pytest.approx((90.0, 40.0, 4.0), abs=0.05)


def test_nothing_needs_no_plate() -> None:
    """No parts, no plates."""
    assert plates((), DEFAULT_PRINTER) == ()


sides = st.integers(5, 180).map(float)


@given(st.lists(st.tuples(sides, sides), min_size=1, max_size=8), st.integers(0, 10))
def test_any_parts_are_packed_apart_and_the_same_way_again(
    footprints: list[tuple[float, float]], gap: int
) -> None:
    """Whatever the sizes and the gap, all lie on beds, apart, and twice in the same places."""
    parts = boxes(*((x, y, 5.0) for x, y in footprints))
    small = PrinterProfile(name="small", bed_x_mm=180.0, bed_y_mm=180.0, bed_z_mm=180.0)

    arranged = plates(parts, small, gap_mm=gap)

    assert_printable(arranged, gap_mm=gap)
    assert whatever_lies(arranged) == sorted((part.part.name, 1) for part in parts)
    again = plates(parts, small, gap_mm=gap)
    assert [[item.placement for item in p.lying] for p in again] == [
        [item.placement for item in p.lying] for p in arranged
    ]
