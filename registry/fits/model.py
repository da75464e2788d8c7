"""Fits and their files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.crypto import SealedJson
from registry.db import Base, Created, Id, Json


class Fit(Base):
    """One device for one body and one printer.

    Attributes:
        person_id: whose it is; None for somebody without an account, who knows its id and for
            whom it is kept a day.
        job_id: the job whose kit it is.
        state: queued, running, done, refused (what was entered cannot be), failed, cancelled.
        proved: whether every check held.
        known_by: keyed digest of all that it is made from and of whose it is: the same question
            of the same person has the same answer at once, and nobody learns of anybody else's.
        recipe: keyed digest of the finished recipe.
        progress: which part is being made, and how many there are.
    """

    __tablename__ = "fits"
    __table_args__ = (
        Index(
            "uq_fits_known",
            "known_by",
            unique=True,
            postgresql_where=text("state IN ('queued', 'running', 'done')"),
        ),
        Index("ix_fits_expiring", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
        Index("ix_fits_waiting", "created_at", postgresql_where=text("state = 'queued'")),
    )

    id: Mapped[Id]
    created_at: Mapped[Created]
    person_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    job_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("jobs.id", ondelete="SET NULL", use_alter=True), index=True
    )
    design: Mapped[str]
    design_version: Mapped[str]
    entries: Mapped[Json] = mapped_column(SealedJson("fits.entries"))
    printer: Mapped[Json] = mapped_column(JSONB)
    formats: Mapped[list[str]] = mapped_column(ARRAY(String))
    state: Mapped[str] = mapped_column(default="queued")
    proved: Mapped[bool | None]
    known_by: Mapped[bytes]
    recipe: Mapped[bytes | None]
    report: Mapped[Json | None] = mapped_column(SealedJson("fits.report"))
    problems: Mapped[Json | None] = mapped_column(SealedJson("fits.problems"))
    progress: Mapped[Json] = mapped_column(JSONB, default=dict)
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class FitFile(Base):
    """A file of a fit."""

    __tablename__ = "fit_files"

    fit_id: Mapped[UUID] = mapped_column(
        ForeignKey("fits.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(ForeignKey("files.digest"), index=True)
    size: Mapped[int]
    media_type: Mapped[str]
