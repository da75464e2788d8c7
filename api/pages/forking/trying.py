"""Trying a draft: what it makes, in 3D beside its facts, before anything is published.

It is made as a fit's page makes a device (`api.previews`), for the sample that comes with the
library's design and the draft's own settings. Nothing is stored, and only its makers see it.

Their own sizes lie sealed in a cookie of the pages of a fit (`api.pages.fit.draft`): to try these,
the page is under that address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from markupsafe import Markup

from api import samples
from api.deps import Models, limited
from api.designs import Source
from api.pages import policy, static
from api.pages.designs import Slug
from api.pages.fit import draft as drafts
from api.pages.fit import lists
from api.pages.fit.draft import Draft
from api.pages.fit.questions import in_unit, questions, size_in_unit
from api.pages.fit.told import Told
from api.pages.forking.here import Drafting, Mine
from api.pages.forms import Form
from api.pages.text import ENGLISH, Words
from api.previews import Preview
from api.problems import HttpError
from api.routes.previews import MODEL, PREVIEWS
from api.transaction import Transaction
from parametric.design import Design
from parametric.params import ParameterInfo, describe
from parametric.problems import BadParameters, Problem
from parametric.recipe import CODE_FIELD
from registry.errors import NotFound

router = APIRouter(include_in_schema=False, route_class=Transaction)

SIZES: Final = "sizes"
"""The question in the address: which of the draft's sets; empty for none."""


@dataclass(frozen=True)
class Trial:
    """A draft with the sizes in which it is tried.

    Attributes:
        sizes: which of the draft's sets; empty for none.
        entries: what it is made with: the sample, and what is in the set.
        own: answers of who looks, in a fit of what it grows out of; they stand in for the sample.
    """

    here: Mine
    source: Source
    design: Design
    sizes: str
    entries: Mapping[str, object]
    own: Draft | None = None

    @property
    def own_root(self) -> str:
        """The address where it is tried in the sizes of who looks."""
        return f"{self.fit_root}/trying/{quote(self.here.fork.slug)}"

    @property
    def fit_root(self) -> str:
        """The address of a fit of what it grows out of."""
        return f"/designs/{quote(self.here.fork.parent_slug)}/fit"

    def address(self, file: str) -> str:
        """Return where the model or the picture is, of the draft as it is now."""
        version = str(self.here.fork.draft_version)
        if self.own is not None:
            # The sizes are in the cookie: their digest tells a browser that they are others now.
            return f"{self.own_root}/{file}?{urlencode({'v': version + self.own.digest()})}"
        return f"{self.here.root}/try/{file}?{urlencode({SIZES: self.sizes, 'v': version})}"

    def told(self) -> Told:
        """Return what tells of it, in the unit of who looks."""
        words = self.here.told.words if self.here.told is not None else Words(ENGLISH, "fit")
        return Told(words, self.design, self.here.unit)


def _trial(here: Drafting, sizes: Annotated[str, Query(max_length=40)] = "") -> Trial:
    if here.source is None or here.design is None:
        raise NotFound("draft that can be made")
    presets: Mapping[str, Any] = here.said.get("presets", {})
    if sizes and sizes not in presets:
        raise NotFound("set")
    values = presets[sizes]["values"] if sizes else {}
    entries = {**samples.entries_for(here.source, here.design), **values}
    return Trial(here, here.source, here.design, sizes, entries)


def _own_trial(parent: Slug, here: Drafting) -> Trial:
    if parent != here.fork.parent_slug:
        raise NotFound("draft")
    trial = _trial(here)
    own = drafts.read(here.request, parent)
    known = {info.name for info in describe(trial.design.parameters)}
    answers = {name: said for name, said in own.answers.items() if name in known}
    return replace(trial, entries={**trial.entries, **answers}, own=own)


Trying = Annotated[Trial, Depends(_trial)]
InOwnSizes = Annotated[Trial, Depends(_own_trial)]


@router.get("/designs/{parent}/fit/trying/{slug}/model.glb")
def own_model(request: Request, trial: InOwnSizes, models: Models) -> Response:
    """Give the model of the draft in the sizes of who looks."""
    return model(request, trial, models)


