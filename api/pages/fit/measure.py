"""One measurement a page, and all of them to look over."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from api.pages import cookies
from api.pages.fit import draft as drafts
from api.pages.fit import lists
from api.pages.fit.here import Fitting, Here, NameIn
from api.pages.fit.questions import (
    agree,
    allowed_mm,
    following,
    in_unit,
    mm_of,
    odd,
    twice,
    typed,
)
from api.pages.forms import Form, Sent, Wrong
from api.pages.render import go
from api.pages.visitor import UNITS
from api.transaction import Transaction
from parametric.entries import UNKNOWN, Unusable, is_empty, read_entry
from parametric.params import ParameterInfo
from parametric.problems import Problem

router = APIRouter(include_in_schema=False, route_class=Transaction)


@router.get("/designs/{slug}/fit")
def start(here: Fitting) -> Response:
    """Say what it takes, or show what there is to measure and how far somebody is."""
    return here.page("fit/start.html.j2", form=_side_form(here), **lists.start(here))


@router.post("/designs/{slug}/fit")
def begin(here: Fitting, sent: Sent) -> Response:
    """Take the side, and go to the first measurement."""
    form, draft = Form.of(sent), here.draft
    side = here.asked.side()
    if side is not None:
        try:
            read_entry(side, form.given("side"))
        except Unusable:
            wrong = Wrong("side", key="fit.wrong_side")
            return here.page(
                "fit/start.html.j2", status=422, form=form.but(wrong), **lists.start(here)
            )
        draft = draft.with_answer("side", form.given("side"))
    first = following(here.asked, "", draft.answers)
    return here.go(f"/measure/{first}" if first else "/check", draft)


@router.get("/designs/{slug}/fit/measure/{name}")
def measure(name: NameIn, here: Fitting) -> Response:
    """Ask for one measurement."""
    info = here.find(name)
    return _ask(here, info, _filled(info, here.draft.answers.get(name, ""), here.who.unit))


@router.post("/designs/{slug}/fit/measure/{name}")
def answer(name: NameIn, here: Fitting, sent: Sent) -> Response:
    """Take one measurement, or ask whether it is right, or for a second reading."""
    info, form = here.find(name), Form.of(sent)
    if form.given("way") == "unknown" and info.can_be_estimated:
        draft = here.draft.with_answer(name, UNKNOWN)
        return here.go(here.after(name, draft), draft)
    entry = _entry(info, form)
    wrong = _wrong(info, entry)
    if wrong is not None:
        return _ask(here, info, form.but(wrong), status=422)
    mm = mm_of(info, entry) or 0.0
    found = odd(here.design, name, mm, here.draft.answers)
    if found is not None and form.given("sure") != "yes":
        question = here.told.odd(found, entry)
        return _ask(here, info, form, status=422, question=question)
    if twice(info):
        draft = here.draft.with_first(name, entry)
        to = f"/measure/{name}/again"
    else:
        draft = here.draft.with_answer(name, entry)
        to = here.after(name, draft)
    return _remembering(here.request, here.go(to, draft), form)


@router.get("/designs/{slug}/fit/measure/{name}/again")
def again(name: NameIn, here: Fitting) -> Response:
    """Ask for a second reading, without showing the first."""
    info = here.find(name)
    if name not in here.draft.first:
        return go(f"{here.root}/measure/{name}")
    return _ask(here, info, Form.filled(unit=here.who.unit), second=True)


@router.post("/designs/{slug}/fit/measure/{name}/again")
def second(name: NameIn, here: Fitting, sent: Sent) -> Response:
    """Take a second reading: the mean of both is used, when they agree."""
    info, form = here.find(name), Form.of(sent)
    first = here.draft.first.get(name)
    if first is None:
        return go(f"{here.root}/measure/{name}")
    if form.given("way") == "skip":
        draft = here.draft.with_answer(name, first)
        return here.go(here.after(name, draft), draft)
    entry = _entry(info, form)
    wrong = _wrong(info, entry)
    if wrong is not None:
        return _ask(here, info, form.but(wrong), status=422, second=True)
    a, b = mm_of(info, first) or 0.0, mm_of(info, entry) or 0.0
    if not agree(a, b):
        apart = here.draft.with_apart(name, (first, entry))
        return _remembering(here.request, here.go(f"/measure/{name}", apart), form)
    unit = form.given("unit") if form.given("unit") in UNITS else here.who.unit
    draft = here.draft.with_mean(name, in_unit((a + b) / 2.0, unit), (first, entry))
    return _remembering(here.request, here.go(here.after(name, draft), draft), form)


@router.get("/designs/{slug}/fit/choices")
def choices(here: Fitting) -> Response:
    """Ask for what has a usual answer, all on one page."""
    shown: dict[str, object] = {"unit": here.who.unit}
    for info in (*here.asked.choices, *here.asked.look):
        given = here.draft.answers.get(info.name, "")
        shown[info.name] = given or _usual(here, info)
    return here.page("fit/choices.html.j2", form=Form.filled(**shown), options=lists.options(here))


@router.post("/designs/{slug}/fit/choices")
def choose(here: Fitting, sent: Sent) -> Response:
    """Take the choices; all that is wrong with them is told at once."""
    form, draft = Form.of(sent), here.draft
    wrong = []
    for info in (*here.asked.choices, *here.asked.look):
        entry = choice_of(info, form)
        try:
            if entry:
                read_entry(info, entry)
        except Unusable as error:
            wrong.append(wrong_of(error.problem, info))
        usual = entry == _usual(here, info) or (info.kind == "flag" and entry == "no")
        draft = draft.with_answer(info.name, "" if usual else entry)
    if wrong:
        return here.page(
            "fit/choices.html.j2",
            status=422,
            form=form.but(*wrong),
            options=lists.options(here),
        )
    return _remembering(here.request, here.go("/check", draft), form)


@router.get("/designs/{slug}/fit/check")
def check(here: Fitting) -> Response:
    """Show all answers, what was worked out, and what does not go together."""
    resolved, problems = here.resolved()
    values = {value.name: value for value in resolved.values} if resolved else {}
    return here.page("fit/check.html.j2", problems=problems, **lists.check(here, values, problems))


@router.post("/designs/{slug}/fit/erase")
def erase(here: Fitting) -> Response:
    """Forget all answers."""
    answer = go(here.root, done="erased")
    drafts.erase(here.request, answer, here.design.slug)
    return answer


def wrong_of(problem: Problem, info: ParameterInfo | None = None) -> Wrong:
    """Return a problem as the command line tells it; how to measure stands on the page already."""
    advice = problem.advice.removesuffix(info.help).strip() if info else problem.advice
    return Wrong(problem.field.partition(",")[0], says=problem.says, advice=advice)


def choice_of(info: ParameterInfo, form: Form) -> str:
    """Return what was entered for a parameter on a page that asks for several."""
    entry = form.given(info.name)
    if info.kind == "flag":
        return "yes" if entry == "yes" else "no"
    return typed(entry, _unit(form)) if info.kind == "length" else entry


def _ask(
    here: Here,
    info: ParameterInfo,
    form: Form,
    *,
    status: int = 200,
    second: bool = False,
    question: str = "",
) -> Response:
    group = _group(here, info)
    apart = here.draft.apart.get(info.name)
    may_differ = ""
    if apart is not None:
        a, b = (mm_of(info, each) or 0.0 for each in apart)
        may_differ = in_unit(round(allowed_mm(a, b), 1), here.told.unit)
    return here.page(
        "fit/measure.html.j2",
        status=status,
        form=form,
        info=info,
        number=group.index(info) + 1,
        of=len(group),
        is_needed=info in here.asked.needed,
        is_second=second,
        is_twice=twice(info),
        choice_options=here.told.options(info),
        question=question,
        apart=apart if not second else None,
        may_differ=may_differ,
        before=_before(here, info) if not second else f"{here.root}/measure/{info.name}",
    )


def _before(here: Here, info: ParameterInfo) -> str:
    group = _group(here, info)
    index = group.index(info)
    return f"{here.root}/measure/{group[index - 1].name}" if index else here.root


def _group(here: Here, info: ParameterInfo) -> list[ParameterInfo]:
    """Return the measurements beside this one; the side is asked before them."""
    group = here.asked.needed if info in here.asked.needed else here.asked.better
    return [each for each in group if each.name != "side" or info.name == "side"]


def _filled(info: ParameterInfo, entry: str, unit: str) -> Form:
    """Return a form with an earlier answer: number and unit apart, as they were typed."""
    if info.kind != "length" or entry in ("", UNKNOWN):
        return Form.filled(amount="" if entry == UNKNOWN else entry, unit=unit)
    for each in UNITS:
        if entry.endswith(f" {each}"):
            return Form.filled(amount=entry.removesuffix(f" {each}"), unit=each)
    return Form.filled(amount=entry, unit=unit)


def _entry(info: ParameterInfo, form: Form) -> str:
    amount = form.given("amount")
    return typed(amount, _unit(form)) if info.kind == "length" else amount


def _wrong(info: ParameterInfo, entry: str) -> Wrong | None:
    if is_empty(entry):
        return Wrong("amount", key="fit.wrong_empty")
    try:
        read_entry(info, entry)
    except Unusable as error:
        return replace(wrong_of(error.problem, info), field="amount")
    return None


def _unit(form: Form) -> str:
    unit = form.given("unit")
    return unit if unit in UNITS else UNITS[0]


def _usual(here: Here, info: ParameterInfo) -> str:
    if info.kind == "length" and isinstance(info.default, int | float):
        return in_unit(float(info.default), here.told.unit)
    if info.kind == "flag":
        return "yes" if info.default else "no"
    return f"{info.default:g}" if isinstance(info.default, float) else str(info.default or "")


def _remembering(request: Request, answer: Response, form: Form) -> Response:
    """Remember the unit that somebody measures in."""
    if form.given("unit") in UNITS:
        cookies.keep_look(request, answer, unit=form.given("unit"))
    return answer


def _side_form(here: Here) -> Form:
    side = here.draft.answers.get("side", "")
    return Form.filled(side=side) if side else Form()
