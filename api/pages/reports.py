"""Telling what is wrong here; no account is needed, and what came of it can be read."""

from __future__ import annotations

from typing import Annotated, Final, get_args
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.deps import Db, limited
from api.pages.forms import Form, Sent, tried
from api.pages.render import go, page
from api.pages.visitor import Looking, MyId
from api.routes.reports import REPORTS
from api.schemas.reports import ReportIn
from api.transaction import Transaction
from registry.reports import queries, usecases

router = APIRouter(include_in_schema=False, route_class=Transaction)

KINDS: Final[tuple[str, ...]] = get_args(usecases.Kind)
WHYS: Final[tuple[str, ...]] = get_args(usecases.Why)
MOST: Final = 100


@router.get("/report")
def show(
    request: Request,
    _who: Looking,
    about: Annotated[str, Query(max_length=300)] = "",
    kind: Annotated[str, Query(max_length=20)] = "page",
) -> Response:
    """Ask what is wrong, about the page that somebody came from."""
    chosen = kind if kind in KINDS else "page"
    return _form(request, Form.filled(subject=about, kind=chosen))


@router.post("/report")
def report(request: Request, who: Looking, db: Db, sent: Sent) -> Response:
    """Take a report, and lead to where its answer will stand."""
    limited(request, REPORTS, str(who.actor.person_id) if who.is_signed_in else None)
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(ReportIn)
        made = usecases.report(
            db, who.actor, kind=ask.kind, subject=ask.subject, why=ask.why, said=ask.said
        )
    if it.went_wrong:
        return _form(request, it.form)
    return go(f"/report/{made.id}", "told")


@router.get("/report/{report_id}")
def one(
    request: Request,
    report_id: UUID,
    who: Looking,
    db: Db,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show a report and what came of it: to who made it, and to stewards."""
    found = queries.find(db, who.actor, report_id)
    return page(request, "reports/one.html.j2", report=found, done=done == "told")


@router.get("/me/reports")
def mine(request: Request, my_id: MyId, db: Db) -> Response:
    """List what somebody reported, newest first."""
    return page(request, "reports/mine.html.j2", reports=queries.mine(db, my_id, None, MOST))


def _form(request: Request, form: Form) -> Response:
    status = 422 if form.wrong else 200
    return page(request, "reports/form.html.j2", status=status, form=form, kinds=KINDS, whys=WHYS)
