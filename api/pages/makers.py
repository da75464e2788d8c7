"""Who could make it: makers with their reasons, asking them, and answering one who came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.deps import Config, Db
from api.kits import ask_kit
from api.pages import standing
from api.pages.forms import Form, Sent, Wrong, tried
from api.pages.render import go
from api.pages.telling import Seen, page
from api.pages.visitor import Me
from api.transaction import Transaction
from registry.errors import NotFound
from registry.jobs import declining
from registry.jobs import usecases as jobs
from registry.jobs.model import Job
from registry.jobs.queries import holds
from registry.matching import usecases
from registry.matching.queries import Match
from registry.matching.usecases import Seen as Matched
from registry.people.model import Maker
from registry.policies import jobs as may
from registry.policies import require
from registry.policies.requests import may_edit
from registry.requests import queries
from registry.requests.needs import job_of
from registry.requests.states import State
from registry.requests.usecases import Written, edit

router = APIRouter(include_in_schema=False, route_class=Transaction)


@router.get("/requests/{request_id}/makers")
def makers(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Show who could make it, best first, each with every reason in plain words."""
    return _shown(request, Seen(db, me, request_id), Form())


@router.post("/requests/{request_id}/makers/ask")
def ask(request: Request, request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Ask one maker or several."""
    form = Form.of(sent)
    chosen = [_id(each) for each in form.all("maker_ids")]
    if not chosen:
        wrong = form.but(Wrong("maker_ids", key="requests.makers_wrong"))
        return _shown(request, Seen(db, me, request_id), wrong)
    with tried(db, form) as done:
        usecases.ask(db, me, request_id, chosen)
    if done.went_wrong:
        return _shown(request, Seen(db, me, request_id), done.form)
    return go(f"/requests/{request_id}/makers", "asked")


@router.post("/requests/{request_id}/makers/answer")
def answer(request_id: UUID, me: Me, db: Db, sent: Sent, config: Config) -> Response:
    """Say yes or no to the maker who came. After a yes their kit is made."""
    form = Form.of(sent)
    row, _ = queries.find(db, me, request_id)
    job = job_of(db, row)
    if job is None:
        raise NotFound("maker who came")
    claim = int(form.given("claim")) if form.given("claim").isdecimal() else 0
    if form.given("answer") == "yes":
        ask_kit(db, config, me, jobs.confirm(db, me, job.id, claim))
        return go(f"/requests/{request_id}", "confirmed")
    declining.decline(db, me, job.id, claim)
    return go(f"/requests/{request_id}/makers", "declined")


@router.post("/requests/{request_id}/makers/open")
def open_to_all(request_id: UUID, me: Me, db: Db) -> Response:
    """Let makers come by themselves."""
    row, _ = queries.find(db, me, request_id)
    edit(db, me, request_id, row.version, Written({"is_public": True}))
    return go(f"/requests/{request_id}/makers", "open_all")


def _shown(request: Request, seen: Seen, form: Form) -> Response:
    require(may.may_see_matches(seen.seat.roles, seen.seat.grants))
    matched: Matched | None = None
    asked: dict[UUID, Any] = {}
    if seen.row.latitude is not None:
        matched = usecases.see_matches(seen.db, seen.me, seen.row.id)
        asked = {each.maker_id: each for each in usecases.see_asked(seen.db, seen.me, seen.row.id)}
    job = job_of(seen.db, seen.row)
    roles, minor = seen.seat.roles, seen.row.for_minor
    may_ask = may.may_ask_makers(roles, seen.seat.grants, for_minor=minor)
    may_confirm = may.may_confirm(roles, for_minor=minor)
    found = list(matched.found.makers) if matched is not None else []
    return page(
        request,
        "requests/makers.html.j2",
        seen=seen,
        makers=[(each, _reasons(each), asked.get(each.maker_id)) for each in found],
        looked_km=matched.found.circle_km if matched is not None else 0,
        everywhere_km=standing.EVERYWHERE_KM,
        has_place=matched is not None,
        claimant=_claimant(seen.db, job, seen.out.state),
        job=job,
        is_open=seen.out.state == State.OPEN,
        may_ask=may_ask is True,
        may_confirm=may_confirm is True,
        may_open=may_edit(seen.seat, frozenset({"is_public"})) is True and not seen.row.is_public,
        form=form,
    )


def _reasons(match: Match) -> list[tuple[bool, standing.Said]]:
    return [(standing.is_good(each), standing.reason(each)) for each in match.reasons]


def _claimant(db: Session, job: Job | None, state: str) -> Maker | None:
    """Return the maker who waits for an answer: what they show to everybody."""
    if job is None or state != State.OPEN or job.confirmed_at is not None:
        return None
    return db.get(Maker, job.holder_id) if holds(job, job.holder_id) else None


def _id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise NotFound("maker") from None
