"""`fitcommons fit wrist_hand --formats stl` from a cold shell: wall time, peak memory, imports.

    python -m bench.cold

Each run is a new process: Python starts, imports, fits the sample person, checks every part and
the posed assembly, and writes the kit. The time is a clock's, best of several: the files of Python
and the kernels are in the disk's cache. Memory is the peak of that process alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import ROOT, SAMPLE, Row, main

_TIMES = 5
_HEAVY = ("cadquery", "OCP", "trimesh", "vtkmodules")
_MB = 1e6
_PEAK_IN = 1 if sys.platform == "darwin" else 1024


def rows() -> list[Row]:
    """Fit the sample person in fresh processes, and once more to see what is imported."""
    with tempfile.TemporaryDirectory(prefix="bench-cold-") as folder:
        command = ["-m", "api.cli", "fit", "wrist_hand", "--person", str(SAMPLE)]
        command += ["--formats", "stl", "--out"]
        runs = [
            _run([sys.executable, *command, str(Path(folder) / f"kit{i}")]) for i in range(_TIMES)
        ]
        seen = Path(folder) / "imported"
        code = (
            "import runpy, sys, atexit, pathlib\n"
            f"atexit.register(lambda: pathlib.Path({str(seen)!r}).write_text(repr("
            f"[name for name in {_HEAVY!r} if name in sys.modules])))\n"
            f"sys.argv = ['fitcommons', *{command[2:]!r}, {str(Path(folder) / 'seen')!r}]\n"
            "runpy.run_module('api.cli', run_name='__main__', alter_sys=True)\n"
        )
        _run([sys.executable, "-c", code])
        imported = seen.read_text()
    heavy = [_run([sys.executable, "-c", "import cadquery"]) for _ in range(2)]
    wall, peak = min(took for took, _ in runs), max(most for _, most in runs)
    wall_heavy, peak_heavy = min(took for took, _ in heavy), max(most for _, most in heavy)
    return [
        Row(
            "fit --formats stl from a cold shell",
            f"{wall:.2f} s",
            f"{wall + wall_heavy:.2f} s with `import cadquery` ({wall_heavy:.2f} s)",
            (wall + wall_heavy) / wall,
            "<= 2 s",
            wall <= 2.0,
        ),
        Row(
            "its peak memory",
            f"{peak / _MB:.0f} MB",
            f"{peak_heavy / _MB:.0f} MB for `import cadquery` alone",
            peak_heavy / peak,
            "< 300 MB",
            peak < 300 * _MB,
        ),
        Row(
            "heavy libraries that it imported",
            "none" if imported == "[]" else imported,
            target="none",
            holds=imported == "[]",
        ),
    ]


def _run(command: list[str]) -> tuple[float, float]:
    """Run a command; return the seconds that it took by the clock and its peak memory (bytes)."""
    began = time.perf_counter()
    # wait4 tells of this child; resource.RUSAGE_CHILDREN only of the largest there ever was.
    child = subprocess.Popen(  # noqa: S603 (our own command line)
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return took, float(usage.ru_maxrss * _PEAK_IN)


if __name__ == "__main__":
    sys.exit(main(rows, __doc__))
