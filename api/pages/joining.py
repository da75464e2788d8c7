"""Joining a team by the link of an invitation: who invites to what, and a yes."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api.deps import Db
from api.pages.forms import Form, Sent, tried
from api.pages.render import go, page
from api.pages.visitor import Looking, Me
from api.transaction import Transaction
from registry.actor import Actor
from registry.adaptations import invitations
from registry.adaptations.membership import own_name
from registry.errors import NotFound

router = APIRouter(include_in_schema=False, route_class=Transaction)

LONGEST: Final = 100
"""Characters of a secret, and some more."""

Secret = Annotated[str, Query(alias="with")]


@router.get("/teams/join")
def ask(request: Request, who: Looking, db: Db, secret: Secret = "") -> Response:
    """Ask whoever opens a link whether they want to join."""
    if not who.is_signed_in:
        # With the link's secret, which the way that all pages go would lose.
        secret = quote(secret[:LONGEST], safe="")
        return go(f"/sign-in?next={quote(f'/teams/join?with={secret}', safe='')}")
    return _asked(request, who.actor, db, secret, Form())


@router.post("/teams/join")
def join(request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Join, as POST /api/v1/teams/joins does."""
    form = Form.of(sent)
    secret = form.given("with")
    try:
        with tried(db, form) as it:
            team, _ = invitations.join(
                db, me, secret[:LONGEST], shows_name=form.has("shows_name", "yes")
            )
    except NotFound:
        return _ended(request)
    if it.went_wrong:
        return _asked(request, me, db, secret, it.form, status=422)
    return go(f"/teams/{team.id}", "joined")


def _asked(
    request: Request, me: Actor, db: Session, secret: str, form: Form, *, status: int = 200
) -> Response:
    try:
        found = invitations.look_at(db, me, secret[:LONGEST])
    except NotFound:
        return _ended(request)
    return page(
        request,
        "teams/join.html.j2",
        form=form,
        status=status,
        invited=found,
        secret=secret,
        own=own_name(db, me),
    )


def _ended(request: Request) -> Response:
    return page(request, "teams/ended.html.j2", status=404)
