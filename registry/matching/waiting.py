"""The waiting clock: how long an open request has waited, and what happens when.

After 3, 7 and 14 days the circle of makers grows. The second time the person is told that they
may open the request so that makers come by themselves, the third time stewards are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.jobs.model import Job
from registry.matching.queries import circle_km
from registry.notices import tell
from registry.people.model import Person
from registry.requests.model import Asked, Request
from registry.requests.states import State

WIDENS_AFTER: Final = (timedelta(days=3), timedelta(days=7), timedelta(days=14))
"""Since it was opened."""

_AT_ONCE = 500


@dataclass(frozen=True)
class Waiting:
    """The clock as everybody in the request sees it."""

    since: datetime | None
    widened: int
    circle_km: float
    widens_at: datetime | None
    stewards_told_at: datetime | None


def begin(request: Request) -> None:
    """Start the clock of a request that is being opened."""
    now = clock.now()
    request.opened_at, request.widened = now, 0
    request.widen_at, request.stewards_told_at = now + WIDENS_AFTER[0], None


def of(request: Request) -> Waiting:
    """Return the clock of a request; one that is not open waits for nobody."""
    is_open = request.state == State.OPEN
    return Waiting(
        request.opened_at if is_open else None,
        request.widened,
        circle_km(request),
        request.widen_at if is_open else None,
        request.stewards_told_at,
    )


def widen(session: Session) -> int:
    """Widen the circle of every open request whose time has come; return how many."""
    due = session.scalars(
        select(Request)
        .join(Job, Job.request_id == Request.id)
        .where(
            Request.state == State.OPEN,
            Request.widen_at <= clock.now(),
            Job.is_offered,
        )
        .order_by(Request.widen_at)
        .limit(_AT_ONCE)
        .with_for_update(of=Request, skip_locked=True)
    ).all()
    for request in due:
        _widen(session, request)
    session.flush()
    return len(due)


@dataclass(frozen=True)
class TooLong:
    """An open request that waits too long, as coarsely as a steward needs to find makers."""

    request: Request
    asked: int
    said_no: int
    is_claimed: bool


def too_long(session: Session, after: tuple[datetime, UUID] | None, most: int) -> list[TooLong]:
    """Return open requests that no maker was found for in two weeks, the longest first."""
    now = clock.now()
    asked = select(func.count()).select_from(Asked).where(Asked.request_id == Request.id)
    claimed = select(Job.id).where(Job.request_id == Request.id, Job.held_until > now).exists()
    chosen = select(
        Request,
        asked.scalar_subquery(),
        asked.where(Asked.answer == "no").scalar_subquery(),
        claimed,
    ).where(Request.state == State.OPEN, Request.opened_at <= now - WIDENS_AFTER[-1])
    if after is not None:
        chosen = chosen.where(tuple_(Request.opened_at, Request.id) > after)
    rows = session.execute(chosen.order_by(Request.opened_at, Request.id).limit(most))
    return [TooLong(*row) for row in rows]


def _widen(session: Session, request: Request) -> None:
    request.widened += 1
    step, opened = request.widened, request.opened_at or clock.now()
    request.widen_at = opened + WIDENS_AFTER[step] if step < len(WIDENS_AFTER) else None
    if step == 2 and not request.is_public:
        told = "No maker yet. You can let makers come by themselves: open it to all."
        tell(session, (request.person_id,), "may_open_to_all", request.id, told)
    if step == len(WIDENS_AFTER):
        request.stewards_told_at = clock.now()
        stewards = select(Person.id).where(Person.is_steward, Person.erased_at.is_(None))
        told = "A request has waited two weeks for a maker."
        tell(session, session.scalars(stewards), "request_waits", request.id, told)
    audit.record(session, "system", "request.widened", "request", request.id, step=step)
