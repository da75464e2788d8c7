"""A fit for STL alone stays light: it never pays for what it does not use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHELF = Path(__file__).parent / "shelf"

HEAVY = (
    "OCP", "cadquery", "jinja2", "lib3mf", "rectpack", "scipy", "trimesh", "typst",
    "vtkmodules",
)  # fmt: skip
MOST_MEGABYTES = 300

PROBE = r"""
import re, sys
from pathlib import Path
from api.cli import run

status = run(sys.argv[2:])
loaded = sorted(set(sys.argv[1].split(",")) & set(sys.modules))
# Not ru_maxrss: a process begins with that of the one which started it.
megabytes = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(status, int(megabytes), *loaded, file=sys.stderr)
"""


def probe(heavy: tuple[str, ...], *arguments: object) -> tuple[str, int, list[str]]:
    run = subprocess.run(
        [sys.executable, "-c", PROBE, ",".join(heavy), *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "FITCOMMONS_DESIGNS": str(SHELF)},
        capture_output=True,
        text=True,
        check=True,
    )
    status, megabytes, *loaded = run.stderr.splitlines()[-1].split()
    return status, int(megabytes), loaded


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told in other units elsewhere")
def test_a_fit_for_stl_loads_no_heavy_library(tmp_path: Path) -> None:
    """Neither a kernel nor a library for other formats, and under 300 MB."""
    sample = SHELF / "cuff" / "sample.toml"
    status, megabytes, loaded = probe(
        HEAVY, "fit", "cuff", "--person", sample, "--out", tmp_path / "out", "--formats", "stl"
    )
    assert status == "0"
    assert loaded == []
    assert megabytes < MOST_MEGABYTES


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"]])
def test_help_loads_no_arithmetic(arguments: list[str]) -> None:
    """What needs no geometry does not even load numpy."""
    status, _, loaded = probe((*HEAVY, "numpy", "manifold3d"), *arguments)
    assert status == "0"
    assert loaded == []