@router.get("/designs/{parent}/fit/trying/{slug}/picture.png")
def own_picture(request: Request, trial: InOwnSizes, models: Models) -> Response:
    """Give a still picture of the draft in the sizes of who looks."""
    return picture(request, trial, models)


@router.get("/designs/{parent}/fit/trying/{slug}")
def show_own(trial: InOwnSizes, models: Models) -> Response:
    """Show what the draft makes in the sizes of who looks, as far as they were measured."""
    return show(trial, models)


@router.get("/designs/{slug}/draft/try")
def show(trial: Trying, models: Models) -> Response:
    """Show what the draft makes, or what is wrong with it and where that can be changed."""
    here, told = trial.here, trial.told()
    facts: dict[str, Any] = {"made": None, "problem": None}
    problems: tuple[Problem, ...] = ()
    status = 200
    try:
        limited(here.request, PREVIEWS)
        facts["made"] = models.make(trial.source, trial.entries)
    except BadParameters as error:
        problems = error.problems
    except HttpError as error:
        facts["problem"] = error
        status = error.status
    made: Preview | None = facts["made"]
    return replace(here, told=told).page(
        "forking/try.html.j2",
        status=status,
        csp=policy.with_3d(),
        form=Form.filled(**{SIZES: trial.sizes}),
        trial=trial,
        design=trial.design,
        presets=here.said.get("presets", {}),
        problems=[(_where(trial, told, each), _says(told, each)) for each in problems],
        waiting=_waiting(trial.source.root),
        sizes=_size(told, made.size_mm) if made else "",
        bed_size=lambda size_mm: _size(told, size_mm),
        estimated=lists.estimated(told, questions(trial.design), made.facts["values"])
        if made
        else [],
        settings=_settings(trial, told, made) if made else [],
        **facts,
    )


@router.get("/designs/{slug}/draft/try/model.glb")
def model(request: Request, trial: Trying, models: Models) -> Response:
    """Give the model of the draft in these sizes."""
    limited(request, PREVIEWS)
    made = models.make(trial.source, trial.entries)
    return Response(made.glb(), media_type=MODEL)


@router.get("/designs/{slug}/draft/try/picture.png")
def picture(request: Request, trial: Trying, models: Models) -> Response:
    """Give a still picture of the draft in these sizes."""
    limited(request, PREVIEWS)
    made = models.picture(trial.source, trial.entries)
    return Response(made, media_type="image/png")


def _waiting(root: str) -> str:
    """Return the picture that stands where the model will be: of the library's own design."""
    path = f"img/designs/{root}/device.webp"
    return static.address(path) if path in static.files() else ""


def _size(told: Told, size_mm: Any) -> str:
    return told.words.size(size_in_unit(size_mm, told.unit))


def _settings(trial: Trial, told: Told, made: Preview) -> list[tuple[str, str, bool]]:
    """Return what it is made with: what it is called, its value, whether the draft changes it."""
    changed = trial.here.said.get("parameters", {})
    values = {each["name"]: each["value"] for each in made.facts["values"]}
    return [
        (told.label(now), _value(told, now, values[name]), name in changed)
        for name, (_, now) in trial.here.asked().items()
        if name in values and name != CODE_FIELD and values[name] not in ("", None)
    ]


def _value(told: Told, info: ParameterInfo, value: Any) -> str:
    # As exact as it was set: where a fit's page rounds, half a millimetre is gone.
    exact = in_unit(float(value), told.unit) if info.kind == "length" else told.value(info, value)
    return exact if info.kind in ("choice", "flag") else told.words.size(exact)


def _where(trial: Trial, told: Told, problem: Problem) -> list[tuple[str, str]]:
    """Return what a problem is about: what each is called, and where the draft has it."""
    asked = trial.here.asked()
    names = [name for name in problem.field.split(", ") if name in asked]
    return [(told.label(asked[name][1]), f"{trial.here.root}/parameters/{name}") for name in names]


def _says(told: Told, problem: Problem) -> Markup:
    return Markup(" ").join(map(told.own, filter(None, (problem.says, problem.advice))))
