"""A way back into an account whose password was forgotten: asking for a link, and using it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import passwords as ways_back
from api.deps import Config, Db, limited
from api.pages.forms import Form, Sent, tried
from api.pages.render import go, page
from api.pages.visitor import Looking
from api.schemas.people import NewPasswordIn, PasswordLinkIn
from api.transaction import Transaction
from registry.errors import NotFound
from registry.people import passwords

router = APIRouter(include_in_schema=False, route_class=Transaction)


@router.get("/forgotten-password")
def show_forgotten(
    request: Request,
    _who: Looking,
    settings: Config,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Ask for whose account it is, or say what comes next: for every address the same."""
    return page(
        request,
        "account/forgotten.html.j2",
        is_sent=done == "sent",
        can_mail=settings.mail_url is not None,
    )


@router.post("/forgotten-password")
def ask_for_link(request: Request, _who: Looking, db: Db, settings: Config, sent: Sent) -> Response:
    """Let a link be mailed, as POST /api/v1/password-links does."""
    form = Form.of(sent)
    limited(request, ways_back.ASKS)
    limited(request, ways_back.ASKS_OF_ONE, form.given("email").casefold())
    if settings.mail_url is None:
        return go("/forgotten-password")
    with tried(db, form) as it:
        ways_back.ask_for_link(db, settings, form.read(PasswordLinkIn).email)
    if it.went_wrong:
        return page(
            request,
            "account/forgotten.html.j2",
            status=422,
            form=it.form,
            is_sent=False,
            can_mail=True,
        )
    return go("/forgotten-password", "sent")


@router.get("/new-password")
def show_new(request: Request, _who: Looking, db: Db, link: str = "") -> Response:
    """Ask whoever opens a link for a new password. Looking at it does not use it up."""
    if not passwords.is_open(db, link):
        return _ended(request)
    return page(request, "account/new_password.html.j2", link=link)


@router.post("/new-password")
def set_new(request: Request, _who: Looking, db: Db, sent: Sent) -> Response:
    """Set it, as PUT /api/v1/password does, and lead to the sign-in."""
    form = Form.of(sent)
    limited(request, ways_back.USES)
    try:
        with tried(db, form) as it:
            ask = form.read(NewPasswordIn, password=form.secret("password"))
            passwords.use_link(db, ask.link, ask.password)
    except NotFound:
        return _ended(request)
    if it.form.error("link"):
        return _ended(request)
    if it.went_wrong:
        return page(
            request,
            "account/new_password.html.j2",
            status=422,
            form=it.form,
            link=form.given("link"),
        )
    return go("/sign-in", "new_password")


def _ended(request: Request) -> Response:
    return page(request, "account/link_ended.html.j2", status=404)
