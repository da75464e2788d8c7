"""Claiming a job: one statement that succeeds only while the job is free."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, NotFound, TooMany
from registry.jobs import queries
from registry.jobs.model import Job
from registry.jobs.usecases.holding import end_claim
from registry.matching.queries import cannot
from registry.notices import tell
from registry.people import makers
from registry.people.model import Maker
from registry.policies import jobs as may
from registry.policies import require
from registry.requests.model import Request

HOLD: Final = timedelta(hours=48)
"""How long a claim waits for the person's answer."""

MOST_UNCONFIRMED: Final = 3
"""Claims of one maker that wait for an answer at a time: nobody collects requests to look at."""

# The old holder's claim is ended before the new one is written, in the same statement: the outer
# SELECT must read `ran_out` to its end first.
CLAIM: Final = text("""
WITH won AS (
    UPDATE jobs
    SET holder_id = :maker, claim = claim + 1, held_until = :until, confirmed_at = NULL
    WHERE id = :job AND is_offered
      AND (holder_id IS NULL OR (confirmed_at IS NULL AND held_until <= :now))
    RETURNING id, claim
), ran_out AS (
    UPDATE claims SET ended_at = :now, ended_because = 'ran_out'
    FROM won WHERE claims.job_id = won.id AND claims.ended_at IS NULL
    RETURNING claims.id
)
INSERT INTO claims (id, job_id, maker_id, claim, claimed_at)
SELECT gen_random_uuid(), won.id, :maker, won.claim, :now
FROM won, (SELECT count(*) FROM ran_out) AS ended
RETURNING claim
""")


def claim(session: Session, actor: Actor, job_id: UUID) -> tuple[Job, Request]:
    """Claim a job: the first maker gets it, and holds it while the person decides.

    Raises:
        NotFound: there is no such job that the actor may know of.
        NotAllowed: they cannot make it, or it is their own.
        TooMany: they have claimed enough already.
        Conflict: somebody else was first.
    """
    maker = session.get(Maker, actor.person_id)
    if maker is None:
        raise NotFound("job")
    job, request = queries.for_maker(session, job_id, maker)
    if queries.holds(job, maker.person_id):
        raise Conflict("already_yours", "You hold this job already.")
    require(
        may.may_claim(
            actor,
            request.person_id,
            request.made_by_id,
            cannot(request, maker, makers.printers_of(session, maker.person_id)),
        )
    )
    now = clock.now()
    _check_quota(session, maker.person_id, now)
    version = take(session, job.id, maker.person_id, now)
    if version is None:
        raise Conflict("claimed", "Somebody else was first.", "Choose another job.")
    session.refresh(job)
    audit.record(session, actor.person_id, "job.claimed", "job", job.id, claim=version)
    tell(session, (request.person_id,), "claimed", job.id, "A maker would like to make it for you.")
    return job, request


def take(session: Session, job_id: UUID, maker_id: UUID, now: datetime) -> int | None:
    """Give a free job to a maker and return the claim's version; None if it was not free."""
    found: int | None = session.scalar(
        CLAIM, {"job": job_id, "maker": maker_id, "now": now, "until": now + HOLD}
    )
    return found


def _check_quota(session: Session, maker_id: UUID, now: datetime) -> None:
    # One maker's claims are counted one after the other, however many come at once.
    lock = "SELECT pg_advisory_xact_lock(hashtextextended('claims of ' || :maker, 0))"
    session.execute(text(lock), {"maker": str(maker_id)})
    waiting, soonest = session.execute(
        select(func.count(), func.min(Job.held_until)).where(
            Job.holder_id == maker_id, Job.confirmed_at.is_(None), Job.held_until > now
        )
    ).one()
    if soonest is not None and waiting >= MOST_UNCONFIRMED:
        raise TooMany(
            f"You have claimed {waiting} jobs that wait for an answer. Please wait for one.",
            max(1, int((soonest - now).total_seconds())),
        )


def expire(session: Session) -> int:
    """Clear away claims that ran out; return how many. Nothing waits for this."""
    now = clock.now()
    gone = session.execute(
        select(Job)
        .where(Job.confirmed_at.is_(None), Job.holder_id.is_not(None), Job.held_until <= now)
        .limit(500)
        .with_for_update(skip_locked=True)
    ).scalars()
    count = 0
    for job in gone:
        end_claim(session, job, "ran_out", now)
        audit.record(session, "system", "job.ran_out", "job", job.id, claim=job.claim)
        count += 1
    session.flush()
    return count
