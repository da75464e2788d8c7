"""Requests with their messages, pictures, invitations to makers and fit checks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Float, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.crypto import SealedJson, SealedText
from registry.db import Base, Created, Id, Json, Point


class Request(Base):
    """What one person wants to be able to do, and where that stands.

    Attributes:
        person_id: who it is for. They have the last word.
        made_by_id: who wrote it down: that person, or a supporter or guardian.
        state: see `registry.requests.states`.
        why: the reason that the newest move needed, in the mover's words.
        version: grows with every change; writers name the one they saw.
        wish: what the person wants to be able to do, in their words, choices and pictures.
        measurements: entries as they were given.
        size_mm: the largest part's size, and `material`: what matching must heed.
        at: Mercator point of a place rounded to about 10 km.
        for_minor: the person was under 18 when it was opened: only vetted makers.
        widened: how often the circle of makers was widened while waiting.
    """

    __tablename__ = "requests"
    __table_args__ = (
        Index("ix_requests_open", "widen_at", postgresql_where=text("state = 'open'")),
        Index(
            "ix_requests_public_at",
            "at",
            postgresql_using="gist",
            postgresql_where=text("state = 'open' AND is_public"),
        ),
    )

    id: Mapped[Id]
    created_at: Mapped[Created]
    changed_at: Mapped[Created]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(default="draft", index=True)
    paused_from: Mapped[str | None]
    closed_because: Mapped[str | None]
    why: Mapped[str | None] = mapped_column(SealedText("requests.why"))
    version: Mapped[int] = mapped_column(default=1)
    for_minor: Mapped[bool] = mapped_column(default=False)
    wish: Mapped[Json | None] = mapped_column(SealedJson("requests.wish"))
    design: Mapped[str | None]
    design_version: Mapped[str | None]
    measurements: Mapped[Json | None] = mapped_column(SealedJson("requests.measurements"))
    fit_id: Mapped[UUID | None] = mapped_column(ForeignKey("fits.id", ondelete="SET NULL"))
    address: Mapped[Json | None] = mapped_column(SealedJson("requests.address"))
    size_mm: Mapped[list[float]] = mapped_column(ARRAY(Float), default=list)
    material: Mapped[str | None]
    country: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    at: Mapped[tuple[float, float] | None] = mapped_column(Point)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    channel: Mapped[str | None]
    is_public: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    widened: Mapped[int] = mapped_column(default=0)
    widen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stewards_told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Asked(Base):
    """A maker whom the requester asked, and what they answered (yes, no, later)."""

    __tablename__ = "asked"

    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True
    )
    maker_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    asked_at: Mapped[Created]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer: Mapped[str | None]


class Message(Base):
    """Something said within a request."""

    __tablename__ = "messages"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    said: Mapped[str] = mapped_column(SealedText("messages.said"))
    at: Mapped[Created]


class Picture(Base):
    """A picture within a request: made anew without its metadata, and private."""

    __tablename__ = "pictures"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), index=True
    )
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    file_digest: Mapped[bytes] = mapped_column(ForeignKey("files.digest"))
    about: Mapped[str | None] = mapped_column(SealedText("pictures.about"))
    at: Mapped[Created]


class FitCheck(Base):
    """What the person said of the device on their body: fits, or what is wrong with it."""

    __tablename__ = "fit_checks"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), index=True
    )
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    fits: Mapped[bool]
    answers: Mapped[Json] = mapped_column(SealedJson("fit_checks.answers"))
    at: Mapped[Created]
