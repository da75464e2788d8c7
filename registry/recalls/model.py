"""Recalled files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Created, Id


class Recall(Base):
    """A file, by its keyed digest, that nobody shall use any more, until that is taken back.

    The file itself may be gone: no reference holds it. `reason` is a steward's sentence for
    everybody who has the file; `told` how many people that were.
    """

    __tablename__ = "recalls"
    __table_args__ = (
        Index("uq_recalls_now", "digest", unique=True, postgresql_where=text("lifted_at IS NULL")),
    )

    id: Mapped[Id]
    digest: Mapped[bytes]
    because: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    told: Mapped[int]
    at: Mapped[Created]
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
