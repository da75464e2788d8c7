"""Saying yes to the maker who claimed, and noting the kit that is made for their printer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict
from registry.jobs.model import Claim, Job
from registry.jobs.usecases.holding import of_person
from registry.notices import tell
from registry.people import makers
from registry.people.model import Maker, Printer
from registry.policies import jobs as may
from registry.policies import require
from registry.requests.model import Request
from registry.requests.roles import roles_of
from registry.requests.states import State
from registry.requests.usecases import move


@dataclass(frozen=True)
class Confirmed:
    """A maker was confirmed; `printer` is what the kit is to be made for, if one fits."""

    job: Job
    request: Request
    printer: Printer | None


def confirm(session: Session, actor: Actor, job_id: UUID, version: int) -> Confirmed:
    """Say yes to the maker who claimed: the request is matched.

    Raises:
        NotFound: it is not the actor's request.
        NotAllowed: it is not theirs to decide.
        Conflict: the claim is another, or ran out; or the maker is busy by now.
    """
    job, request = of_person(session, actor, job_id)
    roles = roles_of(session, actor, request)
    require(may.may_confirm(roles, for_minor=request.for_minor))
    now = clock.now()
    maker = session.scalars(
        select(Maker)
        .where(Maker.person_id == job.holder_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if maker is not None and maker.holds_jobs >= maker.most_jobs:
        raise Conflict("maker_is_full", "This maker has taken on other jobs meanwhile.")
    done = session.execute(
        update(Job)
        .where(
            Job.id == job.id,
            Job.claim == version,
            Job.is_offered,
            Job.holder_id == (maker.person_id if maker else None),
            Job.confirmed_at.is_(None),
            Job.held_until > now,
        )
        .values(confirmed_at=now, is_offered=False)
        .returning(Job.id)
    ).first()
    if done is None or maker is None:
        raise Conflict(
            "claim_over", "This claim is over, or another one.", "Look at the request again."
        )
    session.execute(
        update(Claim)
        .where(Claim.job_id == job.id, Claim.ended_at.is_(None))
        .values(confirmed_at=now)
    )
    session.refresh(job)
    move(session, actor, request, State.MATCHED, as_system=True)
    makers.recount(session, maker.person_id)
    audit.record(session, actor.person_id, "job.confirmed", "job", job.id, claim=version)
    tell(session, (maker.person_id,), "confirmed", job.id, "They would like you to make it.")
    printer = makers.printer_for(session, maker.person_id, request.size_mm, request.material)
    return Confirmed(job, request, printer)


def attach_kit(session: Session, actor: Actor, job: Job, fit_id: UUID) -> None:
    """Note which fit is the job's kit."""
    job.kit_fit_id = fit_id
    session.flush()
    audit.record(session, actor.person_id, "job.kit_asked", "job", job.id, fit=str(fit_id))
