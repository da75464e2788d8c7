"""Who looks after the registry and who reviews designs: said by whoever runs the machine.

The first steward cannot be made by a steward. This is for the command line, where nobody is who
did not start the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.errors import NotFound
from registry.people.model import Person
from registry.people.usecases import email_index


@dataclass(frozen=True)
class Trusted:
    """What somebody is trusted with by now; as a steward only with a second factor."""

    person_id: UUID
    is_steward: bool
    is_reviewer: bool
    has_second_factor: bool


def trust(
    session: Session, who: str, *, steward: bool | None = None, reviewer: bool | None = None
) -> Trusted:
    """Trust somebody as a steward or a reviewer, or no longer.

    Args:
        session: to write with.
        who: their e-mail address or their id.
        steward: whether they look after the registry; None leaves it.
        reviewer: whether they review designs that are worn or gripped; None leaves it.

    Raises:
        NotFound: there is no such person.
    """
    person = somebody(session, who)
    for name, wanted in (("steward", steward), ("reviewer", reviewer)):
        if wanted is None or wanted == getattr(person, f"is_{name}"):
            continue
        setattr(person, f"is_{name}", wanted)
        what = f"person.{'trusted' if wanted else 'not_trusted'}_as_{name}"
        audit.record(session, "operator", what, "person", person.id)
    session.flush()
    return Trusted(
        person.id, person.is_steward, person.is_reviewer, person.totp_confirmed_at is not None
    )


def somebody(session: Session, who: str) -> Person:
    """Return who has an account, by their e-mail address or their id, and lock it.

    Raises:
        NotFound: there is no such person.
    """
    chosen = select(Person).where(Person.erased_at.is_(None)).with_for_update()
    try:
        chosen = chosen.where(Person.id == UUID(who))
    except ValueError:
        chosen = chosen.where(Person.email_index == email_index(who))
    found = session.scalars(chosen).first()
    if found is None:
        raise NotFound("person")
    return found
