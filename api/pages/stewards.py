"""What stewards look after: what waits too long, reports, disputes, vetting, and recalls."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from api.deps import Db
from api.pages.forms import BadForm, Form, Sent, Wrong, tried
from api.pages.render import go, page
from api.pages.telling import title_of
from api.pages.visitor import Me
from api.schemas.makers import VettingIn
from api.schemas.me import SettleIn
from api.schemas.recalls import RecallIn
from api.schemas.reports import ReportAnswerIn
from api.transaction import Transaction
from registry import clock
from registry.actor import Actor
from registry.matching import waiting
from registry.matching.queries import circle_km
from registry.offers import queries as offers
from registry.people import makers
from registry.policies import require
from registry.policies import stewards as may
from registry.reasons import SETTLING, VETTING
from registry.recalls import queries as recalls
from registry.recalls import usecases as recalling
from registry.relations import queries as relations
from registry.relations import usecases as relating
from registry.reports import queries as reports
from registry.reports import usecases as reporting
from registry.reports.model import Report

router = APIRouter(include_in_schema=False, route_class=Transaction)

Done = Annotated[str, Query(max_length=20)]
MOST: Final = 100

_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{1,59}")


def steward(me: Me) -> Actor:
    """Return the steward who is signed in.

    Raises:
        NotSignedIn: nobody is.
        NotAllowed: they are no steward, or showed no second factor.
    """
    require(may.may_oversee(me))
    return me


Steward = Annotated[Actor, Depends(steward)]


@router.get("/stewards")
def all_of_it(request: Request, _me: Steward, db: Db, done: Done = "") -> Response:
    """Show how much waits, and for how long."""
    now = clock.now()
    waits = waiting.too_long(db, None, MOST)
    offered = offers.with_versions(db, offers.to_the_library(db, MOST))
    told = reports.everybodys(db, None, MOST, answered=False)
    slugs = {each.request.design for each in waits} | {each.parent_slug for each, _ in offered}
    slugs |= {_slug(each) for each in told}
    return page(
        request,
        "stewards/all.html.j2",
        waits=[
            {
                "row": each,
                "days": (now - (each.request.opened_at or now)).days,
                "km": circle_km(each.request),
            }
            for each in waits
        ],
        reports=[(each, _slug(each)) for each in told],
        offers=offered,
        # One that is not here any more is told by the name that it had.
        titles={slug: title_of(db, slug) or slug for slug in slugs if slug},
        disputes=relations.disputed(db, None, MOST),
        reasons=SETTLING,
        most=MOST,
        done=done if done in ("answered", "settled") else "",
    )


def _slug(report: Report) -> str:
    """Return which design a report is about, nothing where it is about something else."""
    named = report.subject.removeprefix("/designs/").partition("/")[0]
    return named if report.kind == "design" and _SLUG.fullmatch(named) else ""


@router.get("/stewards/reports/{report_id}")
def report(request: Request, report_id: UUID, me: Steward, db: Db) -> Response:
    """Show one report, to answer it."""
    return _report(request, me, report_id, db)


@router.post("/stewards/reports/{report_id}")
def answer(request: Request, report_id: UUID, me: Steward, db: Db, sent: Sent) -> Response:
    """Say what came of a report; whoever made it is told."""
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(ReportAnswerIn)
        reporting.answer(db, me, report_id, ask.came_of_it, ask.says)
    if it.went_wrong:
        return _report(request, me, report_id, db, it.form)
    return go("/stewards", "answered")


@router.post("/stewards/disputes/{guardianship_id}")
def settle(guardianship_id: UUID, me: Steward, db: Db, sent: Sent) -> Response:
    """Let a guardianship hold again."""
    relating.settle_guardian(db, me, guardianship_id, Form.of(sent).read(SettleIn).reason)
    return go("/stewards", "settled")


@router.get("/stewards/vetting")
def show_vetting(request: Request, _me: Steward, done: Done = "") -> Response:
    """Ask which maker may make for people under 18."""
    return _vetting(request, Form(), done=done == "kept")


@router.post("/stewards/vetting")
def vet(request: Request, me: Steward, db: Db, sent: Sent) -> Response:
    """Say until when a maker may make for people under 18, or take that back."""
    with tried(db, Form.of(sent)) as it:
        until = None if it.form.has("end", "yes") else it.form.day("until")
        ask = it.form.read(VettingIn, until=date.fromisoformat(until) if until else None)
        makers.vet(db, me, _maker_id(it.form), ask.until, ask.reason)
    if it.went_wrong:
        return _vetting(request, it.form)
    return go("/stewards/vetting", "kept")


@router.get("/stewards/recalls")
def show_recalls(request: Request, _me: Steward, db: Db, done: Done = "") -> Response:
    """Show recalled files, and ask for one to recall."""
    return _recalls(request, db, Form(), done=done if done in ("recalled", "lifted") else "")


@router.post("/stewards/recalls")
def recall(request: Request, me: Steward, db: Db, sent: Sent) -> Response:
    """Recall a file by its digest: everybody who has it is told."""
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(RecallIn)
        digest = recalling.digest_of(db, me, digest=ask.digest)
        recalling.recall(db, me, digest, ask.because, ask.reason)
    if it.went_wrong:
        return _recalls(request, db, it.form)
    return go("/stewards/recalls", "recalled")


@router.post("/stewards/recalls/{recall_id}/end")
def lift(recall_id: UUID, me: Steward, db: Db) -> Response:
    """Let a file be used again."""
    recalling.lift(db, me, recall_id)
    return go("/stewards/recalls", "lifted")


def _maker_id(form: Form) -> UUID:
    try:
        return UUID(form.given("maker_id"))
    except ValueError:
        raise BadForm([Wrong("maker_id", key="common.wrong_id")]) from None


def _report(
    request: Request, me: Actor, report_id: UUID, db: Db, form: Form | None = None
) -> Response:
    found = reports.find(db, me, report_id)
    return page(
        request,
        "stewards/report.html.j2",
        status=422 if form else 200,
        form=form,
        report=found,
        title=title_of(db, _slug(found) or None),
        came_of_it=reporting.CAME_OF_IT,
    )


def _vetting(request: Request, form: Form, **more: Any) -> Response:
    return page(
        request,
        "stewards/vetting.html.j2",
        status=422 if form.wrong else 200,
        form=form,
        reasons=VETTING,
        done=more.get("done", False),
    )


def _recalls(request: Request, db: Db, form: Form, done: str = "") -> Response:
    return page(
        request,
        "stewards/recalls.html.j2",
        status=422 if form.wrong else 200,
        form=form,
        recalls=recalls.recalls(db, None, MOST),
        because=recalling.BECAUSE,
        done=done,
    )
