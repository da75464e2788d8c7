"""Saying in a reader's language what `standing` found, and the pages of a request."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.orm import Session

from api.designs import find as find_design
from api.pages import own_words, render, static
from api.pages.standing import Said, who
from api.pages.text import Words
from api.pages.visitor import Visitor
from api.schemas.requests import RequestOut
from api.views import requests as views
from parametric import translations
from registry.actor import Actor
from registry.errors import Conflict, NotFound
from registry.policies.requests import Seat, Sees
from registry.requests import model, queries


def say(words: Words, said: Said) -> str:
    """Return a text with all that stands in it, as it is said in this language."""
    values = {name: _value(words, name, value) for name, value in said.values.items()}
    if said.count is not None:
        return words.count(said.key, said.count, **values)
    return words(said.key, **values)


def language_name(words: Words, code: str) -> str:
    """Return what a language is called in this one; its code where that is not known."""
    return str(words.body.locale.languages.get(code, code))


def country_name(words: Words, code: str) -> str:
    """Return what a country is called in this language."""
    return str(words.body.locale.territories.get(code, code))


def listed(words: Words, names: list[str]) -> str:
    """Return names as a list in words: one, two and three."""
    return words.body.listed(names)


def label_of(words: Words, name: str) -> str:
    """Return what a part or a measurement is called, by its name in the design."""
    key = f"fit.p_{name}"
    if words.has(key):
        return words(key)
    return own_words.shown(words.language, translations.label_of(name))


def answer_of(words: Words, value: Any) -> str:
    """Return what was chosen, as a page of the fit calls it."""
    if isinstance(value, bool):
        return words("fit.yes" if value else "fit.no")
    key = f"fit.c_{value}".replace(" ", "_")
    return words(key) if words.has(key) else str(value)


MM_OF: Final = {"mm": 1.0, "cm": 10.0, "in": 25.4}


def length(words: Words, unit: str, mm: float) -> str:
    """Return a length in mm as the reader likes to read it, in ``mm``, ``cm`` or ``in``."""
    number = words.body.number(round(mm / MM_OF[unit], 1 if unit == "mm" else 2))
    return words.body.apart(f"{number} {unit}")


def _value(words: Words, name: str, value: Any) -> object:
    if isinstance(value, Said):
        return say(words, value)
    if isinstance(value, date | datetime):
        return words.body.day(value)
    if name == "languages":
        return listed(words, [language_name(words, each) for each in value])
    if name == "channel":
        return words(f"ask.channel_{value}")
    if isinstance(value, int | float):
        return words.body.number(value)
    return value


class Seen:
    """A request that somebody looks at: the row, what they are to it, and what they may see."""

    def __init__(self, db: Session, me: Actor, request_id: UUID) -> None:
        self.db = db
        self.me = me
        self.row: model.Request
        self.seat: Seat
        self.row, self.seat = queries.find(db, me, request_id)
        self.out: RequestOut = views.shown(db, me, self.row)

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/requests/{self.out.id}"

    @property
    def design_title(self) -> str:
        """What its design is called; nothing where it has none."""
        return title_of(self.db, self.out.design)

    def sees(self, what: Sees) -> bool:
        """Whether the reader sees this of it."""
        return what in self.out.sees


def title_of(db: Session, slug: str | None) -> str:
    """Return what a design is called; nothing where there is none."""
    if slug is None:
        return ""
    try:
        return find_design(db, slug).title
    except (NotFound, Conflict):
        return ""


def page(request: Request, name: str, **facts: Any) -> Response:
    """Return a page that can say what `standing` found."""
    visitor: Visitor = request.state.visitor
    form = facts.get("form")
    words = Words(visitor.language, name.partition("/")[0])
    return render.page(
        request,
        name,
        **{
            "say": partial(say, words),
            "who": who,
            "language_names": lambda codes: listed(words, [language_name(words, c) for c in codes]),
            "label_of": partial(label_of, words),
            "answer_of": partial(answer_of, words),
            "length": partial(length, words, visitor.unit),
            "picture": _picture,
            # A form that is shown again, because something is wrong with it, says so.
            "status": 422 if form is not None and form.wrong else 200,
            "done": request.query_params.get("done", ""),
            **facts,
        },
    )


def _picture(name: str) -> str:
    return static.address(f"img/{name}.svg")
