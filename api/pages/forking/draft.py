"""A draft: what it says of itself, what it changes, and what it grows out of."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api import forking, listing
from api.designs import BODY
from api.pages.forking.adapt import about, licences, on_page
from api.pages.forking.here import Drafting, Mine, placed
from api.pages.forms import Form, Sent, tried
from api.transaction import Transaction
from parametric.params import ParameterInfo
from registry.adaptations import queries
from registry.adaptations.model import Team
from registry.errors import NotFound

router = APIRouter(include_in_schema=False, route_class=Transaction)

Done = Annotated[str, Query(max_length=20)]


@router.get("/designs/{slug}/draft")
def show(here: Drafting, done: Done = "") -> Response:
    """Show all that the draft says and changes."""
    return _shown(here, Form(), done=done)


@router.post("/designs/{slug}/draft/parent")
def move_on(here: Drafting, sent: Sent) -> Response:
    """Put the draft on the newest version of what it grows out of."""
    here.count_one()
    with tried(here.db, Form.of(sent)) as it:
        parent = {"slug": here.fork.parent_slug, "version": _newest(here)}
        with placed(here.elsewhere):
            here.keep(it.form, {"parent": parent})
    if it.went_wrong:
        return _shown(here, it.form, status=422)
    return here.go()


@router.get("/designs/{slug}/draft/about")
def ask(here: Drafting) -> Response:
    """Ask what it is called, why it is there, and whom to thank."""
    said = here.said
    # Who gave no name, is no name to be changed.
    names = "\n".join(name for name in said["authors"] if name != forking.NO_AUTHOR)
    return _about(here, Form.filled(**{**_lines(here), "authors": names}))


@router.post("/designs/{slug}/draft/about")
def keep(here: Drafting, sent: Sent) -> Response:
    """Keep what it says of itself."""
    here.count_one()
    with tried(here.db, Form.of(sent)) as it:
        said = about(it.form)
        said["summary"] = it.form.given("summary")
        said["authors"] = said["authors"] or [forking.NO_AUTHOR]
        said["licence"] = said["licence"] or here.said["licence"]
        with placed(on_page):
            here.keep(it.form, said)
    if it.went_wrong:
        return _about(here, it.form, status=422)
    return here.go()


def _lines(here: Mine) -> dict[str, str]:
    return {name: here.said.get(name, "") for name in ("title", "why", "summary", "licence")}


def _about(here: Mine, form: Form, *, status: int = 200) -> Response:
    licence = here.parent.licence if here.parent is not None else here.said["licence"]
    return here.page(
        "forking/about.html.j2",
        form=form,
        status=status,
        licence=licence,
        licences=licences(licence),
    )


def _shown(here: Mine, form: Form, *, status: int = 200, done: str = "") -> Response:
    changed = here.said.get("parameters", {})
    newest = _newest(here)
    return here.page(
        "forking/draft.html.j2",
        form=form,
        status=status,
        done=done if done in ("begun", "kept") else "",
        about=_lines(here),
        groups=_groups(here, set(changed)) if here.parent is not None else [],
        presets=here.said.get("presets", {}),
        team=here.db.get(Team, here.fork.team_id) if here.fork.team_id else None,
        newest=newest if newest != here.fork.parent_version else "",
        versions=[row.version for row in queries.versions_of(here.db, here.fork.slug)][::-1],
    )


def _newest(here: Mine) -> str:
    """Return the newest version of the parent; the one that it has where there is none."""
    try:
        return listing.listed(here.db, here.fork.parent_slug).version
    except NotFound:
        return here.fork.parent_version


def _groups(here: Mine, changed: set[str]) -> list[tuple[str, list[tuple[ParameterInfo, bool]]]]:
    """Return what can be changed: what is measured on a body, the device itself, its look."""
    found: dict[str, list[tuple[ParameterInfo, bool]]] = {"device": [], "body": [], "look": []}
    for name, (before, now) in here.asked().items():
        group = "body" if before.group in BODY else "look" if before.group == "look" else "device"
        found[group].append((now, name in changed))
    return [(group, every) for group, every in found.items() if every]
