"""A password, where somebody is signed in, a second factor, and tokens for programs.

Secrets are shown once, in the answer to the form that made them: they can be kept nowhere, and so
this is the one answer to a form that does not lead on to a page.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import segno
from fastapi import APIRouter, Query, Request, Response

from api.deps import Db, limited
from api.pages.forms import Form, Sent, tried
from api.pages.render import go, page
from api.pages.visitor import Me, MyId
from api.routes.people import SIGN_INS_OF_ONE
from api.schemas.people import CodeIn, PasswordIn, TokenIn
from api.transaction import Transaction
from registry.actor import PERSON_SCOPES, Actor
from registry.people import queries, usecases
from registry.people import second_factor as factor
from registry.people.model import Person

router = APIRouter(include_in_schema=False, route_class=Transaction)

Done = Annotated[str, Query(max_length=20)]
DONE = ("out", "off", "ended", "password")


@router.get("/me/safety")
def safety(request: Request, me: Me, db: Db, done: Done = "") -> Response:
    """Show sign-ins, the second factor and tokens."""
    return _safety(request, me, db, done=done if done in DONE else "")


@router.post("/me/safety/sign-out-elsewhere")
def sign_out_elsewhere(me: Me, db: Db) -> Response:
    """End every other sign-in."""
    usecases.sign_out_elsewhere(db, me)
    return go("/me/safety", "out")


@router.post("/me/safety/password")
def change_password(request: Request, me: Me, my_id: MyId, db: Db, sent: Sent) -> Response:
    """Change the password, and end every other sign-in."""
    limited(request, SIGN_INS_OF_ONE, str(my_id))
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(PasswordIn)
        usecases.change_password(db, me, ask.old, ask.new)
    if it.went_wrong:
        return _safety(request, me, db, form=it.form)
    return go("/me/safety", "password")


@router.post("/me/safety/factor")
def begin_factor(request: Request, me: Me, db: Db) -> Response:
    """Begin a second factor and show what the code app reads."""
    with tried(db, Form()) as it:
        address = factor.begin(db, me)
    if it.went_wrong:
        return _safety(request, me, db, form=it.form)
    return _factor(request, address)


@router.post("/me/safety/factor/confirm")
def confirm_factor(request: Request, me: Me, my_id: MyId, db: Db, sent: Sent) -> Response:
    """Let the second factor count, and show recovery codes once."""
    limited(request, SIGN_INS_OF_ONE, str(my_id))
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(CodeIn)
        codes = factor.confirm(db, me, ask.code)
    if not it.went_wrong:
        return page(request, "safety/codes.html.j2", codes=codes)
    person = db.get_one(Person, my_id)
    if person.totp_secret is None or person.totp_confirmed_at is not None:
        return _safety(request, me, db, form=it.form)
    return _factor(request, factor.address_of(person), it.form)


@router.post("/me/safety/factor/off")
def take_off_factor(request: Request, me: Me, my_id: MyId, db: Db, sent: Sent) -> Response:
    """Take the second factor off; a recovery code will do."""
    limited(request, SIGN_INS_OF_ONE, str(my_id))
    with tried(db, Form.of(sent)) as it:
        factor.take_off(db, me, it.form.read(CodeIn).code)
    if it.went_wrong:
        return _safety(request, me, db, form=it.form)
    return go("/me/safety", "off")


@router.post("/me/safety/tokens")
def make_token(request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Make a token for a program, and show its secret once."""
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(TokenIn, lists=("scopes",))
        made = usecases.make_token(db, me, ask.name, tuple(ask.scopes), ask.days)
    if it.went_wrong:
        return _safety(request, me, db, form=it.form)
    return page(request, "safety/token.html.j2", made=made, called=ask.name)


@router.post("/me/safety/tokens/{token_id}/end")
def end_token(token_id: UUID, me: Me, db: Db) -> Response:
    """End a token at once."""
    usecases.revoke_token(db, me, token_id)
    return go("/me/safety", "ended")


def _safety(request: Request, me: Actor, db: Db, **more: Any) -> Response:
    form = more.get("form")
    return page(
        request,
        "safety/all.html.j2",
        status=422 if form else 200,
        form=form,
        done=more.get("done", ""),
        person=db.get_one(Person, me.person_id),
        sign_ins=queries.sign_ins(db, me.person_id),
        current=me.sign_in_id,
        tokens=queries.tokens(db, me.person_id),
        scopes=PERSON_SCOPES,
    )


def _factor(request: Request, address: str, form: Form | None = None) -> Response:
    status = 422 if form else 200
    return page(
        request,
        "safety/factor.html.j2",
        status=status,
        form=form,
        address=address,
        secret=address.partition("secret=")[2].partition("&")[0],
        picture=_picture(address),
    )


def _picture(address: str) -> str:
    """Return a picture of an address that a code app reads, as a data address."""
    return segno.make(address, error="m").svg_data_uri(scale=6, border=4, light="white")
