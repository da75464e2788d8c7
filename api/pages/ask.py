"""Asking: a list of tasks that can be done in any order, kept, and gone on with another day."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy import any_, literal, select
from sqlalchemy.orm import Session

from api.deps import Db
from api.pages import standing
from api.pages.forms import Form, Sent, tried
from api.pages.render import go
from api.pages.telling import Seen, page, title_of
from api.pages.visitor import Looking, Me
from api.transaction import Transaction
from registry.actor import Actor
from registry.errors import NotFound
from registry.matching.waiting import WIDENS_AFTER
from registry.people.model import Guardianship, Person, Support
from registry.policies import requests as may
from registry.requests import queries, usecases
from registry.requests.discarding import discard
from registry.requests.states import State
from registry.requests.usecases import Written

router = APIRouter(include_in_schema=False, route_class=Transaction)

TASKS: Final = ("wish", "design", "fit", "pictures", "place", "contact", "share")


@router.get("/ask")
def start(request: Request, who: Looking, db: Db) -> Response:
    """Say what asking is; go on with what was begun, or begin."""
    me = who.actor
    drafts = [
        row
        for row in (queries.mine(db, me, "person", None, 100) if who.is_signed_in else ())
        if row.state in (State.DRAFT, State.READY)
    ]
    query = request.query_params
    return page(
        request,
        "ask/start.html.j2",
        drafts=[(row, title_of(db, row.design)) for row in drafts],
        people=_people(db, me),
        design=query.get("design", "")[:80],
        fit=query.get("fit", "")[:40],
        then=f"/ask?{request.url.query}" if request.url.query else "/ask",
    )


@router.post("/ask")
def begin(me: Me, db: Db, sent: Sent) -> Response:
    """Begin a draft, with what is known already: where somebody lives and how they like to talk."""
    form = Form.of(sent)
    chosen = form.given("person")
    person_id = next((each for each, _ in _people(db, me) if str(each) == chosen), me.person_id)
    fields: dict[str, object] = {}
    if person_id == me.person_id:
        person = db.get_one(Person, me.person_id)
        channels = (person.contact or {}).get("channels") or [None]
        fields["channel"] = channels[0]
        place = person.place or {}
        if place.get("country") and place.get("town"):
            fields["place"] = place
    if title_of(db, form.given("design") or None):
        fields["design"] = form.given("design")
    row = usecases.write(db, me, Written(fields), person_id)
    fit = form.given("fit")
    return go(f"/ask/{row.id}/fit?fit={fit}" if _is_id(fit) else f"/ask/{row.id}")


@router.get("/ask/{request_id}")
def tasks(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Show the tasks, what is done, and what may wait."""
    seen = own_side(db, me, request_id)
    return page(
        request,
        "ask/tasks.html.j2",
        seen=seen,
        tasks=[(task, *status_of(db, seen, task)) for task in TASKS],
        for_name=name_if_other(db, me, seen),
        is_draft=seen.out.state in (State.DRAFT, State.READY),
        can_change=may.can_change_now(seen.seat.state, frozenset({"wish"})) is True,
        can_discard=_can_discard(db, me, seen),
        can_close=any(each.to == State.CLOSED for each in seen.out.next),
    )


