"""Looking up reports: one's own, and for stewards all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from registry.actor import Actor
from registry.errors import NotFound
from registry.reports.model import Report


def find(session: Session, actor: Actor, report_id: UUID) -> Report:
    """Return a report: to its reporter and to stewards; of nobody known, to who knows its id.

    Raises:
        NotFound: there is none that the actor may know of.
    """
    found = session.get(Report, report_id)
    if found is None or not (
        actor.is_steward or found.reporter_id is None or found.reporter_id == actor.person_id
    ):
        raise NotFound("report")
    return found


def mine(
    session: Session, person_id: UUID | None, before: tuple[datetime, UUID] | None, most: int
) -> Sequence[Report]:
    """Return what somebody reported, newest first."""
    chosen = select(Report).where(Report.reporter_id == person_id)
    if before is not None:
        chosen = chosen.where(tuple_(Report.at, Report.id) < before)
    return session.scalars(chosen.order_by(Report.at.desc(), Report.id.desc()).limit(most)).all()


def everybodys(
    session: Session, after: tuple[datetime, UUID] | None, most: int, *, answered: bool
) -> Sequence[Report]:
    """Return reports that wait for an answer, or those that had one; the longest first."""
    chosen = select(Report).where(
        Report.answered_at.is_not(None) if answered else Report.answered_at.is_(None)
    )
    if after is not None:
        chosen = chosen.where(tuple_(Report.at, Report.id) > after)
    return session.scalars(chosen.order_by(Report.at, Report.id).limit(most)).all()
