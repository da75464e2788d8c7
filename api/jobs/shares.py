"""Which parts of a device each of several children makes, so that all are done at the same time.

How long a part takes is learned by making it: what it took of late says best what it will take.
"""

from __future__ import annotations

import statistics
from collections import OrderedDict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final

_LATELY: Final = 5
"""Times that are remembered of each part. The longest counts: the others did not make all of it."""

_MOST_DESIGNS: Final = 50


class Costs:
    """How long the parts of designs took to make."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._taken: OrderedDict[Hashable, dict[str, deque[float]]] = OrderedDict()

    def of(self, design: Hashable) -> dict[str, float]:
        """Return how long each part of a design takes (ms), by name, as far as is known."""
        taken = self._taken.get(design, {})
        return {name: max(times) for name, times in taken.items()}

    def learn(self, design: Hashable, took_ms: Mapping[str, float]) -> None:
        """Note how long parts of a design took to make; the designs not seen longest are let go."""
        taken = self._taken.setdefault(design, {})
        self._taken.move_to_end(design)
        for name, took in took_ms.items():
            taken.setdefault(name, deque(maxlen=_LATELY)).append(took)
        while len(self._taken) > _MOST_DESIGNS:
            self._taken.popitem(last=False)


def shares(names: Iterable[str], of: int, costs_ms: Mapping[str, float]) -> Sequence[set[str]]:
    """Return the parts that each of `of` children makes: the slowest go to who has least to do.

    Args:
        names: of all parts.
        of: how many children there are.
        costs_ms: how long parts take, as far as is known; the others count as usual ones.
    """
    usual = statistics.median(costs_ms.values()) if costs_ms else 1.0
    takes = {name: costs_ms.get(name, usual) for name in names}
    loads, own = [0.0] * of, [set[str]() for _ in range(of)]
    for name in sorted(takes, key=lambda each: (-takes[each], each)):
        least = loads.index(min(loads))
        loads[least] += takes[name]
        own[least].add(name)
    return own
