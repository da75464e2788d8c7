"""STEP: what comes out is read back by OCCT's own reader, and is the same every time."""

import hashlib
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
from parametric.solid import Box, Cylinder, difference, placed
from parametric.solid.exact.bodies import volume

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
