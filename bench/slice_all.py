"""Slice all that a design's kit holds, and print how long it prints and what it weighs.

    python -m bench.slice_all wrist_hand [--person FILE.toml] [--kit FOLDER]

Makes the kit of the design's sample person with the command line, or takes one that is there
(`OUT/stl/*.stl`, `OUT/plates/plate_1.3mf`), and has PrusaSlicer slice every file. Ends with 1 if
the slicer had to repair a mesh or could not slice a file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from parametric.clearance import DEFAULT_PRINTER, PrinterProfile, printer
from parametric.export.gcode import Sliced, SlicerFailed, slice_with_prusaslicer

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Slice a kit and return 1 if anything was wrong with it."""
    parser = argparse.ArgumentParser(prog="python -m bench.slice_all", description=__doc__)
    parser.add_argument("design", help="its folder's name under designs/")
    parser.add_argument("--person", type=Path, help="measurements; the design's sample if left out")
    parser.add_argument("--kit", type=Path, help="a kit that is already there")
    parser.add_argument("--printer", help="a printer known by name; an ordinary one if left out")
    asked = parser.parse_args()
    profile = printer(asked.printer) if asked.printer else DEFAULT_PRINTER
    if asked.kit:
        return slice_kit(asked.kit, profile)
    person = asked.person or ROOT / "designs" / asked.design / "sample.toml"
    with tempfile.TemporaryDirectory(prefix="slice-all-") as folder:
        out = Path(folder) / "kit"
        fit(asked.design, person, out, asked.printer)
        return slice_kit(out, profile)


def fit(design: str, person: Path, out: Path, printer_name: str | None) -> None:
    """Make a kit with the command line; only the files that can be sliced."""
    command = [sys.executable, "-m", "api.cli", "fit", design, "--person", str(person)]
    command += ["--out", str(out), "--formats", "stl,3mf"]
    if printer_name:
        command += ["--printer", printer_name]
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 (our own command line)
    print(f"fitted in {time.perf_counter() - began:.1f} s\n")


def slice_kit(kit: Path, profile: PrinterProfile) -> int:
    """Slice every STL and 3MF of a kit and print a table."""
    files = sorted(kit.glob("**/stl/*.stl")) + sorted(kit.glob("**/plates/*.3mf"))
    if not files:
        print(f"no stl/*.stl and no plates/*.3mf in {kit}", file=sys.stderr)
        return 1
    width = max(len(file.name) for file in files)
    print(f"{'file':{width}}  {'prints':>8}  {'grams':>6}  {'sliced in':>9}  mesh")
    totals: dict[str, tuple[int, float]] = {}
    wrong = 0
    for file in files:
        began = time.perf_counter()
        try:
            sliced = slice_with_prusaslicer(file, profile)
        except SlicerFailed as error:
            print(f"{file.name:{width}}  {error}")
            wrong += 1
            continue
        took = time.perf_counter() - began
        print(
            f"{file.name:{width}}  {hours(sliced.seconds):>8}  {sliced.grams:6.1f}  {took:7.1f} s"
            f"  {'REPAIRED' if sliced.repaired else 'sound'}"
        )
        for warning in sliced.warnings:
            print(f"{'':{width}}  {warning}")
        wrong += sliced.repaired
        totals[file.suffix] = added(totals.get(file.suffix, (0, 0.0)), sliced)
    for suffix, (seconds, grams) in totals.items():
        print(f"{'all ' + suffix:{width}}  {hours(seconds):>8}  {grams:6.1f}")
    return 1 if wrong else 0


def added(total: tuple[int, float], sliced: Sliced) -> tuple[int, float]:
    """Return seconds and grams with those of one more file."""
    return total[0] + sliced.seconds, total[1] + sliced.grams


def hours(seconds: int) -> str:
    """Return a time as hours and minutes."""
    return f"{seconds // 3600}h {seconds % 3600 // 60:02d}m"


if __name__ == "__main__":
    sys.exit(main())
