"""Matches, asks, claims and jobs, and the variants that makers upload."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.people import Strict, examples

Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="The claim that you hold.")]


class ReasonOut(BaseModel):
    """One reason: what it is about, what it adds to the score, and what it says."""

    name: str
    points: float
    most: float
    says: str


class MatchOut(BaseModel):
    """A maker who could make it, and why they."""

    maker_id: UUID
    shown_name: str
    says: str
    region: str
    country: str
    score: float
    explain: list[ReasonOut]


class WaitingOut(BaseModel):
    """The waiting clock, the same for everybody in the request."""

    since: datetime | None
    widened: int
    circle_km: float = Field(description="How far we look for makers by now, in km.")
    widens_at: datetime | None
    stewards_told_at: datetime | None


class MatchesOut(BaseModel):
    """The best makers, best first, and how far was looked for them."""

    looked_km: float
    waiting: WaitingOut
    job_id: UUID | None = Field(description="Of the job, once the request was opened.")
    claimed_by: UUID | None = Field(description="The maker who holds it, or waits for your yes.")
    claim: int | None = Field(description="What to confirm with POST /jobs/{id}/confirm.")
    makers: list[MatchOut]


class AsksIn(Strict):
    """Whom to ask."""

    model_config = examples({"maker_ids": ["7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e"]})

    maker_ids: list[UUID] = Field(min_length=1, max_length=20)


class AskedOut(BaseModel):
    """A maker who was asked, and what they answered."""

    maker_id: UUID
    asked_at: datetime
    answered_at: datetime | None
    answer: Literal["yes", "no", "later"] | None


class AnswerIn(Strict):
    """What a maker answers."""

    model_config = examples({"answer": "yes"})

    answer: Literal["yes", "no", "later"]


class ClaimIn(Strict):
    """The claim that a write belongs to: the version that the job shows."""

    model_config = examples({"claim": 1})

    claim: Version


class HandOverIn(Strict):
    """What whoever is next should know, and, if you know somebody, whom to ask."""

    model_config = examples(
        {"claim": 1, "notes": "The palm is printed; the screws are in the bag."}
    )

    claim: Version
    notes: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
    to_maker: UUID | None = None


class ProgressIn(Strict):
    """What is done by now."""

    model_config = examples({"claim": 1, "printed": True})

    claim: Version
    printed: bool | None = None
    assembled: bool | None = None
    sent: bool | None = None


class OpenJobOut(BaseModel):
    """A job that waits for a maker, told coarsely."""

    id: UUID
    region: str
    country: str
    size: str
    design: str | None
    design_title: str | None
    material: str | None
    languages: list[str]
    km: int | None
    asked: bool = Field(description="Whether you were asked by name.")
    waits_since: datetime | None


class JobOut(BaseModel):
    """A job that you hold or gave, with what is known of it."""

    id: UUID
    request_id: UUID
    state: str = Field(description="Where the request stands.")
    claim: int
    held_until: datetime | None
    confirmed_at: datetime | None
    maker_id: UUID | None
    region: str
    country: str
    size: str
    design: str | None
    design_version: str | None
    design_title: str | None
    material: str | None
    languages: list[str]
    for_minor: bool
    kit_fit_id: UUID | None
    printed_at: datetime | None
    assembled_at: datetime | None
    sent_at: datetime | None
    handed_over: list[dict[str, Any]] = Field(description="What makers before you left for you.")
    waiting: WaitingOut


class ConfirmedOut(JobOut):
    """The job, and why its kit could not be asked for, if it could not."""

    kit_problems: list[dict[str, str]]


class JobsOut(BaseModel):
    """The jobs that you hold, and those that wait for a maker, nearest first."""

    mine: list[JobOut]
    open: list[OpenJobOut]
    next: str | None = Field(description="Send it as ?after= for the next page of open ones.")


class VariantOut(BaseModel):
    """A file that varies a part: checked, and rebuilt from what was read."""

    id: UUID
    job_id: UUID
    maker_id: UUID | None
    name: str
    of_part: str | None
    of_fit_id: UUID | None
    why: str
    kind: Literal["stl", "3mf", "step"]
    status: str
    findings: dict[str, Any]
    at: datetime
    file: str = Field(description="Where the rebuilt file is.")
    digest: str = Field(description="By which it can be recalled.")
    recalled: str | None = Field(description="Why not to use it, where it was recalled.")


class VariantsOut(BaseModel):
    """A job's variants, newest first."""

    variants: list[VariantOut]


class AssignmentsIn(Strict):
    """Open requests to match with makers at once."""

    model_config = examples({"request_ids": ["7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e"]})

    request_ids: list[UUID] = Field(min_length=1, max_length=500)


class AssignmentOut(BaseModel):
    """A maker proposed for a request."""

    request_id: UUID
    maker_id: UUID
    score: float


class AssignmentsOut(BaseModel):
    """Proposals; nobody was asked yet."""

    assignments: list[AssignmentOut]
    unmatched: int
