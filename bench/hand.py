"""The sample hand, from measurements to checked STL, in one warm process on one core.

    python -m bench.hand

Counted in: resolving and estimating the measurements, describing all 14 parts, evaluating them
from nothing, their canonical meshes, every check of every part on its mesh (closed, one body,
holes, walls, overhangs, foot, bed), and the bytes of every STL. Counted out: starting Python and
importing, writing files. The posed assembly is a row of its own, and so is all of it together.

After a change: the same again, with what was remembered of the sample person. A measurement that
others are estimated from (hand_breadth: every finger) changes most parts.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping

from bench.measure import Row, best, main, one_core, sample_entries, seconds

CHANGES: Mapping[str, str] = {
    "index_length": "75mm",
    "little_length": "52mm",
    "padding": "4mm",
    "wrist_circumference": "154mm",
    "forearm_circumference": "250mm",
    "hand_breadth": "79mm",
    "name": "Robin",
}
"""Measurements that are changed, one at a time, and their new values."""

_TIMES, _TIMES_CHANGED = 7, 3


def rows() -> list[Row]:
    """Measure the hand from nothing, after changes, and with its assembly."""
    one_core()
    # Only now: kernels count the cores when they are loaded.
    from bench.kits import assembled, checked_stls
    from parametric.solid.mesh import Memory

    entries = sample_entries()
    checked_stls(entries, Memory())
    fresh, _ = best(lambda: checked_stls(entries, Memory()), _TIMES)

    def again(name: str) -> float:
        memory = Memory()
        checked_stls(entries, memory)
        return best(lambda: checked_stls({**entries, name: CHANGES[name]}, memory), 1)[0]

    changed = {name: min(again(name) for _ in range(_TIMES_CHANGED)) for name in CHANGES}
    slowest = max(changed, key=lambda name: changed[name])
    median = statistics.median(changed.values())

    together, _ = best(lambda: assembled(entries, Memory()), 5)
    return [
        Row("whole hand as checked STL", seconds(fresh), target="0.5 s", holds=fresh <= 0.5),
        *(
            Row(f"after changing {name}", seconds(taken), seconds(fresh), fresh / taken)
            for name, taken in changed.items()
        ),
        Row(
            f"after one change: slowest ({slowest})",
            seconds(changed[slowest]),
            f"{seconds(fresh)} from nothing",
            fresh / changed[slowest],
            "0.2 s",
            changed[slowest] <= 0.2,
        ),
        Row(
            "after one change: median",
            seconds(median),
            f"{seconds(fresh)} from nothing",
            fresh / median,
            "0.2 s",
            median <= 0.2,
        ),
        Row("whole hand, with the posed assembly checked too", seconds(together)),
    ]


if __name__ == "__main__":
    sys.exit(main(rows, __doc__))
