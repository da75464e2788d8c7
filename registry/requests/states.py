"""The life of a request: one enum, one table of moves. Nothing else decides what may follow what.

A move names who may make it; `needs` names what must be true besides, which
`registry.requests.usecases.move` looks up. Every move writes an audit event.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    """Being written, seen by nobody else."""
    READY = "ready"
    """Written; the person has looked at all of it once more."""
    OPEN = "open"
    """Makers may be asked, or come by themselves; the waiting clock runs."""
    MATCHED = "matched"
    """The person confirmed one maker."""
    DESIGNING = "designing"
    """Person and maker work out what exactly it shall be."""
    AGREED = "agreed"
    """The person said yes to one exact recipe."""
    MAKING = "making"
    """That recipe is being made."""
    SENT = "sent"
    RECEIVED = "received"
    FIT_CHECK = "fit_check"
    """It is tried on."""
    IN_USE = "in_use"
    REMAKE = "remake"
    """It does not fit, or no longer: measure again, decide again."""
    PAUSED = "paused"
    CLOSED = "closed"


class Role(StrEnum):
    """What somebody is to a request."""

    PERSON = "person"
    """Who it is for. They have the last word."""
    GUARDIAN = "guardian"
    """The guardian of somebody under 18."""
    SUPPORTER = "supporter"
    """Acts within what the person granted."""
    MAKER = "maker"
    """Holds the job, confirmed."""
    CLAIMANT = "claimant"
    """Claimed the job and waits for the person's confirmation."""
    ASKED = "asked"
    """Was asked whether they would make it."""
    STEWARD = "steward"
    """Looks after the registry; sees where it stands, not what was said."""
    SYSTEM = "system"
    """The clock, or what follows from something else."""


class Need(StrEnum):
    """What must be true for a move besides who makes it."""

    WISH = "wish"
    """The person has said what they want to be able to do."""
    CONSENT = "consent"
    """The person (for under-18s also the guardian) consented to sharing what makers must know."""
    CONFIRMED_MAKER = "confirmed_maker"
    YES_TO_RECIPE = "yes_to_recipe"
    """The newest answer of the person to the newest recipe is yes, and for under-18s the
    guardian's too; and the kit to be made is that recipe's."""
    REASON = "reason"
    """The mover says why."""


@dataclass(frozen=True)
class Move:
    """From one state to another: who may, and what must be true."""

    to: State
    by: frozenset[Role]
    needs: frozenset[Need] = frozenset()


_THEIRS: Final = frozenset({Role.PERSON, Role.GUARDIAN, Role.SUPPORTER})
_OWN: Final = frozenset({Role.PERSON, Role.GUARDIAN})
_MAKER: Final = frozenset({Role.MAKER})
_BOTH: Final = _OWN | _MAKER
_SYSTEM: Final = frozenset({Role.SYSTEM})


def _move(to: State, by: frozenset[Role], *needs: Need) -> Move:
    return Move(to, by, frozenset(needs))


_STOP: Final = (
    _move(State.PAUSED, _OWN),
    _move(State.CLOSED, _OWN, Need.REASON),
)
"""The person may stop at any time."""

MOVES: Final[dict[State, tuple[Move, ...]]] = {
    State.DRAFT: (_move(State.READY, _THEIRS, Need.WISH), _move(State.CLOSED, _OWN, Need.REASON)),
    State.READY: (
        _move(State.DRAFT, _THEIRS),
        _move(State.OPEN, _OWN, Need.WISH, Need.CONSENT),
        *_STOP,
    ),
    State.OPEN: (
        _move(State.MATCHED, _SYSTEM, Need.CONFIRMED_MAKER),
        _move(State.DRAFT, _OWN),
        *_STOP,
    ),
    State.MATCHED: (
        _move(State.DESIGNING, _BOTH, Need.CONFIRMED_MAKER),
        # The maker gave it back, or it ran out.
        _move(State.OPEN, _SYSTEM),
        *_STOP,
    ),
    State.DESIGNING: (
        _move(State.AGREED, _SYSTEM, Need.CONFIRMED_MAKER, Need.YES_TO_RECIPE),
        _move(State.OPEN, _SYSTEM),
        *_STOP,
    ),
    State.AGREED: (
        _move(State.MAKING, _MAKER, Need.CONFIRMED_MAKER, Need.YES_TO_RECIPE),
        # The person thought again, or the recipe changed.
        _move(State.DESIGNING, _BOTH | _SYSTEM),
        _move(State.OPEN, _SYSTEM),
        *_STOP,
    ),
    State.MAKING: (
        _move(State.SENT, _MAKER),
        # Handed over in person.
        _move(State.RECEIVED, _THEIRS),
        _move(State.DESIGNING, _BOTH, Need.REASON),
        _move(State.OPEN, _SYSTEM),
        *_STOP,
    ),
    State.SENT: (_move(State.RECEIVED, _THEIRS), _move(State.REMAKE, _BOTH, Need.REASON), *_STOP),
    State.RECEIVED: (_move(State.FIT_CHECK, _THEIRS), *_STOP),
    State.FIT_CHECK: (
        _move(State.IN_USE, _OWN),
        _move(State.REMAKE, _OWN, Need.REASON),
        *_STOP,
    ),
    State.IN_USE: (
        _move(State.REMAKE, _OWN, Need.REASON),
        _move(State.CLOSED, _OWN, Need.REASON),
    ),
    State.REMAKE: (_move(State.DESIGNING, _BOTH), _move(State.OPEN, _SYSTEM), *_STOP),
    # Back to where it was, which `paused_from` names; nothing is made without a fresh look.
    State.PAUSED: (
        _move(State.READY, _OWN),
        _move(State.DESIGNING, _OWN, Need.CONSENT, Need.CONFIRMED_MAKER),
        _move(State.FIT_CHECK, _OWN),
        _move(State.CLOSED, _OWN, Need.REASON),
    ),
    State.CLOSED: (_move(State.DRAFT, _OWN),),
}
"""From each state, the moves that exist. A closed request may be opened again by the person."""

CLOSED_BECAUSE: Final = (
    "no_device_after_all",
    "found_elsewhere",
    "cannot_be_made",
    "no_longer_needed",
    "not_used",
    "other",
)
"""Reasons for closing. The first is a good ending."""


def moves_from(state: State, roles: frozenset[Role]) -> tuple[Move, ...]:
    """Return the moves that somebody with these roles may make from a state."""
    return tuple(move for move in MOVES[state] if move.by & roles)


def find_move(state: State, to: State) -> Move | None:
    """Return the move between two states, None where there is none."""
    return next((move for move in MOVES[state] if move.to is to), None)
