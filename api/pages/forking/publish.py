"""Publishing a draft: all that becomes different in words and to look at, then for good."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Response

from api import forking
from api.deps import Models, limited
from api.pages import compare, policy
from api.pages.forking import look
from api.pages.forking.here import Drafting, Mine, placed, seen
from api.pages.forms import BadForm, Form, Sent, Wrong, tried, wrong_of
from api.pages.render import go
from api.pages.versions import changed
from api.previews import Previews
from api.transaction import Transaction
from parametric.design import LoadClass
from registry.adaptations import queries, usecases
from registry.errors import FieldProblem, NotFound

router = APIRouter(include_in_schema=False, route_class=Transaction)


@router.get("/designs/{slug}/draft/publish")
def check(here: Drafting, models: Models) -> Response:
    """Say what this version makes different, and that it stays."""
    return _checked(here, models, Form.filled(notes=here.said.get("notes", "")))


@router.post("/designs/{slug}/draft/publish")
def publish(here: Drafting, models: Models, sent: Sent) -> Response:
    """Release it, as POST /api/v1/designs/{slug}/versions does; its proof is asked for as well."""
    limited(here.request, forking.RELEASES, usecases.who(here.me))
    with tried(here.db, Form.of(sent)) as it:
        if seen(it.form) != here.fork.draft_version:
            # What becomes public for good is what was read, and nothing else.
            raise BadForm([Wrong("", key="forking.changed_meanwhile")])
        with placed(partial(_on_page, here)):
            notes = it.form.given("notes")
            made, _ = forking.release(here.db, here.me, here.fork.slug, notes=notes)
    if it.went_wrong:
        return _checked(here, models, it.form, status=422)
    return go(f"/designs/{made.slug}/versions/{made.version}", "published")


def _on_page(here: Mine, problem: FieldProblem) -> Wrong:
    return wrong_of(problem) if problem.field == "notes" else here.elsewhere(problem)


def _checked(here: Mine, models: Previews, form: Form, *, status: int = 200) -> Response:
    before = compare.shape(here.db, here.fork.parent_slug, here.fork.parent_version)
    if before is None:
        raise NotFound("draft that can be published")
    now, unit = look.shape(here), here.unit
    earlier = queries.versions_of(here.db, here.fork.slug)
    return here.page(
        "forking/publish.html.j2",
        csp=policy.with_3d(),
        form=form,
        status=status,
        changes=changed(before.design, now.design),
        presets=here.said.get("presets", {}),
        last=earlier[-1].version if earlier else "",
        is_reviewed=now.design.load_class is not LoadClass.GREEN,
        compared=compare.side_by_side(here.request, models, unit, before, now),
    )