@router.get("/ask/{request_id}/check")
def check(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Show all of it once more."""
    return _check(request, own_side(db, me, request_id), Form())


@router.post("/ask/{request_id}/check")
def send(request: Request, request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Say that it is written; whoever may, shows it to makers with it."""
    form = Form.of(sent)
    seen = own_side(db, me, request_id)
    with tried(db, form) as done:
        if seen.row.state == State.DRAFT:
            usecases.move(db, me, seen.row, State.READY)
        if _opens(seen) and seen.row.state == State.READY:
            usecases.move(db, me, seen.row, State.OPEN)
    if done.went_wrong:
        return _check(request, own_side(db, me, request_id), done.form)
    return go(f"/ask/{request_id}/sent")


@router.get("/ask/{request_id}/sent")
def sent_off(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Say what happens next, and by when."""
    seen = own_side(db, me, request_id)
    opened = seen.out.opened_at
    return page(
        request,
        "ask/sent.html.j2",
        seen=seen,
        is_open=seen.out.state == State.OPEN and opened is not None,
        days=[opened + wait for wait in WIDENS_AFTER] if opened is not None else [],
    )


@router.get("/ask/{request_id}/throw-away")
def throwing(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Ask once more whether a draft shall be gone."""
    seen = own_side(db, me, request_id)
    if not _can_discard(db, me, seen):
        raise NotFound("draft")
    return page(request, "ask/throw_away.html.j2", seen=seen)


@router.post("/ask/{request_id}/throw-away")
def throw_away(request_id: UUID, me: Me, db: Db) -> Response:
    """Throw a draft away."""
    discard(db, me, request_id)
    return go("/ask", "thrown_away")


def own_side(db: Session, me: Actor, request_id: UUID) -> Seen:
    """Return a request that somebody may write for.

    Raises:
        NotFound: there is none that they may know of from the person's side.
    """
    seen = Seen(db, me, request_id)
    if not may.is_own_side(seen.seat):
        raise NotFound("request")
    return seen


def name_if_other(db: Session, me: Actor, seen: Seen) -> str:
    """Return the name of who a request is for, where that is not the reader."""
    if seen.row.person_id == me.person_id:
        return ""
    return queries.name_of(db, seen.row.person_id) or ""


def status_of(db: Session, seen: Seen, task: str) -> tuple[str, bool]:
    """Return whether a task is ``done``, ``to_do`` or ``optional``, and whether it can be done."""
    out = seen.out
    wish = out.wish or {}
    done = {
        "wish": any(wish.get(part) for part in ("words", "choices", "pictures")),
        "design": out.design is not None,
        "fit": bool(out.measurements),
        "pictures": bool(queries.pictures(db, out.id)),
        "place": bool(out.country),
        "contact": out.channel is not None,
        "share": not _lacks(seen, "needs_consent", "needs_guardian"),
    }[task]
    needed = task in ("wish", "place", "share")
    fields = FIELDS[task]
    can = task in ("pictures", "share") or may.may_edit(seen.seat, fields) is True
    return "done" if done else "to_do" if needed else "optional", can


FIELDS: Final[dict[str, frozenset[str]]] = {
    "wish": frozenset({"wish"}),
    "design": frozenset({"design", "design_version"}),
    "fit": frozenset({"measurements"}),
    "pictures": frozenset(),
    "place": frozenset({"place"}),
    "contact": frozenset({"channel", "languages"}),
    "share": frozenset({"is_public"}),
}
"""What of a request each task writes."""


def _lacks(seen: Seen, *codes: str) -> bool:
    """Whether showing it to makers lacks one of these, whoever it is that may show it."""
    from registry.requests.needs import has_consent
    from registry.requests.states import MOVES

    open_ = next(each for each in MOVES[State.READY] if each.to is State.OPEN)
    answer = has_consent(seen.db, seen.row, open_, "")
    return not answer and getattr(answer, "code", "") in codes


def _opens(seen: Seen) -> bool:
    return bool(seen.seat.roles & {"person", "guardian"})


def _check(request: Request, seen: Seen, form: Form) -> Response:
    missing = []
    if status_of(seen.db, seen, "wish")[0] != "done":
        missing.append(("wish", standing.missing("needs_wish")))
    if status_of(seen.db, seen, "place")[0] != "done":
        missing.append(("place", standing.Said("requests.needs_place")))
    if _opens(seen) and status_of(seen.db, seen, "share")[0] != "done":
        code = "needs_guardian" if _lacks(seen, "needs_guardian") else "needs_consent"
        missing.append(("share", standing.missing(code)))
    return page(
        request,
        "ask/check.html.j2",
        seen=seen,
        missing=missing,
        opens=_opens(seen),
        can_send=seen.out.state in (State.DRAFT, State.READY),
        for_name=name_if_other(seen.db, seen.me, seen),
        pictures=len(queries.pictures(seen.db, seen.row.id)),
        form=form,
    )


def _people(db: Session, me: Actor) -> list[tuple[UUID, str]]:
    """Return whom somebody may write for besides themselves, with their names."""
    if me.person_id is None:
        return []
    supported = select(Support.person_id).where(
        Support.supporter_id == me.person_id,
        Support.withdrawn_at.is_(None),
        literal("write") == any_(Support.may),
    )
    guarded = select(Guardianship.young_person_id).where(
        Guardianship.guardian_id == me.person_id,
        Guardianship.is_primary,
        Guardianship.accepted_at.is_not(None),
        Guardianship.frozen_at.is_(None),
        Guardianship.ended_at.is_(None),
    )
    found = db.scalars(
        select(Person).where(
            Person.id.in_(supported) | Person.id.in_(guarded), Person.erased_at.is_(None)
        )
    )
    return sorted(((each.id, each.name or "") for each in found), key=lambda row: row[1])


def _can_discard(db: Session, me: Actor, seen: Seen) -> bool:
    from registry.requests.needs import job_of

    wrote_it = seen.row.made_by_id == me.person_id
    was_open = job_of(db, seen.row) is not None
    return bool(may.may_discard(seen.seat, wrote_it=wrote_it)) and bool(
        may.can_discard_now(seen.seat.state, was_open=was_open)
    )


def _is_id(given: str) -> bool:
    try:
        UUID(given)
    except ValueError:
        return False
    return True
