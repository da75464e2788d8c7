"""The life of an offered change: one enum, one table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where an offer stands."""

    OFFERED = "offered"
    """Nobody has answered yet."""
    LATER = "later"
    """Not now: it can still be taken, declined or withdrawn."""
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Whoever offered it took it back."""


class Side(StrEnum):
    """Who makes a move."""

    KEEPERS = "keepers"
    """Who looks after the design that it is offered to."""
    OFFERERS = "offerers"
    """Whose fork it is."""


@dataclass(frozen=True)
class Move:
    """From one state to another: which side, and whether it must say why."""

    to: State
    by: Side
    needs_words: bool = False


_TAKE: Final = Move(State.TAKEN, Side.KEEPERS)
_DECLINE: Final = Move(State.DECLINED, Side.KEEPERS, needs_words=True)
_WITHDRAW: Final = Move(State.WITHDRAWN, Side.OFFERERS)

MOVES: Final[dict[State, tuple[Move, ...]]] = {
    State.OFFERED: (_TAKE, Move(State.LATER, Side.KEEPERS), _DECLINE, _WITHDRAW),
    State.LATER: (_TAKE, _DECLINE, _WITHDRAW),
    State.TAKEN: (),
    State.DECLINED: (),
    State.WITHDRAWN: (),
}
"""What may follow what. What has no move is settled."""

OPEN: Final = tuple(state for state, moves in MOVES.items() if moves)
"""The states in which something can still come of it."""


def find_move(state: State, to: State) -> Move | None:
    """Return the move between two states, None where there is none."""
    return next((each for each in MOVES[state] if each.to is to), None)
