"""Offered changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Created, Id


class Offer(Base):
    """That a fork's version was offered back to what it grew out of, and the answer.

    Everybody can read it. What exactly is offered stands in the version, which never changes.

    Attributes:
        slug, version: of the fork.
        parent_slug, parent_version: to what it is offered: what that version grew out of.
        why: in the words of who offers.
        licence: on which terms the parent may use what is offered: its own, as they were then.
        offered_by_id: None for a team's token, and once they left.
        state: see `registry.offers.states`.
        answer: the words of who answered; None until then.
        answered_by_id: as `offered_by_id`.
        came_in: the parent's first version that brought it; None until there is one.
    """

    __tablename__ = "offers"
    __table_args__ = (
        # One of a version at a time; and what was taken need not be offered again.
        Index(
            "uq_offers_open",
            "slug",
            "version",
            unique=True,
            postgresql_where=text("state IN ('offered', 'later', 'taken')"),
        ),
        Index("ix_offers_slug_at", "slug", "at"),
        Index("ix_offers_parent_slug_at", "parent_slug", "at"),
    )

    id: Mapped[Id]
    slug: Mapped[str]
    version: Mapped[str]
    parent_slug: Mapped[str]
    parent_version: Mapped[str]
    why: Mapped[str]
    licence: Mapped[str]
    offered_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    at: Mapped[Created]
    state: Mapped[str] = mapped_column(default="offered")
    answer: Mapped[str | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    came_in: Mapped[str | None]
