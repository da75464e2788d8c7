"""Where somebody is in an adaptation of their own: its draft, and what it grows out of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Depends, Request, Response
from markupsafe import Markup, escape

from api import designs, documents, forking
from api.deps import Db, limited
from api.designs import Source, plain
from api.pages.designs import Slug
from api.pages.fit.told import Told
from api.pages.forking import entries
from api.pages.forms import BadForm, Form, Wrong, wrong_of
from api.pages.render import go, page
from api.pages.text import Words
from api.pages.visitor import Looking, Me
from parametric.design import Design
from parametric.params import ParameterInfo, describe
from parametric.problems import BadParameters
from parametric.recipe import CODE_FIELD
from registry.actor import Actor
from registry.adaptations import usecases
from registry.adaptations.model import Fork
from registry.errors import Conflict, FieldProblem, Invalid, NotFound

UNIT: Final = "mm"
"""Adaptations are written in the parameters' own units."""


@dataclass(frozen=True)
class Mine:
    """An adaptation of somebody's, or of a team of theirs.

    Attributes:
        parent: what it grows out of; None where that version is not here any more.
        source: where the draft is, to be looked at; None with `parent`.
        design: the draft as a design; None with `parent`.
        unit: in which who looks likes to see lengths.
        root: the address of all its pages.
    """

    request: Request
    me: Actor
    db: Db
    fork: Fork
    parent: Design | None
    source: Source | None
    design: Design | None
    told: Told | None
    unit: str
    root: str

    @property
    def said(self) -> Mapping[str, Any]:
        """The fork document as it is now."""
        return self.fork.draft

    def asked(self) -> dict[str, tuple[ParameterInfo, ParameterInfo]]:
        """Return what is asked for, as the parent and as the draft asks it, by name.

        Raises:
            NotFound: the parent is not here any more.
        """
        if self.parent is None or self.design is None:
            raise NotFound("draft that can be changed")
        before = {info.name: info for info in describe(self.parent.parameters)}
        now = {info.name: info for info in describe(self.design.parameters)}
        return {name: (info, now[name]) for name, info in before.items() if name != CODE_FIELD}

    def answers(self, info: ParameterInfo) -> list[dict[str, str]]:
        """Return what there is to choose from; nothing where it is typed."""
        if self.told is None or info.kind not in ("choice", "flag"):
            return []
        if info.kind == "choice":
            return self.told.options(info)
        values = {"yes": True, "no": False}
        return [{"value": v, "text": self.told.value(info, is_on)} for v, is_on in values.items()]

    def first(self, info: ParameterInfo) -> str:
        """Return what a parameter is at first, exactly, or nothing where it has no such value."""
        if info.default is None or info.default == "" or self.told is None:
            return ""
        if isinstance(info.default, bool) or info.kind == "choice":
            return self.told.value(info, info.default)
        unit = "°" if info.unit == "deg" else f" {info.unit}".rstrip()
        return self.told.words.size(f"{entries.shown(info.default)}{unit}")

    def keep(self, form: Form, changes: Mapping[str, Any]) -> None:
        """Keep changed fields of the document, as PUT /api/v1/designs/{slug}/draft does.

        Raises:
            Invalid: all that does not go with the parent.
            BadForm: somebody changed the draft since the form was shown.
        """
        checked = documents.checked(self.db, {**self.said, **changes})
        try:
            usecases.change_draft(self.db, self.me, self.fork.slug, checked, seen(form))
        except Conflict as error:
            if error.code != "changed_meanwhile":
                raise
            raise BadForm([Wrong("", key="forking.changed_meanwhile")]) from None

    def elsewhere(self, problem: FieldProblem) -> Wrong:
        """Return a problem with what is not on the page: it names what it is about."""
        wrong, where = elsewhere(problem), problem.field.split(", ")[0].split(".")
        if where[0] == "presets" and len(where) > 1:
            # A set is called what who made it calls it; its name here is only made of that.
            own = self.said.get("presets", {}).get(where[1], {}).get("label", where[1])
            return replace(wrong, about=Markup("<bdi>{}</bdi>").format(own))
        if where[0] != "parameters" or len(where) < 2 or self.told is None or self.design is None:
            return wrong
        info = self.asked().get(where[1])
        return wrong if info is None else replace(wrong, about=escape(self.told.label(info[1])))

    def count_one(self) -> None:
        """Count a change.

        Raises:
            TooMany: that was too often.
        """
        limited(self.request, forking.DRAFTS, usecases.who(self.me))

    def page(self, name: str, **facts: Any) -> Response:
        """Return a page of this draft."""
        # What was undone with a form that went wrong, or changed by somebody else, is read again.
        self.db.refresh(self.fork)
        return page(self.request, name, here=self, told=self.told, **facts)

    def go(self, to: str = "", done: str = "kept") -> Response:
        """Lead on to another page of this draft."""
        return go(f"{self.root}{to}", done)


def seen(form: Form) -> int:
    """Return which state of the draft a form was filled in for."""
    given = form.given("seen")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


@contextmanager
def placed(place: Callable[[FieldProblem], Wrong]) -> Iterator[None]:
    """Say each problem of a document where the page has its field.

    Raises:
        BadForm: there are some.
    """
    try:
        yield
    except BadForm:
        raise
    except Invalid as error:
        raise BadForm([place(each) for each in error.problems]) from None


def elsewhere(problem: FieldProblem) -> Wrong:
    """Return a problem with what is not on the page: it names what it is about."""
    return replace(wrong_of(problem), field="", about=problem.field.split(", ")[0])


def _mine(*, slug: Slug, request: Request, who: Looking, me: Me, db: Db) -> Mine:
    fork = forking.own(db, me, plain(slug))
    parent = source = design = None
    try:
        parent = designs.find(db, fork.parent_slug, fork.parent_version)
        source = designs.drafted(db, fork)
        design = designs.load(source)
    except (NotFound, Conflict, BadParameters):
        # The last: the library's own design changed under it.
        parent = source = design = None
    told = Told(Words(who.language, "fit"), parent, UNIT) if parent is not None else None
    root = f"/designs/{quote(fork.slug)}/draft"
    return Mine(request, me, db, fork, parent, source, design, told, who.unit, root)


Drafting = Annotated[Mine, Depends(_mine)]
"""An adaptation of who is signed in; nobody else learns that it is there."""
