"""What the command line writes goes into the slicer as it is: the whole way, for one child."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from parametric.clearance import DEFAULT_PRINTER
from parametric.export.gcode import slice_with_prusaslicer

ROOT = Path(__file__).parents[2]
CHILD = {
    "side": "right",
    "hand_breadth": "52",
    "palm_length": "6cm",
    "wrist_circumference": "110",
    "forearm_circumference": "150",
}
"""Small, because the slicer takes its time for what is large; layers are thick for the same."""

COARSE = replace(DEFAULT_PRINTER, layer_mm=0.3)


@pytest.mark.usefixtures("prusa_slicer")
def test_every_file_of_a_childs_hand_is_sliced_without_repair_or_warning(tmp_path: Path) -> None:
    """Each STL and the plate: sound meshes, nothing to warn of, and together the same weight."""
    out = tmp_path / "kit"
    settings = [word for name, value in CHILD.items() for word in ("--set", f"{name}={value}")]
    subprocess.run(
        [
            sys.executable, "-m", "api.cli", "fit", "wrist_hand", *settings,
            "--formats", "stl,3mf", "--out", str(out),
        ],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    parts, plates = sorted(out.glob("stl/*.stl")), sorted(out.glob("plates/*.3mf"))
    assert len(parts) == 14
    assert plates

    sliced = {file.name: slice_with_prusaslicer(file, COARSE) for file in (*parts, *plates)}

    said = {name: (each.repaired, each.warnings) for name, each in sliced.items()}
    assert said == dict.fromkeys(sliced, (False, ()))
    alone, together = (sum(sliced[file.name].grams for file in kind) for kind in (parts, plates))
    assert together == pytest.approx(alone, rel=0.1)
