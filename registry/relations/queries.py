"""Looking up supporters, guardians and consents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from registry.people.model import Consent, Guardianship, Support


def supporters(session: Session, person_id: UUID) -> Sequence[Support]:
    """Return who supports somebody, and whom they support; ended ones too."""
    return session.scalars(
        select(Support)
        .where(or_(Support.person_id == person_id, Support.supporter_id == person_id))
        .order_by(Support.granted_at, Support.id)
    ).all()


def guardianships(session: Session, person_id: UUID) -> Sequence[Guardianship]:
    """Return the guardianships that somebody is in, as either; ended ones too."""
    return session.scalars(
        select(Guardianship)
        .where(
            or_(Guardianship.young_person_id == person_id, Guardianship.guardian_id == person_id)
        )
        .order_by(Guardianship.invited_at, Guardianship.id)
    ).all()


def primary(session: Session, young_person_id: UUID) -> Guardianship | None:
    """Return the primary guardianship of a young person, frozen or not."""
    return session.scalars(
        select(Guardianship).where(
            Guardianship.young_person_id == young_person_id,
            Guardianship.is_primary,
            Guardianship.ended_at.is_(None),
        )
    ).first()


def disputed(
    session: Session, after: tuple[datetime, UUID] | None, most: int
) -> Sequence[Guardianship]:
    """Return the guardianships in dispute that nobody has settled, the longest first."""
    chosen = select(Guardianship).where(
        Guardianship.frozen_at.is_not(None), Guardianship.ended_at.is_(None)
    )
    if after is not None:
        chosen = chosen.where(tuple_(Guardianship.frozen_at, Guardianship.id) > after)
    return session.scalars(
        chosen.order_by(Guardianship.frozen_at, Guardianship.id).limit(most)
    ).all()


def consents(session: Session, person_id: UUID) -> Sequence[Consent]:
    """Return what somebody agreed to, or was agreed to beside them; withdrawn ones too."""
    return session.scalars(
        select(Consent)
        .where(or_(Consent.person_id == person_id, Consent.given_by_id == person_id))
        .order_by(Consent.given_at, Consent.id)
    ).all()
