"""Saying how it is on the body."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from registry import audit
from registry.actor import Actor
from registry.errors import Conflict
from registry.policies import requests as may
from registry.policies import require
from registry.requests import queries
from registry.requests.model import FitCheck, Request
from registry.requests.states import State
from registry.requests.usecases.moving import move
from registry.requests.usecases.noting import main_role


def check_fit(
    session: Session, actor: Actor, request_id: UUID, *, fits: bool, answers: dict[str, str]
) -> Request:
    """Keep what the person said of the device on their body: it is in use, or made again.

    Raises:
        NotFound: the actor may not know of the request.
        NotAllowed: only the person, or their guardian, can say.
        Conflict: there is nothing to try on.
    """
    request, seat = queries.find(session, actor, request_id, lock=True)
    require(may.may_check_fit(seat))
    if request.state == State.RECEIVED:
        move(session, actor, request, State.FIT_CHECK)
    if request.state not in (State.FIT_CHECK, State.IN_USE) or (
        fits and request.state == State.IN_USE
    ):
        raise Conflict("nothing_to_try_on", "There is nothing to try on just now.")
    session.add(FitCheck(request_id=request.id, by_id=actor.person_id, fits=fits, answers=answers))
    audit.record(
        session,
        actor.person_id,
        "fit.checked",
        "request",
        request.id,
        fits=fits,
        role=main_role(seat),
    )
    if fits:
        return move(session, actor, request, State.IN_USE)
    return move(session, actor, request, State.REMAKE, "It does not fit.")
