"""Decisions: what was put to somebody, what exactly they would say yes to, and their answer.

An answer is repeated in plain words before it is kept: "Have I understood you?"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.deps import Db, Files
from api.pages import policy, static
from api.pages.forms import Form, Sent, Wrong, tried
from api.pages.render import go
from api.pages.requests import to_decide
from api.pages.telling import Seen, page, title_of
from api.pages.visitor import Me
from api.schemas.decisions import AnswerIn, DecisionIn, DecisionOut
from api.transaction import Transaction
from api.views import decisions as views
from registry.actor import Actor
from registry.decisions import queries, usecases
from registry.decisions.usecases import ANSWERS
from registry.errors import NotFound
from registry.fits import queries as fits
from registry.fits.model import Fit
from registry.fits.usecases import was_read
from registry.policies import decisions as may
from registry.policies import require
from registry.policies.requests import Sees
from registry.requests.needs import job_of
from registry.requests.usecases import note_reads

router = APIRouter(include_in_schema=False, route_class=Transaction)

VIEWS: Final = ("askew", "front", "back", "left", "right", "top", "bottom")


@router.get("/requests/{request_id}/decisions")
def decisions(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """List what was put to be decided, newest first, each with its answers."""
    seen = Seen(db, me, request_id)
    found = _all(seen)
    return page(
        request,
        "requests/decisions.html.j2",
        seen=seen,
        decisions=found[::-1],
        waiting={each for each, _ in to_decide(db, seen)},
        may_propose=may.may_propose(seen.seat) is True,
    )


@router.get("/requests/{request_id}/decisions/new")
def proposing(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Ask what shall be decided."""
    return _proposing(request, Seen(db, me, request_id), Form())


