"""Who may do what with jobs, and with what matching finds."""

from __future__ import annotations

from uuid import UUID

from registry.actor import Actor
from registry.policies import Answer, No
from registry.requests.states import Role


def may_see_matches(roles: frozenset[Role], granted: frozenset[str]) -> Answer:
    """The person, their guardian, and a supporter whom they let see."""
    if roles & {Role.PERSON, Role.GUARDIAN} or (Role.SUPPORTER in roles and "see" in granted):
        return True
    return No("not_yours", "Makers are shown to the person whose request it is.")


def may_ask_makers(roles: frozenset[Role], granted: frozenset[str], *, for_minor: bool) -> Answer:
    """As above, with leave to write; for somebody under 18 the guardian alone does."""
    if for_minor and Role.GUARDIAN not in roles:
        return No(
            "guardian_needed",
            "For somebody under 18 their guardian speaks with makers.",
            "Ask your guardian to choose with you.",
        )
    if roles & {Role.PERSON, Role.GUARDIAN} or (Role.SUPPORTER in roles and "write" in granted):
        return True
    return No("not_yours", "Makers are asked by the person whose request it is.")


def may_confirm(roles: frozenset[Role], *, for_minor: bool) -> Answer:
    """The person; for somebody under 18 the guardian. A supporter does not decide."""
    if for_minor:
        if Role.GUARDIAN in roles:
            return True
        return No(
            "guardian_needed",
            "For somebody under 18 their guardian confirms the maker.",
            "Ask your guardian to look at it with you.",
        )
    if roles & {Role.PERSON, Role.GUARDIAN}:
        return True
    return No("not_yours", "The person whose request it is confirms the maker.")


def may_claim(
    actor: Actor, person_id: UUID, made_by_id: UUID | None, cannot: tuple[str, ...]
) -> Answer:
    """A maker who can make it, for somebody else.

    Args:
        actor: who asks.
        person_id: whose request it is.
        made_by_id: who wrote it down.
        cannot: what stands against it, as sentences (see `registry.matching.queries.cannot`).
    """
    if actor.person_id in (person_id, made_by_id):
        return No(
            "own_request", "This is your own request.", "You can make it without a claim here."
        )
    if cannot:
        return No("cannot_make", " ".join(cannot), "Change what you offer if that is not so.")
    return True


def may_work(actor: Actor, holder_id: UUID | None, *, confirmed: bool) -> Answer:
    """The maker who holds the job, once the person has confirmed them."""
    if actor.person_id != holder_id:
        return No("not_your_job", "Somebody else holds this job.")
    if not confirmed:
        return No(
            "not_confirmed", "The person has not confirmed you yet.", "Wait for their answer."
        )
    return True


def may_assign(actor: Actor) -> Answer:
    """A steward, for an event or a backlog."""
    if not actor.is_steward:
        return No("stewards_only", "Only stewards match many requests at once.")
    return True
