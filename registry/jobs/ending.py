"""How a maker's hold on a job ends from the other side: the request left, or one of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.jobs.model import Claim, Job
from registry.people import makers


def end_hold(session: Session, actor: UUID | None, job: Job, because: str) -> UUID | None:
    """Take the job from whoever holds it and return who that was.

    The claim's number grows: what they still send for the old one comes too late.

    Args:
        session: of the change that it follows from; it holds the job's row.
        actor: who caused it.
        job: which one.
        because: ``request_left``, ``request_closed``, ``released``, ``declined`` or
            ``erased``.
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
    makers.recount(session, holder)
    audit.record(session, actor, "job.released", "job", job.id, because=because, claim=job.claim)
    return holder
