"""Finding what helps: it begins with what somebody wants to do, and names no device."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from api.deps import Db
from api.pages import cookies, shelf, wishes
from api.pages.forms import Form, Sent, Wrong
from api.pages.render import go, page
from api.pages.text import Words
from api.pages.visitor import Looking
from api.transaction import Transaction

router = APIRouter(include_in_schema=False, route_class=Transaction)

Topics = Annotated[list[str] | None, Query(max_length=20)]


@router.get("/")
def first(request: Request, _who: Looking) -> Response:
    """Ask what somebody would like to be able to do."""
    return _first(request, Form.filled(words=cookies.wish(request)))


@router.post("/find")
def ask(request: Request, who: Looking, sent: Sent) -> Response:
    """Lead to what answers words and pictures. The words stay with the person."""
    form = Form.of(sent)
    said = form.given("words")
    chosen = [topic for topic in wishes.TOPICS if form.has("topic", topic)]
    if not said and not chosen:
        return _first(request, form.but(Wrong("words", key="find.say_or_choose")))
    if len(said) > cookies.LONGEST_WISH:
        most = {"most": cookies.LONGEST_WISH}
        return _first(request, form.but(Wrong("words", key="common.wrong_too_long", values=most)))
    spoken = wishes.topics_of(said, Words(who.language, "find"))
    topics = dict.fromkeys((*chosen, *spoken))
    answer = go(f"/find?{urlencode([('topic', topic) for topic in topics])}".rstrip("?"))
    cookies.keep_wish(request, answer, said)
    return answer


@router.get("/find")
def found(request: Request, _who: Looking, db: Db, topic: Topics = None) -> Response:
    """Show designs that may help, and that something new can be asked for."""
    topics = [each for each in wishes.TOPICS if each in (topic or ())]
    return page(
        request,
        "find/found.html.j2",
        topics=topics,
        said=cookies.wish(request),
        answers=shelf.answers(db, wishes.designs_for(topics)),
    )


def _first(request: Request, form: Form) -> Response:
    status = 422 if form.wrong else 200
    return page(request, "find/first.html.j2", status=status, form=form, topics=wishes.TOPICS)
