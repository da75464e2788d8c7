"""Beginning an adaptation: what it is called, what need it answers, and whom to thank for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from api import forking, listing
from api.deps import Db, limited
from api.designs import plain
from api.listing import Listed
from api.pages.designs import Slug
from api.pages.forking.here import elsewhere, placed
from api.pages.forms import BadForm, Form, Sent, Wrong, tried, wrong_of
from api.pages.render import go, page
from api.pages.visitor import Me
from api.transaction import Transaction
from registry.actor import Actor
from registry.adaptations import teams, usecases
from registry.adaptations.licences import allowed_for
from registry.errors import FieldProblem

router = APIRouter(include_in_schema=False, route_class=Transaction)

Version = Annotated[str, Path(max_length=20)]

ABOUT: Final = frozenset({"title", "why", "authors", "licence", "summary"})


@router.get("/designs/{slug}/versions/{version}/adapt")
def ask(request: Request, me: Me, db: Db, slug: Slug, version: Version) -> Response:
    """Ask what the adaptation is, and why."""
    return _asked(request, me, db, listing.listed(db, plain(slug), plain(version)), Form())


@router.post("/designs/{slug}/versions/{version}/adapt")
def begin(
    *, request: Request, me: Me, db: Db, slug: Slug, version: Version, sent: Sent
) -> Response:
    """Begin it, as POST /api/v1/designs/{slug}/forks does; its name is made of its title."""
    limited(request, forking.FORKS, usecases.who(me))
    parent = listing.listed(db, plain(slug), plain(version))
    with tried(db, Form.of(sent)) as it:
        said = about(it.form)
        with placed(on_page):
            made = forking.begin_titled(db, me, parent, said, team_id=_team(it.form))
    if it.went_wrong:
        return _asked(request, me, db, parent, it.form, status=422)
    return go(f"/designs/{made.slug}/draft", "begun")


def about(form: Form) -> dict[str, Any]:
    """Return what a form says of an adaptation, as a fork document does; names one a line.

    Raises:
        BadForm: something that is needed is missing.
    """
    missing = [name for name in ("title", "why") if not form.given(name)]
    if missing:
        raise BadForm([Wrong(name, key="common.wrong_missing") for name in missing])
    names = [line.strip() for line in form.given("authors").splitlines() if line.strip()]
    said = {"title": form.given("title"), "why": form.given("why"), "authors": names or None}
    return {**said, "licence": form.given("licence") or None}


def on_page(problem: FieldProblem) -> Wrong:
    """Return a problem where a page about an adaptation has its field."""
    field = problem.field.partition(".")[0]
    return replace(wrong_of(problem), field=field) if field in ABOUT else elsewhere(problem)


def licences(parent_licence: str) -> list[str]:
    """Return the licences that an adaptation may have, that of its parent first."""
    others = allowed_for(parent_licence).licences - {parent_licence}
    return [parent_licence, *sorted(others)]


def _team(form: Form) -> UUID | None:
    try:
        return UUID(form.given("team")) if form.given("team") else None
    except ValueError:
        raise BadForm([Wrong("team", key="common.wrong_id")]) from None


def _asked(
    request: Request, me: Actor, db: Session, parent: Listed, form: Form, *, status: int = 200
) -> Response:
    licence = forking.licence_of(db, parent)
    return page(
        request,
        "forking/adapt.html.j2",
        form=form,
        status=status,
        parent=parent,
        parent_title=parent.design.title if parent.design else parent.slug,
        licence=licence,
        licences=licences(licence),
        teams=[team for team, _ in teams.mine(db, me)],
    )
