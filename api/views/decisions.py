"""Decisions as they are shown, by the API and on pages alike."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.schemas.decisions import AnswerOut, DecisionOut
from registry.actor import Actor
from registry.decisions.model import Answer, Decision
from registry.requests import queries
from registry.requests.model import Request


def decision(
    db: Session, me: Actor, request: Request, found: Decision, answers: list[Answer]
) -> DecisionOut:
    """Return a decision with its answers, for somebody who may see it."""
    return DecisionOut(
        id=found.id,
        kind=found.kind,
        question=found.question,
        options=found.options.get("options", []),
        present=found.present.get("present", []),
        proposed_by=queries.called(db, request, found.proposed_by_id),
        fit_id=found.fit_id,
        at=found.at,
        answers=[answer(me, each) for each in answers],
    )


def answer(me: Actor, found: Answer) -> AnswerOut:
    """Return an answer, and what its giver was to the request."""
    return AnswerOut(
        id=found.id,
        role=found.role,
        is_mine=found.by_id == me.person_id,
        answer=found.answer,
        words=found.words,
        at=found.at,
    )
