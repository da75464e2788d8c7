"""Seeing who could make it, asking them, answering, and matching many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, FieldProblem, Invalid, NotFound
from registry.jobs.model import Job
from registry.jobs.queries import holds
from registry.matching import queries
from registry.matching.assign import Edge, assign
from registry.notices import tell
from registry.people import makers
from registry.people.model import Maker
from registry.policies import jobs as may
from registry.policies import require
from registry.requests.model import Asked, Request
from registry.requests.needs import job_of
from registry.requests.roles import standing_of
from registry.requests.states import State

MOST_ASKED: Final = 20
"""Makers asked by one request who have not answered no."""

ANSWERS: Final = ("yes", "no", "later")

_ANSWERED: Final = {
    "yes": "A maker whom you asked says yes.",
    "no": "A maker whom you asked says no.",
    "later": "A maker whom you asked says: not now, perhaps later.",
}


@dataclass(frozen=True)
class Proposal:
    """A maker proposed for a request, with the score that reasons gave them."""

    request_id: UUID
    maker_id: UUID
    score: float


@dataclass(frozen=True)
class Seen:
    """A request with who could make it, and its job once it was opened."""

    request: Request
    job: Job | None
    found: queries.Matches


def see_matches(session: Session, actor: Actor, request_id: UUID) -> Seen:
    """Return who could make a request, best first, each with reasons.

    Raises:
        NotFound: the actor may not know of the request.
        NotAllowed: it is not theirs to choose.
        Invalid: it does not say where the person lives, not even roughly.
    """
    request = _of(session, actor, request_id)
    if request.latitude is None:
        raise Invalid.field(
            "place", "", "We cannot tell who is near you.", advice="Say which town you are near."
        )
    return Seen(request, job_of(session, request), queries.matches(session, request))


def ask(session: Session, actor: Actor, request_id: UUID, maker_ids: Sequence[UUID]) -> list[Asked]:
    """Ask one maker or several whether they would make it.

    Raises:
        NotFound: the actor may not know of the request.
        NotAllowed: it is not theirs to ask.
        Conflict: the request is not open.
        Invalid: somebody who was named could not make it, or too many were asked.
    """
    request = _of(session, actor, request_id)
    roles, given = standing_of(session, actor, request)
    require(may.may_ask_makers(roles, given, for_minor=request.for_minor))
    if request.state != State.OPEN:
        raise Conflict("not_open", "Makers are asked while a request is open.", "Open it first.")
    job = session.scalars(select(Job).where(Job.request_id == request.id)).one()
    # Held while it is counted, and so that nobody is asked twice.
    session.refresh(request, with_for_update={"key_share": True})
    before = {
        each.maker_id: each
        for each in session.scalars(select(Asked).where(Asked.request_id == request.id))
    }
    wanted = list(dict.fromkeys(maker_ids))
    problems = [
        FieldProblem("maker_ids", str(maker_id), says)
        for maker_id in wanted
        if (says := _why_not(session, request, maker_id))
    ]
    if problems:
        raise Invalid(problems)
    new = [each for each in wanted if each not in before]
    still = sum(each.answer != "no" for each in before.values())
    if still + len(new) > MOST_ASKED:
        raise Invalid.field(
            "maker_ids", len(new), "That is a lot of people to ask.", allowed=f"{MOST_ASKED} in all"
        )
    for maker_id in new:
        session.add(Asked(request_id=request.id, maker_id=maker_id))
        told = "Somebody asks whether you would make something for them."
        tell(session, (maker_id,), "asked", job.id, told)
        audit.record(
            session, actor.person_id, "maker.asked", "request", request.id, maker=str(maker_id)
        )
    session.flush()
    return asked(session, request)


def see_asked(session: Session, actor: Actor, request_id: UUID) -> list[Asked]:
    """Return whom a request has asked, and what they answered.

    Raises:
        NotFound, NotAllowed: as `see_matches`.
    """
    return asked(session, _of(session, actor, request_id))


def asked(session: Session, request: Request) -> list[Asked]:
    """Return whom a request has asked, in order."""
    return list(
        session.scalars(
            select(Asked)
            .where(Asked.request_id == request.id)
            .order_by(Asked.asked_at, Asked.maker_id)
        )
    )


def answer(session: Session, actor: Actor, job_id: UUID, says: str) -> Asked:
    """Answer a request that one was asked about: yes, no, or later.

    Raises:
        NotFound: the actor was not asked, or it is over.
        Conflict: the actor holds the job already.
    """
    row = session.execute(
        select(Asked, Request, Job)
        .join(Request, Request.id == Asked.request_id)
        .join(Job, Job.request_id == Request.id)
        .where(Job.id == job_id, Asked.maker_id == actor.person_id, Request.state == State.OPEN)
        .with_for_update(of=Asked)
    ).first()
    if row is None:
        raise NotFound("job")
    found, request, job = row
    maker = session.get(Maker, actor.person_id)
    if maker is None or not queries.may_know(request, maker):
        raise NotFound("job")
    if holds(job, actor.person_id):
        raise Conflict("already_yours", "You hold this job already.", "Give it back instead.")
    found.answer, found.answered_at = says, clock.now()
    session.flush()
    makers.note_reply(session, found.maker_id)
    tell(session, (request.person_id,), "answered", request.id, _ANSWERED[says])
    audit.record(session, actor.person_id, "maker.answered", "job", job_id, answer=says)
    return found


def propose(session: Session, actor: Actor, request_ids: Sequence[UUID]) -> list[Proposal]:
    """Match many open requests with makers at once, so that as many as can be get one.

    Raises:
        NotAllowed: the actor is no steward.
    """
    require(may.may_assign(actor))
    found = session.scalars(
        select(Request)
        .where(
            Request.id.in_(request_ids), Request.state == State.OPEN, Request.latitude.is_not(None)
        )
        .order_by(Request.opened_at, Request.id)
    ).all()
    edges: list[Edge] = []
    ids: list[UUID] = []
    numbers: dict[UUID, int] = {}
    for i, request in enumerate(found):
        for match in queries.matches(session, request).makers:
            number = numbers.setdefault(match.maker_id, len(ids))
            if number == len(ids):
                ids.append(match.maker_id)
            edges.append(Edge(i, number, 100.0 - match.score))
    free = func.greatest(Maker.most_jobs - Maker.holds_jobs, 0)
    rows = session.execute(select(Maker.person_id, free).where(Maker.person_id.in_(ids)))
    room: dict[UUID, int] = {row[0]: row[1] for row in rows}
    chosen = assign(edges, [room.get(each, 0) for each in ids])
    audit.record(
        session, actor.person_id, "requests.assigned", "registry", "all", matched=len(chosen)
    )
    return [Proposal(found[e.request].id, ids[e.maker], 100.0 - e.cost) for e in chosen]


def _of(session: Session, actor: Actor, request_id: UUID) -> Request:
    request = session.get(Request, request_id)
    if request is None:
        raise NotFound("request")
    roles, given = standing_of(session, actor, request)
    if not roles:
        raise NotFound("request")
    require(may.may_see_matches(roles, given))
    return request


def _why_not(session: Session, request: Request, maker_id: UUID) -> str:
    maker = session.get(Maker, maker_id)
    if maker is None or not maker.is_active or maker_id == request.person_id:
        return "There is no such maker."
    if not queries.may_know(request, maker):
        return "This maker is not vetted for people under 18."
    if queries.cannot(request, maker, makers.printers_of(session, maker_id)):
        return "This maker cannot make it: size, material, distance, or they have enough to do."
    return ""
