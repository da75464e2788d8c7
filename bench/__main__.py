"""Measure every claim, each in a process of its own, and print one table.

    python -m bench [NAME]...

Ends with 1 if a target was missed. `python -m bench.NAME` says what one of them counts in.
"""

from __future__ import annotations

import json
import subprocess
import sys

from bench.measure import ROOT, Row, show

NAMES = (
    "hand",
    "cadquery_booleans",
    "openscad",
    "cold",
    "prove",
    "same_bytes",
    "matching",
    "claims",
    "pages",
    "preview",
    "service",
)


def run() -> int:
    """Run the benchmarks that are named, or all, and show one table."""
    names = sys.argv[1:] or NAMES
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}")
        return 2
    rows: list[Row] = []
    failed = []
    for name in names:
        print(f"measuring {name}", file=sys.stderr)
        command = [sys.executable, "-m", f"bench.{name}", "--json"]
        ran = subprocess.run(  # noqa: S603 (our own modules)
            command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True
        )
        if ran.returncode:
            failed.append(name)
            continue
        rows += [Row(**row) for row in json.loads(ran.stdout)]
    missed = show(rows)
    for name in failed:
        print(f"{name} could not be measured")
    return 1 if failed else missed


if __name__ == "__main__":
    sys.exit(run())
