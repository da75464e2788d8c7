"""What may become of an offered change, and how it is put into a draft that went on meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from registry.adaptations.merging import changes_of, differing, is_in, merged
from registry.offers.states import MOVES, OPEN, Side, State, find_move

FLASK = {"label": "Flask", "values": {"cup_height": 180}}


def _document(*authors: str, presets: dict[str, Any] | None = None, **parameters: Any) -> Any:
    return {
        "title": authors[0],
        "authors": list(authors),
        "parameters": parameters,
        "presets": presets or {},
    }


def test_what_is_settled_stays_settled() -> None:
    """Every state has its row; only what waits or was put off can still move."""
    assert set(MOVES) == set(State)
    assert set(OPEN) == {State.OFFERED, State.LATER}


def test_each_side_makes_its_own_moves_and_a_no_says_why() -> None:
    """Who offered takes back; who looks after the parent answers, and a no alone needs words."""
    for state in OPEN:
        assert {step.to for step in MOVES[state] if step.by is Side.OFFERERS} == {State.WITHDRAWN}
        assert [step.to for step in MOVES[state] if step.needs_words] == [State.DECLINED]
    assert find_move(State.LATER, State.TAKEN) is not None
    assert find_move(State.LATER, State.LATER) is None
    assert find_move(State.TAKEN, State.DECLINED) is None


def test_only_what_was_changed_is_put_in_and_its_authors_are_thanked() -> None:
    """Title and the rest of the draft stay; nobody is thanked twice."""
    draft = _document("Ada", cup_height={"low": 150}, wall={"default": 3})
    offered = _document("Bo", "Ada", presets={"flask": FLASK}, cup_height={"default": 210})
    found = merged(draft, offered)
    assert found == _document(
        "Ada",
        "Bo",
        presets={"flask": FLASK},
        cup_height={"low": 150, "default": 210},
        wall={"default": 3},
    )
    assert draft["parameters"]["cup_height"] == {"low": 150}


@pytest.mark.parametrize(
    ("draft", "in_the_way"),
    [
        (_document("Ada", cup_height={"low": 150}), []),
        (_document("Ada", cup_height={"low": 150, "default": 210}), []),
        (_document("Ada", cup_height={"low": 150, "high": 230}), []),
        (
            _document("Ada", cup_height={"low": 150, "default": 220}),
            ["parameters.cup_height.default"],
        ),
        (_document("Ada"), ["parameters.cup_height.low"]),
        (
            _document("Ada", cup_height={"low": 150}, presets={"flask": {"label": "Another"}}),
            ["presets.flask"],
        ),
    ],
)
def test_what_the_draft_has_otherwise_by_now_is_in_the_way(
    draft: Any, in_the_way: list[str]
) -> None:
    """As before, or as it is offered, is not; changed, or taken out, is."""
    base = _document("Ada", cup_height={"low": 150})
    offered = _document("Bo", cup_height={"low": 160, "default": 210}, presets={"flask": FLASK})
    assert differing(base, draft, offered) == in_the_way


def test_a_version_brings_what_was_taken_if_any_of_it_is_still_in() -> None:
    """A team can change its mind between taking and releasing."""
    offered = _document("Bo", cup_height={"default": 210, "low": 160})
    assert is_in(_document("Ada", cup_height={"default": 205, "low": 160}), offered)
    assert not is_in(_document("Ada", cup_height={"default": 205}), offered)
    assert changes_of({}) == {}
