"""What belongs to everybody: how pages look, and what this place is, in plain words and easy read.

Pages of words come from their catalogue alone: sections of the page ``privacy`` are
``everyone.privacy_1_title`` and ``everyone.privacy_1`` and so on, as many as there are.
"""

from __future__ import annotations

from itertools import count, takewhile
from typing import Final

from fastapi import APIRouter, Request, Response

from api.pages import cookies
from api.pages.forms import Form, Sent
from api.pages.render import go, own_path, page
from api.pages.text import ENGLISH, LANGUAGES, Words
from api.pages.visitor import SIZES, UNITS
from api.transaction import Transaction
from registry.errors import NotFound

router = APIRouter(include_in_schema=False, route_class=Transaction)

LOOKS = {"language": tuple(LANGUAGES), "size": SIZES, "unit": UNITS}


@router.post("/look")
def keep_look(request: Request, sent: Sent) -> Response:
    """Keep a language, a size of print or a unit, and go back to where it was chosen."""
    form = Form.of(sent)
    answer = go(own_path(form.given("back")))
    wishes = {name: form.given(name) for name, known in LOOKS.items() if form.given(name) in known}
    cookies.keep_look(request, answer, **wishes)
    return answer


WORDS: Final = {
    "how-it-works": "how",
    "together": "together",
    "privacy": "privacy",
    "accessibility": "accessibility",
}
"""Pages of words by their addresses, with the first part of their texts' ids."""

EASY: Final = {
    "home": ("topics/hold", "topics/drink", "mark", "answers/yes", "answers/no"),
    "how-it-works": (
        "topics/write",
        "topics/phone",
        "measures/hand_breadth",
        "answers/yes",
        "topics/carry",
        "answers/change",
    ),
    "yes-or-no": (
        "answers/yes",
        "answers/no",
        "answers/change",
        "answers/stop",
        "answers/not_sure",
        "topics/phone",
    ),
    "what-happens-next": (
        "topics/write",
        "topics/phone",
        "answers/yes",
        "test_piece",
        "topics/carry",
        "answers/not_sure",
    ),
}
"""Pages in easy read, with a picture for each of their sentences."""


@router.get("/about/{name}")
def words_page(request: Request, name: str) -> Response:
    """Show a page of words."""
    key = WORDS.get(name)
    if key is None:
        raise NotFound("page")
    return page(request, "everyone/words.html.j2", key=key, name=name, numbers=_numbers(key))


@router.get("/easy-read")
def easy_pages(request: Request) -> Response:
    """Show which pages there are in easy read."""
    return page(request, "everyone/easy_all.html.j2", names=tuple(EASY))


@router.get("/easy-read/{name}")
def easy_page(request: Request, name: str) -> Response:
    """Show a page in easy read: short sentences, each beside a picture."""
    pictures = EASY.get(name)
    if pictures is None:
        raise NotFound("page")
    key = f"easy_{name.replace('-', '_')}"
    shown = [(picture, f"everyone.{key}_{at}") for at, picture in enumerate(pictures, 1)]
    names = tuple(EASY)
    after = names[(names.index(name) + 1) % len(names)]
    return page(request, "everyone/easy.html.j2", key=key, shown=shown, after=after)


def _numbers(key: str) -> list[int]:
    has = Words(ENGLISH, "everyone").has
    return list(takewhile(lambda at: has(f"everyone.{key}_{at}"), count(1)))
