"""One parameter of a draft: its range, what it is at first, and the words for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response

from api.designs import BODY
from api.pages.forking import entries
from api.pages.forking.here import Drafting, Mine, placed
from api.pages.forms import BadForm, Form, Sent, Wrong, tried, wrong_of
from api.transaction import Transaction
from parametric.params import ParameterInfo
from registry.errors import FieldProblem, Invalid, NotFound

router = APIRouter(include_in_schema=False, route_class=Transaction)

NameIn = Annotated[str, Path(max_length=60)]

WITH_RANGE: Final = frozenset({"length", "angle", "number", "count"})


@router.get("/designs/{slug}/draft/parameters/{name}")
def ask(name: NameIn, here: Drafting) -> Response:
    """Show a parameter as the parent has it, and what the draft makes different."""
    before = _before(here, name)
    said = here.said.get("parameters", {}).get(name, {})
    return _asked(here, before, Form.filled(**{k: entries.shown(v) for k, v in said.items()}))


@router.post("/designs/{slug}/draft/parameters/{name}")
def keep(name: NameIn, here: Drafting, sent: Sent) -> Response:
    """Keep what is right of it, and say what is not."""
    before = _before(here, name)
    here.count_one()
    with tried(here.db, Form.of(sent)) as it:
        if it.form.given("way") == "reset":
            with placed(here.elsewhere):
                _put(here, it.form, name, {})
        else:
            wrong = _keep_what_is_right(here, it.form, before)
            it.form = it.form.but(*wrong)
    if it.went_wrong:
        return _asked(here, before, it.form, status=422)
    return here.go()


def fields(info: ParameterInfo) -> tuple[str, ...]:
    """Return what of a parameter can be made different on its page."""
    ends = ("low", "high") if info.kind in WITH_RANGE else ()
    # What is measured on a body has a range, and never a value.
    default = () if info.group in BODY else ("default",)
    return (*ends, *default, "label", "help")


def change_of(info: ParameterInfo, form: Form) -> dict[str, Any]:
    """Return what a form makes different; what is as the parent has it is no change."""
    found: dict[str, Any] = {}
    for field in fields(info):
        typed = form.given(field)
        if not typed:
            continue
        value = typed if field in ("label", "help") else entries.read(info, typed)
        if value != getattr(info, field):
            found[field] = value
    return found


def _keep_what_is_right(here: Mine, form: Form, info: ParameterInfo) -> list[Wrong]:
    """Keep the fields that can be used; what is wrong with the others is returned.

    A field that cannot be used stays as it was in the draft.

    Raises:
        BadForm: nothing of it can be kept.
    """
    on_page = fields(info)
    earlier = here.said.get("parameters", {}).get(info.name, {})
    change = {
        **{field: value for field, value in earlier.items() if field not in on_page},
        **change_of(info, form),
    }
    wrong: list[Wrong] = []
    given_up: set[str] = set()
    while True:
        try:
            _put(here, form, info.name, change)
        except BadForm:
            raise
        except Invalid as error:
            named = _named(error.problems, info.name) & set(on_page)
            wrong += [_on_page(here, each, info.name, on_page) for each in error.problems]
            if not named or named <= given_up:
                raise BadForm(wrong) from None
            given_up |= named
            for field in named:
                change.pop(field, None)
                if field in earlier:
                    change[field] = earlier[field]
        else:
            if wrong and change != earlier:
                wrong.append(Wrong("", key="forking.kept_the_rest"))
            return wrong


def _put(here: Mine, form: Form, name: str, change: dict[str, Any]) -> None:
    others = {
        other: said for other, said in here.said.get("parameters", {}).items() if other != name
    }
    here.keep(form, {"parameters": {**others, **({name: change} if change else {})}})


def _named(problems: tuple[FieldProblem, ...], name: str) -> set[str]:
    """Return the fields of this parameter that problems are about."""
    start = f"parameters.{name}."
    every = [part for each in problems for part in each.field.split(", ")]
    return {part.removeprefix(start) for part in every if part.startswith(start)}


def _on_page(here: Mine, problem: FieldProblem, name: str, on_page: tuple[str, ...]) -> Wrong:
    fields_here = sorted(_named((problem,), name) & set(on_page))
    if not fields_here:
        return here.elsewhere(problem)
    return replace(wrong_of(problem), field=fields_here[0])


def _before(here: Mine, name: str) -> ParameterInfo:
    """Return a parameter as the parent has it."""
    found = here.asked().get(name)
    if found is None:
        raise NotFound("parameter")
    return found[0]


def _asked(here: Mine, info: ParameterInfo, form: Form, *, status: int = 200) -> Response:
    return here.page(
        "forking/parameter.html.j2",
        form=form,
        status=status,
        info=info,
        fields=fields(info),
        answers=here.answers(info),
        is_changed=info.name in here.said.get("parameters", {}),
        first=entries.shown(info.default),
    )
