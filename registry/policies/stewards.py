"""What stewards alone may see."""

from __future__ import annotations

from registry.actor import Actor
from registry.policies import Answer, No


def may_oversee(actor: Actor) -> Answer:
    """A steward who signed in with a second factor."""
    if actor.is_steward:
        return True
    return No("stewards_only", "Only stewards see this.")
