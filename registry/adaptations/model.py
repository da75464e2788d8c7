"""Teams, forks, drafts and versions. A version never changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Created, Id, Json


class Team(Base):
    """People who design together, for a hackathon or for years."""

    __tablename__ = "teams"

    id: Mapped[Id]
    created_at: Mapped[Created]
    name: Mapped[str]
    event: Mapped[str | None]


class TeamMember(Base):
    """Somebody in a team; `role` is lead or member.

    `shows_name` says whether they let the others see the name that they gave; makers show one to
    everybody.
    """

    __tablename__ = "team_members"

    team_id: Mapped[UUID] = mapped_column(
        ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(default="member")
    shows_name: Mapped[bool] = mapped_column(default=False, server_default="false")


class TeamInvitation(Base):
    """A link by which people join a team, until it ends; `joined` counts those who did."""

    __tablename__ = "team_invitations"

    id: Mapped[Id]
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    made_by_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[Created]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    joined: Mapped[int] = mapped_column(default=0)


class Fork(Base):
    """A design that grew out of another one's exact version, with its draft.

    It belongs to a team or a person; when that person's account is erased it belongs to nobody,
    and stays as it is. `draft` is a fork document (see `registry.adaptations.document`);
    `draft_version` grows with every change to it.
    """

    __tablename__ = "forks"
    __table_args__ = (CheckConstraint("team_id IS NULL OR owner_id IS NULL", name="one_owner"),)

    slug: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[Created]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    owner_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    parent_slug: Mapped[str] = mapped_column(index=True)
    parent_version: Mapped[str]
    draft: Mapped[Json] = mapped_column(JSONB)
    draft_version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[Created]


class ForkVersion(Base):
    """A version of a fork, for good.

    `document` is a fork document, `digest` that of slug, version and document. `credits` holds
    ``lineage``: who made each version from the library's own design to this one. The certificate
    belongs to this version alone and is never inherited.
    """

    __tablename__ = "fork_versions"
    __table_args__ = (UniqueConstraint("slug", "version"),)

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(ForeignKey("forks.slug"), index=True)
    version: Mapped[str]
    parent_slug: Mapped[str]
    parent_version: Mapped[str]
    document: Mapped[Json] = mapped_column(JSONB)
    digest: Mapped[bytes]
    licence: Mapped[str]
    credits: Mapped[Json] = mapped_column(JSONB)
    at: Mapped[Created]


class Certificate(Base):
    """What was proved of one version of one design, the library's own or a fork's.

    `state` is waiting, proving, proved, not_proved or crashed; `done` of `total` are proved so far.
    """

    __tablename__ = "certificates"

    slug: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    document: Mapped[Json | None] = mapped_column(JSONB)
    asked_at: Mapped[Created]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Review(Base):
    """That somebody, under a name they chose to show, looked at one version of a fork."""

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_slug_version", "slug", "version"),)

    id: Mapped[Id]
    slug: Mapped[str]
    version: Mapped[str]
    reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    reviewer: Mapped[str]
    holds: Mapped[bool]
    says: Mapped[str]
    at: Mapped[Created]
