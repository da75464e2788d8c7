"""PrusaSlicer as the judge of our files, and what we understand of what it says."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from parametric.clearance import DEFAULT_PRINTER
from parametric.export.gcode import (
    FILAMENT_DENSITY_G_CM3,
    SlicerFailed,
    SlicerMissing,
    find_slicer,
    mesh_faults,
    print_warnings,
    read_gcode,
    slice_with_prusaslicer,
)
from parametric.export.plates import plates
from parametric.export.stl import stl_bytes
from parametric.export.threemf import About, threemf_bytes
from parametric.kit import MadePart
from parametric.solid.mesh import Mesh

FAST = replace(DEFAULT_PRINTER, layer_mm=0.3)


@pytest.mark.usefixtures("prusa_slicer")
@pytest.mark.parametrize("index", [0, 1, 2])
def test_every_stl_is_sliced_without_repair_or_warning(
    made: Sequence[MadePart], index: int, tmp_path: Path
) -> None:
    """The slicer finds a sound mesh, and its weight is that of a part that is partly hollow."""
    one = made[index]
    file = tmp_path / f"{one.part.name}.stl"
    file.write_bytes(stl_bytes(one.mesh, one.part.name))

    sliced = slice_with_prusaslicer(file, FAST)

    solid_grams = one.mesh.volume / 1000.0 * FILAMENT_DENSITY_G_CM3
    assert not sliced.repaired
    assert [w for w in sliced.warnings if "stable" not in w.lower()] == []
    assert 0.4 * solid_grams < sliced.grams < 1.15 * solid_grams
    assert sliced.seconds > 60


@pytest.mark.usefixtures("prusa_slicer")
def test_a_plate_is_sliced_as_it_lies(made: Sequence[MadePart], tmp_path: Path) -> None:
    """All parts of a 3MF are on the bed where the file says, sound, and sliced together."""
    (plate,) = plates(made, FAST)
    file = tmp_path / "plate_1.3mf"
    file.write_bytes(threemf_bytes(plate, About("Test device")))

    sliced = slice_with_prusaslicer(file, FAST)

    volume = sum(one.mesh.volume * one.part.quantity for one in made)
    solid_grams = volume / 1000.0 * FILAMENT_DENSITY_G_CM3
    assert not sliced.repaired
    assert 0.4 * solid_grams < sliced.grams < 1.15 * solid_grams


@pytest.mark.usefixtures("prusa_slicer")
def test_a_mesh_that_had_to_be_repaired_is_told_from_a_sound_one(
    made: Sequence[MadePart], tmp_path: Path
) -> None:
    """A hole in the surface and an inside-out surface are both found."""
    mesh = made[2].mesh
    open_file, turned_file = tmp_path / "open.stl", tmp_path / "turned.stl"
    open_file.write_bytes(stl_bytes(Mesh(mesh.vertices, mesh.triangles[:-3]), "open"))
    turned_file.write_bytes(stl_bytes(Mesh(mesh.vertices, mesh.triangles[:, ::-1]), "turned"))

    with_hole = slice_with_prusaslicer(open_file, FAST)
    turned = slice_with_prusaslicer(turned_file, FAST)

    assert with_hole.repaired
    assert any("not manifold" in warning for warning in with_hole.warnings)
    assert turned.repaired
    assert any("reversed" in warning for warning in turned.warnings)


@pytest.mark.usefixtures("prusa_slicer")
@pytest.mark.parametrize("rubbish", [b"", b"<html>no part</html>", bytes(84)])
def test_a_file_that_cannot_be_sliced_is_an_error(rubbish: bytes, tmp_path: Path) -> None:
    """The error has the slicer's last words."""
    file = tmp_path / "rubbish.stl"
    file.write_bytes(rubbish)

    with pytest.raises(SlicerFailed, match="It said"):
        slice_with_prusaslicer(file, FAST)


def test_without_a_slicer_one_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The error names the package to install."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SlicerMissing, match="apt-get install prusa-slicer"):
        find_slicer()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("45s", 45), ("2m 5s", 125), ("2h 35m 39s", 9339), ("1d 2h 0m 1s", 93601)],
)
def test_time_and_weight_stand_in_the_comments(said: str, seconds: int) -> None:
    """Days, hours, minutes and seconds are added up; grams are those of all filaments."""
    gcode = (
        "G1 X1\n; filament used [g] = 1.00\n; total filament used [g] = 44.87\n"
        f"; estimated printing time (normal mode) = {said}\n"
    )

    assert read_gcode(gcode) == (seconds, 44.87)


def test_gcode_without_comments_is_an_error() -> None:
    """Nothing is made up."""
    with pytest.raises(SlicerFailed, match="does not say"):
        read_gcode("G1 X1\n")


def test_faults_are_read_from_what_the_slicer_knows_of_a_mesh() -> None:
    """Only what is wrong is passed on."""
    info = "size_x = 1.0\nmanifold = no\nopen_edges = 5\nfacets_reversed = 0\nvolume = 1.0\n"

    assert mesh_faults(info) == ("the mesh is not manifold", "open edges: 5")
    assert mesh_faults("number_of_facets = 332\nmanifold = yes\n") == ()


def test_warnings_over_several_lines_are_one_warning_each() -> None:
    """A warning ends where the slicer goes on to report its progress."""
    said = (
        "90 => Exporting G-code\nprint warning: Empty layer between 1 and 2.\n\n"
        "Object name: x\nSlicing result exported to x.gcode\n"
    )

    assert print_warnings(said) == ("Empty layer between 1 and 2. Object name: x",)
