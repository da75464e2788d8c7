"""Who may do what with makers."""

from __future__ import annotations

from uuid import UUID

from registry.actor import Actor
from registry.policies import Answer, No


def may_vet(actor: Actor, maker_id: UUID) -> Answer:
    """A steward who showed a second factor, and not about themselves."""
    if not actor.is_steward:
        return No("stewards_only", "Only stewards say who may make for people under 18.")
    if actor.person_id == maker_id:
        return No("not_oneself", "Nobody vets themselves.", "Ask another steward.")
    return True
