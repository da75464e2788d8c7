"""Where somebody is in a fit: which design, what it asks, what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Path, Request, Response

from api import designs, fits
from api.deps import Db
from api.pages.fit import draft as drafts
from api.pages.fit.draft import Draft
from api.pages.fit.questions import Questions, following, questions
from api.pages.fit.told import Told
from api.pages.render import go, page
from api.pages.text import Words
from api.pages.visitor import Looking, Visitor
from parametric.clearance import PrinterProfile
from parametric.design import Design
from parametric.entries import is_empty
from parametric.params import ParameterInfo
from parametric.problems import BadParameters, Problem
from parametric.resolve import Resolved, resolve
from registry.errors import NotFound

SlugIn = Annotated[str, Path(max_length=80)]
NameIn = Annotated[str, Path(max_length=60)]


@dataclass(frozen=True)
class Here:
    """Where somebody is: the design, what it asks, what was answered.

    Attributes:
        root: the address of all pages of this fit.
    """

    request: Request
    who: Visitor
    design: Design
    asked: Questions
    draft: Draft
    told: Told
    root: str

    def find(self, name: str) -> ParameterInfo:
        """Return what has a page of its own under this name.

        Raises:
            NotFound: nothing has.
        """
        info = self.asked.find(name)
        if info is None:
            raise NotFound("measurement")
        return info

    def page(self, name: str, **facts: Any) -> Response:
        """Return a page of this fit."""
        return page(self.request, name, here=self, told=self.told, design=self.design, **facts)

    def go(self, to: str, draft: Draft) -> Response:
        """Lead on, with the answers as they are now."""
        answer = go(f"{self.root}{to}")
        drafts.keep(self.request, answer, self.design.slug, draft)
        return answer

    def after(self, name: str, draft: Draft) -> str:
        """Return where it goes on after a measurement."""
        following_name = following(self.asked, name, draft.answers)
        return f"/measure/{following_name}" if following_name else "/check"

    def needed_left(self) -> int:
        """Return how many of the measurements that are needed have no answer yet."""
        answers = self.draft.answers
        return sum(is_empty(answers.get(info.name)) for info in self.asked.needed)

    def understood(self, db: Db) -> tuple[designs.Source, PrinterProfile]:
        """Return which design is meant, when all answers can be used.

        Raises:
            BadParameters: something cannot; all problems are in it.
        """
        return fits.understood(
            db, design=self.design.slug, version=None, entries=self.draft.answers
        )

    def resolved(self) -> tuple[Resolved[Any] | None, tuple[Problem, ...]]:
        """Return what the device would be made with, or why it cannot be."""
        try:
            return resolve(self.design.parameters, self.draft.answers), ()
        except BadParameters as error:
            return None, error.problems


def _here(slug: SlugIn, request: Request, who: Looking, db: Db) -> Here:
    if not slug.isprintable():
        raise NotFound("design")
    design = designs.find(db, slug)
    return Here(
        request,
        who,
        design,
        questions(design),
        drafts.read(request, slug),
        Told(Words(who.language, "fit"), design, who.unit),
        f"/designs/{quote(slug)}/fit",
    )


Fitting = Annotated[Here, Depends(_here)]
"""Where somebody is, for pages of the design that their address names."""
