"""How a maker's hold on a job ends from the other side: the request left, or one of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.jobs.model import Claim, Job
from registry.people.model import Maker
from registry.requests.model import Request


def end_hold(session: Session, actor: UUID | None, job: Job, because: str) -> UUID | None:
    """Take the job from whoever holds it and return who that was.

    The claim's number grows: what they still send for the old one comes too late.

    Args:
        session: of the change that it follows from; it holds the job's row.
        actor: who caused it.
        job: which one.
        because: ``request_left``, ``request_closed``, ``released`` or ``erased``.
    """
    holder = job.holder_id
    if holder is None:
        return None
    job.holder_id, job.held_until, job.confirmed_at, job.kit_fit_id = None, None, None, None
    job.claim += 1
    session.execute(
        update(Claim)
        .where(Claim.job_id == job.id, Claim.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=because)
    )
    session.flush()
    recount(session, holder)
    audit.record(session, actor, "job.released", "job", job.id, because=because, claim=job.claim)
    return holder


def recount(session: Session, maker_id: UUID) -> None:
    """Count again how many jobs a maker holds: confirmed, not sent yet, and not given up."""
    # First the row, then the count: otherwise two that count at once would not see each other.
    session.execute(
        select(Maker.person_id).where(Maker.person_id == maker_id).with_for_update(key_share=True)
    )
    holds = (
        select(func.count())
        .select_from(Job)
        .join(Request, Request.id == Job.request_id)
        .where(
            Job.holder_id == maker_id,
            Job.confirmed_at.is_not(None),
            Job.sent_at.is_(None),
            Request.state.not_in(("closed", "in_use")),
        )
        .scalar_subquery()
    )
    session.execute(update(Maker).where(Maker.person_id == maker_id).values(holds_jobs=holds))
