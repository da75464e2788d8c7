"""Looking up jobs: one's own, and those that wait for a maker.

A claim that ran out counts for nothing wherever one looks, whether or not somebody has swept it
up: `is_free` says so once, for every query.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Float, and_, cast, exists, literal, or_, select
from sqlalchemy.orm import Session, defer

from registry import clock
from registry.db import Point
from registry.errors import Conflict, NotFound
from registry.jobs.model import Claim, Job, Variant
from registry.matching import places
from registry.matching.queries import cannot, may_know, was_asked
from registry.people.makers import printers_of
from registry.people.model import Maker
from registry.requests.model import Asked, Request
from registry.requests.sizes import size_band
from registry.requests.states import State

PAGE: Final = 50
LOOKED_AT: Final = 400
"""Jobs that one page looks at."""

_SEALED: Final = (Request.wish, Request.measurements, Request.address, Request.why)


@dataclass(frozen=True)
class OpenJob:
    """A job that waits for a maker, as coarsely as somebody may know who has not claimed it."""

    id: UUID
    region: str
    country: str
    size: str
    design: str | None
    material: str | None
    languages: tuple[str, ...]
    km: int | None
    asked: bool
    waits_since: datetime | None


def is_free(now: datetime) -> ColumnElement[bool]:
    """Whether nobody holds a job: never claimed, given back, or a claim that ran out."""
    return or_(Job.holder_id.is_(None), and_(Job.confirmed_at.is_(None), Job.held_until <= now))


def holds(job: Job, person_id: UUID | None) -> bool:
    """Whether somebody holds a job at this moment."""
    if person_id is None or job.holder_id != person_id:
        return False
    return job.confirmed_at is not None or (
        job.held_until is not None and job.held_until > clock.now()
    )


def mine(session: Session, person_id: UUID) -> list[tuple[Job, Request]]:
    """Return the jobs that somebody holds, newest first."""
    rows = session.execute(
        select(Job, Request)
        .join(Request, Request.id == Job.request_id)
        .where(Job.holder_id == person_id, ~is_free(clock.now()))
        .order_by(Job.created_at.desc(), Job.id)
        .limit(200)
    )
    return [(job, request) for job, request in rows]


def open_to(
    session: Session, maker: Maker, after: tuple[float, UUID] | None = None, most: int = PAGE
) -> tuple[list[OpenJob], tuple[float, UUID] | None]:
    """Return jobs that a maker could do and may know of, and where to go on.

    First those they were asked about, then those that are open to all, nearest first. One page
    looks at so many only: it may hold few, or none, and still have a next.

    Args:
        session: to read with.
        maker: who looks.
        after: distance on the map and id that the last page ended with.
        most: how many of those that are open to all.
    """
    printers = printers_of(session, maker.person_id)
    if not printers or not maker.is_active:
        return [], None
    waiting = (
        select(Job.id, Request)
        .join(Request, Request.id == Job.request_id)
        .where(
            Job.is_offered,
            is_free(clock.now()),
            Request.state == State.OPEN,
            Request.person_id != maker.person_id,
        )
        # What a maker may not read before a claim is not even opened.
        .options(*(defer(each) for each in _SEALED))
    )
    asked = exists().where(
        Asked.request_id == Request.id,
        Asked.maker_id == maker.person_id,
        or_(Asked.answer.is_(None), Asked.answer != "no"),
    )
    found: list[OpenJob] = []
    if after is None:
        for job_id, request in session.execute(waiting.where(asked).order_by(Job.id).limit(100)):
            if may_know(request, maker):
                found.append(_coarsely(job_id, request, maker, asked=True))
    here = maker.at or (0.0, 0.0)
    far = Request.at.op("<->", return_type=Float())(cast(literal(here, Point()), Point()))
    page = waiting.add_columns(far.label("far")).where(
        Request.is_public, Request.at.is_not(None), ~asked
    )
    page = page.order_by(far, Job.id).limit(most)
    looked, count = 0, 0
    # A page is mostly full long before so many were looked at: they are fetched as many at a time
    # as it holds.
    while looked < LOOKED_AT:
        following = page
        if after is not None:
            following = page.where(or_(far > after[0], and_(far == after[0], Job.id > after[1])))
        rows = session.execute(following).all()
        for job_id, request, distance in rows:
            looked, after = looked + 1, (float(distance), job_id)
            if may_know(request, maker) and not cannot(request, maker, printers):
                found.append(_coarsely(job_id, request, maker, asked=False))
                count += 1
            if count == most:
                return found, after
        if len(rows) < most:
            return found, None
    return found, after


def for_maker(session: Session, job_id: UUID, maker: Maker) -> tuple[Job, Request]:
    """Return a job that a maker may know of: public, or one they were asked about.

    Raises:
        NotFound: there is none that they may know of.
    """
    row = session.execute(
        select(Job, Request).join(Request, Request.id == Job.request_id).where(Job.id == job_id)
    ).first()
    if row is None:
        raise NotFound("job")
    job, request = row
    if holds(job, maker.person_id):
        return job, request
    seen = request.state == State.OPEN and job.is_offered and may_know(request, maker)
    if not seen or not (request.is_public or was_asked(session, request.id, maker.person_id)):
        raise NotFound("job")
    return job, request


def coarse(session: Session, job: Job, request: Request, maker: Maker) -> OpenJob:
    """Return what a maker may know of a job before they claim it."""
    asked = was_asked(session, request.id, maker.person_id)
    return _coarsely(job.id, request, maker, asked=asked)


def held(session: Session, job_id: UUID, person_id: UUID | None) -> tuple[Job, Request]:
    """Return a job that somebody holds.

    Raises:
        Conflict: they held it, and lost it.
        NotFound: they never held it.
    """
    row = session.execute(
        select(Job, Request)
        .join(Request, Request.id == Job.request_id)
        .where(
            Job.id == job_id,
            or_(
                Job.holder_id == person_id,
                exists().where(Claim.job_id == Job.id, Claim.maker_id == person_id),
            ),
        )
    ).first()
    if row is None or person_id is None:
        raise NotFound("job")
    job, request = row
    if not holds(job, person_id):
        raise lost()
    return job, request


def lost() -> Conflict:
    """Return the error for who writes to a job that they hold no more."""
    return Conflict(
        "claim_lost",
        "You do not hold this job any more: it ran out, was given back, or was claimed anew.",
        "Look at the job again.",
    )


def variants_of(session: Session, job_id: UUID) -> Sequence[Variant]:
    """Return a job's variants, newest first."""
    return session.scalars(
        select(Variant).where(Variant.job_id == job_id).order_by(Variant.at.desc(), Variant.id)
    ).all()


def requests_of(session: Session, job_ids: Collection[UUID | None]) -> dict[UUID, UUID]:
    """Return the requests of jobs, by job."""
    found = session.execute(select(Job.id, Job.request_id).where(Job.id.in_(job_ids)))
    return {each.id: each.request_id for each in found}


def _coarsely(job_id: UUID, request: Request, maker: Maker, *, asked: bool) -> OpenJob:
    km: Any = None
    if request.latitude is not None and maker.latitude is not None:
        exact = places.km_between(
            request.latitude, request.longitude or 0.0, maker.latitude, maker.longitude or 0.0
        )
        km = max(10, 10 * round(exact / 10.0))
    return OpenJob(
        job_id,
        request.region,
        request.country,
        size_band(request.size_mm),
        request.design,
        request.material,
        tuple(request.languages),
        km,
        asked,
        request.opened_at,
    )
