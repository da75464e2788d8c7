"""Moving a request along: the one place that writes its state."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, Invalid, NotAllowed
from registry.jobs.ending import end_hold
from registry.jobs.model import Job
from registry.matching import waiting
from registry.outcomes import makings
from registry.outcomes.usecases import plan
from registry.people import makers
from registry.people import queries as people
from registry.people.ages import is_minor
from registry.policies import requests as may
from registry.policies import require
from registry.policies.requests import Seat
from registry.requests import needs, queries
from registry.requests.model import Request
from registry.requests.roles import needs_guardian
from registry.requests.states import Need, Role, State, find_move
from registry.requests.usecases.noting import tell_others, touch


def move(
    session: Session,
    actor: Actor | None,
    request: Request,
    to: State | str,
    why: str = "",
    *,
    as_system: bool = False,
) -> Request:
    """Move a request to another state. Nothing else ever writes its state.

    Args:
        session: to write with; the request's row is held until the transaction ends.
        actor: who moves it, or who did that from which it follows; None is the clock.
        request: which one.
        to: the state it shall have.
        why: the reason, where one is needed.
        as_system: it follows from something else, such as a maker being confirmed.

    Raises:
        NotAllowed: it is not for the actor to do.
        Conflict: there is no such move from here, or something is missing for it.
    """
    job = lock(session, request)
    state, to = State(request.state), _state(to)
    step = find_move(state, to)
    if step is None:
        raise Conflict(
            "no_such_move",
            "The request cannot go there from where it stands now.",
            "Look at it again: it lists what can be done now.",
        )
    role = Role.SYSTEM
    if not as_system:
        if actor is None:
            raise NotAllowed("not_yours_to_move", "Somebody has to do this.")
        seat = queries.seat_of(session, actor, request)
        require(may.may_move(seat, step))
        role = _acting(seat, step.by)
    elif Role.SYSTEM not in step.by:
        raise NotAllowed("not_by_itself", "This does not happen by itself.")
    if state is State.PAUSED and to not in (State.CLOSED, queries.back_to(session, request)):
        raise Conflict(
            "not_where_it_was", "A request that rests goes on where it was, or is closed."
        )
    for missing in needs.lacks(session, request, step, why):
        raise Conflict(missing.code, missing.says, missing.advice)
    reason = why if Need.REASON in step.needs else ""
    _apply(session, actor, request, job=job, to=to, why=reason)
    audit.record(
        session,
        actor.person_id if actor is not None else "system",
        "request.moved",
        "request",
        request.id,
        to=str(to),
        version=request.version,
        role=str(role),
        **{"from": str(state)},
    )
    _tell_moved(session, actor, request, job, to)
    return request


def lock(session: Session, request: Request) -> Job | None:
    """Hold the rows of a request and its job, read afresh, and return the job.

    The job's first, like everybody who claims: two that wait for each other would wait for ever.
    """
    session.flush()
    job = session.scalars(
        select(Job)
        .where(Job.request_id == request.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    session.refresh(request, with_for_update=True)
    return job


def _apply(
    session: Session,
    actor: Actor | None,
    request: Request,
    *,
    job: Job | None,
    to: State,
    why: str,
) -> None:
    state = State(request.state)
    request.paused_from = str(state) if to is State.PAUSED else None
    request.closed_because = why if to is State.CLOSED else None
    request.why = why.strip() if why and to is not State.CLOSED else None
    request.state = str(to)
    touch(request)
    who = actor.person_id if actor is not None else None
    if to is State.OPEN:
        if job is not None and job.confirmed_at is not None:
            # While makers may come, none is confirmed.
            end_hold(session, who, job, "released")
        _open(session, request, job)
    elif job is not None and state is State.OPEN:
        job.is_offered = False
        if to is not State.MATCHED:
            request.opened_at = None
            end_hold(session, who, job, "request_left")
    if job is not None and to is State.CLOSED:
        job.is_offered = False
        end_hold(session, who, job, "request_closed")
    session.flush()
    if to is State.IN_USE:
        plan(session, request)
        if job is not None and job.holder_id is not None:
            makers.recount(session, job.holder_id)
            makings.note(session, request, job)


def _open(session: Session, request: Request, job: Job | None) -> None:
    # Of whoever turned 18 since it was written, nobody else decides any more.
    request.for_minor = is_minor(people.person(session, request.person_id)) or (
        request.for_minor and needs_guardian(session, request)
    )
    if job is None:
        session.add(Job(request_id=request.id))
    else:
        job.is_offered = True
    if request.opened_at is None:
        request.opened_at = clock.now()
    request.widened, request.widen_at = 0, clock.now() + waiting.WIDENS_AFTER[0]
    request.stewards_told_at = None


def _tell_moved(
    session: Session, actor: Actor | None, request: Request, job: Job | None, to: State
) -> None:
    holder = job.holder_id if job is not None and job.confirmed_at is not None else None
    says = queries.says_of(to)
    tell_others(session, actor, request, maker=holder, kind="request_moved", says=says)


def _state(to: State | str) -> State:
    try:
        return State(to)
    except ValueError:
        raise Invalid.field("to", to, "There is no such state.", allowed=", ".join(State)) from None


def _acting(seat: Seat, by: frozenset[Role]) -> Role:
    order = (Role.PERSON, Role.GUARDIAN, Role.MAKER, Role.SUPPORTER)
    return next(role for role in order if role in seat.roles & by)
