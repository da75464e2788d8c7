"""How many people a second are proved, on two processes and on one.

    python -m bench.prove [--people N]

The time for 1,000 people is extrapolated: measured are the sampled people and, apart from them,
those at the edges of the ranges, for some of whom the exact kernel is asked as well; both scale
differently. It is a clock's, and so tells of the machine and of whoever else works on it; the
processor seconds for one person are told too.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from bench.measure import Row, main, one_core

_PEOPLE, _ALL = 40, 1000


def rows(people: int = _PEOPLE) -> list[Row]:
    """Prove a few people on two processes and on one."""
    from designs.discover import find
    from parametric.proof import prove

    design = find("wrist_hand")
    prove(design, 1, processes=2)

    def timed(count: int, processes: int) -> tuple[float, float]:
        began, used = time.perf_counter(), _processor()
        prove(design, count, processes=processes)
        return time.perf_counter() - began, _processor() - used

    # What does not grow with the number: those at the edges, the exact kernel, new processes.
    fixed, fixed_used = timed(1, 2)
    more, more_used = timed(people + 1, 2)
    each, each_used = (more - fixed) / people, (more_used - fixed_used) / people
    whole = fixed + each * (_ALL - 1)
    one_core()
    few = max(people // 4, 4)
    alone = timed(few + 1, 1)[0] - timed(1, 1)[0]
    return [
        Row(
            f"{_ALL} people proved on two processes",
            f"{whole:.0f} s (from {people} people, {1.0 / each:.2f} a second)",
            f"{few / alone:.2f} a second on one process",
            alone / few / each,
            "<= 300 s",
            whole <= 300.0,
        ),
        Row(
            "processor seconds for one person",
            f"{each_used:.2f} s",
            target="<= 0.5 s",
            holds=each_used <= 0.5,
        ),
        Row("those at the edges, and the exact kernel for two", f"{fixed:.0f} s"),
    ]


def _processor() -> float:
    """Return processor seconds of this process and of its children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.prove")
    parser.add_argument("--people", type=int, default=_PEOPLE)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sys.exit(main(lambda: rows(asked.people), __doc__))
