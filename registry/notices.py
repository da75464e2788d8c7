"""Telling people what happened: a note for them, which a worker sends by a channel they chose."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from registry import clock
from registry.platform import Notice


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
