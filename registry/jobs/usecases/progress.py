"""Telling how far it is."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, Invalid
from registry.jobs.model import Job
from registry.jobs.usecases.holding import locked
from registry.people import makers
from registry.policies import jobs as may
from registry.policies import require
from registry.requests.model import Request
from registry.requests.states import State
from registry.requests.usecases import move


def progress(
    session: Session, actor: Actor, job_id: UUID, version: int, steps: dict[str, bool]
) -> tuple[Job, Request]:
    """Tell how far it is: printed, assembled, sent. What was said too early is taken back.

    Raises:
        NotFound: the actor never held it.
        NotAllowed: the person has not confirmed the actor.
        Conflict: they hold it no more, or nothing may be made yet.
        Invalid: what was sent cannot be unsent.
    """
    job, request = locked(session, actor, job_id, version)
    require(may.may_work(actor, job.holder_id, confirmed=job.confirmed_at is not None))
    if request.state != State.MAKING:
        raise Conflict(
            "not_making",
            "Nothing is made before the person's yes to exactly this, or after it was sent.",
            "Look at where the request stands.",
        )
    if steps.get("sent") is False:
        raise Invalid.field("sent", "false", "What was sent cannot be unsent.")
    now = clock.now()
    for step in ("printed", "assembled", "sent"):
        if step in steps:
            setattr(job, f"{step}_at", now if steps[step] else None)
    session.flush()
    told = ", ".join(f"{step}={done}" for step, done in sorted(steps.items()))
    audit.record(session, actor.person_id, "job.progress", "job", job.id, steps=told)
    if steps.get("sent"):
        move(session, actor, request, State.SENT)
        makers.recount(session, job.holder_id or UUID(int=0))
    return job, request
