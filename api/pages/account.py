"""Opening an account, signing in and signing out."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from api.deps import Db, limited
from api.pages import cookies
from api.pages.forms import Form, Sent, Wrong, tried
from api.pages.render import go, own_path, page
from api.pages.visitor import Looking
from api.routes.people import SIGN_INS, SIGN_INS_OF_ONE, SIGN_UPS
from api.schemas.people import AccountIn, SessionIn
from api.transaction import Transaction
from registry.errors import NotSignedIn
from registry.people import usecases

router = APIRouter(include_in_schema=False, route_class=Transaction)

Next = Annotated[str, Query(max_length=500)]

CODE_NEEDED: Final = "code_needed"


@router.get("/sign-up")
def show_sign_up(request: Request, _who: Looking, next: Next = "/") -> Response:
    """Ask for what an account needs."""
    return page(request, "account/sign_up.html.j2", next=own_path(next))


@router.post("/sign-up")
def sign_up(request: Request, who: Looking, db: Db, sent: Sent) -> Response:
    """Open an account. What comes next is the same when the address already has one."""
    limited(request, SIGN_UPS)
    then = own_path(Form.of(sent).given("next"))
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(
            AccountIn,
            password=it.form.secret("password"),
            born=it.form.day("born"),
            languages=[who.language],
        )
        usecases.open_account(
            db,
            ask.email,
            ask.password,
            name=ask.name,
            born=ask.born,
            languages=tuple(ask.languages),
        )
    if it.went_wrong:
        return page(request, "account/sign_up.html.j2", status=422, form=it.form, next=then)
    return go(_sign_in_path(then), "opened")


@router.get("/sign-in")
def show_sign_in(
    request: Request,
    who: Looking,
    next: Next = "/",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Ask who it is."""
    if who.is_signed_in:
        return go(own_path(next))
    return _sign_in_page(request, Form(), own_path(next), done)


@router.post("/sign-in")
def sign_in(request: Request, _who: Looking, db: Db, sent: Sent) -> Response:
    """Sign somebody in, and lead them to where they wanted to go."""
    form = Form.of(sent)
    then = own_path(form.given("next"))
    limited(request, SIGN_INS)
    limited(request, SIGN_INS_OF_ONE, form.given("email").casefold())
    try:
        with tried(db, form) as it:
            ask = form.read(SessionIn, password=form.secret("password"))
            found = usecases.sign_in(db, ask.email, ask.password, ask.code)
    except NotSignedIn as error:
        needs_code = error.code == CODE_NEEDED
        key = "account.code_needed" if needs_code else "account.wrong_password"
        again = form.but(Wrong("code" if needs_code else "password", key=key))
        return _sign_in_page(request, again, then)
    if it.went_wrong:
        return _sign_in_page(request, it.form, then)
    answer = go(then)
    cookies.sign_in(request, answer, found.secret, found.expires_at)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, who: Looking, db: Db) -> Response:
    """End the sign-in of this browser, and nothing of it stays."""
    if who.is_signed_in:
        usecases.sign_out(db, who.actor)
    answer = go("/sign-in", "out")
    cookies.sign_out(request, answer)
    return answer


def _sign_in_page(request: Request, form: Form, then: str, done: str = "") -> Response:
    return page(
        request,
        "account/sign_in.html.j2",
        status=422 if form.wrong else 200,
        form=form,
        next=then,
        done=done if done in ("opened", "out", "new_password") else "",
    )


def _sign_in_path(then: str) -> str:
    return "/sign-in" if then == "/" else f"/sign-in?next={quote(then)}"
