"""The first page for makers: what they make, what waits near them, and what they offer."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.deps import Db
from api.pages.forms import Form, Sent, tried
from api.pages.render import go, page
from api.pages.text import LANGUAGES
from api.pages.visitor import Looking, Me
from api.schemas.makers import MakerIn
from api.transaction import Transaction
from api.views import jobs as job_views
from api.views import makers as views
from registry.actor import Actor
from registry.errors import NotFound
from registry.jobs import usecases
from registry.people import makers
from registry.people.makers import Offer
from registry.people.model import Maker

router = APIRouter(include_in_schema=False, route_class=Transaction)

A_PAGE: Final = 18
"""Jobs of those near by on one page: a phone loads them fast, and nobody reads more at once."""

KM: Final = (0, 30, 100, 300, 1000, 20_000)
"""How far somebody sends things, to choose from: nowhere, or so many km."""


def maker_of(db: Session, me: Actor) -> Maker | None:
    """Return what somebody offers, None where they offer nothing yet."""
    try:
        return makers.mine(db, me) if me.person_id is not None else None
    except NotFound:
        return None


@router.get("/make")
def first(request: Request, who: Looking, db: Db) -> Response:
    """Show a maker their jobs and those near them; others, what making is about."""
    maker = maker_of(db, who.actor)
    if maker is None:
        return page(request, "make/about.html.j2")
    after = request.query_params.get("after")
    seen = usecases.board(db, who.actor, job_views.read_cursor(after), A_PAGE)
    return page(
        request,
        "make/board.html.j2",
        maker=views.mine(db, maker),
        mine=[job_views.job(db, job, asked) for job, asked in seen.mine] if not after else [],
        open=[job_views.open_job(db, each) for each in seen.open],
        after=after,
        following=job_views.as_cursor(seen.after),
        done=request.query_params.get("done", ""),
    )


@router.get("/make/offer")
def offer(request: Request, me: Me, db: Db) -> Response:
    """Show what one offers, to be changed."""
    maker = maker_of(db, me)
    return _offer_page(request, Form() if maker is None else _filled(maker), is_new=maker is None)


@router.post("/make/offer")
def keep_offer(request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Keep what one offers."""
    form, before = Form.of(sent), maker_of(db, me)
    with tried(db, form) as done:
        ask = form.read(
            MakerIn,
            lists=("languages",),
            tools=_split(form.given("tools")),
            is_active=not form.has("pause", "yes"),
        )
        makers.offer(
            db,
            me,
            Offer(
                shown_name=ask.shown_name,
                says=ask.says,
                town=ask.town,
                country=ask.country,
                sends_km=ask.sends_km,
                # Pages ask for a distance; countries that a program named stay as they were.
                sends_to=tuple(before.sends_to) if before is not None else (),
                languages=tuple(ask.languages),
                channels=tuple(before.channels) if before is not None else (),
                tools=tuple(ask.tools),
                most_jobs=ask.most_jobs,
                is_active=ask.is_active,
            ),
        )
    if done.went_wrong:
        return _offer_page(request, done.form, is_new=before is None, status=422)
    return go("/make" if before is not None else "/make/printers", done="offer")


def _offer_page(request: Request, form: Form, *, is_new: bool, status: int = 200) -> Response:
    return page(
        request, "make/offer.html.j2", form=form, status=status, is_new=is_new, km=KM,
        languages=LANGUAGES,
    )  # fmt: skip


def _filled(maker: Maker) -> Form:
    facts: dict[str, Any] = {
        name: getattr(maker, name)
        for name in ("shown_name", "says", "country", "sends_km", "languages", "most_jobs")
    }
    # The place is kept to about 10 km; its town is what was named for it.
    return Form.filled(
        **facts,
        town=maker.region,
        tools=", ".join(maker.tools),
        pause=None if maker.is_active else "yes",
    )


def _split(said: str) -> list[str]:
    # As people separate things in their languages: also an Arabic comma.
    return [each.strip() for each in re.split("[,،;؛\n]", said) if each.strip()]
