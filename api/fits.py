"""Asking for a fit: what was entered is checked at once, the rest is a worker's."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from api import designs
from api.fitting import FORMATS, Format
from api.jobs.app import defer
from api.settings import Settings
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile, printer, printers
from parametric.problems import BadParameters, Problem
from parametric.recipe import engines
from parametric.resolve import resolve
from registry import crypto
from registry.errors import NotFound
from registry.fits import usecases
from registry.fits.model import Fit

DEFAULT_FORMATS: Final[tuple[Format, ...]] = ("stl", "3mf", "glb")
"""What is made when nothing is said: to print and to look at. The others take longer."""


def ask(
    session: Session,
    settings: Settings,
    *,
    person_id: UUID | None,
    design: str,
    version: str | None,
    entries: Mapping[str, Any],
    printer: str | Mapping[str, Any] | None,
    formats: Sequence[str],
    job_id: UUID | None = None,
    asked_by: UUID | None = None,
) -> Fit:
    """Return the fit of what is asked: made before for the same person, or put into the queue.

    Args:
        session: of the transaction.
        settings: say how many may wait.
        person_id: whose it is; None for somebody without an account, who shares with nobody.
        design: its slug.
        version: exact; None for the newest.
        entries: measurements and choices, as they were entered.
        printer: name of a known printer, or fields of a profile; None for an ordinary one.
        formats: some of `api.fitting.FORMATS`; none for the usual ones.
        job_id: the job whose kit it is.
        asked_by: who acts for that person; None for the person.

    Raises:
        BadParameters: something that was entered cannot be used; all problems are in it.
        TooBusy: the queue is full.
    """
    problems: list[Problem] = []
    chosen = _formats(formats, problems)
    source, profile = _understood(
        session, problems, design=design, version=version, entries=entries, printer=printer
    )
    question = usecases.Question(
        person_id=person_id,
        asked_by=asked_by or person_id,
        job_id=job_id,
        design=source.slug,
        version=source.version,
        entries=dict(entries),
        printer=dataclasses.asdict(profile),
        formats=chosen,
        known_by=_known_by(
            whose=person_id,
            job_id=job_id,
            source=source,
            entries=entries,
            profile=profile,
            formats=chosen,
        ),
    )
    fit, is_new = usecases.ask(session, question, settings.most_waiting_fits)
    if is_new:
        defer(session, "fits:make", queue="fits", fit_id=str(fit.id))
    return fit


def understood(
    session: Session,
    *,
    design: str,
    version: str | None,
    entries: Mapping[str, Any],
    printer: str | Mapping[str, Any] | None = None,
) -> tuple[designs.Source, PrinterProfile]:
    """Return which design is meant and for which printer, when all that was entered can be used.

    Raises:
        BadParameters: something cannot; all problems are in it.
    """
    return _understood(
        session, [], design=design, version=version, entries=entries, printer=printer
    )


def _understood(
    session: Session,
    problems: list[Problem],
    *,
    design: str,
    version: str | None,
    entries: Mapping[str, Any],
    printer: str | Mapping[str, Any] | None,
) -> tuple[designs.Source, PrinterProfile]:
    source = _source(session, design, version, problems)
    profile = _printer(printer, problems)
    if source is not None:
        try:
            resolve(designs.load(source).parameters, entries)
        except BadParameters as error:
            problems += error.problems
    if problems or source is None:
        raise BadParameters(tuple(problems))
    return source, profile


def _source(
    session: Session, design: str, version: str | None, problems: list[Problem]
) -> designs.Source | None:
    try:
        return designs.locate(session, design, version)
    except NotFound as error:
        try:
            newest = designs.locate(session, design)
        except NotFound:
            close = designs.close_to(design)
            advice = (
                f"Did you mean {' or '.join(close)}?" if close else "Look at the list of designs."
            )
            problems.append(Problem("design", design[:60], error.says, "", advice))
        else:
            problems.append(Problem("version", (version or "")[:60], error.says, newest.version))
    return None


def _printer(given: str | Mapping[str, Any] | None, problems: list[Problem]) -> PrinterProfile:
    if given is None:
        return DEFAULT_PRINTER
    if isinstance(given, str):
        try:
            return printer(given)
        except LookupError:
            says = "There is no known printer of this name."
            advice = "Give its fields instead, such as bed_x_mm."
            problems.append(Problem("printer", given[:60], says, ", ".join(printers()), advice))
            return DEFAULT_PRINTER
    try:
        return resolve(PrinterProfile, given).params
    except BadParameters as error:
        problems += [
            dataclasses.replace(each, field=f"printer.{each.field}") for each in error.problems
        ]
        return DEFAULT_PRINTER


def _formats(given: Sequence[str], problems: list[Problem]) -> tuple[Format, ...]:
    problems += [
        Problem("formats", each[:60], "There is no such format.", ", ".join(get_args(Format)))
        for each in given
        if each not in FORMATS
    ]
    return tuple(each for each in FORMATS if each in (given or DEFAULT_FORMATS))


def _known_by(
    *,
    whose: UUID | None,
    job_id: UUID | None,
    source: designs.Source,
    entries: Mapping[str, Any],
    profile: PrinterProfile,
    formats: Sequence[str],
) -> bytes:
    # Whose it is goes in: what somebody else asked is not to be found. Who is nobody known
    # shares with nobody.
    asked = {
        "whose": str(whose or uuid4()),
        "job": str(job_id),
        "design": [source.slug, source.version],
        "entries": dict(entries),
        "printer": dataclasses.asdict(profile),
        "formats": list(formats),
        "engines": dict(engines()),
    }
    return crypto.ring().blind(json.dumps(asked, sort_keys=True), "fits.known_by")
