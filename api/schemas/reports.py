"""Reports of what is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.people import Strict, examples
from api.schemas.requests import Text
from registry.reports.usecases import CameOfIt, Kind, Why


class ReportIn(Strict):
    """What you find wrong. A few words are enough, and none are needed."""

    model_config = examples(
        {
            "kind": "design",
            "subject": "tube_clamp",
            "why": "unsafe",
            "said": "The clamp opened while I was riding.",
        }
    )

    kind: Kind
    subject: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\x00]*$"
        ),
    ] = Field(description="Its id, its name, or the address of the page.")
    why: Why
    said: Text = ""


class ReportOut(BaseModel):
    """A report, and what came of it. Keep its id: without an account it is the way back to it."""

    id: UUID
    kind: str
    subject: str
    why: str
    said: str
    at: datetime
    answered_at: datetime | None
    came_of_it: str | None
    answer: str | None


class ReportPage(BaseModel):
    """A page of reports."""

    reports: list[ReportOut]
    next: str | None


class ReportAnswerIn(Strict):
    """What came of a report, for its reporter to read."""

    model_config = examples({"came_of_it": "acted", "says": "The design was taken off the shelf."})

    came_of_it: CameOfIt
    says: Text = ""
