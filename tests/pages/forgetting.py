"""Somebody who forgot their password, for the tests of pages."""

from __future__ import annotations

from typing import Any

from registry.people.passwords import make_link


def password_link_in_world(world: Any) -> str:
    """The address of the page where Anna chooses a new password; made once."""
    if "password link" not in world.more:
        with world.folk.sessions.begin() as session:
            world.more["password link"] = make_link(session, world.anna.id).secret
    return f"/new-password?link={world.more['password link']}"
