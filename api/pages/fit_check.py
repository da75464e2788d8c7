"""Trying it on, making it again, and telling, at five times, how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api import photos
from api.deps import Db, Files
from api.pages.forms import Form, Sent, Wrong, files, tried
from api.pages.render import go
from api.pages.talk import keep_picture
from api.pages.telling import Seen, page
from api.pages.visitor import Me
from api.problems import HttpError
from api.schemas.outcomes import OutcomeIn
from api.schemas.requests import FitCheckIn
from api.transaction import Transaction
from registry import clock
from registry.actor import Actor
from registry.errors import NotFound
from registry.outcomes import queries as outcomes
from registry.outcomes import usecases as telling
from registry.outcomes.model import Outcome
from registry.policies import requests as may
from registry.policies import require
from registry.policies.requests import Sees
from registry.requests import queries, usecases
from registry.requests.states import State

router = APIRouter(include_in_schema=False, route_class=Transaction)

After = Literal["1_week", "1_month", "3_months", "6_months", "12_months"]

SAYS: Final = ("yes", "change", "no", "not_sure", "stop")
"""The same five symbols as for decisions, in the order of how well it fits."""
GOOD: Final = ("comfortable", "moves", "does", "looks")
PROBLEMS: Final = ("presses", "loose", "small", "big", "rough", "heavy", "hard", "weak")
FEELS: Final = ("yes", "some", "no")
WHY: Final = ("hurts", "broke", "no_help", "outgrown", "no_need", "looks", "else")


@router.get("/requests/{request_id}/fit-check")
def trying(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Ask whether it fits, what is good and what is not."""
    return _trying(request, Seen(db, me, request_id), Form())


@router.post("/requests/{request_id}/fit-check")
def tell_fit(  # noqa: PLR0917 (FastAPI gives them by name)
    request: Request, request_id: UUID, me: Me, db: Db, stored: Files, sent: Sent
) -> Response:
    """Keep whether it fits: it is in use then, or made again; or nothing changes yet."""
    form = Form.of(sent)
    says = form.given("fits")
    if says not in SAYS:
        wrong = form.but(Wrong("fits", key="requests.wrong_fit"))
        return _trying(request, Seen(db, me, request_id), wrong)
    if says == "not_sure":
        queries.find(db, me, request_id)
        return go(f"/requests/{request_id}", "later")
    if says == "stop":
        return go(f"/requests/{request_id}/close")
    with tried(db, form, also=(HttpError,)) as done:
        ask = FitCheckIn(fits=says == "yes", answers=fit_answers(form))
        for each in files(sent, "picture")[:1]:
            data = each.file.read(photos.MOST_BYTES + 1)
            keep_picture(Seen(db, me, request_id), stored, data, form.given("about"))
        usecases.check_fit(db, me, request_id, fits=ask.fits, answers=ask.answers)
    if done.went_wrong:
        return _trying(request, Seen(db, me, request_id), done.form)
    return go(f"/requests/{request_id}", "fits" if says == "yes" else "remake")


@router.get("/requests/{request_id}/outcomes")
def asked(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Show what is asked and when, and what was answered."""
    seen = Seen(db, me, request_id)
    return page(
        request,
        "requests/outcomes.html.j2",
        seen=seen,
        outcomes=_outcomes(db, me, seen),
        now=clock.now(),
        may_tell=may.may_tell_outcome(seen.seat) is True,
    )


@router.get("/requests/{request_id}/outcomes/{after}")
def question(request: Request, request_id: UUID, after: After, me: Me, db: Db) -> Response:
    """Ask how it goes."""
    return _question(request, Seen(db, me, request_id), after, None)


@router.post("/requests/{request_id}/outcomes/{after}")
def tell(  # noqa: PLR0917 (FastAPI gives them by name)
    request: Request, request_id: UUID, after: After, me: Me, db: Db, sent: Sent
) -> Response:
    """Keep how it goes."""
    form = Form.of(sent)
    if form.given("still_in_use") not in ("yes", "no"):
        wrong = form.but(Wrong("still_in_use", key="requests.wrong_outcome"))
        return _question(request, Seen(db, me, request_id), after, wrong)
    with tried(db, form) as done:
        ask = OutcomeIn(
            still_in_use=form.given("still_in_use") == "yes", answers=outcome_answers(form)
        )
        telling.answer(
            db, me, request_id, after, still_in_use=ask.still_in_use, answers=ask.answers
        )
    if done.went_wrong:
        return _question(request, Seen(db, me, request_id), after, done.form)
    return go(f"/requests/{request_id}/outcomes", "told")


def fit_answers(form: Form) -> dict[str, str]:
    """Return what was chosen and written of a fit, by names that never change."""
    found = {f"good_{each}": "yes" for each in GOOD if form.has("good", each)}
    found |= {f"problem_{each}": "yes" for each in PROBLEMS if form.has("problem", each)}
    for name in ("where", "words"):
        if form.given(name):
            found[name] = form.given(name)
    if form.given("fits") == "change":
        found["nearly"] = "yes"
    return found


def outcome_answers(form: Form) -> dict[str, str]:
    """Return what was chosen and written of how it goes, by names that never change."""
    allowed: dict[str, Sequence[str]] = {"comfortable": FEELS, "does": FEELS, "why_stopped": WHY}
    found = {name: form.given(name) for name, known in allowed.items() if form.given(name) in known}
    if form.given("words"):
        found["words"] = form.given("words")
    return found


def _trying(request: Request, seen: Seen, form: Form) -> Response:
    require(may.may_see(seen.seat, Sees.MEASUREMENTS))
    earlier = queries.fit_checks(seen.db, seen.row.id)
    if earlier:
        usecases.note_reads(seen.db, seen.me, seen.row, frozenset({Sees.MEASUREMENTS}))
    return page(
        request,
        "requests/fit_check.html.j2",
        seen=seen,
        says=SAYS,
        good=GOOD,
        problems=PROBLEMS,
        earlier=earlier,
        can_try=seen.out.state in _TRIED,
        may_tell=may.may_check_fit(seen.seat) is True,
        form=form,
    )


_TRIED: Final = frozenset({State.RECEIVED, State.FIT_CHECK, State.IN_USE})


def _outcomes(db: Session, me: Actor, seen: Seen) -> Sequence[Outcome]:
    require(may.may_see(seen.seat, Sees.WISH))
    rows = outcomes.outcomes_of(db, seen.row.id)
    if any(each.answered_at for each in rows):
        usecases.note_reads(db, me, seen.row, frozenset({Sees.WISH}))
    return rows


def _question(request: Request, seen: Seen, after: str, form: Form | None) -> Response:
    rows = [each for each in _outcomes(seen.db, seen.me, seen) if each.after == after]
    require(may.may_tell_outcome(seen.seat))
    if not rows:
        raise NotFound("question")
    outcome = rows[-1]
    return page(
        request,
        "requests/outcome.html.j2",
        seen=seen,
        outcome=outcome,
        is_early=outcome.due_at > clock.now(),
        feels=FEELS,
        why=WHY,
        form=form if form is not None else _answered(outcome),
    )


def _answered(outcome: Outcome) -> Form:
    if outcome.answered_at is None:
        return Form()
    return Form.filled(
        still_in_use="yes" if outcome.still_in_use else "no", **(outcome.answers or {})
    )
