"""Oneself: profile, supporters, guardians, consents, what was read, what was told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.people import Language, Name, Strict, examples
from api.schemas.requests import Channel, Line, PlaceIn
from registry.reasons import Settling


class ContactIn(Strict):
    """How, when and in what form to be contacted. Nothing is sent by a channel not chosen here."""

    channels: list[Channel] = Field(default_factory=list, max_length=5)
    details: dict[Channel, Line] = Field(default_factory=dict)
    languages: list[Language] = Field(default_factory=list, max_length=20)
    interpreter: Line = ""
    formats: list[Literal["plain", "easy_read", "large_print", "audio", "braille"]] = Field(
        default_factory=list, max_length=5
    )
    good_times: Line = ""
    bad_times: Line = ""


class ProfilePatch(Strict):
    """What you tell of yourself; only what is sent changes. null takes something away."""

    model_config = examples(
        {
            "name": "Anna",
            "languages": ["pt"],
            "contact": {"channels": ["letter"], "good_times": "mornings"},
            "offers": {"sewing": "I can sew straps."},
        }
    )

    name: Name | None = None
    born: date | None = Field(
        default=None, description="Can be told once; it protects people under 18."
    )
    languages: list[Language] | None = Field(default=None, max_length=20)
    contact: ContactIn | None = None
    offers: dict[Name, Line] | None = Field(
        default=None, max_length=30, description="What you can offer, in your words."
    )
    place: PlaceIn | None = None


class ProfileOut(BaseModel):
    """You, as only you see it. Give your `id` to whoever shall support you."""

    id: UUID
    email: str | None
    name: str | None
    born: date | None
    languages: list[str]
    contact: dict[str, Any] | None
    offers: dict[str, Any] | None
    place: dict[str, Any] | None
    is_steward: bool
    is_reviewer: bool
    has_second_factor: bool
    created_at: datetime


class SupporterIn(Strict):
    """Somebody who may help you, and with what. You can take them off at any time, at once."""

    model_config = examples(
        {
            "supporter_id": "5f0e9f0e-2a31-4c50-9f0a-3f6f3a1d2b11",
            "may": ["see", "write"],
            "relation": "my sister",
        }
    )

    supporter_id: UUID = Field(description="Their id: they find it with GET /api/v1/me.")
    may: list[Literal["see", "write", "measure", "message"]] = Field(min_length=1, max_length=4)
    relation: Annotated[str, StringConstraints(max_length=100)] = ""
    person_id: UUID | None = Field(
        default=None, description="The young person, where you are their guardian."
    )


class SupporterOut(BaseModel):
    """A support: yours, or one that you give."""

    id: UUID
    person_id: UUID
    supporter_id: UUID
    may: list[str]
    relation: str | None
    granted_at: datetime
    withdrawn_at: datetime | None


class GuardianIn(Strict):
    """An invitation: name your guardian, or the young person whose guardian you are."""

    model_config = examples({"guardian_id": "5f0e9f0e-2a31-4c50-9f0a-3f6f3a1d2b11"})

    guardian_id: UUID | None = None
    young_person_id: UUID | None = None


class GuardianOut(BaseModel):
    """A guardianship: it holds once it is accepted, while it is neither frozen nor ended."""

    id: UUID
    young_person_id: UUID
    guardian_id: UUID
    invited_by_id: UUID | None
    is_primary: bool
    invited_at: datetime
    accepted_at: datetime | None
    frozen_at: datetime | None
    ended_at: datetime | None


class SettleIn(Strict):
    """Why a guardianship that was in dispute holds again."""

    model_config = examples({"reason": "all_agree"})

    reason: Settling


class ConsentIn(Strict):
    """What you agree to, in which version of its words."""

    model_config = examples({"purpose": "share_with_makers", "words_version": "1"})

    purpose: Literal["share_with_makers", "show_pictures", "tell_my_story"]
    words_version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.-]{1,20}$")]
    person_id: UUID | None = Field(
        default=None, description="The young person, where you are their guardian."
    )


class ConsentOut(BaseModel):
    """An agreement, until it is withdrawn."""

    id: UUID
    person_id: UUID
    given_by_id: UUID
    purpose: str
    words_version: str
    given_at: datetime
    withdrawn_at: datetime | None


class ReadOut(BaseModel):
    """Somebody read something of yours."""

    at: datetime
    reader_id: UUID | None
    what: str
    subject_id: UUID | None
    why: str | None


class ReadPage(BaseModel):
    """A page of reads, newest first."""

    reads: list[ReadOut]
    next: str | None


class NoticeOut(BaseModel):
    """Something that you were told."""

    id: UUID
    kind: str
    subject_id: UUID | None
    words: dict[str, Any]
    at: datetime


class NoticePage(BaseModel):
    """A page of notices, newest first."""

    notices: list[NoticeOut]
    next: str | None


class ExportOut(BaseModel):
    """Everything about you, by table."""

    made_at: datetime
    person_id: UUID
    tables: dict[str, list[dict[str, Any]]]
