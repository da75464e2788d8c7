"""Looking at jobs: those one holds, and those one could do."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.actor import Actor
from registry.errors import NotFound
from registry.jobs import queries
from registry.jobs.model import Job
from registry.jobs.queries import OpenJob
from registry.jobs.usecases.holding import acts_for
from registry.people.model import Maker
from registry.requests.model import Request


@dataclass(frozen=True)
class Board:
    """The jobs somebody holds, and a page of those that wait; `after` is where to go on."""

    mine: list[tuple[Job, Request]]
    open: list[OpenJob]
    after: tuple[float, UUID] | None


def board(
    session: Session,
    actor: Actor,
    after: tuple[float, UUID] | None = None,
    most: int = queries.PAGE,
) -> Board:
    """Return the jobs that the actor holds and those they could do; without an offer, none."""
    maker = session.get(Maker, actor.person_id)
    if maker is None:
        return Board([], [], None)
    found, following = queries.open_to(session, maker, after, most)
    return Board(queries.mine(session, maker.person_id), found, following)


def see(session: Session, actor: Actor, job_id: UUID) -> OpenJob | tuple[Job, Request]:
    """Return a job: all of it to who holds it or gave it, coarsely to a maker who might do it.

    Raises:
        NotFound: there is none that the actor may know of.
    """
    maker = session.get(Maker, actor.person_id)
    row = session.execute(
        select(Job, Request).join(Request, Request.id == Job.request_id).where(Job.id == job_id)
    ).first()
    if row is None:
        raise NotFound("job")
    job, request = row
    if queries.holds(job, actor.person_id) or acts_for(session, actor, request):
        return job, request
    if maker is None:
        raise NotFound("job")
    return queries.coarse(session, *queries.for_maker(session, job_id, maker), maker)
