"""Outcomes: how it went."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from api.schemas.people import Strict, examples
from api.schemas.requests import Name, Text


class OutcomeIn(Strict):
    """How it goes."""

    model_config = examples(
        {"still_in_use": True, "answers": {"comfortable": "After an hour, yes."}}
    )

    still_in_use: bool
    answers: dict[Name, Text] = Field(default_factory=dict, max_length=20)


class OutcomeOut(BaseModel):
    """A question that is asked once the device was in use for so long, and its answer."""

    after: str
    due_at: datetime
    asked_at: datetime | None
    answered_at: datetime | None
    still_in_use: bool | None
    answers: dict[str, str] | None


class CountOut(BaseModel):
    """How many people answered, and for how many it is still in use."""

    after: str
    answered: int
    still_in_use: int


class CountsOut(BaseModel):
    """How it turned out for people with one design; only where five or more answered."""

    design: str
    counts: list[CountOut]
