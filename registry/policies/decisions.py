"""Who may propose and who may answer."""

from __future__ import annotations

from registry.policies import Answer, No
from registry.policies.requests import Seat
from registry.requests.states import Role, State

_OVER = frozenset({State.DRAFT, State.CLOSED})
_NOTHING = "Nothing is decided while a request is being written, or after it was closed."


def may_propose(seat: Seat) -> Answer:
    """Either side: the person, their guardian, a supporter who may write, the confirmed maker."""
    if seat.state in _OVER:
        return No("nothing_to_decide", _NOTHING)
    if seat.can("write") or Role.MAKER in seat.roles:
        return True
    return No("not_yours_to_propose", "You may not propose anything here.")


def may_withdraw(seat: Seat, *, is_proposer: bool) -> Answer:
    """Who proposed it, while they still may propose something."""
    if not is_proposer:
        return No("not_yours_to_withdraw", "A decision is taken back by who proposed it.")
    return may_propose(seat)


def proposes_as(seat: Seat) -> Role | None:
    """Return in which role somebody proposes."""
    order = (Role.PERSON, Role.GUARDIAN, Role.MAKER, Role.SUPPORTER)
    return next((role for role in order if role in seat.roles), None)


def answers_as(seat: Seat) -> Role | None:
    """Return in which role somebody answers; never a supporter, who cannot answer for anyone."""
    return next(
        (role for role in (Role.PERSON, Role.GUARDIAN, Role.MAKER) if role in seat.roles), None
    )


def may_answer(seat: Seat) -> Answer:
    """The person, the guardian as guardian, the maker as maker. Nobody for another."""
    if answers_as(seat) is None:
        return No(
            "only_the_person",
            "Nobody can answer for the person.",
            "You can help them to answer by themselves.",
        )
    if seat.state in _OVER:
        return No("nothing_to_decide", _NOTHING)
    return True
