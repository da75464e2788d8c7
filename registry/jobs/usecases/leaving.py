"""Giving a job back, and handing it on."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, NotFound
from registry.jobs.model import Job
from registry.jobs.usecases.holding import end_claim, locked
from registry.matching.queries import may_know
from registry.notices import tell
from registry.people import makers
from registry.policies import jobs as may
from registry.policies import require
from registry.requests.model import Asked, Request
from registry.requests.states import State
from registry.requests.usecases import move

_RETURNS: Final = frozenset(
    {State.MATCHED, State.DESIGNING, State.AGREED, State.MAKING, State.REMAKE}
)
"""From here a request is open again when its maker gives it back."""

_STAYS: Final = frozenset({State.OPEN, State.PAUSED, State.CLOSED, State.DRAFT, State.READY})
"""From here the request stays where it is."""


def release(session: Session, actor: Actor, job_id: UUID, version: int) -> None:
    """Give a job back, without blame; others may claim it at once.

    Raises:
        NotFound: the actor never held it.
        Conflict: they hold it no more, or it is on its way already.
    """
    job, request = locked(session, actor, job_id, version)
    _let_go(session, actor, job, request, "given_back")
    tell(session, (request.person_id,), "given_back", job.id, "The maker cannot make it after all.")


def hand_over(
    session: Session,
    actor: Actor,
    job_id: UUID,
    version: int,
    *,
    notes: str,
    to_maker: UUID | None = None,
) -> Job:
    """Hand a job on, with notes, variants and what is known of the kit, to whoever is next.

    Whoever it is handed to is asked like any other maker, and the person confirms them.

    Raises:
        NotFound: the actor never held it, or there is no such maker who may make it.
        NotAllowed: the person has not confirmed the actor.
        Conflict: they hold it no more, or it is on its way already.
    """
    job, request = locked(session, actor, job_id, version)
    require(may.may_work(actor, job.holder_id, confirmed=job.confirmed_at is not None))
    handed = {
        "at": clock.now().isoformat(),
        "said": notes,
        "printed": job.printed_at is not None,
        "assembled": job.assembled_at is not None,
        "kit": str(job.kit_fit_id) if job.kit_fit_id else None,
    }
    before = (job.notes or {}).get("handed_over", [])
    job.notes = {"handed_over": [*before, handed]}
    if to_maker is not None:
        _ask_next(session, actor, request, job, to_maker)
    _let_go(session, actor, job, request, "handed_over")
    tell(
        session, (request.person_id,), "handed_over", job.id, "The maker hands it to somebody else."
    )
    return job


def _let_go(session: Session, actor: Actor, job: Job, request: Request, because: str) -> None:
    state = State(request.state)
    if state not in _RETURNS | _STAYS:
        raise Conflict("already_sent", "It was sent already; there is nothing to give back.")
    maker_id, version = job.holder_id, job.claim
    end_claim(session, job, because, clock.now())
    job.printed_at = job.assembled_at = job.sent_at = None
    job.kit_fit_id = None
    session.flush()
    audit.record(session, actor.person_id, f"job.{because}", "job", job.id, claim=version)
    if state in _RETURNS:
        move(session, actor, request, State.OPEN, as_system=True)
    if maker_id is not None:
        makers.recount(session, maker_id)


def _ask_next(session: Session, actor: Actor, request: Request, job: Job, to: UUID) -> None:
    maker = makers.shown(session, to)
    if to == actor.person_id or not may_know(request, maker):
        raise NotFound("maker")
    asked = session.get(Asked, (request.id, to))
    if asked is None:
        session.add(Asked(request_id=request.id, maker_id=to))
    else:
        asked.answer = asked.answered_at = None
    session.flush()
    tell(session, (to,), "asked", job.id, "Another maker hands you a job, if you would take it.")
