"""The kit of a job: the fit that is made for the printer of the maker who was confirmed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import Session

from api import designs
from api.fitting import GUIDE, guide_in
from api.settings import Settings
from parametric.problems import BadParameters
from registry.actor import Actor
from registry.adaptations import queries
from registry.jobs import usecases
from registry.jobs.usecases import Confirmed
from registry.people import makers
from registry.requests.model import Request
from registry.requests.needs import job_of


def ask_kit(
    session: Session, settings: Settings, actor: Actor, confirmed: Confirmed
) -> list[dict[str, str]]:
    """Ask for a confirmed job's kit and note it; return why it cannot be made, if it cannot.

    Without design, measurements or a printer that it fits on there is nothing to ask for yet.

    Raises:
        TooBusy: too many fits are waiting.
    """
    job, request, printer = confirmed.job, confirmed.request, confirmed.printer
    if request.design is None or not request.measurements or printer is None:
        return []
    from api import fits

    try:
        fit = fits.ask(
            session,
            settings,
            person_id=request.person_id,
            design=request.design,
            version=request.design_version,
            entries=request.measurements,
            printer=printer.profile,
            # The 3D view too: whoever says yes shall see what they say yes to.
            formats=["stl", "3mf", "glb", *_guides(session, confirmed)],
            job_id=job.id,
            asked_by=actor.person_id,
        )
    except BadParameters as error:
        # The maker is confirmed all the same: the two of them look at the measurements together.
        return error.to_json()
    usecases.attach_kit(session, actor, job, fit.id)
    return []


def _guides(session: Session, confirmed: Confirmed) -> list[str]:
    """Return guides for whoever will wear it and whoever makes it, in English and their own."""
    spoken = confirmed.request.languages
    if confirmed.job.holder_id is not None:
        spoken = [*spoken, *makers.shown(session, confirmed.job.holder_id).languages]
    return list(dict.fromkeys((GUIDE, *map(guide_in, spoken))))


DECIDES_THE_KIT: Final = frozenset(
    {"design", "design_version", "measurements", "fit_id", "size_mm", "material"}
)
"""Fields of a request on which it depends what the maker prints."""


def renew_kit(
    session: Session, settings: Settings, actor: Actor, request: Request, changed: Collection[str]
) -> list[dict[str, str]]:
    """Ask for the kit anew where what it is made from was changed; return why it cannot be made.

    Where no maker is confirmed there is none yet. A kit that was asked for before is known again.

    Raises:
        TooBusy: too many fits are waiting.
    """
    job = job_of(session, request)
    if job is None or job.holder_id is None or job.confirmed_at is None:
        return []
    if not DECIDES_THE_KIT & set(changed):
        return []
    printer = makers.printer_for(session, job.holder_id, request.size_mm, request.material)
    return ask_kit(session, settings, actor, Confirmed(job, request, printer))


def title_of(session: Session, slug: str | None) -> str | None:
    """Return what a design or a fork is called, None where it cannot be found."""
    if slug is None:
        return None
    own = designs.library(slug)
    if own is not None:
        return own.title
    fork = queries.version_of(session, slug, None)
    return str(fork.document["title"]) if fork is not None else None
