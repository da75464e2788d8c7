"""Where a request stands, whose turn it is and how long it waits, for whoever looks: as texts.

Everything here is pure: from states and facts to the ids of texts, which a page says in the
reader's language.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from api.schemas.requests import NextOut
from registry.matching.reasons import Reason
from registry.matching.waiting import Waiting
from registry.requests.states import MOVES, Need, Role, State

EVERYWHERE_KM: Final = 20_000.0
"""A circle as wide as this leaves nobody out."""


@dataclass(frozen=True)
class Said:
    """A text to be said: its id, what stands in it, and the number that its form depends on."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    count: int | None = None


Way: TypeAlias = Literal["done", "now", "later"]

WAY: Final[tuple[tuple[str, tuple[State, ...]], ...]] = (
    ("ask", (State.DRAFT, State.READY)),
    ("maker", (State.OPEN, State.MATCHED)),
    ("agree", (State.DESIGNING, State.REMAKE)),
    ("make", (State.AGREED, State.MAKING, State.SENT)),
    ("try", (State.RECEIVED, State.FIT_CHECK)),
    ("use", (State.IN_USE,)),
)
"""The way of a request in six steps that everybody can follow, and which states are which step."""


def way(state: State, paused_from: State | None = None) -> list[tuple[str, Way]]:
    """Return the steps with what each of them is; of a request that rests, where it rests."""
    here = paused_from if state is State.PAUSED and paused_from is not None else state
    at = next((i for i, (_, states) in enumerate(WAY) if here in states), None)
    if at is None:
        return [(step, "later") for step, _ in WAY]
    return [
        (step, "done" if i < at else "now" if i == at else "later")
        for i, (step, _) in enumerate(WAY)
    ]


def where(state: State, closed_because: str | None = None) -> Said:
    """Return where it stands, as one sentence."""
    if state is State.CLOSED:
        return Said(f"requests.closed_{closed_because or 'other'}")
    return Said(f"requests.where_{state}")


@dataclass(frozen=True)
class TurnTold:
    """Whose turn it is, for one reader."""

    is_mine: bool
    whose: Said
    what: Said


_ACTS: Final[dict[str, frozenset[Role]]] = {
    "person": frozenset({Role.PERSON, Role.GUARDIAN}),
    "guardian": frozenset({Role.GUARDIAN}),
    "maker": frozenset({Role.MAKER}),
    "makers": frozenset(),
    "both": frozenset({Role.PERSON, Role.GUARDIAN, Role.MAKER}),
    "nobody": frozenset(),
}


def turn(state: State, whose: str, roles: Collection[str]) -> TurnTold:
    """Return whose turn it is, told to somebody who is this to the request.

    What can be done is said to those whose turn it is, what is waited for to the others.
    """
    is_mine = bool(_ACTS[whose].intersection(roles))
    what = str(state)
    if state is State.OPEN:
        what = "open_makers" if whose == "makers" else "open_claimed"
    elif state is State.DESIGNING:
        what = "designing_both" if whose == "both" else "designing_answer"
    return TurnTold(
        is_mine,
        Said("requests.turn_mine" if is_mine else f"requests.turn_{whose}"),
        Said(f"requests.{'do' if is_mine else 'wait'}_{what}"),
    )


def clock(waiting: Waiting, now: datetime) -> list[Said]:
    """Return what the waiting clock says; nothing where nobody is waited for."""
    if waiting.since is None:
        return []
    told = [Said("requests.clock_since", count=max(0, (now - waiting.since).days))]
    if waiting.circle_km >= EVERYWHERE_KM:
        told.append(Said("requests.clock_everywhere"))
    else:
        told.append(Said("requests.clock_circle", {"km": round(waiting.circle_km)}))
    if waiting.widens_at is not None:
        told.append(Said("requests.clock_widens", {"day": waiting.widens_at}))
    if waiting.stewards_told_at is not None:
        told.append(Said("requests.clock_stewards", {"day": waiting.stewards_told_at}))
    return told


_COUNTED: Final = {
    "times": "times",
    "in_use": "times",
    "hours": "hours",
    "days": "days",
    "holds": "holds",
}
"""Of each kind of reason that counts something, which of its facts that is."""


def reason(found: Reason) -> Said:
    """Return why this maker, as a sentence."""
    facts = dict(found.facts)
    counted = _COUNTED.get(found.kind)
    count = facts.pop(counted) if counted is not None else None
    return Said(f"requests.reason_{found.name}_{found.kind}", facts, count)


