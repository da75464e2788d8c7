"""Many requests and many makers at once: as many matched as can be, and those as well as can be.

Each request names a few makers with a cost. Requests and makers that no chain of names connects
are solved apart, so that each table is small; within one, scipy's `linear_sum_assignment`
(a shortest augmenting path algorithm: Crouse, "On implementing 2D rectangular assignment
algorithms", 2016) finds the least sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Edge:
    """A maker (by number) who could make a request (by number), at a cost of 0 or more."""

    request: int
    maker: int
    cost: float


def assign(edges: Sequence[Edge], room: Sequence[int]) -> list[Edge]:
    """Return the chosen edges: each request once at most, each maker as often as they have room.

    No choice matches more requests, and none that matches as many costs less.

    Args:
        edges: who could make what.
        room: how many jobs each maker can take.
    """
    usable = [edge for edge in edges if room[edge.maker] > 0]
    chosen = [edge for part in _parts(usable, len(room)) for edge in _solve(part, room)]
    return sorted(chosen, key=lambda edge: edge.request)


def greedy(edges: Sequence[Edge], room: Sequence[int]) -> list[Edge]:
    """Return what comes of always taking the cheapest edge left: what `assign` is compared with."""
    left, done, chosen = list(room), set(), []
    for edge in sorted(edges, key=lambda each: (each.cost, each.request, each.maker)):
        if edge.request not in done and left[edge.maker] > 0:
            done.add(edge.request)
            left[edge.maker] -= 1
            chosen.append(edge)
    return sorted(chosen, key=lambda edge: edge.request)


def _parts(edges: Sequence[Edge], makers: int) -> list[list[Edge]]:
    """Split edges into groups that share neither a request nor a maker."""
    if not edges:
        return []
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    requests = 1 + max(edge.request for edge in edges)
    rows = np.array([edge.maker for edge in edges])
    columns = np.array([makers + edge.request for edge in edges])
    size = makers + requests
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (rows, columns)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    parts: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        parts[int(labels[edge.maker])].append(edge)
    return list(parts.values())


def _solve(edges: Sequence[Edge], room: Sequence[int]) -> list[Edge]:
    from scipy.optimize import linear_sum_assignment

    requests = sorted({edge.request for edge in edges})
    makers = sorted({edge.maker for edge in edges})
    row = {number: i for i, number in enumerate(requests)}
    # A maker with room for several has a column for each; more than all requests is of no use.
    columns: list[int] = []
    first: dict[int, int] = {}
    for maker in makers:
        first[maker] = len(columns)
        columns += [maker] * min(room[maker], len(requests))
    # What no edge allows costs more than all edges together: it is chosen only where nothing
    # else is left, and then dropped.
    never = 1.0 + sum(sorted((edge.cost for edge in edges), reverse=True)[: len(requests)])
    table = np.full((len(requests), len(columns)), never)
    best: dict[tuple[int, int], Edge] = {}
    for edge in edges:
        known = best.get((edge.request, edge.maker))
        if known is None or edge.cost < known.cost:
            best[edge.request, edge.maker] = edge
            start = first[edge.maker]
            many = min(room[edge.maker], len(requests))
            table[row[edge.request], start : start + many] = edge.cost
    chosen = []
    for i, j in zip(*linear_sum_assignment(table), strict=True):
        edge_or_none = best.get((requests[i], columns[j]))
        if edge_or_none is not None:
            chosen.append(edge_or_none)
    return chosen
