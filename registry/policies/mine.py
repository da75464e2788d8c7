"""Who may take everything along, and who may be gone."""

from __future__ import annotations

from registry.actor import Actor
from registry.policies import Answer, No


def may_erase(actor: Actor) -> Answer:
    """A person who signed in: a token that leaked must not be able to erase anybody."""
    if actor.sign_in_id is None:
        return No("sign_in_needed", "Sign in to erase your account; a token cannot.")
    return True
