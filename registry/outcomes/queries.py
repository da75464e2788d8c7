"""Looking up outcomes: of one request, and counted over a design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.outcomes.model import Outcome
from registry.requests.model import Request

AFTER: Final[dict[str, timedelta]] = {
    "1_week": timedelta(days=7),
    "1_month": timedelta(days=30),
    "3_months": timedelta(days=91),
    "6_months": timedelta(days=182),
    "12_months": timedelta(days=365),
}
"""When we ask how it goes, counted from the day it came into use."""

FEWEST: Final = 5
"""Under this many people nothing is told: somebody could be recognised."""


@dataclass(frozen=True)
class Counted:
    """How it turned out for people with one design, so long after it came into use."""

    after: str
    answered: int
    still_in_use: int


def outcomes_of(session: Session, request_id: UUID) -> Sequence[Outcome]:
    """Return the questions about one request's device, in the order they are asked."""
    return session.scalars(
        select(Outcome).where(Outcome.request_id == request_id).order_by(Outcome.due_at)
    ).all()


def newest(session: Session, request_id: UUID, after: str) -> Outcome | None:
    """Return the newest question of this time; a device that was made again is asked about anew."""
    return session.scalars(
        select(Outcome)
        .where(Outcome.request_id == request_id, Outcome.after == after)
        .order_by(Outcome.due_at.desc())
        .limit(1)
        .with_for_update()
    ).first()


def of_design(session: Session, slug: str) -> list[Counted]:
    """Return the counts of a design, only where five people or more answered.

    Of each person the newest answer for each time counts, once.
    """
    ranked = (
        select(
            Outcome.after,
            Outcome.still_in_use,
            func.row_number()
            .over(
                partition_by=(Request.person_id, Outcome.after),
                order_by=(Outcome.answered_at.desc(), Outcome.id),
            )
            .label("rank"),
        )
        .join(Request, Request.id == Outcome.request_id)
        .where(Request.design == slug, Outcome.still_in_use.is_not(None))
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.after, func.count(), func.count().filter(ranked.c.still_in_use))
        .where(ranked.c.rank == 1)
        .group_by(ranked.c.after)
        .having(func.count() >= FEWEST)
    )
    found = {after: Counted(after, answered, still) for after, answered, still in rows}
    return [found[after] for after in AFTER if after in found]