def is_good(found: Reason) -> bool:
    """Whether a reason speaks for somebody more than against them."""
    return found.share >= 0.5


Kind: TypeAlias = Literal["main", "quiet"]


@dataclass(frozen=True)
class Offer:
    """A move that somebody can make: its words, how loud it is, and what is missing for it."""

    to: State
    words: Said
    kind: Kind
    asks_why: bool
    missing: tuple[Said, ...]


ELSEWHERE: Final[frozenset[tuple[State, State]]] = frozenset(
    {
        # The task list leads there.
        (State.DRAFT, State.READY),
        (State.READY, State.OPEN),
        (State.READY, State.DRAFT),
        # The fit check does.
        (State.FIT_CHECK, State.IN_USE),
        (State.FIT_CHECK, State.REMAKE),
        (State.IN_USE, State.REMAKE),
        # The maker's checklist does.
        (State.MAKING, State.SENT),
    }
)
"""Moves that have a page of their own, which asks for more than a yes."""

_QUIET: Final = frozenset({State.PAUSED, State.CLOSED, State.DRAFT})


def offers(state: State, moves: Sequence[NextOut]) -> list[Offer]:
    """Return the moves that somebody can make from here, the main ones first."""
    found = []
    for each in moves:
        to = State(each.to)
        if (state, to) in ELSEWHERE:
            continue
        step = next(move for move in MOVES[state] if move.to is to)
        asks_why = Need.REASON in step.needs
        quiet = to in _QUIET or (asks_why and state is not State.PAUSED)
        found.append(
            Offer(
                to,
                Said(f"requests.move_{_move_words(state, to)}"),
                "quiet" if quiet else "main",
                asks_why,
                tuple(missing(lack.code) for lack in each.missing),
            )
        )
    return sorted(found, key=lambda offer: offer.kind)


def missing(code: str) -> Said:
    """Return what a move still needs."""
    return Said(f"requests.{code}" if code in MISSING else "requests.needs_other")


MISSING: Final = (
    "needs_wish",
    "needs_consent",
    "needs_guardian",
    "needs_confirmed_maker",
    "needs_yes_to_recipe",
)


def _move_words(state: State, to: State) -> str:
    if state is State.PAUSED and to is not State.CLOSED:
        return "go_on"
    if state is State.CLOSED:
        return "again"
    if to is State.DESIGNING and state in (State.AGREED, State.MAKING):
        return f"{state}_designing"
    if to is State.RECEIVED and state is State.MAKING:
        return "handed_over"
    return str(to)


_ROLES: Final = (Role.PERSON, Role.GUARDIAN, Role.MAKER, Role.SUPPORTER, Role.STEWARD)


def seen_as(roles: Collection[str]) -> Said:
    """Return as what somebody sees a request, such as the person it is for or its maker."""
    first = next((role for role in _ROLES if role in roles), None)
    return Said(f"requests.as_{first or 'other'}")


EVENTS: Final = frozenset(
    {
        "request.written",
        "request.edited",
        "request.moved",
        "request.widened",
        "message.said",
        "picture.added",
        "picture.removed",
        "decision.proposed",
        "decision.answered",
        "fit.checked",
        "outcome.answered",
        "maker.asked",
    }
)


def event(what: str, by: str, detail: Mapping[str, Any]) -> Said:
    """Return what happened, and who did it, as one sentence."""
    said_by = who(by)
    if what == "request.moved":
        told = State(detail["to"])
        return Said("requests.event_moved", {"who": said_by, "to": Said(f"requests.state_{told}")})
    if what == "decision.answered" and detail.get("answer"):
        said = Said(f"requests.answer_{detail['answer']}")
        return Said("requests.event_answered", {"who": said_by, "answer": said})
    if what == "fit.checked":
        fits = "yes" if detail.get("fits") else "no"
        return Said(f"requests.event_fits_{fits}", {"who": said_by})
    if what in EVENTS:
        return Said(f"requests.event_{what.replace('.', '_')}", {"who": said_by})
    return Said("requests.event_other", {"who": said_by})


WHO: Final = {
    **{each: each for each in ("you", "person", "guardian", "maker", "supporter", "former")},
    "someone who left": "left",
}


def who(by: str) -> Said:
    """Return who did something, as what they were to the request."""
    return Said(f"requests.by_{WHO.get(by, 'system')}")
