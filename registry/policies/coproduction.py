"""Who may call meetings, write them down, and say how it came about."""

from __future__ import annotations

from registry.policies import Answer, No
from registry.policies.decisions import may_propose
from registry.policies.requests import Seat
from registry.requests.states import Role


def may_call(seat: Seat) -> Answer:
    """Either side; for somebody under 18 the guardian and the maker, who write to each other."""
    if seat.guarded and not seat.roles & {Role.GUARDIAN, Role.MAKER}:
        return No(
            "guardian_writes",
            "For somebody under 18 the guardian and the maker agree when to meet.",
            "Tell your guardian when it suits you.",
        )
    return may_propose(seat)


def may_answer(seat: Seat) -> Answer:
    """The person's side: only they know what suits them, and whether it was fit for them."""
    if seat.can("write"):
        return True
    return No("only_the_person", "Only the person's side can say what suits them.")


def may_claim(seat: Seat) -> Answer:
    """Everybody who takes part: the person, guardian, a supporter who may write, the maker."""
    if seat.can("write") or Role.MAKER in seat.roles:
        return True
    return No("not_part_of_it", "Only those who take part say how it came about.")
