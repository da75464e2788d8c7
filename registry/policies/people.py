"""Who may do what with accounts."""

from __future__ import annotations

from registry.actor import Actor
from registry.policies import Answer, No


def may_make_token(actor: Actor) -> Answer:
    """A person who signed in; a token does not breed."""
    if actor.sign_in_id is None:
        return No("sign_in_needed", "Tokens are made by people who signed in, not by other tokens.")
    return True


def may_change_second_factor(actor: Actor, *, has_one: bool) -> Answer:
    """A person who signed in and has none yet: a thief of a sign-in must not replace it."""
    if actor.sign_in_id is None:
        return No("sign_in_needed", "Sign in to set a second factor.")
    if has_one:
        return No(
            "has_second_factor",
            "This account has a second factor.",
            "Take it off first: a code of your app, or a recovery code, does that.",
        )
    return True


def may_use_second_factor(actor: Actor) -> Answer:
    """A person who signed in; a token that leaked must not take it off."""
    if actor.sign_in_id is None:
        return No("sign_in_needed", "Sign in to change your second factor.")
    return True
