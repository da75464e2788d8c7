"""Parts of a device, shared between children that work side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.jobs.shares import Costs, shares

PARTS = ("palm", "gauntlet", "thumb", "index", "slider")

takes_ms = st.dictionaries(st.sampled_from(PARTS), st.floats(0.0, 500.0))


@given(st.sets(st.sampled_from(PARTS)), st.integers(1, 4), takes_ms)
def test_every_part_is_made_once(names: set[str], of: int, costs_ms: dict[str, float]) -> None:
    """However many children there are, and whatever is known of the parts."""
    own = shares(names, of, costs_ms)

    assert len(own) == of
    assert sorted(name for each in own for name in each) == sorted(names)


def test_nobody_waits_for_one_child() -> None:
    """What takes long goes to one child, and all else to the other, until both have enough."""
    costs_ms = {"palm": 200.0, "gauntlet": 60.0, "thumb": 50.0, "index": 50.0, "slider": 10.0}

    one, other = shares(PARTS, 2, costs_ms)

    assert one == {"palm"}
    assert other == {"gauntlet", "thumb", "index", "slider"}


def test_a_part_that_was_hardly_made_anew_still_counts_whole() -> None:
    """The longest time of late counts; times of long ago are forgotten."""
    costs = Costs()
    costs.learn("hand", {"palm": 900.0})
    for took in (200.0, 15.0, 210.0, 12.0, 205.0):
        costs.learn("hand", {"palm": took})

    assert costs.of("hand") == {"palm": 210.0}
    assert costs.of("another") == {}


def test_only_so_many_designs_are_remembered() -> None:
    """The one that nobody looked at for longest is forgotten first."""
    costs = Costs()
    for number in range(60):
        costs.learn(number, {"palm": 1.0})
        costs.learn("hand", {"palm": 2.0})

    assert costs.of("hand") == {"palm": 2.0}
    assert costs.of(0) == {}
    assert costs.of(59) == {"palm": 1.0}
