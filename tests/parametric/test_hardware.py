"""Bought parts come from tables in mm, and onto the bill."""

import math
from typing import Any, cast

import pytest

from parametric.hardware import Item, bill, cord, nut, pin, screw, strap, washer


@pytest.mark.parametrize(
    ("size", "normal", "close", "pilot", "cap_height"),
    [
        ("M2", 2.4, 2.2, 1.6, 2.0),
        ("M2.5", 2.9, 2.7, 2.05, 2.5),
        ("M3", 3.4, 3.2, 2.5, 3.0),
        ("M4", 4.5, 4.3, 3.3, 4.0),
    ],
)
def test_screws_follow_their_standards(
    size: str, normal: float, close: float, pilot: float, cap_height: float
) -> None:
    """Clearance holes are ISO 273, a cap head is as high as the screw is thick."""
    found = screw(size)

    assert found.clearance_mm == normal
    assert screw(size, fit="close").clearance_mm == close
    assert found.pilot_mm == pytest.approx(found.diameter_mm - found.pitch_mm) == pilot
    assert found.head_height_mm == cap_height == found.diameter_mm
    assert found.head_diameter_mm > found.clearance_mm


def test_the_next_stock_length() -> None:
    """A screw is as long as needed or the next length that shops keep."""
    m3 = screw("m3")

    assert m3.stock_length(12) == 12
    assert m3.stock_length(12.1) == 16
    assert m3.item(length_mm=13, quantity=2).name == "M3 x 16 mm cap screw"
    with pytest.raises(LookupError, match="longest in stock is 30 mm"):
        m3.stock_length(31)
    with pytest.raises(ValueError, match="positive"):
        m3.stock_length(math.nan)


@pytest.mark.parametrize(("size", "flats", "thickness"), [("M2", 4, 1.6), ("M3", 5.5, 2.4)])
def test_nuts_follow_their_standard(size: str, flats: float, thickness: float) -> None:
    """Nuts are ISO 4032 and regular hexagons."""
    found = nut(size)

    assert (found.across_flats_mm, found.thickness_mm) == (flats, thickness)
    assert found.across_corners_mm == pytest.approx(flats / math.cos(math.pi / 6))
    assert found.item(quantity=3) == Item(f"{size} hexagon nut", 3, "piece", "ISO 4032")


@pytest.mark.parametrize("diameter", [1.5, 2.0, 2.5, 3.0, 4.0, "2"])
def test_rods_are_cut_to_length(diameter: Any) -> None:
    """A pin is a rod when there is one, and is cut to a tenth of a millimetre."""
    found = pin(diameter)

    assert found.kind == "rod"
    assert found.item(length_mm=17.23).name.endswith("x 17.2 mm steel rod")


def test_a_dowel_does_not_stick_out() -> None:
    """A dowel is the longest in stock that the bore can hide."""
    dowel = pin(2.0, kind="dowel")

    assert dowel.stock_length(17.2) == 16
    with pytest.raises(LookupError, match="shortest in stock is 5 mm"):
        dowel.stock_length(4)
    with pytest.raises(ValueError, match="positive"):
        pin(2.0).stock_length(-1)


def test_nails() -> None:
    """Where there is no rod there is a nail."""
    assert pin(1.8).kind == "nail"
    assert pin(2.5, kind="nail").diameter_mm == 2.5


def test_cords_and_straps() -> None:
    """Cords and straps are bought by the mm, bands by the piece."""
    assert cord("braided-1.0").diameter_mm == 1.0
    assert cord("elastic 1.5").stretches
    assert cord("braided 0.8").item(length_mm=300.2, quantity=5).quantity == 1505
    assert cord("elastic band").item(quantity=4).unit == "piece"
    assert [strap(width).width_mm for width in (20, 25, 38)] == [20, 25, 38]
    assert strap(25).item(length_mm=220).unit == "mm"


@pytest.mark.parametrize(
    ("look_up", "choices"),
    [
        (lambda: screw("M5"), "M2, M2.5, M3, M4"),
        (lambda: screw("M3", head=cast(Any, "hex")), "cap, pan, grub"),
        (lambda: screw("M3", fit=cast(Any, "loose")), "close, normal"),
        (lambda: nut("M8"), "M2, M2.5, M3, M4"),
        (lambda: pin(2.2), "2 mm rod"),
        (lambda: pin("thick"), "2 mm rod"),
        (lambda: cord("rope"), "elastic 1.0"),
        (lambda: strap(30), "20 mm, 25 mm, 38 mm"),
        (lambda: strap("wide"), "20 mm, 25 mm, 38 mm"),
    ],
)
def test_unknown_sizes(look_up: Any, choices: str) -> None:
    """A size that is not in the table is an error that names those that are."""
    with pytest.raises(LookupError, match=choices):
        look_up()


@pytest.mark.parametrize("length", [0, -1, math.nan, math.inf])
def test_nothing_is_bought_by_a_bad_length(length: float) -> None:
    """A length that is no length is refused."""
    for buy in (cord("elastic 1.0").item, strap(20).item, pin(2.0).item, screw("M3").item):
        with pytest.raises(ValueError, match="length"):
            buy(length_mm=length)


def test_a_bill_adds_up() -> None:
    """Equal names are one line, in order of first appearance; differing notes are kept."""
    lines = bill(
        [
            Item("M3 hexagon nut", 2, note="ISO 4032"),
            Item("cord", 100, "mm", "index"),
            Item("M3 hexagon nut", 3, note="ISO 4032"),
            Item("cord", 150, "mm", "thumb"),
        ]
    )

    assert lines == (
        Item("M3 hexagon nut", 5, note="ISO 4032"),
        Item("cord", 250, "mm", "index; thumb"),
    )


def test_a_bill_asks_for_something() -> None:
    """A negative quantity is refused."""
    with pytest.raises(ValueError, match="-1"):
        Item("nut", -1)


def test_a_washer_passes_its_screw_and_is_wider_than_its_head() -> None:
    """Otherwise it would spread nothing (ISO 7089 beside ISO 4762)."""
    for size in ("M2", "M2.5", "M3", "M4"):
        found, bolt = washer(size), screw(size)
        assert bolt.diameter_mm < found.inner_diameter_mm
        assert found.outer_diameter_mm > bolt.head_diameter_mm
    assert washer("m4").item(quantity=3).quantity == 3
    with pytest.raises(LookupError, match="M4"):
        washer("M5")
