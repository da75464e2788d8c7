"""What stewards look after: disputes, and requests that wait too long."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Security

from api.deps import Db, someone
from api.paging import Cursor, Limit, cut, mark_of
from api.schemas.stewards import DisputeOut, DisputePage, WaitsOut, WaitsPage
from api.transaction import Transaction
from registry import clock
from registry.actor import Actor
from registry.matching import waiting
from registry.matching.queries import circle_km
from registry.policies import require
from registry.policies import stewards as may
from registry.relations import queries

router = APIRouter(prefix="/api/v1/stewards", tags=["stewards"], route_class=Transaction)

Steward = Annotated[Actor, Security(someone, scopes=["me"])]


@router.get("/disputes", summary="Guardianships in dispute")
def disputes(me: Steward, db: Db, cursor: Cursor = None, limit: Limit = 50) -> DisputePage:
    """List guardianships that rest because somebody disputes them, the longest first."""
    require(may.may_oversee(me))
    rows = queries.disputed(db, mark_of(cursor), limit + 1)
    page, following = cut(rows, limit, lambda row: (row.frozen_at or clock.now(), row.id))
    return DisputePage(
        disputes=[DisputeOut.model_validate(row, from_attributes=True) for row in page],
        next=following,
    )


@router.get("/waiting", summary="Requests that wait too long")
def waits(me: Steward, db: Db, cursor: Cursor = None, limit: Limit = 50) -> WaitsPage:
    """List open requests that found no maker in two weeks. Nobody's words are in it."""
    require(may.may_oversee(me))
    rows = waiting.too_long(db, mark_of(cursor), limit + 1)
    page, following = cut(
        rows, limit, lambda row: (row.request.opened_at or clock.now(), row.request.id)
    )
    return WaitsPage(waiting=[_waits(row) for row in page], next=following)


def _waits(row: waiting.TooLong) -> WaitsOut:
    request = row.request
    opened = request.opened_at or clock.now()
    return WaitsOut(
        id=request.id,
        opened_at=opened,
        days=(clock.now() - opened).days,
        circle_km=circle_km(request),
        is_public=request.is_public,
        for_minor=request.for_minor,
        country=request.country,
        design=request.design,
        material=request.material,
        asked=row.asked,
        said_no=row.said_no,
        is_claimed=row.is_claimed,
    )
