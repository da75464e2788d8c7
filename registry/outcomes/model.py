"""Outcomes: asked at 1 week and 1, 3, 6 and 12 months; and who made what came into use."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.crypto import SealedJson
from registry.db import Base, Created, Id, Json


class Outcome(Base):
    """One question about one device at one time. `still_in_use` is what designs are ranked by."""

    __tablename__ = "outcomes"
    __table_args__ = (
        Index("ix_outcomes_due", "due_at", postgresql_where=text("asked_at IS NULL")),
    )

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), index=True
    )
    after: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    still_in_use: Mapped[bool | None]
    answers: Mapped[Json | None] = mapped_column(SealedJson("outcomes.answers"))


class Making(Base):
    """That somebody made one request's device and it came into use; made again, it counts once."""

    __tablename__ = "makings"
    __table_args__ = (UniqueConstraint("request_id", "maker_id", "design"),)

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"))
    maker_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    design: Mapped[str]
    at: Mapped[Created]
