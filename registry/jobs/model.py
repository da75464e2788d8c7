"""Jobs, claims and variants."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.crypto import SealedJson, SealedText
from registry.db import Base, Created, Id, Json


class Job(Base):
    """The making of one request's device. At most one maker holds it.

    `claim` grows with every claim, release, expiry and hand-over; whoever writes names the one
    they hold, so that nobody who lost the job can still change it. An unconfirmed claim ends by
    itself at `held_until`.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_free", "created_at", postgresql_where=text("is_offered")),)

    id: Mapped[Id]
    created_at: Mapped[Created]
    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), unique=True
    )
    is_offered: Mapped[bool] = mapped_column(default=True)
    holder_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    claim: Mapped[int] = mapped_column(default=0)
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    kit_fit_id: Mapped[UUID | None] = mapped_column(ForeignKey("fits.id", ondelete="SET NULL"))
    printed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    assembled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    notes: Mapped[Json | None] = mapped_column(SealedJson("jobs.notes"))


class Claim(Base):
    """One maker's hold on a job, kept after it ended."""

    __tablename__ = "claims"
    __table_args__ = (
        # Behind the compare-and-swap in `usecases`: should that ever fail, this does not.
        Index("uq_claims_now", "job_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_claims_of_maker", "maker_id", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[Id]
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    maker_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    claim: Mapped[int]
    claimed_at: Mapped[Created]
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_because: Mapped[str | None]


class Variant(Base):
    """A file a maker uploaded that varies a part: checked, rebuilt, linked to what it varies.

    `status` is checking, accepted or refused; `findings` what the checks said. `name` is what the
    file was called, made harmless.
    """

    __tablename__ = "variants"

    id: Mapped[Id]
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    maker_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    of_part: Mapped[str | None]
    of_fit_id: Mapped[UUID | None] = mapped_column(ForeignKey("fits.id", ondelete="SET NULL"))
    why: Mapped[str] = mapped_column(SealedText("variants.why"))
    name: Mapped[str] = mapped_column(SealedText("variants.name"))
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(default="checking")
    findings: Mapped[Json] = mapped_column(SealedJson("variants.findings"), default=dict)
    uploaded_digest: Mapped[bytes | None] = mapped_column(ForeignKey("files.digest"))
    rebuilt_digest: Mapped[bytes | None] = mapped_column(ForeignKey("files.digest"))
    at: Mapped[Created]
