"""The layers hold, and the heavy kernels are loaded only by those who need them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What each costs at import, measured: cadquery 2.5-4 s and 250-500 MB, trimesh 1.4 s.
HEAVY = ("cadquery", "OCP", "vtkmodules", "trimesh")
EXACT = ("cadquery", "OCP", "vtkmodules")

LIGHT_MODULES = {
    # The command line answers --help, and a wrong measurement, at once.
    "api.cli": HEAVY,
    # A node of a solid is numbers; describing a device loads no kernel at all.
    "parametric.solid.nodes": HEAVY,
    # STL never waits for the exact kernel.
    "parametric.solid.mesh": EXACT,
    "parametric.export.stl": HEAVY,
    # Nor do plates, 3MF, GLB and the slicer; pictures are drawn in a child, which pays.
    "parametric.export.gcode": HEAVY,
    "parametric.export.glb": HEAVY,
    "parametric.export.pictures": HEAVY,
    "parametric.export.plates": HEAVY,
    "parametric.export.threemf": HEAVY,
    "parametric.checks": EXACT,
}

PROBE = """
import importlib
import sys

importlib.import_module(sys.argv[1])
print(*sorted(set(sys.argv[2:]) & set(sys.modules)))
"""


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_importing_it_loads_no_heavy_kernel(module: str) -> None:
    """A fresh Python that imports the module has none of the kernels it may not load."""
    probe = subprocess.run(
        [sys.executable, "-c", PROBE, module, *LIGHT_MODULES[module]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if probe.returncode != 0:
        pytest.fail(
            f"import {module} fails. If it moved, move its line in LIGHT_MODULES with it: this "
            f"test watches over what importing it costs.\n{probe.stderr}",
            pytrace=False,
        )
    loaded = probe.stdout.split()
    if loaded:
        pytest.fail(
            f"import {module} also loads {', '.join(loaded)}: import them inside the function "
            f"that needs them. `python -X importtime -c 'import {module}'` shows who does it.",
            pytrace=False,
        )


def test_every_layer_keeps_to_its_own() -> None:
    """The import-linter contracts in pyproject.toml hold."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    linter = subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if linter.returncode != 0:
        pytest.fail(linter.stdout + linter.stderr, pytrace=False)
