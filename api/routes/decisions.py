"""Decisions within a request: what was asked, who was there, what was answered."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Security
from sqlalchemy.orm import Session

from api.deps import Db, someone
from api.schemas.decisions import AnsweredOut, AnswerIn, AnswerOut, DecisionIn, DecisionOut
from api.transaction import Transaction
from registry.actor import Actor
from registry.decisions import usecases
from registry.decisions.model import Answer, Decision
from registry.policies.requests import Sees
from registry.requests import queries
from registry.requests.model import Request
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
    return _decision(db, me, request, decision, [])


@router.get("/requests/{request_id}/decisions", summary="The decisions of a request")
def decisions(request_id: UUID, me: Asker, db: Db) -> list[DecisionOut]:
    """List the decisions, oldest first, each with all its answers."""
    request, found = usecases.seen(db, me, request_id)
    if found:
        note_reads(db, me, request, frozenset({Sees.DECISIONS}))
    return [_decision(db, me, request, *each) for each in found]


@router.post(
    "/requests/{request_id}/decisions/{decision_id}/answers",
    status_code=201,
    summary="Answer a decision",
)
def answer(request_id: UUID, decision_id: UUID, ask: AnswerIn, me: Asker, db: Db) -> AnsweredOut:
    """Answer. You can answer again at any time: the newest answer counts, none is lost.

    Nobody answers for the person. For somebody under 18 both they and their guardian say yes.
    """
    found = usecases.answer(db, me, request_id, decision_id, said=ask.answer, words=ask.words)
    request, _ = queries.find(db, me, request_id)
    return AnsweredOut(answer=_answer(me, found), state=request.state)


def _decision(
    db: Session, me: Actor, request: Request, decision: Decision, answers: list[Answer]
) -> DecisionOut:
    return DecisionOut(
        id=decision.id,
        kind=decision.kind,
        question=decision.question,
        options=decision.options.get("options", []),
        present=decision.present.get("present", []),
        proposed_by=queries.called(db, request, decision.proposed_by_id),
        fit_id=decision.fit_id,
        at=decision.at,
        answers=[_answer(me, each) for each in answers],
    )


def _answer(me: Actor, answer: Answer) -> AnswerOut:
    return AnswerOut(
        id=answer.id,
        role=answer.role,
        is_mine=answer.by_id == me.person_id,
        answer=answer.answer,
        words=answer.words,
        at=answer.at,
    )
