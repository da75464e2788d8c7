"""Telling people what happened: on their page of news, and by mail where they chose it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from registry import clock
from registry.people.model import Person
from registry.platform import Notice

WAITS: Final = timedelta(minutes=2)
"""How long a notice waits to be mailed: who is here sees it anyway, and others may join it."""

STALE: Final = timedelta(days=2)
"""Older notices are mailed no more: the service could send nothing for so long."""

MAIL: Final = "email"
"""The channel of mail, as a profile names it."""

EVEN_IF_SEEN: Final = frozenset({"password_changed"})
"""Kinds that are mailed though somebody saw them: perhaps a stranger in the account did."""

_ONE_ADDRESS: Final = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+")


def tell(
    session: Session,
    people: Iterable[UUID | None],
    kind: str,
    subject_id: UUID | None,
    says: str,
) -> None:
    """Leave a notice for each of these people, in the session's transaction.

    Args:
        session: of what it tells about.
        people: their ids; None is nobody.
        kind: what happened, such as ``request_moved``.
        subject_id: the thing that it happened to.
        says: a plain sentence that names nobody and nothing measured.
    """
    rows = [
        {
            "person_id": person,
            "kind": kind,
            "subject_id": subject_id,
            "words": {"says": says},
            "at": clock.now(),
        }
        for person in {each for each in people if each is not None}
    ]
    if rows:
        session.execute(insert(Notice), rows)


def people_to_mail(session: Session, most: int) -> Sequence[UUID]:
    """Return whose notices wait to be handled, who has waited longest first."""
    waiting = (
        select(Notice.person_id)
        .where(Notice.handled_at.is_(None), Notice.at < clock.now() - WAITS)
        .group_by(Notice.person_id)
        .order_by(func.min(Notice.at))
        .limit(most)
    )
    return session.scalars(waiting).all()


def unhandled(session: Session, person_id: UUID) -> Sequence[Notice]:
    """Return somebody's notices that nobody else is just handling, oldest first, and lock them."""
    theirs = select(Notice).where(Notice.person_id == person_id, Notice.handled_at.is_(None))
    return session.scalars(
        theirs.order_by(Notice.at, Notice.id).with_for_update(skip_locked=True)
    ).all()


def to_mail(notices: Iterable[Notice]) -> list[str]:
    """Return what there is to say by mail: what is new and, most often, not seen; each once."""
    since = clock.now() - STALE
    new = (
        each
        for each in notices
        if each.at > since and (each.seen_at is None or each.kind in EVEN_IF_SEEN)
    )
    return list(dict.fromkeys(str(each.words.get("says", "")) for each in new))


def handled(notices: Iterable[Notice]) -> None:
    """Note that nothing more is to be done about these."""
    for each in notices:
        each.handled_at = clock.now()


def seen(notices: Iterable[Notice]) -> None:
    """Note that who was told has seen these."""
    for each in notices:
        each.seen_at = each.seen_at or clock.now()


def mail_address(person: Person | None) -> str | None:
    """Return where somebody wants mail; None where they did not choose it.

    That is one address and no more, whatever they wrote: else that of their account.
    """
    contact = (person and person.contact) or {}
    if person is None or MAIL not in contact.get("channels", ()):
        return None
    told = str((contact.get("details") or {}).get(MAIL, "")).strip()
    return told if _ONE_ADDRESS.fullmatch(told) else person.email
