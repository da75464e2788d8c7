"""Decisions within a request: what was asked, who was there, what was answered."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Security

from api.deps import Db, someone
from api.schemas.decisions import (
    AnsweredOut,
    AnswerIn,
    DecisionIn,
    DecisionOut,
    WithdrawalIn,
)
from api.transaction import Transaction
from api.views import decisions as views
from registry.actor import Actor
from registry.decisions import usecases
from registry.decisions.queries import decisions_of
from registry.policies.requests import Sees
from registry.requests import queries
from registry.requests.usecases import note_reads

router = APIRouter(prefix="/api/v1", tags=["decisions"], route_class=Transaction)

Asker = Annotated[Actor, Security(someone, scopes=["requests"])]


@router.post(
    "/requests/{request_id}/decisions", status_code=201, summary="Put something to be decided"
)
def propose(request_id: UUID, ask: DecisionIn, me: Asker, db: Db) -> DecisionOut:
    """Propose something. Nothing is made without the person's yes to its exact recipe."""
    decision = usecases.propose(
        db,
        me,
        request_id,
        kind=ask.kind,
        question=ask.question,
        options=ask.options,
        present=ask.present,
        fit_id=ask.fit_id,
    )
    request, _ = queries.find(db, me, request_id)
    return views.decision(db, me, request, decision, [])


@router.get("/requests/{request_id}/decisions", summary="The decisions of a request")
def decisions(request_id: UUID, me: Asker, db: Db) -> list[DecisionOut]:
    """List the decisions, oldest first, each with all its answers."""
    request, found = usecases.seen(db, me, request_id)
    if found:
        note_reads(db, me, request, frozenset({Sees.DECISIONS}))
    return [views.decision(db, me, request, *each) for each in found]


@router.post(
    "/requests/{request_id}/decisions/{decision_id}/answers",
    status_code=201,
    summary="Answer a decision",
)
def answer(request_id: UUID, decision_id: UUID, ask: AnswerIn, me: Asker, db: Db) -> AnsweredOut:
    """Answer. You can answer again at any time: the newest answer counts, none is lost.

    Nobody answers for the person. For somebody under 18 both they and their guardian say yes.
    """
    found = usecases.answer(
        db,
        me,
        request_id,
        decision_id,
        said=ask.answer,
        words=ask.words,
        option=ask.option,
        because=ask.because,
    )
    request, _ = queries.find(db, me, request_id)
    return AnsweredOut(answer=views.answer(me, found), state=request.state)


@router.post(
    "/requests/{request_id}/decisions/{decision_id}/withdrawal",
    summary="Take back what I proposed",
)
def withdraw(
    request_id: UUID, decision_id: UUID, ask: WithdrawalIn, me: Asker, db: Db
) -> DecisionOut:
    """Take it back. It stays to be read; what was agreed by it is designed anew."""
    decision = usecases.withdraw(db, me, request_id, decision_id, ask.why)
    request, _ = queries.find(db, me, request_id)
    found = dict(decisions_of(db, request.id))
    return views.decision(db, me, request, decision, found[decision])
