"""Tables of the ground itself: answers given before, what was done how often, and notices."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.crypto import SealedJson
from registry.db import Base, Created, Id, Json


class Answered(Base):
    """The answer to a request that carried an idempotency key: sent again, it is given again."""

    __tablename__ = "answered"

    asker: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[bytes]
    status: Mapped[int | None]
    answer: Mapped[Json | None] = mapped_column(SealedJson("answered.answer"))
    at: Mapped[Created]


class Count(Base):
    """How often somebody did something in one window of time."""

    __tablename__ = "counts"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    what: Mapped[str] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(primary_key=True)
    window: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    times: Mapped[int] = mapped_column(default=0)


class Notice(Base):
    """Something to tell a person: on their page of news, and by mail where they chose it.

    It is handled once it was mailed, or it is clear that it will not be.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_unhandled", "at", postgresql_where=text("handled_at IS NULL")),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    words: Mapped[Json] = mapped_column(SealedJson("notices.words"))
    at: Mapped[Created]
    handled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
