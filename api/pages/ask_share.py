"""The last task of asking: who may see it, and agreeing to what makers may know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.deps import Db
from api.pages.ask import FIELDS, name_if_other, own_side
from api.pages.ask_tasks import edited, task
from api.pages.forms import BadForm, Form, Sent, Wrong
from api.pages.render import go
from api.pages.telling import Seen
from api.pages.visitor import Me
from api.transaction import Transaction
from registry.actor import Actor
from registry.errors import NotFound
from registry.people.model import Consent
from registry.policies import requests as may
from registry.policies import require
from registry.relations import queries as relations
from registry.relations.usecases import consent, withdraw_consent
from registry.requests.needs import SHARE_WITH_MAKERS
from registry.requests.roles import guardian_of, needs_guardian
from registry.requests.states import Role

router = APIRouter(include_in_schema=False, route_class=Transaction)

WORDS_VERSION: Final = "1"
"""Of the words that people agree to (``ask.agree_1_…``). New words have a new number."""
AGREED: Final = ("before", "chosen", "address", "read", "stop")
"""The sentences of those words."""


@router.get("/ask/{request_id}/share")
def share(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Ask who may see it, and whether somebody agrees to what makers may know."""
    seen = own_side(db, me, request_id)
    return _share_task(request, db, me, seen, Form.filled(who=_who(seen)))


@router.post("/ask/{request_id}/share")
def keep_share(request: Request, request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Keep who may see it, and the agreement with the number of its words."""
    form = Form.of(sent)
    seen = own_side(db, me, request_id)
    require(may.may_edit(seen.seat, FIELDS["share"]))

    def written() -> Mapping[str, Any]:
        wrong = []
        if form.given("who") not in ("public", "asked"):
            wrong.append(Wrong("who", key="ask.wrong_choose"))
        if not form.given("agree") and _agreed(db, me, seen) is None:
            wrong.append(Wrong("agree", key="ask.wrong_not_agreed"))
        if wrong:
            raise BadForm(wrong)
        if _agreed(db, me, seen) is None:
            consent(db, me, SHARE_WITH_MAKERS, WORDS_VERSION, seen.row.person_id)
        return {"is_public": form.given("who") == "public"}

    done = edited(seen, form, written)
    if done.went_wrong:
        return _share_task(request, db, me, seen, done.form)
    return go(f"/ask/{request_id}", "saved")


@router.post("/ask/{request_id}/share/back")
def take_back(request_id: UUID, me: Me, db: Db) -> Response:
    """Take an agreement back. It holds at once."""
    seen = own_side(db, me, request_id)
    row = _agreed(db, me, seen)
    if row is None:
        raise NotFound("agreement")
    withdraw_consent(db, me, row.id)
    return go(f"/ask/{request_id}/share", "taken_back")


def _who(seen: Seen) -> str:
    return "public" if seen.row.is_public else "asked" if seen.row.version > 1 else ""


def _agreed(db: Session, me: Actor, seen: Seen, by: UUID | None = None) -> Consent | None:
    """Return the agreement that the reader, or somebody else, gave for who it is for."""
    who = by or me.person_id
    return next(
        (
            each
            for each in relations.consents(db, seen.row.person_id)
            if each.person_id == seen.row.person_id
            and each.given_by_id == who
            and each.purpose == SHARE_WITH_MAKERS
            and each.withdrawn_at is None
        ),
        None,
    )


def _share_task(request: Request, db: Session, me: Actor, seen: Seen, form: Form) -> Response:
    row, roles = seen.row, seen.seat.roles
    guarded = needs_guardian(db, row)
    guardian = guardian_of(db, row.person_id) if guarded else None
    is_own = bool(roles & {Role.PERSON, Role.GUARDIAN})
    return task(
        request,
        "share",
        seen,
        form,
        is_own=is_own,
        agreed=_agreed(db, me, seen) if is_own else None,
        version=WORDS_VERSION,
        sentences=AGREED,
        guarded=guarded,
        is_guardian=Role.GUARDIAN in roles,
        has_guardian=guardian is not None,
        guardian_agreed=guardian is not None and _agreed(db, me, seen, guardian) is not None,
        person_agreed=_agreed(db, me, seen, row.person_id) is not None,
        for_name=name_if_other(db, me, seen),
    )
