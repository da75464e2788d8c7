"""Who could make it, and asking them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Security

from api.deps import Db, someone
from api.schemas.jobs import (
    AskedOut,
    AsksIn,
    AssignmentOut,
    AssignmentsIn,
    AssignmentsOut,
    MatchesOut,
    MatchOut,
    ReasonOut,
    WaitingOut,
)
from api.transaction import Transaction
from registry.actor import Actor
from registry.jobs.queries import holds
from registry.matching import usecases, waiting
from registry.matching.queries import Match
from registry.matching.reasons import WEIGHTS

router = APIRouter(prefix="/api/v1", tags=["matching"], route_class=Transaction)

Me = Annotated[Actor, Security(someone, scopes=["requests"])]
Steward = Annotated[Actor, Security(someone, scopes=["jobs"])]


@router.get("/requests/{request_id}/matches", summary="Who could make it, and why they")
def matches(request_id: UUID, me: Me, db: Db) -> MatchesOut:
    """List the makers who could make it, best first, each with every reason in plain words."""
    seen = usecases.see_matches(db, me, request_id)
    job = seen.job
    held = job is not None and holds(job, job.holder_id)
    return MatchesOut(
        looked_km=seen.found.circle_km,
        waiting=WaitingOut.model_validate(waiting.of(seen.request), from_attributes=True),
        job_id=job.id if job else None,
        claimed_by=job.holder_id if job and held else None,
        claim=job.claim if job and held else None,
        makers=[_match(each) for each in seen.found.makers],
    )


@router.post("/requests/{request_id}/asks", status_code=201, summary="Ask makers")
def ask(request_id: UUID, asks: AsksIn, me: Me, db: Db) -> list[AskedOut]:
    """Ask one maker, or several, whether they would make it."""
    return [
        AskedOut.model_validate(each, from_attributes=True)
        for each in usecases.ask(db, me, request_id, asks.maker_ids)
    ]


@router.get("/requests/{request_id}/asks", summary="Whom I asked, and what they said")
def asked(request_id: UUID, me: Me, db: Db) -> list[AskedOut]:
    """List the makers who were asked, in order."""
    return [
        AskedOut.model_validate(each, from_attributes=True)
        for each in usecases.see_asked(db, me, request_id)
    ]


@router.post("/assignments", summary="Match many requests at once")
def assign(ask: AssignmentsIn, me: Steward, db: Db) -> AssignmentsOut:
    """Propose a maker for each of many open requests, for an event or a backlog.

    As many as can be get one, and together they are as well matched as can be. Nobody is asked by
    this. Only stewards do it.
    """
    proposals = usecases.propose(db, me, ask.request_ids)
    return AssignmentsOut(
        assignments=[
            AssignmentOut(
                request_id=each.request_id, maker_id=each.maker_id, score=round(each.score, 1)
            )
            for each in proposals
        ],
        unmatched=len(set(ask.request_ids)) - len(proposals),
    )


def _match(match: Match) -> MatchOut:
    return MatchOut(
        maker_id=match.maker_id,
        shown_name=match.shown_name,
        says=match.says,
        region=match.region,
        country=match.country,
        score=round(match.score, 1),
        explain=[
            ReasonOut(
                name=reason.name,
                points=round(reason.points, 1),
                most=WEIGHTS[reason.name],
                says=reason.says,
            )
            for reason in match.reasons
        ],
    )
