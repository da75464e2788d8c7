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
        proposed_by=_proposed_by(db, request, found),
        is_mine=found.proposed_by_id == me.person_id,
        fit_id=found.fit_id,
        at=found.at,
        withdrawn_at=found.withdrawn_at,
        why_withdrawn=found.why_withdrawn,
        answers=[answer(me, each) for each in answers],
    )


def _proposed_by(db: Session, request: Request, found: Decision) -> str:
    # As what, then. Of who left nothing is told.
    if found.proposed_as is not None and found.proposed_by_id is not None:
        return found.proposed_as
    return queries.called(db, request, found.proposed_by_id)


def answer(me: Actor, found: Answer) -> AnswerOut:
    """Return an answer, and what its giver was to the request."""
    return AnswerOut(
        id=found.id,
        role=found.role,
        is_mine=found.by_id == me.person_id,
        answer=found.answer,
        option=found.option,
        because=found.because,
        words=found.words,
        at=found.at,
    )