@router.post("/requests/{request_id}/decisions/new")
def propose(request: Request, request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Put something to be decided; a plan names the fit that it is."""
    form = Form.of(sent)
    with tried(db, form) as done:
        ask = form.read(
            DecisionIn,
            options=_lines(form, "options"),
            present=_lines(form, "present"),
            **_plan(form),
        )
        usecases.propose(
            db,
            me,
            request_id,
            kind=ask.kind,
            question=ask.question,
            options=ask.options,
            present=ask.present,
            fit_id=ask.fit_id,
        )
    if done.went_wrong:
        return _proposing(request, Seen(db, me, request_id), done.form)
    return go(f"/requests/{request_id}/decisions", "proposed")


@router.get("/requests/{request_id}/decisions/{decision_id}")
def one(request: Request, request_id: UUID, decision_id: UUID, me: Me, db: Db) -> Response:
    """Show what was put to be decided: what exactly would be made, and the answers so far."""
    return _one(request, Seen(db, me, request_id), decision_id, Form())


@router.post("/requests/{request_id}/decisions/{decision_id}")
def understood(  # noqa: PLR0917 (FastAPI gives them by name)
    request: Request, request_id: UUID, decision_id: UUID, me: Me, db: Db, sent: Sent
) -> Response:
    """Repeat an answer in plain words. Nothing is kept yet, and words stand in no address."""
    form = Form.of(sent)
    with tried(db, form) as done:
        form.read(AnswerIn, **_option(form))
    if form.given("answer") not in ANSWERS:
        done.form = form.but(Wrong("answer", key="requests.wrong_answer"))
    if done.went_wrong or form.given("again"):
        return _one(request, Seen(db, me, request_id), decision_id, done.form)
    seen = Seen(db, me, request_id)
    decision = _decision(seen, decision_id)
    require(may.may_answer(seen.seat))
    return page(request, "requests/understood.html.j2", seen=seen, decision=decision, form=form)


@router.post("/requests/{request_id}/decisions/{decision_id}/answers")
def answer(  # noqa: PLR0917 (FastAPI gives them by name)
    request: Request, request_id: UUID, decision_id: UUID, me: Me, db: Db, sent: Sent
) -> Response:
    """Keep an answer. It can be given again: the newest one counts, none is lost."""
    form = Form.of(sent)
    if form.given("again"):
        # They were not understood: the form is shown once more, with all that was in it.
        return _one(request, Seen(db, me, request_id), decision_id, form)
    with tried(db, form) as done:
        ask = form.read(AnswerIn, **_option(form))
        usecases.answer(
            db, me, request_id, decision_id, said=ask.answer, words=ask.words, option=ask.option
        )
    if done.went_wrong:
        return _one(request, Seen(db, me, request_id), decision_id, done.form)
    return go(f"/requests/{request_id}", "stopped" if ask.answer == "stop" else "answered")


@router.post("/requests/{request_id}/decisions/{decision_id}/back")
def take_back(request_id: UUID, decision_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Take back what one put to be decided; it stays to be read."""
    usecases.withdraw(db, me, request_id, decision_id, Form.of(sent).given("why"))
    return go(f"/requests/{request_id}/decisions", "taken_back")


@router.get("/requests/{request_id}/decisions/{decision_id}/model.glb")
def model(request_id: UUID, decision_id: UUID, me: Me, db: Db, files: Files) -> Response:
    """Give the model of what would be made; the person can see who else looked at it."""
    decision = _decision(Seen(db, me, request_id), decision_id)
    fit = _fit(db, me, decision)
    name = _model_name(db, fit)
    if fit is None or name is None:
        raise NotFound("model")
    found = fits.file_of(db, fit.id, name)
    data = files.get(found.digest)
    was_read(db, me, fit, "fit_file")
    return Response(
        data, media_type=found.media_type, headers={"Cache-Control": "private, no-store"}
    )


def recipe_of(fit: Fit) -> Mapping[str, Any]:
    """Return what a plan is, in the parts that a page shows: values, choices, parts, checks."""
    report = fit.report or {}
    values = [each for each in report.get("values", ()) if each["value"] not in ("", None)]
    hidden = {"code", "show_code"}
    return {
        "title": report.get("title", ""),
        "version": report.get("version", ""),
        "warnings": report.get("warnings", ()),
        "checked": report.get("checked", ()),
        "not_checked": report.get("not_checked", ()),
        "measures": [each for each in values if each["unit"] == "mm"],
        "choices": [each for each in values if each["unit"] != "mm" and each["name"] not in hidden],
        "parts": [(each["part"], each["facts"]["size_mm"]) for each in report.get("parts", ())],
    }


def _decision(seen: Seen, decision_id: UUID) -> DecisionOut:
    decision = next((each for each in _all(seen) if each.id == decision_id), None)
    if decision is None:
        raise NotFound("decision")
    return decision


def _all(seen: Seen) -> list[DecisionOut]:
    row, found = usecases.seen(seen.db, seen.me, seen.row.id)
    if found:
        note_reads(seen.db, seen.me, row, frozenset({Sees.DECISIONS}))
    return [views.decision(seen.db, seen.me, row, *each) for each in found]


def _one(request: Request, seen: Seen, decision_id: UUID, form: Form) -> Response:
    decision = _decision(seen, decision_id)
    fit = _fit(seen.db, seen.me, decision)
    if fit is not None:
        was_read(seen.db, seen.me, fit, "fit")
    newest = queries.newest_recipe(seen.db, seen.row.id)
    answers = may.may_answer(seen.seat)
    has_model = _model_name(seen.db, fit) is not None
    return page(
        request,
        "requests/decision.html.j2",
        seen=seen,
        decision=decision,
        recipe=recipe_of(fit) if fit is not None else None,
        poster=_poster(fit.design) if fit is not None else "",
        has_model=has_model,
        csp=policy.with_3d() if has_model else policy.PLAIN,
        views=VIEWS,
        is_newest=newest is None or newest.id == decision.id,
        has_role=may.answers_as(seen.seat) is not None,
        may_answer=answers is True and decision.withdrawn_at is None,
        answers=ANSWERS,
        form=form,
    )


def _fit(db: Session, me: Actor, decision: DecisionOut) -> Fit | None:
    """Return the fit that a plan is, to whoever may see it: it tells somebody's measurements."""
    if decision.fit_id is None:
        return None
    try:
        return fits.find(db, me, decision.fit_id)
    except NotFound:
        return None


def _model_name(db: Session, fit: Fit | None) -> str | None:
    if fit is None:
        return None
    names = (each.name for each in fits.files_of(db, fit.id))
    return next((name for name in names if name.endswith(".glb")), None)


def _poster(design: str) -> str:
    """Return a picture of the design for while, or instead of, the model."""
    path = f"img/designs/{design}/device.webp"
    return static.address(path if path in static.files() else "img/topics/other.svg")


def _proposing(request: Request, seen: Seen, form: Form) -> Response:
    require(may.may_propose(seen.seat))
    job = job_of(seen.db, seen.row)
    kit = None
    if job is not None and job.kit_fit_id is not None:
        try:
            kit = fits.find(seen.db, seen.me, job.kit_fit_id)
        except NotFound:
            kit = None
    return page(
        request,
        "requests/propose.html.j2",
        seen=seen,
        kit=kit if kit is not None and kit.state == "done" and kit.proved else None,
        kit_waits=kit is not None and kit.state in ("queued", "running"),
        kit_title=title_of(seen.db, kit.design) if kit is not None else "",
        form=form,
    )


def _lines(form: Form, name: str) -> list[str]:
    return [each.strip() for each in form.value(name).splitlines() if each.strip()]


def _plan(form: Form) -> dict[str, Any]:
    return {} if form.given("kind") == "recipe" else {"fit_id": None, "kind": "other"}


def _option(form: Form) -> dict[str, Any]:
    return {"option": form.given("option")} if form.given("option") else {}
