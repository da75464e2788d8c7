"""Moving a request along its life."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, NotAllowed, NotFound
from registry.jobs.model import Job
from registry.matching import waiting
from registry.requests.model import Request
from registry.requests.roles import roles_of
from registry.requests.states import Need, Role, State, find_move


def move(
    session: Session,
    actor: Actor,
    request: Request,
    to: State,
    why: str = "",
    *,
    as_system: bool = False,
) -> Request:
    """Move a request to another state: the only writer of it.

    Raises:
        NotFound: the actor may not know of it.
        NotAllowed: it is not theirs to make this move.
        Conflict: there is no such move from where it stands.
    """
    state = State(request.state)
    found = find_move(state, to)
    roles = frozenset({Role.SYSTEM}) if as_system else roles_of(session, actor, request)
    if not roles:
        raise NotFound("request")
    if found is None:
        raise Conflict("no_such_move", f"From {state} there is no way to {to}.")
    if not found.by & roles:
        raise NotAllowed("not_your_move", "This is not yours to decide.")
    if Need.REASON in found.needs and not why:
        raise Conflict("reason_needed", "Say why.")
    request.state, request.version, request.changed_at = to, request.version + 1, clock.now()
    if to is State.OPEN:
        session.execute(
            insert(Job)
            .values(request_id=request.id, is_offered=True, claim=0)
            .on_conflict_do_update(index_elements=["request_id"], set_={"is_offered": True})
        )
        waiting.begin(request)
    elif state is State.OPEN and to is not State.MATCHED:
        session.execute(update(Job).where(Job.request_id == request.id).values(is_offered=False))
    session.flush()
    by = "system" if as_system else actor.person_id
    audit.record(session, by, "request.moved", "request", request.id, **{"from": state, "to": to})
    return request
