"""Asking how it goes, at five times, and keeping what people answer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, NotFound
from registry.notices import tell
from registry.outcomes import makings
from registry.outcomes.model import Outcome
from registry.outcomes.queries import AFTER, newest
from registry.people.model import Person
from registry.policies import require
from registry.policies.requests import may_tell_outcome
from registry.requests.model import Request
from registry.requests.queries import find
from registry.requests.roles import guardian_of, needs_guardian
from registry.requests.states import State

_AT_A_TIME = 500


def plan(session: Session, request: Request) -> None:
    """Note when to ask, from now on; questions that nobody answered yet are put off with it."""
    session.execute(
        delete(Outcome).where(Outcome.request_id == request.id, Outcome.answered_at.is_(None))
    )
    session.add_all(
        Outcome(request_id=request.id, after=after, due_at=clock.now() + wait)
        for after, wait in AFTER.items()
    )


def ask_due(session: Session) -> int:
    """Leave a notice for everybody whose time to be asked has come; return how many."""
    rows = session.execute(
        select(Outcome, Request)
        .join(Request, Request.id == Outcome.request_id)
        .join(Person, Person.id == Request.person_id)
        .where(
            Outcome.due_at <= clock.now(),
            Outcome.asked_at.is_(None),
            Outcome.answered_at.is_(None),
            Request.state == State.IN_USE,
        )
        .order_by(Outcome.due_at)
        .limit(_AT_A_TIME)
        .with_for_update(of=Outcome, skip_locked=True)
    ).all()
    for outcome, request in rows:
        outcome.asked_at = clock.now()
        guardian = (
            guardian_of(session, request.person_id) if needs_guardian(session, request) else None
        )
        tell(
            session,
            (request.person_id, guardian),
            "outcome_asked",
            request.id,
            "How does it go? Is it still in use?",
        )
    return len(rows)


def answer(
    session: Session,
    actor: Actor,
    request_id: UUID,
    after: str,
    *,
    still_in_use: bool,
    answers: dict[str, str],
) -> Outcome:
    """Keep how it turned out. What was answered before is replaced.

    That it is no longer in use can be said at any time, that it still is when the time has come.

    Raises:
        NotFound: the actor may not know of the request, or this is not asked.
        NotAllowed: only the person, or their guardian, can say.
        Conflict: it is too early to say.
    """
    request, seat = find(session, actor, request_id, lock=True)
    require(may_tell_outcome(seat))
    outcome = newest(session, request.id, after)
    if outcome is None:
        raise NotFound("question")
    if still_in_use and outcome.due_at > clock.now():
        raise Conflict(
            "not_yet",
            f"This is asked from {outcome.due_at:%Y-%m-%d} on.",
            "Come back then. You can say at any time that it is not in use any more.",
        )
    outcome.still_in_use = still_in_use
    outcome.answers = answers
    outcome.answered_at = clock.now()
    audit.record(session, actor.person_id, "outcome.answered", "request", request.id, after=after)
    makings.recount(session, makings.makers_of(session, request.id))
    return outcome
