"""Meetings within a request, and what its people say of how it came about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.crypto import SealedJson, SealedText
from registry.db import Base, Created, Id, Json


class Meeting(Base):
    """A meeting: called by one side, answered by the person's, and written down afterwards.

    Attributes:
        called_as: what who called it was to the request then.
        at: when they meet; `called_at` when that was said.
        invited: roles: person, guardian, supporter, maker, somebody_else.
        expenses: none_arise, paid, offered or not_covered.
        suits, access_met: what the person's side said: None until they did.
        notes: ``present`` and ``said``, once it is written down.
    """

    __tablename__ = "meetings"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), index=True
    )
    called_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    called_as: Mapped[str]
    called_at: Mapped[Created]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    place: Mapped[str] = mapped_column(SealedText("meetings.place"))
    invited: Mapped[list[str]] = mapped_column(ARRAY(String))
    expenses: Mapped[str]
    suits: Mapped[bool | None]
    access_met: Mapped[bool | None]
    notes: Mapped[Json | None] = mapped_column(SealedJson("meetings.notes"))
    noted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Claimed(Base):
    """On which rung somebody says that it came about, and how much it was done with them (1-5)."""

    __tablename__ = "coproduction_claims"
    __table_args__ = (UniqueConstraint("request_id", "by_id"),)

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    rung: Mapped[str]
    score: Mapped[int]
    at: Mapped[Created]
