"""Many at once: as many matched as can be, at the least cost."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.matching.assign import Edge, assign, greedy

edges_of = st.lists(
    st.builds(Edge, st.integers(0, 4), st.integers(0, 3), st.integers(0, 30).map(float)),
    max_size=14,
)
rooms = st.lists(st.integers(0, 2), min_size=4, max_size=4)


def best_by_trying(edges: list[Edge], room: list[int]) -> tuple[int, float]:
    """Return the most that can be matched and the least that costs, by trying everything."""
    options = [[None, *(e for e in edges if e.request == i)] for i in range(5)]
    best = (0, 0.0)
    for chosen in product(*options):
        taken = [edge for edge in chosen if edge is not None]
        used = np.bincount([edge.maker for edge in taken], minlength=4)
        if (used <= room).all():
            best = min(best, (-len(taken), sum(edge.cost for edge in taken)))
    return -best[0], best[1]


@settings(max_examples=60, deadline=None)
@given(edges_of, rooms)
def test_no_choice_is_better(edges: list[Edge], room: list[int]) -> None:
    """Each request once, nobody over their room, and as good as trying everything."""
    chosen = assign(edges, room)
    requests = [edge.request for edge in chosen]
    assert len(set(requests)) == len(requests)
    assert (np.bincount([edge.maker for edge in chosen], minlength=4) <= room).all()
    assert (len(chosen), sum(edge.cost for edge in chosen)) == best_by_trying(edges, room)


def test_greedy_can_leave_somebody_out() -> None:
    """Where the cheapest pair takes the only maker of somebody else."""
    edges = [Edge(0, 0, 1.0), Edge(0, 1, 2.0), Edge(1, 0, 3.0)]
    assert len(greedy(edges, [1, 1])) == 1
    assert assign(edges, [1, 1]) == [Edge(0, 1, 2.0), Edge(1, 0, 3.0)]
