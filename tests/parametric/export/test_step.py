"""STEP: what comes out is read back by OCCT's own reader, and is the same every time."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import cadquery as cq
import pytest

from parametric.assembly import Assembly, Mate
from parametric.export.step import WHEN, canonical, step_bytes, write_step
from parametric.part import Joint, Part
from parametric.place import HERE, mirror_x, move
from parametric.solid import Box, Cylinder, Loft, Section, difference, placed, tube
from parametric.solid.exact.bodies import volume
from parametric.solid.mesh import evaluate

ROOT = Path(__file__).parents[3]
HINGE = move(x=15.0)
PARTS = (
    Part(
        "lever",
        "Lever",
        difference(Box(40, 8, 6), placed(Cylinder(2, 20), HINGE)),
        colour="#3366cc",
        joints=(Joint("pin", HINGE, 0.0, 90.0),),
    ),
    Part(
        "flap",
        "Flap",
        placed(Box(30, 8, 6), move(x=15.0, z=8.0)),
        colour="#e8b04a",
        joints=(Joint("pin", HERE),),
    ),
    Part("knob", "Knob", placed(Cylinder(4, 9), mirror_x().then(move(y=20.0))), colour="#3366cc"),
)
CURVED = Part(
    "horn",
    "Horn",
    difference(
        Loft((Section(0, 20, 12, 9, power=3), Section(25, 16, 10, 8), Section(50, 9, 9, 9))),
        tube(1.5, ((0, 0, -5), (0, 2, 15), (4, 3, 32), (4, 0, 55))),
    ),
    colour="#8844aa",
)
HINGED = Assembly(PARTS, "lever", (Mate("fold", "lever", "pin", "flap", "pin"),))


def digest() -> str:
    """One line that changes with any byte of the file."""
    return hashlib.sha256(step_bytes(HINGED, "hinged", {"fold": 30.0})).hexdigest()


def test_a_step_file_holds_every_part_by_name_in_millimetres(tmp_path: Path) -> None:
    """Read back, volumes and sizes are those of the parts; names and colours stand in the file."""
    path = tmp_path / "hinged.step"
    write_step(HINGED, path)
    text = path.read_text("utf-8")
    for part in PARTS:
        assert f"PRODUCT('{part.name}','{part.name}'" in text
    assert "SI_UNIT(.MILLI.,.METRE.)" in text
    assert "AUTOMOTIVE_DESIGN" in text
    assert len(re.findall(r"COLOUR_RGB\('',", text)) >= 2
    read = cq.importers.importStep(str(path))
    sizes = sorted(volume([body]) for body in read.solids().vals() if isinstance(body, cq.Shape))
    assert sizes == pytest.approx(
        sorted([40 * 8 * 6 - 3.14159265 * 4 * 6, 30 * 8 * 6.0, 3.14159265 * 16 * 9]), rel=1e-4
    )


def test_another_program_reads_the_same_parts(tmp_path: Path) -> None:
    """A fresh process finds each part once, by name and colour, as large as its mesh.

    Curved ones too, which are written without the curves on their surfaces.
    """
    path = tmp_path / "whole.step"
    parts = (*PARTS, CURVED)
    write_step(Assembly(parts, "lever", HINGED.mates), path)
    program = """
import json, sys
import cadquery as cq
found = {}
for part in cq.Assembly.importStep(sys.argv[1]).children:
    shapes = [shape for child in part.traverse() for shape in child[1].shapes]
    colour = next(c[1].color for c in part.traverse() if c[1].color)
    solids = [solid for shape in shapes for solid in shape.Solids()]
    found[part.name] = (
        [round(255 * share) for share in colour.toTuple()[:3]],
        [solid.Volume() for solid in solids],
        all(solid.isValid() for solid in solids),
    )
flat = cq.importers.importStep(sys.argv[1]).solids().size()
print(json.dumps([flat, found]))
"""
    said = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    ).stdout
    flat, found = json.loads(said.splitlines()[-1])
    assert flat == len(parts)
    assert set(found) == {part.name for part in parts}
    for part in parts:
        colour, volumes, valid = found[part.name]
        assert valid
        assert colour == pytest.approx([int(part.colour[i : i + 2], 16) for i in (1, 3, 5)], abs=1)
        mesh = evaluate(part.solid, 0.01)
        assert volumes == pytest.approx([mesh.volume()], abs=0.01 * mesh.surface_area())


def test_a_step_file_says_no_time_and_carries_its_name() -> None:
    """The header is the recipe's, not the hour's."""
    text = step_bytes(HINGED, "it's hinged").decode()
    assert f"FILE_NAME('it''s hinged','{WHEN}'" in text
    assert text.startswith("ISO-10303-21;")


def test_a_pose_moves_what_hangs_on_a_joint() -> None:
    """The flap folded up is another file than the flap at rest."""
    assert step_bytes(HINGED, "a") != step_bytes(HINGED, "a", {"fold": 90.0})
    with pytest.raises(ValueError, match=r"turns from 0\.0 to 90\.0 degrees"):
        step_bytes(HINGED, "a", {"fold": 91.0})


def test_the_same_assembly_gives_the_same_bytes() -> None:
    """Twice in one process, and in others with other memory layouts and other hashes."""
    program = "from tests.parametric.export.test_step import digest; print(digest())"
    seen = {digest(), digest()}
    for seed in ("1", "2"):
        seen.add(
            subprocess.run(
                [sys.executable, "-c", program],
                cwd=ROOT,
                env={**os.environ, "PYTHONHASHSEED": seed, "MALLOC_PERTURB_": seed},
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
        )
    assert len(seen) == 1


def test_a_file_without_colours_is_left_in_its_order() -> None:
    """There is nothing to put in order then."""
    assert (
        canonical("FILE_NAME('x','2026-11-22T00:00:00',1);", "y") == f"FILE_NAME('y','{WHEN}',1);"
    )
