"""What every step asks first: whose job it is, with its rows locked in the one order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.actor import Actor
from registry.errors import NotFound
from registry.jobs import queries
from registry.jobs.model import Claim, Job
from registry.policies import jobs as may
from registry.requests.model import Request
from registry.requests.roles import granted, roles_of


def readable(session: Session, actor: Actor, job_id: UUID) -> tuple[Job, Request]:
    """Return a job for its confirmed maker, the person and who acts for them.

    Raises:
        NotFound: it is not the actor's to read.
    """
    row = session.execute(
        select(Job, Request).join(Request, Request.id == Job.request_id).where(Job.id == job_id)
    ).first()
    if row is None:
        raise NotFound("job")
    job, request = row
    confirmed = queries.holds(job, actor.person_id) and job.confirmed_at is not None
    if not confirmed and not acts_for(session, actor, request):
        raise NotFound("job")
    return job, request


def acts_for(session: Session, actor: Actor, request: Request) -> bool:
    """Whether somebody is the person, their guardian, or a supporter whom they let see."""
    roles = roles_of(session, actor, request)
    given = granted(session, actor.person_id, request.person_id) if actor.person_id else frozenset()
    return may.may_see_matches(roles, given) is True


def of_person(session: Session, actor: Actor, job_id: UUID) -> tuple[Job, Request]:
    """Return a job and its request, both locked, if the actor acts for the person."""
    row = session.execute(
        select(Job, Request).join(Request, Request.id == Job.request_id).where(Job.id == job_id)
    ).first()
    if row is None or not acts_for(session, actor, row[1]):
        raise NotFound("job")
    job, request = row
    session.refresh(job, with_for_update=True)
    session.refresh(request, with_for_update=True)
    return job, request


def locked(session: Session, actor: Actor, job_id: UUID, version: int) -> tuple[Job, Request]:
    """Return a job that the actor holds, with request and job locked and the version as named."""
    job, request = queries.held(session, job_id, actor.person_id)
    session.refresh(job, with_for_update=True)
    session.refresh(request, with_for_update=True)
    if job.claim != version or not queries.holds(job, actor.person_id):
        raise queries.lost()
    return job, request


def end_claim(session: Session, job: Job, because: str, now: datetime) -> None:
    """End a maker's hold on a job; what they still send for it comes too late."""
    session.execute(
        update(Claim)
        .where(Claim.job_id == job.id, Claim.ended_at.is_(None))
        .values(ended_at=now, ended_because=because)
    )
    job.holder_id = job.held_until = job.confirmed_at = None
    job.claim += 1
