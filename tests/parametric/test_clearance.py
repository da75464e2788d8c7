"""Clearance is a printer's, and a printer's profile is read with care."""

import pytest

from parametric.clearance import DEFAULT_PRINTER, PrinterProfile, printer, printers, read_printer
from parametric.problems import BadParameters


def test_the_default_printer() -> None:
    """An untested printer has a 0.4 mm nozzle, an ordinary bed and cautious clearances."""
    profile = DEFAULT_PRINTER

    assert (profile.bed_x_mm, profile.bed_y_mm, profile.bed_z_mm) == (220, 220, 250)
    assert (profile.nozzle_mm, profile.sliding_mm, profile.press_mm) == (0.4, 0.25, 0.10)
    assert profile.minimum_wall_mm == 1.2


def test_walls_follow_the_nozzle() -> None:
    """A wall is three lines of a wide nozzle, and never under 1.2 mm."""
    assert PrinterProfile(nozzle_mm=0.8).minimum_wall_mm == 2.4
    assert PrinterProfile(nozzle_mm=0.25).minimum_wall_mm == 1.2


def test_holes_are_drawn_for_the_printer() -> None:
    """Holes are drawn wider by what the printer closes, and by the gap on both sides."""
    profile = PrinterProfile(hole_shrink_mm=0.2, sliding_mm=0.25, press_mm=0.1)

    assert profile.hole_mm(3.4) == pytest.approx(3.6)
    assert profile.sliding_hole_mm(2.0) == pytest.approx(2.7)
    assert profile.press_hole_mm(2.0) == pytest.approx(2.4)


@pytest.mark.parametrize(
    ("name", "bed"),
    [
        ("Prusa MK4", (250, 210, 220)),
        ("ender-3", (220, 220, 250)),
        ("Bambu A1 mini", (180, 180, 180)),
        ("Bambu A1", (256, 256, 256)),
    ],
)
def test_known_printers(name: str, bed: tuple[float, float, float]) -> None:
    """Printers are found by name, with the print space their makers publish."""
    profile = printer(name)

    assert (profile.bed_x_mm, profile.bed_y_mm, profile.bed_z_mm) == bed
    assert profile.sliding_mm == DEFAULT_PRINTER.sliding_mm


def test_unknown_printer() -> None:
    """An unknown printer is an error that lists the known ones."""
    with pytest.raises(LookupError, match="Prusa MK4"):
        printer("Wonder 3000")


def test_reads_a_profile() -> None:
    """A profile takes its print space from a model and its gaps from the test piece."""
    profile = read_printer('model = "Prusa MK4"\nname = "Ours"\nsliding_mm = 0.3')

    assert profile == PrinterProfile(
        name="Ours", bed_x_mm=250, bed_y_mm=210, bed_z_mm=220, sliding_mm=0.3
    )
    assert read_printer("") == DEFAULT_PRINTER


def test_every_known_printer_is_in_range() -> None:
    """Each row of the table makes a profile that its own ranges allow."""
    for name in printers():
        assert read_printer(f'model = "{name}"') == printer(name)


@pytest.mark.parametrize(
    ("file", "field"),
    [
        ("sliding_mm = ", "printer file"),
        ("a = " + "[" * 5000, "printer file"),
        ('model = "Prusa MK44"', "model"),
        ("model = 7", "model"),
        ("slidng_mm = 0.3", "slidng_mm"),
        ("nozzle_mm = nan", "nozzle_mm"),
        ("nozzle_mm = 4", "nozzle_mm"),
        ("press_mm = 0.4", "press_mm, sliding_mm"),
        ("layer_mm = 0.39", "layer_mm, nozzle_mm"),
    ],
)
def test_bad_profiles(file: str, field: str) -> None:
    """Broken, misspelt, out of range or contradictory: a problem with field and advice."""
    with pytest.raises(BadParameters) as caught:
        read_printer(file)

    (problem,) = caught.value.problems
    assert problem.field == field
    assert problem.advice
