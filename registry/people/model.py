"""Accounts, sign-ins, tokens, supporters, guardians, consents, and what makers offer."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Index, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.crypto import SealedJson, SealedText
from registry.db import Base, Created, Id, Json, Point


class Person(Base):
    """An account. The same one may ask, make, design, test and review.

    `contact` holds channel, details, languages, interpreter, formats, good and bad times, as the
    person gave them. `born` is a date, kept because under-18s are protected.
    A second factor counts from `totp_confirmed_at` on: a code of it was right once.
    """

    __tablename__ = "people"

    id: Mapped[Id]
    created_at: Mapped[Created]
    email: Mapped[str | None] = mapped_column(SealedText("people.email"))
    email_index: Mapped[bytes | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    name: Mapped[str | None] = mapped_column(SealedText("people.name"))
    born: Mapped[str | None] = mapped_column(SealedText("people.born"))
    contact: Mapped[Json | None] = mapped_column(SealedJson("people.contact"))
    offers: Mapped[Json | None] = mapped_column(SealedJson("people.offers"))
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    place: Mapped[Json | None] = mapped_column(SealedJson("people.place"))
    is_steward: Mapped[bool] = mapped_column(default=False)
    is_reviewer: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None] = mapped_column(SealedText("people.totp_secret"))
    totp_last_step: Mapped[int | None]
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SignIn(Base):
    """A session: the secret itself is known to the person's device only."""

    __tablename__ = "sign_ins"

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[Created]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    second_factor_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecoveryCode(Base):
    """A code that opens an account once in place of its code app; its keyed digest is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[bytes]
    made_at: Mapped[Created]
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PasswordLink(Base):
    """A link by which a person sets a new password without the old one, until it ends; once."""

    __tablename__ = "password_links"

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[Created]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Token(Base):
    """An API token of a person, or of a team (which then reaches designs only)."""

    __tablename__ = "tokens"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (team_id IS NULL)", name="one_owner"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    team_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("teams.id", ondelete="CASCADE"), index=True
    )
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[Created]
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Support(Base):
    """What a person lets a supporter (family, carer, therapist) do, until it is withdrawn.

    `may` holds some of: see, write, measure, message.
    """

    __tablename__ = "support"
    __table_args__ = (
        Index(
            "uq_support_now",
            "person_id",
            "supporter_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    supporter_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    relation: Mapped[str | None] = mapped_column(SealedText("support.relation"))
    may: Mapped[list[str]] = mapped_column(ARRAY(String))
    granted_at: Mapped[Created]
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Guardianship(Base):
    """A guardian of somebody under 18: invited, accepted, perhaps frozen while it is disputed."""

    __tablename__ = "guardianships"
    __table_args__ = (
        Index(
            "uq_guardianships_primary",
            "young_person_id",
            unique=True,
            postgresql_where=text("is_primary AND ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    young_person_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    guardian_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    invited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    is_primary: Mapped[bool] = mapped_column(default=True)
    invited_at: Mapped[Created]
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    frozen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Consent(Base):
    """A person's consent to one purpose, in one version of its words."""

    __tablename__ = "consents"

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    given_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    words_version: Mapped[str]
    given_at: Mapped[Created]
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Read(Base):
    """Somebody other than the owner read something sensitive. The owner can see this."""

    __tablename__ = "reads"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Created]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    reader_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    what: Mapped[str]
    subject_id: Mapped[UUID | None]
    why: Mapped[str | None] = mapped_column(SealedText("reads.why"))


class Maker(Base):
    """What somebody offers to make, in plain columns that matching searches.

    Everything here is what the maker shows to requesters; `at` is a Mercator point of a place
    rounded to about 10 km (see `registry.matching.places`).
    """

    __tablename__ = "makers"
    __table_args__ = (
        Index("ix_makers_at", "at", postgresql_using="gist", postgresql_where=text("is_active")),
        Index(
            "ix_makers_vetted_at",
            "at",
            postgresql_using="gist",
            postgresql_where=text("is_active AND vetted_until IS NOT NULL"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    is_active: Mapped[bool] = mapped_column(default=True)
    shown_name: Mapped[str]
    says: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    at: Mapped[tuple[float, float] | None] = mapped_column(Point)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    sends_km: Mapped[int] = mapped_column(default=0)
    sends_to: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    channels: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    tools: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    materials: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    bed_x_mm: Mapped[float] = mapped_column(default=0.0)
    bed_y_mm: Mapped[float] = mapped_column(default=0.0)
    bed_z_mm: Mapped[float] = mapped_column(default=0.0)
    most_jobs: Mapped[int] = mapped_column(default=1)
    holds_jobs: Mapped[int] = mapped_column(default=0)
    vetted_until: Mapped[date | None]
    usual_reply_hours: Mapped[float | None]
    made: Mapped[Json] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Printer(Base):
    """One of a maker's printers; `profile` holds the fields of a printer profile (mm)."""

    __tablename__ = "printers"

    id: Mapped[Id]
    maker_id: Mapped[UUID] = mapped_column(
        ForeignKey("makers.person_id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    profile: Mapped[Json] = mapped_column(JSONB)
    materials: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    calibrated_on: Mapped[date | None]
