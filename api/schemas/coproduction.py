"""Meetings, and how a device came about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.schemas.people import Strict, examples
from api.schemas.requests import Line, Text
from registry.coproduction.ladder import Rung
from registry.coproduction.usecases import Expenses, Invited


class FactOut(BaseModel):
    """One of ten facts; `holds` is null where there is nothing to tell it from yet."""

    fact: str
    holds: bool | None
    says: str


class ClaimOut(BaseModel):
    """On which rung somebody who takes part says that it came about, and their score."""

    role: str
    is_mine: bool
    rung: Rung
    score: int
    at: datetime


class CoproductionOut(BaseModel):
    """How it came about: computed from what happened, beside what everybody says.

    `rung` is null while nothing has been decided; `next_needs` is what the next rung takes.
    """

    rung: Rung | None
    says: str
    next_needs: list[str]
    facts: list[FactOut]
    claims: list[ClaimOut]


class ClaimIn(Strict):
    """On which rung you think it came about, and how much it was done with you, 1 to 5."""

    model_config = examples({"rung": "co_design", "score": 4})

    rung: Rung
    score: Annotated[int, Field(ge=1, le=5)]


class MeetingIn(Strict):
    """When and where you would like to meet, or met, and who is asked to come."""

    model_config = examples(
        {
            "at": "2026-12-03T15:00:00+00:00",
            "place": "The library, ground floor; or by video.",
            "invited": ["person", "maker"],
            "expenses": "offered",
        }
    )

    at: AwareDatetime
    place: Text = ""
    invited: list[Invited] = Field(min_length=1, max_length=5)
    expenses: Expenses = Field(description="Whether taking part costs anybody anything.")


class MeetingAnswerIn(Strict):
    """What the person's side says of a meeting; only what is sent changes."""

    model_config = examples({"suits": True})

    suits: bool | None = Field(default=None, description="Whether you can come then.")
    access_met: bool | None = Field(
        default=None, description="Whether what you need to take part was there."
    )
    expenses: Expenses | None = None


class MeetingNotesIn(Strict):
    """Who was there, as they want to be called, and what was said."""

    model_config = examples({"present": ["Anna", "Ben"], "said": "Anna would like a softer strap."})

    present: list[Line] = Field(default_factory=list, max_length=30)
    said: Text = Field(min_length=1)


class MeetingOut(BaseModel):
    """A meeting. `place` and `said` are null for who does not read messages here."""

    id: UUID
    called_as: str
    is_mine: bool
    called_at: datetime
    at: datetime
    place: str | None
    invited: list[str]
    expenses: str
    suits: bool | None
    access_met: bool | None
    present: list[str]
    said: str | None
    noted_at: datetime | None
