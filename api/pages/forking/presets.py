"""Sets of a draft: values of the device that go together under a name, such as a known bottle."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response

from api import forking
from api.designs import BODY
from api.pages.forking import entries
from api.pages.forking.here import Drafting, Mine, placed
from api.pages.forms import BadForm, Form, Sent, Wrong, tried, wrong_of
from api.transaction import Transaction
from parametric.params import ParameterInfo
from registry.errors import FieldProblem, NotFound

router = APIRouter(include_in_schema=False, route_class=Transaction)

KeyIn = Annotated[str, Path(max_length=40)]

NEW: Final = "new"
"""No set is called so in an address: it is the page for one that there is not yet."""
VALUE: Final = "value."


@router.get("/designs/{slug}/draft/sets/{key}")
def ask(key: KeyIn, here: Drafting) -> Response:
    """Show a set, or ask for a new one."""
    said = _said(here, key)
    values = {f"{VALUE}{name}": entries.shown(each) for name, each in said["values"].items()}
    return _asked(here, key, Form.filled(label=said["label"], **values))


@router.post("/designs/{slug}/draft/sets/{key}")
def keep(key: KeyIn, here: Drafting, sent: Sent) -> Response:
    """Keep a set, or take it away."""
    _said(here, key)
    here.count_one()
    with tried(here.db, Form.of(sent)) as it:
        others = {name: each for name, each in _presets(here).items() if name != key}
        if it.form.given("way") == "remove":
            with placed(here.elsewhere):
                here.keep(it.form, {"presets": others})
        else:
            name = _free(here, it.form.given("label")) if key == NEW else key
            _keep(here, it.form, name, others)
    if it.went_wrong:
        return _asked(here, key, it.form, status=422)
    return here.go()


def _keep(here: Mine, form: Form, name: str, others: dict[str, Any]) -> None:
    label = form.given("label")
    values = {
        info.name: entries.read(info, typed)
        for info in _settable(here)
        if (typed := form.given(f"{VALUE}{info.name}"))
    }
    wrong = [] if label else [Wrong("label", key="common.wrong_missing")]
    wrong += [] if values else [Wrong("", key="forking.empty_set")]
    if wrong:
        raise BadForm(wrong)
    with placed(partial(_on_page, here, name)):
        here.keep(form, {"presets": {**others, name: {"label": label, "values": values}}})


def _on_page(here: Mine, name: str, problem: FieldProblem) -> Wrong:
    first = problem.field.split(", ")[0]
    wrong = wrong_of(problem)
    start = f"presets.{name}."
    if first.startswith(f"{start}values."):
        return replace(wrong, field=first.replace(f"{start}values.", VALUE))
    return replace(wrong, field="label") if first == f"{start}label" else here.elsewhere(problem)


def _presets(here: Mine) -> dict[str, Any]:
    found: dict[str, Any] = here.said.get("presets", {})
    return found


def _said(here: Mine, key: str) -> dict[str, Any]:
    if key == NEW:
        return {"label": "", "values": {}}
    found: dict[str, Any] | None = _presets(here).get(key)
    if found is None:
        raise NotFound("set")
    return found


def _free(here: Mine, label: str) -> str:
    name = forking.slug_of(label, "set")
    taken = {*_presets(here), NEW}
    names = (name, *(f"{name[:36]}_{number}" for number in range(2, 100)))
    return next((each for each in names if each not in taken), name)


def _settable(here: Mine) -> list[ParameterInfo]:
    """Return what a set may have a value for: nothing that is measured on a body."""
    return [now for _, now in here.asked().values() if now.group not in BODY]


def _asked(here: Mine, key: str, form: Form, *, status: int = 200) -> Response:
    return here.page(
        "forking/preset.html.j2",
        form=form,
        status=status,
        key=key,
        is_new=key == NEW,
        settable=[(info, here.answers(info)) for info in _settable(here)],
        value=VALUE,
    )
