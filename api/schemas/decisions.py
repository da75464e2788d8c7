"""Decisions and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.people import Strict, examples
from api.schemas.requests import Line, Text
from registry.decisions.usecases import Because


class DecisionIn(Strict):
    """Something to decide. Either side may propose it."""

    model_config = examples(
        {
            "question": "Shall it be made exactly like this, in green?",
            "options": ["yes", "a little longer", "not at all"],
            "kind": "recipe",
            "fit_id": "5f0e9f0e-2a31-4c50-9f0a-3f6f3a1d2b11",
            "present": ["Anna", "Anna's sister"],
        }
    )

    question: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    options: list[Line] = Field(default_factory=list, max_length=20)
    kind: Literal["recipe", "other"] = "other"
    fit_id: UUID | None = Field(
        default=None,
        description="For a recipe: the fit that it is, done and with every check held.",
    )
    present: list[Line] = Field(default_factory=list, max_length=20)


class AnswerIn(Strict):
    """Your answer, and your own words where you have some."""

    model_config = examples({"answer": "yes", "words": "The green one!"})

    answer: Literal["yes", "no", "change", "stop", "not_sure"]
    option: Line | None = Field(default=None, description="Which of the options you choose.")
    because: Because | None = Field(default=None, description="Why not, where it is not.")
    words: Text = ""


class WithdrawalIn(Strict):
    """Why you take back what you proposed."""

    model_config = examples({"why": "I measured again: it would be too tight."})

    why: Text = ""


class AnswerOut(BaseModel):
    """An answer, and what its giver was to the request."""

    id: UUID
    role: str
    is_mine: bool
    answer: str
    option: str | None
    because: str | None
    words: str | None
    at: datetime


class DecisionOut(BaseModel):
    """Something that was put to be decided, with every answer in order."""

    id: UUID
    kind: str
    question: str
    options: list[str]
    present: list[str]
    proposed_by: str = Field(description="What who proposed it was to the request then.")
    is_mine: bool = Field(description="You proposed it, and can take it back.")
    fit_id: UUID | None
    at: datetime
    withdrawn_at: datetime | None
    why_withdrawn: str | None
    answers: list[AnswerOut]


class AnsweredOut(BaseModel):
    """Your answer, and where the request stands now."""

    answer: AnswerOut
    state: str
