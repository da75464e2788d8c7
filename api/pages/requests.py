"""My requests: where each stands, whose turn it is, and what can be done now."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api.deps import Db
from api.pages import standing
from api.pages.forms import Form, Sent, Wrong, tried
from api.pages.guides import Guide, guides_of
from api.pages.render import go
from api.pages.telling import Seen, page, title_of
from api.pages.visitor import Looking, Me
from api.paging import cut, mark_of
from api.schemas.requests import RequestLine
from api.transaction import Transaction
from api.views import requests as views
from registry import clock
from registry.actor import Actor
from registry.decisions import queries as decisions
from registry.decisions.queries import RECIPE
from registry.errors import NotFound
from registry.fits import queries as fits
from registry.jobs.model import Job
from registry.jobs.queries import holds
from registry.matching import waiting
from registry.outcomes.queries import outcomes_of
from registry.policies import requests as may
from registry.policies import require
from registry.policies.decisions import answers_as
from registry.policies.requests import Sees
from registry.requests import needs, queries, usecases
from registry.requests.states import CLOSED_BECAUSE, Need, Role, State, find_move

router = APIRouter(include_in_schema=False, route_class=Transaction)

PAGE = 20
LISTS: tuple[queries.Mine, ...] = ("person", "supporter", "maker")


@router.get("/requests")
def mine(
    request: Request,
    me: Me,
    db: Db,
    as_: Annotated[Literal["person", "supporter", "maker"], Query(alias="as")] = "person",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """List requests: those for me, those of people I help, and those I make."""
    rows = queries.mine(db, me, as_, mark_of(cursor), PAGE + 1)
    shown, following = cut(rows, PAGE, lambda row: (row.created_at, row.id))
    lines = [views.line(db, me, row, as_) for row in shown]
    return page(
        request,
        "requests/list.html.j2",
        lines=[(line, title_of(db, line.design), _turn(line)) for line in lines],
        lists=LISTS,
        chosen=as_,
        cursor=cursor,
        following=following,
    )


@router.get("/requests/{request_id}")
def one(request: Request, request_id: UUID, me: Me, looking: Looking, db: Db) -> Response:
    """Show where a request stands, whose turn it is, and what can be done."""
    seen = Seen(db, me, request_id)
    state = State(seen.out.state)
    paused_from = State(seen.out.paused_from) if seen.out.paused_from else None
    job = needs.job_of(db, seen.row)
    clock_told = waiting.of(seen.row) if seen.sees(Sees.CLOCK) else None
    return page(
        request,
        "requests/one.html.j2",
        seen=seen,
        state=state,
        way=standing.way(state, paused_from),
        where=standing.where(state, seen.out.closed_because),
        turn=standing.turn(state, seen.out.turn.whose, seen.out.you_are),
        clock=standing.clock(clock_told, clock.now()) if clock_told is not None else [],
        offers=standing.offers(state, seen.out.next),
        seen_as=standing.seen_as(seen.out.you_are),
        to_decide=to_decide(db, seen),
        maker_came=_maker_came(db, seen),
        outcome_due=_outcome_due(db, seen),
        can_write=may.may_edit(seen.seat, frozenset({"wish"})) is True,
        own_side=may.is_own_side(seen.seat),
        guides=_guides(db, me, job, looking.language),
        job=job if Role.MAKER in seen.seat.roles else None,
    )


def _guides(db: Session, me: Actor, job: Job | None, language: str) -> list[Guide]:
    """Return the guides of what is made; none for those who may not know its shape."""
    if job is None or job.kit_fit_id is None:
        return []
    try:
        return guides_of(db, fits.find(db, me, job.kit_fit_id).id, language)
    except NotFound:
        return []


@router.post("/requests/{request_id}/moves")
def move(request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Move it along; where a reason is needed, ask for it on a page of its own."""
    form = Form.of(sent)
    row, _ = queries.find(db, me, request_id)
    to = _state(form.given("to"))
    step = find_move(State(row.state), to)
    if step is not None and Need.REASON in step.needs:
        return go(f"/requests/{row.id}/{'close' if to is State.CLOSED else f'move/{to}'}")
    usecases.move(db, me, row, to)
    return go(f"/requests/{row.id}", "moved")


@router.get("/requests/{request_id}/move/{to}")
def why(request: Request, request_id: UUID, to: str, me: Me, db: Db) -> Response:
    """Ask why it shall move there."""
    return _why(request, Seen(db, me, request_id), to, Form())


