"""The same recipe made by many processes: identical files.

    python -m bench.same_bytes

Every process resolves the sample person, makes the hand from nothing and digests its STL files.
Hashes of Python are shuffled anew in each (PYTHONHASHSEED), so is the order in which the parts are
made, and the number of threads of the mesh kernel differs: every other process keeps to one core.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

from bench.measure import ROOT, Row, main, one_core

PROCESSES = 20


def rows() -> list[Row]:
    """Make the sample hand in many processes and compare."""
    found = []
    for batch in range(0, PROCESSES, 2):
        children = [
            subprocess.Popen(  # noqa: S603 (our own command line)
                [sys.executable, "-m", "bench.same_bytes", *one],
                cwd=ROOT,
                env={**os.environ, "PYTHONHASHSEED": str(batch + k)},
                stdout=subprocess.PIPE,
                text=True,
            )
            for k, one in enumerate((["--digest"], ["--digest", "--one-core"]))
        ]
        for child in children:
            said, _ = child.communicate()
            if child.returncode:
                raise subprocess.CalledProcessError(child.returncode, child.args)
            found.append(said)
    different = len(set(found))
    return [
        Row(
            f"the same recipe from {PROCESSES} processes",
            f"{different} different set{'s' if different > 1 else ''} of digests",
            target="1 set",
            holds=different == 1,
        )
    ]


def digests() -> str:
    """Return one line for each part of the sample hand: its name and its STL's digest."""
    from bench.kits import described, stls
    from bench.measure import sample_entries
    from parametric.kit import make
    from parametric.recipe import digest

    hand = described(sample_entries())
    # A set has another order in each process: that of the shuffled hashes.
    by_name = {part.name: part for part in hand.parts}
    made = make(replace(hand, parts=tuple(by_name[name] for name in set(by_name))))
    return "".join(f"{name} {digest(data)}\n" for name, data in sorted(stls(made).items()))


if __name__ == "__main__":
    if "--one-core" in sys.argv[1:]:
        one_core()
    if "--digest" in sys.argv[1:]:
        sys.stdout.write(digests())
    else:
        sys.exit(main(rows, __doc__))
