"""What each maker made that came into use, and how it turned out: what matching tells of them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry import clock
from registry.jobs.model import Job
from registry.outcomes.model import Making
from registry.requests.model import Request

# Of a device that somebody else made again, the earlier maker's outcomes are those before that.
RECOUNT: Final = """
UPDATE makers SET made = COALESCE((
    SELECT jsonb_object_agg(counted.design, counted.facts) FROM (
        SELECT m.design, jsonb_build_object(
            'times', count(DISTINCT m.request_id),
            'told', count(DISTINCT r.person_id) FILTER (WHERE o.still_in_use IS NOT NULL),
            'in_use', count(DISTINCT r.person_id) FILTER (WHERE o.still_in_use)) AS facts
        FROM makings AS m
        JOIN requests AS r ON r.id = m.request_id
        LEFT JOIN LATERAL (
            SELECT still_in_use FROM outcomes
            WHERE outcomes.request_id = m.request_id
              AND still_in_use IS NOT NULL
              AND answered_at >= m.at
              AND NOT EXISTS (
                  SELECT FROM makings AS later
                  WHERE later.request_id = m.request_id
                    AND later.at > m.at AND later.at <= answered_at)
            ORDER BY answered_at DESC LIMIT 1) AS o ON true
        WHERE m.maker_id = makers.person_id
        GROUP BY m.design) AS counted), '{}'::jsonb)
WHERE person_id = ANY(:makers)
"""


def note(session: Session, request: Request, job: Job) -> None:
    """Note that a request's device came into use, and count again what its maker made."""
    if job.holder_id is None or request.design is None:
        return
    session.execute(
        insert(Making)
        .values(
            request_id=request.id, maker_id=job.holder_id, design=request.design, at=clock.now()
        )
        .on_conflict_do_update(
            index_elements=["request_id", "maker_id", "design"], set_={"at": clock.now()}
        )
    )
    recount(session, [job.holder_id])


def makers_of(session: Session, request_id: UUID) -> list[UUID]:
    """Return who made a request's device, each time that it came into use."""
    found = select(Making.maker_id).where(Making.request_id == request_id).distinct()
    return list(session.scalars(found))


def recount(session: Session, makers: list[UUID]) -> None:
    """Count again what these made and for how many people it is still in use.

    Of each request the newest answer counts, of each person once. How many is for matching to
    hide: see `registry.matching.reasons.FEWEST_PEOPLE`.
    """
    if makers:
        session.flush()
        session.execute(text(RECOUNT), {"makers": makers})
