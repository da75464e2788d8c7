"""What a fork's document may say: only what goes with its parent, and all that is wrong at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from api.designs import BODY, changes_of, find, library
from parametric.adapted import Change, adapted
from parametric.design import Design
from parametric.params import ParameterInfo, describe
from parametric.problems import BadParameters, Problem
from parametric.resolve import wrong_with
from registry.adaptations import queries
from registry.adaptations.document import (
    ForkDocument,
    licence_problems,
    read,
    structure,
)
from registry.errors import Conflict, FieldProblem, Invalid, NotFound

WIDER: Final = 0.5
"""How far a fork may reach beyond the library's own range, as a share of that range, at each end.
Further out nobody thought when the design was made, and a proof could take for ever."""


def checked(session: Session, raw: Mapping[str, Any]) -> ForkDocument:
    """Return a fork document that goes with its parent.

    Raises:
        Invalid: all that is wrong with it.
    """
    problems = list(structure(raw))
    parent = _parent(session, raw, problems)
    if parent is not None:
        problems += licence_problems(raw.get("licence"), parent.licence)
        problems += _parameter_problems(session, parent, raw, problems)
    if problems:
        raise Invalid(problems, "bad_fork")
    return read(raw)


def _parent(
    session: Session, raw: Mapping[str, Any], problems: list[FieldProblem]
) -> Design | None:
    if any(problem.field.startswith("parent") for problem in problems):
        return None
    slug, version = raw["parent"]["slug"], raw["parent"]["version"]
    try:
        parent = find(session, slug, version)
    except NotFound:
        here = library(slug)
        advice = f"Version {here.version} is here." if here else "Look at the list of designs."
        problems.append(
            FieldProblem("parent", f"{slug} {version}", "There is no such version.", "", advice)
        )
    except Conflict as error:
        problems.append(FieldProblem("parent", f"{slug} {version}", error.says, "", error.advice))
    else:
        row = queries.version_of(session, slug, version)
        if row is None or len(queries.chain_of(session, row)) < queries.LONGEST_CHAIN:
            return parent
        says = f"There are {queries.LONGEST_CHAIN} forks one out of the other already."
        problems.append(FieldProblem("parent", slug, says, "", "Fork an earlier one."))
    return None


def _parameter_problems(
    session: Session, parent: Design, raw: Mapping[str, Any], known: Iterable[FieldProblem]
) -> list[FieldProblem]:
    """Return what does not go with the parent's parameters, as far as it can be read at all."""
    wrong = {".".join(problem.field.split(".")[:2]) for problem in known}

    def readable(name: str) -> Mapping[str, Any]:
        found = raw.get(name, {})
        if name in wrong or not isinstance(found, dict):
            return {}
        return {key: each for key, each in found.items() if f"{name}.{key}" not in wrong}

    infos = {info.name: info for info in describe(parent.parameters)}
    problems: list[FieldProblem] = []
    changes = changes_of(readable("parameters"))
    for name, change in changes.items():
        if name in infos:
            problems += _beyond(infos[name], _root_info(session, parent, name), change)
    params_class = parent.parameters
    try:
        params_class = adapted(parent.parameters, changes)
    except BadParameters as error:
        problems += [_told(each, "parameters") for each in error.problems]
    for name, preset in readable("presets").items():
        problems += _preset_problems(name, preset["values"], params_class, infos)
    return problems


def _beyond(info: ParameterInfo, root: ParameterInfo, change: Change) -> list[FieldProblem]:
    """Return why a change reaches for what a fork may not have."""
    where = f"parameters.{info.name}"
    problems = []
    if change.default is not None and info.group in BODY:
        problems.append(
            FieldProblem(
                f"{where}.default",
                str(change.default),
                f"{info.label} is measured on a person: a fork has a range for it, no value.",
                info.allowed,
                "Leave the default out.",
            )
        )
    if root.low is None or root.high is None or root.kind == "text":
        return problems
    # A load is what the design's strength was worked out for: more of it is another design.
    room = 0.0 if root.kind == "number" else WIDER * (root.high - root.low)
    least, most = root.low - room, root.high + room
    if root.low >= 0:
        least = max(least, 0.0)
    for end, value in (("low", change.low), ("high", change.high)):
        if value is not None and not least <= value <= most:
            allowed = f"{least:g} to {most:g} {root.unit}".strip()
            problems.append(
                FieldProblem(
                    f"{where}.{end}",
                    f"{value:g}",
                    f"{value:g} {root.unit} is further from {root.allowed} than a fork may reach.",
                    allowed,
                    f"Give {allowed}.",
                )
            )
    return problems


def _root_info(session: Session, parent: Design, name: str) -> ParameterInfo:
    row = queries.version_of(session, parent.slug, parent.version)
    root = library(queries.chain_of(session, row)[0].parent_slug) if row is not None else parent
    found = {info.name: info for info in describe((root or parent).parameters)}
    return found[name]


def _preset_problems(
    name: str,
    values: Mapping[str, Any],
    params_class: type[Any],
    infos: Mapping[str, ParameterInfo],
) -> list[FieldProblem]:
    where = f"presets.{name}.values"
    problems = [
        FieldProblem(
            f"{where}.{each}",
            "",
            f"{infos[each].label} is measured on a person: a preset has no value for it.",
            "",
            "Leave it out.",
        )
        for each in values
        if each in infos and infos[each].group in BODY
    ]
    return problems + [_told(each, where) for each in wrong_with(params_class, values)]


def _told(problem: Problem, where: str) -> FieldProblem:
    close = difflib.get_close_matches(problem.field, problem.allowed.split(", "), n=2, cutoff=0.6)
    advice = problem.advice
    if problem.says.startswith("There is no parameter") and close:
        advice = f"Did you mean {' or '.join(close)}?"
    return FieldProblem(
        ", ".join(f"{where}.{name}" for name in problem.field.split(", ")),
        problem.given,
        problem.says,
        problem.allowed,
        advice,
    )
