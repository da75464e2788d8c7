"""Saying no to a maker who claimed: without blame, and others may come at once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from registry.actor import Actor
from registry.errors import Conflict, NotFound
from registry.jobs.ending import end_hold
from registry.jobs.model import Job
from registry.jobs.queries import holds
from registry.notices import tell
from registry.policies import jobs as may
from registry.policies import require
from registry.policies.requests import is_own_side
from registry.requests.model import Request
from registry.requests.queries import find


def decline(session: Session, actor: Actor, job_id: UUID, version: int) -> tuple[Job, Request]:
    """Say no to the maker who claimed a job; whoever could have said yes can.

    Raises:
        NotFound: it is not the actor's request.
        NotAllowed: it is not theirs to decide.
        Conflict: the claim is another, ran out, or was confirmed already.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound("job")
    request, seat = find(session, actor, job.request_id, lock=True)
    if not is_own_side(seat):
        raise NotFound("job")
    require(may.may_confirm(seat.roles, for_minor=request.for_minor))
    session.refresh(job)
    if job.claim != version or job.confirmed_at is not None or not holds(job, job.holder_id):
        raise Conflict(
            "claim_over", "This claim is over, or another one.", "Look at the request again."
        )
    maker = end_hold(session, actor.person_id, job, "declined")
    says = "They chose somebody else this time. Thank you for offering."
    tell(session, (maker,), "declined", job.id, says)
    return job, request
