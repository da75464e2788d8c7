"""Recalls of files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.people import Strict, examples
from registry.recalls.usecases import Because


class RecallIn(Strict):
    """A file that nobody shall use any more, named in one of three ways, and why."""

    model_config = examples(
        {
            "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "because": "breaks",
            "reason": "The wall beside the hinge is too thin and breaks.",
        }
    )

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="The `digest` that a fit's file or a variant shows."
    )
    fit_id: UUID | None = None
    file: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        default=None, description="Name of a file of that fit."
    )
    variant_id: UUID | None = None
    because: Because
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)
    ] = Field(description="A sentence for everybody who has it.")


class RecallOut(BaseModel):
    """A recall, and how many people were told."""

    id: UUID
    digest: str
    because: str
    reason: str
    told: int
    at: datetime
    lifted_at: datetime | None


class RecallPage(BaseModel):
    """A page of recalls, newest first."""

    recalls: list[RecallOut]
    next: str | None
