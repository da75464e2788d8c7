"""A way back for who forgot their password: a link that lets its holder choose a new one, once.

Its secret goes to the account's own address, and only its hash is kept. A newer link ends the
older ones. It signs nobody in: where there is a second factor, the next sign-in asks for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.errors import NotFound
from registry.people.model import PasswordLink, Person
from registry.people.secrets import hash_password, new_secret, secret_hash
from registry.people.usecases import Secret, check_password, email_index
from registry.people.ways_in import end_links, end_others

LASTS: Final = timedelta(hours=1)


def owner_of(session: Session, email: str) -> UUID | None:
    """Return whose account has an address; for ourselves, nobody else is told."""
    return session.scalar(
        select(Person.id).where(
            Person.email_index == email_index(email), Person.erased_at.is_(None)
        )
    )


def make_link(session: Session, person_id: UUID, by: str = "system") -> Secret:
    """Make a link for somebody, and end their earlier ones; its secret is told this once.

    Args:
        session: to write with.
        person_id: whose password it changes.
        by: who lets them in, as the trail names it.

    Raises:
        NotFound: there is no such person.
    """
    _lock(session, person_id)
    end_links(session, person_id)
    secret = new_secret("fcp")
    expires = clock.now() + LASTS
    row = PasswordLink(person_id=person_id, secret_hash=secret_hash(secret), expires_at=expires)
    session.add(row)
    session.flush()
    audit.record(session, by, "password_link.made", "person", person_id)
    return Secret(row.id, secret, expires, person_id)


def is_open(session: Session, secret: str) -> bool:
    """Whether a link can be used just now."""
    try:
        _open(session, secret)
    except NotFound:
        return False
    return True


def use_link(session: Session, secret: str, new: str) -> None:
    """Set a new password by a link; nothing that opened the account before opens it any more.

    The owner is told, in case it was not them.

    Raises:
        NotFound: the link is unknown, was used, or has ended; nobody learns which.
        Invalid: the password is too short or too well known. The link is good for another try.
    """
    person = _lock(session, _open(session, secret).person_id)
    # It may have been used or ended while we waited.
    row = _open(session, secret)
    check_password(new, person.email or "")
    person.password_hash = hash_password(new)
    row.used_at = clock.now()
    session.flush()
    audit.record(session, person.id, "password.set_by_link", "person", person.id)
    end_others(session, person.id)


def forget_links(session: Session, before: datetime) -> None:
    """Delete what is kept of links that ended before then."""
    session.execute(delete(PasswordLink).where(PasswordLink.expires_at < before))


def _lock(session: Session, person_id: UUID) -> Person:
    found = session.scalars(
        select(Person).where(Person.id == person_id, Person.erased_at.is_(None)).with_for_update()
    ).first()
    if found is None:
        raise NotFound("person")
    return found


def _open(session: Session, secret: str) -> PasswordLink:
    found = session.scalars(
        select(PasswordLink)
        .where(
            PasswordLink.secret_hash == secret_hash(secret),
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > clock.now(),
        )
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound("link")
    return found
