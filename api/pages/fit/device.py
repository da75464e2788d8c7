"""The fitted device, to look at: in 3D beside its facts, and changed while somebody looks."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.deps import Db, Models, limited
from api.pages import cookies, policy, static
from api.pages.fit import draft as drafts
from api.pages.fit import formats, lists
from api.pages.fit.draft import Draft
from api.pages.fit.here import Fitting, Here
from api.pages.fit.measure import choice_of, wrong_of
from api.pages.fit.questions import size_in_unit
from api.pages.forms import Form, Sent, Wrong
from api.pages.render import go
from api.pages.visitor import UNITS
from api.previews import Preview, Previews
from api.problems import HttpError
from api.routes.previews import MODEL, PREVIEWS
from api.transaction import Transaction
from parametric.clearance import printers
from parametric.entries import UNKNOWN, Unusable, is_empty, is_unknown, read_entry
from parametric.params import ParameterInfo
from parametric.problems import BadParameters

router = APIRouter(include_in_schema=False, route_class=Transaction)

PALETTE: Final = {
    "sun": "#f0b35c",
    "coral": "#e8846b",
    "red": "#c0392b",
    "pink": "#e79ac0",
    "plum": "#6d3b5e",
    "sea": "#3f7f8c",
    "blue": "#2f5f9e",
    "night": "#2f4858",
    "leaf": "#4f8a4f",
    "white": "#f2efe8",
    "grey": "#8d8f92",
    "black": "#2b2b2d",
}
"""Colours of filament that are easy to get, and how they look printed."""

FRAGMENT: Final = "X-Part"
"""Header with which a script asks for the part of the page that changes, and not for all."""


@router.get("/designs/{slug}/fit/device")
def device(here: Fitting, db: Db, models: Models) -> Response:
    """Show the device as the answers make it."""
    if here.needed_left():
        return go(f"{here.root}/check")
    return _shown(here, db, models, _form(here))


@router.post("/designs/{slug}/fit/device")
def change(here: Fitting, db: Db, models: Models, sent: Sent) -> Response:
    """Change measurements, colours and name, and show what becomes of it."""
    form = Form.of(sent)
    draft, wrong = _changed(here, form)
    if wrong:
        return _shown(here, db, models, form.but(*wrong), status=422)
    unit = form.given("unit") if form.given("unit") in UNITS else here.who.unit
    if FRAGMENT in here.request.headers:
        here = replace(here, draft=draft)
        here.told.unit = unit
        answer = _shown(here, db, models, _form(here))
        if answer.status_code == 200:
            drafts.keep(here.request, answer, here.design.slug, draft)
    else:
        # Answers that make no device stay in the browser: the page says what is wrong with them.
        answer = here.go("/device", draft)
    cookies.keep_look(here.request, answer, unit=unit)
    return answer


@router.get("/designs/{slug}/fit/model.glb")
def model(here: Fitting, db: Db, models: Models) -> Response:
    """Give the model of the answers in this browser."""
    limited(here.request, PREVIEWS)
    source, printer = here.understood(db)
    made = models.make(source, here.draft.answers, printer, colours=here.draft.colours).glb()
    headers = {"Vary": "Cookie, Accept-Encoding"}
    if "gzip" in here.request.headers.get("accept-encoding", "") and not _is_here(here.request):
        made = gzip.compress(made, 1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(made, media_type=MODEL, headers=headers)


@router.get("/designs/{slug}/fit/picture.png")
def picture(here: Fitting, db: Db, models: Models) -> Response:
    """Give a still picture of the answers in this browser."""
    limited(here.request, PREVIEWS)
    source, printer = here.understood(db)
    made = models.picture(source, here.draft.answers, printer, colours=here.draft.colours)
    return Response(made, media_type="image/png", headers={"Vary": "Cookie"})


def _is_here(request: Request) -> bool:
    """Whether the browser is on this very machine: packing then costs more than it saves."""
    client = request.client
    has_proxy = request.app.state.settings.trusted_proxy
    return not has_proxy and client is not None and client.host in ("127.0.0.1", "::1")


def _shown(here: Here, db: Db, models: Previews, form: Form, *, status: int = 200) -> Response:
    """Return the page, or the part of it that changes where a script asks for that."""
    facts: dict[str, Any] = {"made": None, "problem": None}
    if not form.wrong:
        try:
            limited(here.request, PREVIEWS)
            source, printer = here.understood(db)
            facts["made"] = models.make(
                source, here.draft.answers, printer, colours=here.draft.colours
            )
        except BadParameters as error:
            form, status = form.but(*(wrong_of(each) for each in error.problems)), 422
        except HttpError as error:
            facts["problem"], status = error, error.status
    made = facts["made"]
    t = here.told.words
    is_part = FRAGMENT in here.request.headers
    return here.page(
        "fit/device_part.html.j2" if is_part else "fit/device.html.j2",
        status=status,
        csp=policy.with_3d(),
        form=form,
        version=here.draft.digest(),
        waiting=_waiting(here),
        sizes=_size(here, made.size_mm) if made else "",
        bed_size=lambda size_mm: _size(here, size_mm),
        estimated=lists.estimated(here.told, here.asked, made.facts["values"]) if made else [],
        changeable=changeable(here),
        options=lists.options(here),
        hints=_hints(here, made),
        own_colours=_own_colours(made),
        palette=PALETTE,
        printer_options=[
            {"value": "", "text": t("fit.printer_usual")},
            *({"value": name, "text": name} for name in sorted(printers())),
        ],
        format_options=formats.options(t),
        usual_formats=formats.usual(t.language),
        **facts,
    )


def _waiting(here: Here) -> str:
    """Return the picture that stands where the model will be: of the design, for nobody."""
    path = f"img/designs/{here.design.slug}/device.webp"
    return static.address(path) if path in static.files() else ""


def changeable(here: Here) -> tuple[ParameterInfo, ...]:
    """Return what can be changed beside the model: what is needed, what shows, the side."""
    side = tuple(info for info in here.asked.choices if info.name == "side")
    return (*here.asked.needed, *side, *here.asked.look)


def _form(here: Here) -> Form:
    """Return the form with the answers; lengths in the unit of the page."""
    shown: dict[str, object] = {"unit": here.told.unit}
    for info in changeable(here):
        entry = here.draft.answers.get(info.name, "")
        if info.kind == "length" and entry.endswith(f" {here.told.unit}"):
            entry = entry.removesuffix(f" {here.told.unit}")
        is_usual = is_empty(entry) and info.kind == "choice"
        shown[info.name] = str(info.default) if is_usual else "" if entry == UNKNOWN else entry
    return Form.filled(**shown)


def _changed(here: Here, form: Form) -> tuple[Draft, list[Wrong]]:
    draft, wrong = here.draft, []
    for info in changeable(here):
        if info.name not in form.typed and info.kind != "flag":
            continue
        entry = choice_of(info, form)
        before = draft.answers.get(info.name, "")
        if is_empty(entry) and before == UNKNOWN:
            continue
        if is_empty(entry) and info.given == "required":
            wrong.append(Wrong(info.name, key="fit.wrong_empty"))
            continue
        try:
            if entry:
                read_entry(info, entry)
        except Unusable as error:
            wrong.append(wrong_of(error.problem, info))
        if entry != before:
            draft = draft.with_answer(info.name, entry)
    colours = dict(draft.colours)
    for own, chosen in zip(form.all("own"), form.all("colour"), strict=False):
        if chosen in PALETTE.values() and chosen != own:
            colours[own] = chosen
        else:
            colours.pop(own, None)
    return replace(draft, colours=colours), wrong


def _hints(here: Here, made: Preview | None) -> dict[str, str]:
    """Return what stands under each field: the range, or what was worked out."""
    t = here.told.words
    values = {each["name"]: each for each in made.facts["values"]} if made else {}
    hints = {}
    for info in changeable(here):
        hints[info.name] = (
            here.told.allowed(info) if info.kind == "length" else here.told.help(info)
        )
        if is_unknown(here.draft.answers.get(info.name)) and info.name in values:
            value = here.told.value(info, values[info.name]["value"])
            hints[info.name] = t("fit.worked_out", value=value)
    return hints


def _size(here: Here, size_mm: Sequence[float]) -> str:
    """Return how large something is, such as ``14.1 × 32.6 × 7.5 cm``."""
    return here.told.words.size(size_in_unit(size_mm, here.told.unit))


def _own_colours(made: Preview | None) -> dict[str, list[str]]:
    """Return the design's own colours, each with the parts that have it."""
    found: dict[str, list[str]] = {}
    for part in made.facts["parts"] if made is not None else ():
        found.setdefault(part["colour"], []).append(part["label"])
    return found
