"""How many people a second are proved, on two processes and on one.

    python -m bench.prove [--people N]

The time for 1,000 people is extrapolated from a few. Those at the edges of the ranges come first,
and for two of them the exact kernel is asked as well: what they take is the same for any number.
One process is given the same people one after the other, without the proof round them. Times are
a clock's, and so tell of the machine and of whoever else works on it; the processor seconds for
one person are told too.
"""

from __future__ import annotations

import argparse
import sys
import time

from bench.measure import Row, main, one_core

_PEOPLE, _ALL = 40, 1000


class WorkerDied(Exception):
    """A process of the proof ended before its work: what was measured means nothing."""


def rows(people: int = _PEOPLE) -> list[Row]:
    """Prove a few people on two processes and on one."""
    from designs.discover import find
    from parametric.proof import prove

    design = find("wrist_hand")
    done_at: list[tuple[int, float]] = []

    def progress(done: int, total: int) -> None:
        done_at.append((total - done, time.perf_counter()))

    began = time.perf_counter()
    proof = prove(design, people, processes=2, progress=progress)
    if any("crashed" in failure.says for failure in proof.failures):
        # A worker that died did no work, which would look like speed.
        raise WorkerDied(proof.says)
    # Only sampled people are left once no more are to do than were sampled.
    left, since = next(at for at in done_at if at[0] <= people)
    each = (done_at[-1][1] - since) / left
    whole = since - began + each * (_ALL - people + left)
    one_core()
    alone, used = _one_after_the_other(people // 4)
    return [
        Row(
            f"{_ALL} people proved on two processes",
            f"{whole:.0f} s (from {people} people, {1.0 / each:.2f} a second)",
            f"{1.0 / alone:.2f} a second on one process",
            alone / each,
            "<= 300 s",
            whole <= 300.0,
        ),
        Row(
            "processor seconds for one person",
            f"{used:.2f} s",
            target="<= 0.5 s",
            holds=used <= 0.5,
        ),
        Row("those at the edges, and the exact kernel for two", f"{since - began:.0f} s"),
    ]


def _one_after_the_other(people: int) -> tuple[float, float]:
    """Return the seconds by the clock and the processor seconds that one person takes."""
    from designs.discover import find
    from parametric.checks import check_kit
    from parametric.clearance import DEFAULT_PRINTER
    from parametric.kit import make
    from parametric.people import sample_people
    from parametric.problems import BadParameters
    from parametric.proof import SEED
    from parametric.resolve import resolve

    design = find("wrist_hand")
    began, used = time.perf_counter(), time.process_time()
    for person in sample_people(people, SEED):
        entries = {**person.entries_for(design.parameters), "side": "right"}
        try:
            assembly = design.build(resolve(design.parameters, entries).params, DEFAULT_PRINTER)
        except BadParameters:
            continue
        check_kit(assembly, make(assembly), DEFAULT_PRINTER, thorough=True)
    return (time.perf_counter() - began) / people, (time.process_time() - used) / people


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.prove")
    parser.add_argument("--people", type=int, default=_PEOPLE)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sys.exit(main(lambda: rows(asked.people), __doc__))
