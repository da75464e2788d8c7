"""What is said of a request: in every state, to everybody in it, there are words for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any, Final

import pytest

from api.pages import standing
from api.pages.standing import Said
from api.pages.telling import say
from api.pages.text import LANGUAGES, Words
from api.schemas.requests import MissingOut, NextOut
from registry import clock
from registry.matching.reasons import Wanted, reasons_for
from registry.matching.waiting import Waiting
from registry.requests.states import CLOSED_BECAUSE, MOVES, Role, State

NOW: Final = datetime(2026, 11, 24, 12, tzinfo=clock.now().tzinfo)
WHOSE: Final = ("person", "guardian", "maker", "makers", "both", "nobody")
MAKER: Final[dict[str, Any]] = {
    "languages": ["en", "pt"],
    "channels": ["email"],
    "made": {},
    "most_jobs": 3,
    "holds_jobs": 0,
    "usual_reply_hours": None,
}


def _says(said: Said, language: str = "en") -> str:
    return say(Words(language, "requests"), said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", State)
def test_every_state_is_told_to_everybody(state: State, language: str) -> None:
    """Where it stands, whose turn it is and what that means, in every language of the site."""
    for whose, role in product(WHOSE, Role):
        found = standing.turn(state, whose, {role})
        assert all(_says(each, language) for each in (found.whose, found.what))
    for because in (None, *CLOSED_BECAUSE):
        assert _says(standing.where(state, because), language)


def test_the_turn_is_mine_only_where_i_can_do_something() -> None:
    """A supporter waits with the others; the guardian acts beside the person."""
    for role, mine in {
        Role.PERSON: True,
        Role.GUARDIAN: True,
        Role.SUPPORTER: False,
        Role.MAKER: False,
    }.items():
        assert standing.turn(State.FIT_CHECK, "person", {role}).is_mine is mine
    assert _says(standing.turn(State.MAKING, "maker", {Role.PERSON}).whose) == (
        "The maker has the next turn"
    )


def test_the_way_is_told_as_six_steps() -> None:
    """What lies behind, where it is, and what comes; a request that rests keeps its place."""
    now = {state: dict(standing.way(state)) for state in State}
    assert list(now[State.MAKING].values()) == ["done", "done", "done", "now", "later", "later"]
    assert now[State.DRAFT]["ask"] == "now"
    assert set(now[State.CLOSED].values()) == {"later"}
    assert dict(standing.way(State.PAUSED, State.DESIGNING))["agree"] == "now"


def test_every_move_has_words_and_asks_why_where_it_must() -> None:
    """Whatever the table of moves allows, but what has a page of its own."""
    for state, moves in MOVES.items():
        offered = [NextOut(to=move.to, says="", missing=[]) for move in moves]
        for offer in standing.offers(state, offered):
            assert _says(offer.words)
    making = standing.offers(
        State.MAKING, [NextOut(to=each.to, says="", missing=[]) for each in MOVES[State.MAKING]]
    )
    assert {each.to for each in making if each.asks_why} == {State.DESIGNING, State.CLOSED}
    assert making[0].kind == "main"


@pytest.mark.parametrize("code", [*standing.MISSING, "something_new"])
def test_what_is_missing_is_said(code: str) -> None:
    """Also what these pages do not know of yet."""
    lack = MissingOut(code=code, says="", advice="")
    offer = standing.offers(State.REMAKE, [NextOut(to="designing", says="", missing=[lack])])[0]
    assert _says(offer.missing[0])


def test_the_waiting_clock_says_how_long_and_what_comes() -> None:
    """Days waited, how far we look, and when further; nothing where nobody is waited for."""
    waiting = Waiting(NOW - timedelta(days=4), 1, 300.0, NOW + timedelta(days=3), None)
    assert [_says(each) for each in standing.clock(waiting, NOW)] == [
        "It has waited for 4 days.",
        "We look for makers up to 300 km away.",
        "On 27 November 2026 we look further away.",
    ]
    at_the_end = Waiting(NOW - timedelta(days=15), 3, 25000.0, None, NOW - timedelta(days=1))
    assert [_says(each) for each in standing.clock(at_the_end, NOW)][1:] == [
        "We look for makers everywhere.",
        "The people who look after this site have known since 23 November 2026.",
    ]
    assert standing.clock(Waiting(None, 0, 100.0, None, None), NOW) == []


WANTED: Final = (Wanted(None, (), None), Wanted("hand", ("pt", "de"), "email"))
MADE: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"hand": {"times": 1, "told": 0}},
    {"hand": {"times": 9, "told": 6, "in_use": 5}},
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_for_a_maker_is_said(language: str) -> None:
    """Whichever sentence the registry finds, there is one for it in the reader's language."""
    for wanted, made, km, hours, holds, speaks in product(
        WANTED, MADE, (None, 3.0, 45.0, 800.0), (None, 1.0, 12.0, 80.0), (0, 2), (["pt"], ["fi"])
    ):
        changed = {"made": made, "holds_jobs": holds, "usual_reply_hours": hours}
        maker = {**MAKER, **changed, "languages": speaks, "channels": ["text"] if holds else []}
        for reason in reasons_for(wanted, maker, km):
            assert _says(standing.reason(reason), language)


def test_reasons_are_plain_sentences() -> None:
    """With the reader's own names for languages, and numbers that fit."""
    reasons = reasons_for(WANTED[1], {**MAKER, "made": MADE[2], "usual_reply_hours": 12.0}, 45.0)
    assert [_says(standing.reason(each)) for each in reasons] == [
        "Lives about 40 km away.",
        "Speaks Portuguese, as you do.",
        "Has made this design 9 times. 5 of 6 people still use it.",
        "Answers within 12 hours.",
        "Has nothing else to make just now.",
        "Can be reached the way you like: By email.",
    ]
    assert [standing.is_good(each) for each in reasons] == [False, True, True, True, True, True]


@pytest.mark.parametrize("by", [*standing.WHO, "system", "nobody we know"])
def test_what_happened_is_said_with_who_did_it(by: str) -> None:
    """In words that name nobody."""
    for what in (*standing.EVENTS, "something.new"):
        detail = {"to": "open", "answer": "yes", "fits": True}
        assert _says(standing.event(what, by, detail))
