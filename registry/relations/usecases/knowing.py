"""Whose rows somebody may touch: their own, and those of whom they guard."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from registry.actor import Actor
from registry.errors import NotFound
from registry.people import queries as people
from registry.people.model import Person
from registry.requests.roles import is_guardian

MOST_AT_A_TIME: Final = 20
"""Supporters of one person, and guardianships that wait or last."""


def me(actor: Actor) -> UUID:
    """Return who is asking.

    Raises:
        NotFound: nobody known is.
    """
    if actor.person_id is None:
        raise NotFound("person")
    return actor.person_id


def whose(session: Session, actor: Actor, person_id: UUID | None) -> Person:
    """Return the actor, or the young person whom they guard.

    Raises:
        NotFound: there is no such person for them.
    """
    person = people.person(session, person_id or me(actor))
    if person is None or not (person.id == actor.person_id or guards_now(session, actor, person)):
        raise NotFound("person")
    return person


def guards_now(session: Session, actor: Actor, person: Person) -> bool:
    """Whether the actor is the guardian of somebody just now."""
    return actor.person_id is not None and is_guardian(session, actor.person_id, person.id)
