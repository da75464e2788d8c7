"""What the measurements share: rows of a table, and time that others' work does not count in.

Times are processor seconds of one process that keeps to one core, the best of several runs: on a
core of its own that is what a clock shows. Where processes are started, it is a clock.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "designs" / "wrist_hand" / "sample.toml"

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One claim and what was measured; `holds` is None where nothing was promised."""

    claim: str
    ours: str
    alternative: str = ""
    ratio: float | None = None
    target: str = ""
    holds: bool | None = None


def one_core() -> None:
    """Keep this process and all of its threads to one core; call it before importing a kernel.

    The mesh kernel starts as many threads as it finds cores when it is loaded.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def best(work: Callable[[], T], times: int = 7) -> tuple[float, T]:
    """Return the fewest processor seconds that `work` took, and its last result."""
    taken = []
    while True:
        gc.collect()
        began = time.process_time()
        result = work()
        taken.append(time.process_time() - began)
        if len(taken) >= times:
            return min(taken), result


def sample_entries() -> dict[str, object]:
    """Return the sample person's measurements, as they were entered."""
    tables = tomllib.loads(SAMPLE.read_text("utf-8"))
    return {name: value for table in tables.values() for name, value in table.items()}


def seconds(value: float) -> str:
    """Return a time in the unit it is easily read in."""
    return f"{1000.0 * value:.0f} ms" if value < 1.0 else f"{value:.1f} s"


def show(rows: Iterable[Row]) -> int:
    """Print a table of rows; return 1 if a target was missed, else 0."""
    rows = list(rows)
    cells = [("", "claim", "ours", "alternative", "ratio", "target")]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.1f}"
        verdict = {None: "", True: "ok", False: "MISSED"}[row.holds]
        cells.append((verdict, row.claim, row.ours, row.alternative, ratio, row.target))
    widths = [max(len(line[i]) for line in cells) for i in range(6)]
    for line in cells:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )
    return int(any(row.holds is False for row in rows))


def main(measure: Callable[[], Sequence[Row]], note: str | None) -> int:
    """Run one benchmark as a program: a table with its notes, or JSON for `python -m bench`."""
    if "--json" in sys.argv[1:]:
        # Whatever else is said while measuring is no row.
        with contextlib.redirect_stdout(sys.stderr):
            rows = measure()
        print(json.dumps([asdict(row) for row in rows]))
        return 0
    print((note or "").strip() + "\n")
    return show(measure())
