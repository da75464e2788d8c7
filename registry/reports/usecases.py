"""Reporting what is wrong, and answering it."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, NotFound
from registry.notices import tell
from registry.people.model import Person
from registry.policies import require
from registry.policies import stewards as may
from registry.reports.model import Report

Kind: TypeAlias = Literal[
    "page", "design", "fork", "file", "message", "picture", "request", "maker", "other"
]
Why: TypeAlias = Literal[
    "unsafe",
    "about_a_child",
    "asks_for_contact",
    "unkind",
    "not_theirs",
    "wrong",
    "spam",
    "other",
]
CameOfIt: TypeAlias = Literal["acted", "passed_on", "nothing_wrong", "cannot_tell"]
CAME_OF_IT: Final[tuple[str, ...]] = get_args(CameOfIt)


def report(
    session: Session, actor: Actor, *, kind: Kind, subject: str, why: Why, said: str
) -> Report:
    """Report something. Nobody checks here whether it is there: reports tell nothing of others.

    Args:
        session: to write with.
        actor: who reports; nobody known may.
        kind: what sort of thing.
        subject: its id, slug or page.
        why: the code that comes closest.
        said: in their own words; may be empty.
    """
    made = Report(
        reporter_id=actor.person_id,
        kind=kind,
        subject=subject.strip(),
        why=why,
        said=said.strip(),
    )
    session.add(made)
    session.flush()
    audit.record(session, actor.person_id, "report.made", "report", made.id, about=kind, why=why)
    stewards = session.scalars(
        select(Person.id).where(Person.is_steward, Person.erased_at.is_(None))
    )
    says = "Somebody reported something. Please look at it."
    tell(session, set(stewards) - {actor.person_id}, "reported", made.id, says)
    return made


def answer(
    session: Session, actor: Actor, report_id: UUID, came_of_it: CameOfIt, says: str
) -> Report:
    """Say what came of a report; its reporter is told.

    Raises:
        NotAllowed: only stewards answer.
        NotFound: there is none.
        Conflict: it was answered before.
    """
    require(may.may_oversee(actor))
    found = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("report")
    if found.answered_at is not None:
        raise Conflict("answered_already", "Another steward has answered this report.")
    found.answered_at, found.came_of_it = clock.now(), came_of_it
    found.answer = says.strip() or None
    audit.record(
        session, actor.person_id, "report.answered", "report", found.id, came_of_it=came_of_it
    )
    told = "What you reported was looked at. You can read what came of it."
    tell(session, (found.reporter_id,), "report_answered", found.id, told)
    return found
