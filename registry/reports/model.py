"""What somebody reported."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.crypto import SealedText
from registry.db import Base, Created, Id


class Report(Base):
    """Something that somebody found wrong, and what stewards answered.

    Attributes:
        reporter_id: who; None for somebody without an account, who knows its address.
        kind: of the thing: see `registry.reports.usecases.Kind`.
        subject: its id, slug or page, as the reporter gave it.
        why: see `registry.reports.usecases.Why`.
        came_of_it: see `registry.reports.usecases.CameOfIt`; None until it was looked at.
    """

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_open", "at", postgresql_where=text("answered_at IS NULL")),)

    id: Mapped[Id]
    reporter_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(SealedText("reports.subject"))
    why: Mapped[str]
    said: Mapped[str] = mapped_column(SealedText("reports.said"))
    at: Mapped[Created]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    came_of_it: Mapped[str | None]
    answer: Mapped[str | None] = mapped_column(SealedText("reports.answer"))
