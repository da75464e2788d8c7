"""The lists of a fit's pages: what there is to measure, what was answered, what was worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from api.pages.fit.here import Here
from api.pages.fit.questions import Questions, following
from api.pages.fit.told import Told
from parametric.entries import is_empty, is_unknown
from parametric.params import ParameterInfo
from parametric.problems import Problem
from parametric.resolve import ResolvedValue


def start(here: Here) -> dict[str, Any]:
    """Return what the first page shows."""
    side, t, left = here.asked.side(), here.told.words, here.needed_left()
    is_ready = not left
    return {
        "begun": here.draft.is_begun,
        "left": left,
        "side": side,
        "side_options": here.told.options(side) if side else [],
        "needed": [_task(here, info) for info in here.asked.needed],
        "better": [_task(here, info) for info in here.asked.better],
        "then": [
            {
                "title": t("fit.choices_title"),
                "href": f"{here.root}/choices",
                "status": t("fit.optional"),
                "kind": "quiet",
            },
            {
                "title": t("fit.check_title"),
                "href": f"{here.root}/check",
                "status": t("fit.ready" if is_ready else "fit.not_yet"),
                "kind": "good" if is_ready else "quiet",
            },
        ],
    }


def options(here: Here) -> dict[str, list[dict[str, str]]]:
    """Return the answers to choose from, by parameter."""
    every = (*here.asked.needed, *here.asked.choices, *here.asked.look)
    return {info.name: here.told.options(info) for info in every if info.kind == "choice"}


def check(
    here: Here, values: Mapping[str, ResolvedValue], problems: Sequence[Problem]
) -> dict[str, Any]:
    """Return what the page shows on which all answers are looked over."""
    return {
        "left": here.needed_left(),
        "first_left": following(here.asked, "", here.draft.answers),
        "needed": [_row(here, info, values) for info in here.asked.needed],
        "better": [_row(here, info, values) for info in here.asked.better],
        "chosen": [
            _row(here, info, values, f"{here.root}/choices")
            for info in (*here.asked.choices, *here.asked.look)
        ],
        "problem_links": [
            (
                Markup(" ").join(map(here.told.own, filter(None, (each.says, each.advice)))),
                address(here, each),
            )
            for each in problems
        ],
    }


def address(here: Here, problem: Problem) -> str:
    """Return the page on which what is wrong can be changed."""
    name = problem.field.partition(",")[0].strip()
    page = f"/measure/{name}" if here.asked.find(name) else "/choices"
    return f"{here.root}{page}"


def estimated(
    told: Told, asked: Questions, values: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str, str]]:
    """Return what was worked out: what it is called, its value, where the relation comes from."""
    infos = {info.name: info for info in asked.measured()}
    return [
        (
            told.label(infos[each["name"]]),
            told.value(infos[each["name"]], each["value"]),
            str(each["source"]),
        )
        for each in values
        if each["origin"] == "estimated" and each["name"] in infos
    ]


def _task(here: Here, info: ParameterInfo) -> dict[str, Any]:
    t, entry = here.told.words, here.draft.answers.get(info.name, "")
    task: dict[str, Any] = {
        "title": here.told.label(info),
        "href": f"{here.root}/measure/{info.name}",
    }
    if info.name in here.draft.apart:
        return task | {"status": t("fit.measure_again"), "kind": "bad"}
    if info.name in here.draft.first:
        return task | {"status": t("fit.half_done"), "kind": "wait"}
    if is_empty(entry):
        status = "fit.to_do" if info.given == "required" else "fit.optional"
        return task | {"status": t(status), "kind": "" if info.given == "required" else "quiet"}
    return task | {"status": here.told.answer(info, entry), "kind": "done"}


def _row(
    here: Here,
    info: ParameterInfo,
    values: Mapping[str, ResolvedValue],
    href: str = "",
) -> dict[str, Any]:
    told, t = here.told, here.told.words
    entry = here.draft.answers.get(info.name, "")
    value = values.get(info.name)
    shown: str = told.answer(info, entry) if entry else t("fit.no_answer")
    if value is not None and value.origin == "estimated":
        worked_out = t("fit.worked_out", value=told.value(info, value.value))
        shown = Markup('{}<br><span class="quiet">{}</span>').format(
            worked_out, here.told.own(value.source)
        )
    elif value is not None and value.origin == "default" and not is_unknown(entry):
        usual = told.value(info, value.value)
        shown = t("fit.usual", value=usual) if usual else t("fit.no_answer")
    elif info.name in here.draft.readings:
        first, second = here.draft.readings[info.name]
        mean = t("fit.mean", first=told.words.apart(first), second=told.words.apart(second))
        shown = Markup('{}<br><span class="quiet">{}</span>').format(shown, mean)
    return {
        "key": told.label(info),
        "value": shown,
        "actions": [
            {
                "href": href or f"{here.root}/measure/{info.name}",
                "text": t("fit.add" if is_empty(entry) and not href else "fit.change"),
                "hidden": told.label(info),
            }
        ],
    }
