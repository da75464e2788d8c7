"""Slicing with PrusaSlicer: how long a print takes and what it weighs, and a judge of our files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parametric.clearance import PrinterProfile

FILAMENT_DIAMETER_MM: Final = 1.75
FILAMENT_DENSITY_G_CM3: Final = 1.24
"""Of PLA (Prusament and Polymaker data sheets: 1.24 g/cm3)."""

TIMEOUT_S: Final = 600.0


class SlicerMissing(RuntimeError):
    """PrusaSlicer is not installed."""


class SlicerFailed(RuntimeError):
    """PrusaSlicer could not slice a file; the message holds its last words."""


@dataclass(frozen=True)
class Sliced:
    """What the slicer said about one file.

    Attributes:
        seconds: estimated printing time.
        grams: weight of the filament.
        warnings: what the slicer complained of, a sentence each.
        repaired: True when the mesh had to be repaired: never for files of ours.
    """

    seconds: int
    grams: float
    warnings: tuple[str, ...]
    repaired: bool


def find_slicer() -> Path:
    """Return the command of PrusaSlicer.

    Raises:
        SlicerMissing: it is not installed; the message says how to install it.
    """
    for name in ("prusa-slicer", "PrusaSlicer", "prusa-slicer-console"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise SlicerMissing(
        "PrusaSlicer is needed to estimate time and weight, and is not installed. "
        "Debian and Ubuntu: apt-get install prusa-slicer. Others: https://www.prusaslicer.org. "
        "Its command prusa-slicer must be on the PATH."
    )


def slice_with_prusaslicer(
    path: Path, printer: PrinterProfile, datadir: Path | None = None
) -> Sliced:
    """Slice one STL or 3MF file and return what the slicer says about it.

    Parts of a 3MF stay where the file puts them; an STL goes to the middle of the bed.

    Args:
        path: the file.
        printer: gives bed, nozzle and layer height.
        datadir: the slicer's settings folder; a fresh one when none is given, so that nobody's
            own settings change the result.

    Raises:
        SlicerMissing: PrusaSlicer is not installed.
        SlicerFailed: it could not slice the file.
    """
    slicer = find_slicer()
    with tempfile.TemporaryDirectory(prefix="slicing-") as folder:
        settings = Path(folder) / "settings.ini"
        settings.write_text(_settings(printer), "utf-8")
        gcode = Path(folder) / "sliced.gcode"
        common = [f"--datadir={datadir or Path(folder) / 'datadir'}"]
        mesh_facts = _run([str(slicer), *common, "--info", str(path)])
        place = ["--dont-arrange"] if path.suffix.lower() == ".3mf" else []
        said = _run(
            [
                str(slicer),
                *common,
                f"--load={settings}",
                "--export-gcode",
                *place,
                f"--output={gcode}",
                str(path),
            ]
        )
        if not gcode.exists():
            raise SlicerFailed(f"{path.name} was not sliced. {_last_words(said)}")
        seconds, grams = read_gcode(gcode.read_text("utf-8", "replace"))
    faults = mesh_faults(mesh_facts)
    warnings = (*faults, *print_warnings(said))
    return Sliced(seconds, grams, warnings, repaired=bool(faults))


def read_gcode(gcode: str) -> tuple[int, float]:
    """Return (seconds, grams) from the comments that PrusaSlicer leaves in G-code.

    Raises:
        SlicerFailed: they are not there.
    """
    time = re.search(r"^; estimated printing time \(normal mode\) = (.+)$", gcode, re.MULTILINE)
    weight = re.search(r"^; total filament used \[g\] = ([\d.]+)", gcode, re.MULTILINE)
    if time is None or weight is None:
        raise SlicerFailed("the G-code does not say how long it prints and what it weighs")
    units = {"d": 86400, "h": 3600, "m": 60, "s": 1}
    seconds = sum(int(n) * units[u] for n, u in re.findall(r"(\d+)([dhms])", time[1]))
    return seconds, float(weight[1])


_FAULTS: Final = (
    "open_edges",
    "edges_fixed",
    "degenerate_facets",
    "facets_removed",
    "facets_reversed",
    "backwards_edges",
)
"""What `prusa-slicer --info` prints about a mesh only when something is wrong with it."""


def mesh_faults(info: str) -> tuple[str, ...]:
    """Return what is wrong with the meshes, from the output of `prusa-slicer --info`."""
    faults = []
    for line in info.splitlines():
        key, _, value = (piece.strip() for piece in line.partition("="))
        if key == "manifold" and value != "yes":
            faults.append("the mesh is not manifold")
        elif key in _FAULTS and value != "0":
            faults.append(f"{key.replace('_', ' ')}: {value}")
    return tuple(faults)


def print_warnings(said: str) -> tuple[str, ...]:
    """Return the warnings in what `prusa-slicer --export-gcode` says."""
    # A warning runs on until the next progress line ("90 => Exporting").
    blocks = re.findall(
        r"^(?:print )?warning: (.+?)(?=^\d+ => |^Slicing result|\Z)",
        said,
        re.MULTILINE | re.DOTALL | re.IGNORECASE,
    )
    return tuple(" ".join(block.split()) for block in blocks)


def _settings(printer: PrinterProfile) -> str:
    x, y = printer.bed_x_mm, printer.bed_y_mm
    values: dict[str, object] = {
        "bed_shape": f"0x0,{x:g}x0,{x:g}x{y:g},0x{y:g}",
        "max_print_height": f"{printer.bed_z_mm:g}",
        "nozzle_diameter": f"{printer.nozzle_mm:g}",
        "layer_height": f"{printer.layer_mm:g}",
        "first_layer_height": f"{printer.layer_mm:g}",
        "filament_diameter": FILAMENT_DIAMETER_MM,
        "filament_density": FILAMENT_DENSITY_G_CM3,
        "perimeters": 3,
        "fill_density": "25%",
        "fill_pattern": "gyroid",
        "skirts": 0,
        "gcode_flavor": "marlin2",
    }
    return "".join(f"{key} = {value}\n" for key, value in values.items())


def _run(command: Sequence[str]) -> str:
    """Return all that a command says, in English."""
    try:
        done = subprocess.run(  # noqa: S603  # the slicer we found, with paths as arguments
            command,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise SlicerFailed(f"slicing took longer than {TIMEOUT_S:g} s") from None
    said = (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")
    if done.returncode != 0:
        raise SlicerFailed(f"PrusaSlicer ended with {done.returncode}. {_last_words(said)}")
    return said


def _last_words(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and "[trace]" not in line]
    return "It said: " + " / ".join(lines[-4:]) if lines else "It said nothing."
