"""Reports: anybody can say what is wrong here, and sees what came of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, Security

from api.deps import Db, anybody, limited, someone
from api.paging import Cursor, Limit, cut, mark_of
from api.schemas.reports import ReportAnswerIn, ReportIn, ReportOut, ReportPage
from api.transaction import Transaction
from registry import limits
from registry.actor import Actor
from registry.policies import require
from registry.policies import stewards as may
from registry.reports import queries, usecases
from registry.reports.model import Report

router = APIRouter(prefix="/api/v1", tags=["reports"], route_class=Transaction)

Me = Annotated[Actor, Security(someone, scopes=["me"])]
Reader = Annotated[Actor, Security(anybody, scopes=["me"])]

REPORTS = limits.Limit("report", 30, 3600)


@router.post("/reports", status_code=201, summary="Report what is wrong")
def report(ask: ReportIn, who: Reader, db: Db, request: Request, response: Response) -> ReportOut:
    """Report a page, a design, a file, a message, a picture, or somebody. No account is needed."""
    limited(request, REPORTS, str(who.person_id) if who.person_id is not None else None)
    made = usecases.report(db, who, kind=ask.kind, subject=ask.subject, why=ask.why, said=ask.said)
    response.headers["Location"] = f"/api/v1/reports/{made.id}"
    return _report(made)


@router.get("/reports", summary="What I reported")
def mine(me: Me, db: Db, cursor: Cursor = None, limit: Limit = 50) -> ReportPage:
    """List what you reported, newest first, and what came of it."""
    rows = queries.mine(db, me.person_id, mark_of(cursor), limit + 1)
    page, following = cut(rows, limit, lambda row: (row.at, row.id))
    return ReportPage(reports=[_report(row) for row in page], next=following)


@router.get("/reports/{report_id}", summary="A report, and what came of it")
def one(report_id: UUID, who: Reader, db: Db) -> ReportOut:
    """Show a report: to who made it, to stewards; one without an account, to who knows its id."""
    return _report(queries.find(db, who, report_id))


@router.get("/stewards/reports", summary="Reports that wait for an answer")
def waiting(
    me: Me,
    db: Db,
    *,
    answered: Annotated[bool, Query(description="Those that had one instead.")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ReportPage:
    """List what people reported, the longest first."""
    require(may.may_oversee(me))
    rows = queries.everybodys(db, mark_of(cursor), limit + 1, answered=answered)
    page, following = cut(rows, limit, lambda row: (row.at, row.id))
    return ReportPage(reports=[_report(row) for row in page], next=following)


@router.post("/stewards/reports/{report_id}/answer", summary="Say what came of a report")
def answer(report_id: UUID, ask: ReportAnswerIn, me: Me, db: Db) -> ReportOut:
    """Answer a report, once; whoever made it is told."""
    return _report(usecases.answer(db, me, report_id, ask.came_of_it, ask.says))


def _report(row: Report) -> ReportOut:
    return ReportOut.model_validate(row, from_attributes=True)
