"""Recalls: a file that nobody shall use any more, and everybody who has it is told."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Security

from api.deps import Db, someone
from api.paging import Cursor, Limit, cut, mark_of
from api.schemas.recalls import RecallIn, RecallOut, RecallPage
from api.transaction import Transaction
from registry.actor import Actor
from registry.policies import require
from registry.policies import stewards as may
from registry.recalls import queries, usecases
from registry.recalls.model import Recall

router = APIRouter(prefix="/api/v1/recalls", tags=["stewards"], route_class=Transaction)

Steward = Annotated[Actor, Security(someone, scopes=["me"])]


@router.post("", status_code=201, summary="Recall a file")
def recall(ask: RecallIn, me: Steward, db: Db) -> RecallOut:
    """Recall a file. It can be downloaded no more (410), and everybody who has it is told."""
    fit_file = (ask.fit_id, ask.file) if ask.fit_id is not None and ask.file is not None else None
    digest = usecases.digest_of(
        db, me, digest=ask.digest, fit_file=fit_file, variant_id=ask.variant_id
    )
    return _recall(usecases.recall(db, me, digest, ask.because, ask.reason))


@router.get("", summary="Recalled files")
def recalls(me: Steward, db: Db, cursor: Cursor = None, limit: Limit = 50) -> RecallPage:
    """List recalls, newest first, with those that were taken back."""
    require(may.may_oversee(me))
    rows = queries.recalls(db, mark_of(cursor), limit + 1)
    page, following = cut(rows, limit, lambda row: (row.at, row.id))
    return RecallPage(recalls=[_recall(row) for row in page], next=following)


@router.delete("/{recall_id}", summary="Take a recall back")
def lift(recall_id: UUID, me: Steward, db: Db) -> RecallOut:
    """Let the file be used again; everybody who has it is told."""
    return _recall(usecases.lift(db, me, recall_id))


def _recall(row: Recall) -> RecallOut:
    return RecallOut(
        id=row.id,
        digest=row.digest.hex(),
        because=row.because,
        reason=row.reason,
        told=row.told,
        at=row.at,
        lifted_at=row.lifted_at,
    )
