"""How it turned out: asked at 1 week and 1, 3, 6 and 12 months."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Security

from api import listing
from api.deps import Anybody, Db, someone
from api.schemas.outcomes import CountOut, CountsOut, OutcomeIn, OutcomeOut
from api.transaction import Transaction
from registry.actor import Actor
from registry.errors import NotFound
from registry.outcomes import queries, usecases
from registry.policies.requests import Sees, may_see
from registry.requests.queries import find
from registry.requests.usecases import note_reads

router = APIRouter(prefix="/api/v1", tags=["outcomes"], route_class=Transaction)

Asker = Annotated[Actor, Security(someone, scopes=["requests"])]
After = Literal["1_week", "1_month", "3_months", "6_months", "12_months"]
Slug = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]


@router.get("/requests/{request_id}/outcomes", summary="How it goes with one device")
def outcomes(request_id: UUID, me: Asker, db: Db) -> list[OutcomeOut]:
    """List what is asked and what was answered."""
    request, seat = find(db, me, request_id)
    if not may_see(seat, Sees.WISH):
        raise NotFound("outcome")
    rows = queries.outcomes_of(db, request.id)
    if any(each.answered_at for each in rows):
        note_reads(db, me, request, frozenset({Sees.WISH}))
    return [OutcomeOut.model_validate(each, from_attributes=True) for each in rows]


@router.post("/requests/{request_id}/outcomes/{after}", summary="Say how it goes")
def answer(request_id: UUID, after: After, ask: OutcomeIn, me: Asker, db: Db) -> OutcomeOut:
    """Say whether it is still in use, and how it goes. Only you, or your guardian, can."""
    found = usecases.answer(
        db, me, request_id, after, still_in_use=ask.still_in_use, answers=ask.answers
    )
    return OutcomeOut.model_validate(found, from_attributes=True)


@router.get("/designs/{slug}/outcomes", summary="How a design turned out")
def of_design(slug: Slug, _who: Anybody, db: Db) -> CountsOut:
    """Count for how many people it is still in use; only where five or more answered."""
    listing.listed(db, slug)
    counts = queries.of_design(db, slug)
    return CountsOut(
        design=slug,
        counts=[CountOut.model_validate(each, from_attributes=True) for each in counts],
    )
