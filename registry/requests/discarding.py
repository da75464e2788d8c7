"""Throwing a draft away: while nobody else has seen it, nothing of it need be kept."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from registry import audit
from registry.actor import Actor
from registry.errors import Conflict
from registry.policies import No, require
from registry.policies import requests as may
from registry.requests import needs, queries


def discard(session: Session, actor: Actor, request_id: UUID) -> None:
    """Delete a draft that was never open, with its pictures; nothing of its words is left.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: it is not theirs.
        Conflict: somebody else may have seen it already.
    """
    request, seat = queries.find(session, actor, request_id, lock=True)
    wrote_it = request.made_by_id is not None and request.made_by_id == actor.person_id
    was_open = needs.job_of(session, request) is not None
    require(may.may_discard(seat, wrote_it=wrote_it))
    answer = may.can_discard_now(seat.state, was_open=was_open)
    if isinstance(answer, No):
        raise Conflict(answer.code, answer.says, answer.advice)
    session.delete(request)
    session.flush()
    audit.record(session, actor.person_id, "request.discarded", "request", request_id)
