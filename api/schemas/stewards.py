"""What stewards look after."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class DisputeOut(BaseModel):
    """A guardianship in dispute: it gives no power until it is settled or ended."""

    id: UUID
    young_person_id: UUID
    guardian_id: UUID
    is_primary: bool
    invited_at: datetime
    accepted_at: datetime | None
    frozen_at: datetime


class DisputePage(BaseModel):
    """A page of disputes, the longest first."""

    disputes: list[DisputeOut]
    next: str | None


class WaitsOut(BaseModel):
    """An open request that has waited two weeks or more, without anybody's words."""

    id: UUID
    opened_at: datetime
    days: int
    circle_km: float
    is_public: bool
    for_minor: bool = Field(description="Only vetted makers may make it.")
    country: str
    design: str | None
    material: str | None
    asked: int = Field(description="How many makers were asked.")
    said_no: int
    is_claimed: bool = Field(description="A maker has come and waits for the person's answer.")


class WaitsPage(BaseModel):
    """A page of requests that wait too long, the longest first."""

    waiting: list[WaitsOut]
    next: str | None