@router.post("/requests/{request_id}/move/{to}")
def move_because(  # noqa: PLR0917 (FastAPI gives them by name)
    request: Request, request_id: UUID, to: str, me: Me, db: Db, sent: Sent
) -> Response:
    """Move it, with a reason."""
    form = Form.of(sent)
    row, _ = queries.find(db, me, request_id)
    if not form.given("why"):
        wrong = form.but(Wrong("why", key="common.wrong_missing"))
        return _why(request, Seen(db, me, request_id), to, wrong)
    with tried(db, form) as done:
        usecases.move(db, me, row, _state(to), form.given("why"))
    if done.went_wrong:
        return _why(request, Seen(db, me, request_id), to, done.form)
    return go(f"/requests/{row.id}", "moved")


@router.get("/requests/{request_id}/close")
def closing(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Ask why it shall be closed. Needing nothing after all is a good reason."""
    return _closing(request, Seen(db, me, request_id), Form())


@router.post("/requests/{request_id}/close")
def close(request: Request, request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Close it."""
    form = Form.of(sent)
    row, _ = queries.find(db, me, request_id)
    if form.given("why") not in CLOSED_BECAUSE:
        wrong = form.but(Wrong("why", key="ask.wrong_choose"))
        return _closing(request, Seen(db, me, request_id), wrong)
    usecases.move(db, me, row, State.CLOSED, form.given("why"))
    return go(f"/requests/{row.id}", "closed")


@router.get("/requests/{request_id}/history")
def history(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Show what happened so far; nobody's words are in it."""
    seen = Seen(db, me, request_id)
    require(may.may_see(seen.seat, Sees.CLOCK))
    events = views.happened(db, me, seen.row, seen.seat)
    told = [(each.at, standing.event(each.what, each.by, each.detail)) for each in events]
    return page(request, "requests/history.html.j2", seen=seen, events=told)


def to_decide(db: Session, seen: Seen) -> list[tuple[UUID, str]]:
    """Return the decisions that wait for the reader's own answer, newest first."""
    role = answers_as(seen.seat)
    if not seen.sees(Sees.DECISIONS) or role is None or seen.out.state in _NOTHING_DECIDED:
        return []
    said = decisions.standing(db, seen.row)
    found = []
    for decision, answers in reversed(decisions.decisions_of(db, seen.row.id)):
        if decision.withdrawn_at is not None:
            continue
        if decision.kind == RECIPE:
            open_ = decision.id == said.decision_id and role in said.waits_for
        else:
            open_ = decision.proposed_by_id != seen.me.person_id and not any(
                each.by_id == seen.me.person_id for each in answers
            )
        if open_:
            found.append((decision.id, decision.question))
    return found


_NOTHING_DECIDED = frozenset({State.DRAFT, State.CLOSED})


def _turn(line: RequestLine) -> standing.TurnTold:
    return standing.turn(State(line.state), line.turn.whose, line.you_are)


def _maker_came(db: Session, seen: Seen) -> bool:
    if not may.is_own_side(seen.seat) or seen.out.state != State.OPEN:
        return False
    job = needs.job_of(db, seen.row)
    return job is not None and job.confirmed_at is None and holds(job, job.holder_id)


def _outcome_due(db: Session, seen: Seen) -> str | None:
    if seen.out.state != State.IN_USE or may.may_tell_outcome(seen.seat) is not True:
        return None
    now = clock.now()
    due = (
        each.after
        for each in outcomes_of(db, seen.row.id)
        if each.answered_at is None and each.due_at <= now
    )
    return next(due, None)


def _state(to: str) -> State:
    try:
        return State(to)
    except ValueError:
        raise NotFound("state") from None


def _why(request: Request, seen: Seen, to: str, form: Form) -> Response:
    offers = standing.offers(State(seen.out.state), seen.out.next)
    offer = next((each for each in offers if each.to == to and each.asks_why), None)
    if offer is None or offer.to is State.CLOSED:
        raise NotFound("move")
    return page(request, "requests/why.html.j2", seen=seen, offer=offer, form=form)


def _closing(request: Request, seen: Seen, form: Form) -> Response:
    if not any(each.to == State.CLOSED for each in seen.out.next):
        raise NotFound("move")
    return page(
        request,
        "requests/close.html.j2",
        seen=seen,
        reasons=CLOSED_BECAUSE,
        form=form,
    )
