"""Making fits, and sweeping up after them."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from procrastinate import Blueprint, JobContext, RetryStrategy
from sqlalchemy import text

import designs
from api.designs import locate
from api.jobs import children, kernel
from api.jobs.app import defer
from api.jobs.works import works
from registry import clock, crypto
from registry.errors import NotFound
from registry.fits import usecases
from registry.fits.model import Fit
from registry.fits.usecases import Made, StoredAs

TASKS = Blueprint()

MOST_TRIES: Final = 6
"""After so many workers that died over a fit, or could not store it, it has failed."""

_TELL_EVERY_S: Final = 0.2
_LOOK_EVERY_S: Final = 1.0
_LOST_AFTER = timedelta(minutes=2)

MEDIA_TYPES: Final = {
    ".3mf": "model/3mf",
    ".csv": "text/csv; charset=utf-8",
    ".glb": "model/gltf-binary",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".step": "model/step",
    ".stl": "model/stl",
    ".txt": "text/plain; charset=utf-8",
}

_SAYS: Final = {
    "exact": "The exact shape for STEP could not be made. Ask for the other formats alone.",
    "memory": "It needed more memory than a fit may have.",
    "mistake": "The design has a mistake that these measurements bring to light.",
}
"""What is said when the child gives up, by its reason."""

_log = logging.getLogger(__name__)


class _NotOurs(Exception):
    """Somebody else has the fit by now, or it was cancelled."""


@TASKS.task(
    name="make",
    queue="fits",
    pass_context=True,
    # What is left to go wrong is database or storage that do not answer.
    retry=RetryStrategy(max_attempts=MOST_TRIES, linear_wait=5, wait=1),
)
def make(context: JobContext, fit_id: str) -> None:
    """Make a fit in a child process, store its files and say what became of it."""
    tries = context.job.attempts
    with works().sessions.begin() as session:
        if tries >= MOST_TRIES:
            says = "It could not be made, also when it was tried again and again."
            usecases.give_up(session, UUID(fit_id), says)
            return
        fit = usecases.take(session, UUID(fit_id), again=tries > 0)
        if fit is None:
            return
        hold = fit.started_at
        assert hold is not None  # noqa: S101 (taken just now)
        try:
            source = locate(session, fit.design, fit.design_version)
        except NotFound:
            source = None
    making = works().settings.folder / "making"
    children.clear_leftovers(making)
    with children.working_folder(making) as folder:
        if source is None:
            made = _failed("This version of the design is not here any more. Ask again.")
        else:
            order = kernel.Order(
                design=(source.slug, source.version, source.more),
                shelves=tuple(designs.__path__),
                entries=fit.entries,
                printer=fit.printer,
                formats=tuple(fit.formats),
                folder=str(folder),
                seconds=works().settings.fit_seconds,
                megabytes=works().settings.fit_megabytes,
            )
            try:
                made = _child(context, order, fit.id, hold)
            except children.Stopped:
                _let_go(context, fit.id, hold)
                return
        try:
            _keep(fit.id, hold, made, folder / "kit")
        except _NotOurs:
            _log.info("fit %s was cancelled or taken over", fit_id)


def _child(
    context: JobContext, order: kernel.Order, fit_id: UUID, hold: datetime
) -> Mapping[str, Any]:
    """Return what the child said at the end, or what is said for one that can no more."""
    told = looked = 0.0

    def tell(progress: children.Progress | None) -> bool:
        nonlocal told, looked
        if context.should_abort():
            return False
        now = time.monotonic()
        if progress is not None and now - told >= _TELL_EVERY_S:
            told = looked = now
        elif now - looked >= _LOOK_EVERY_S:
            looked, progress = now, None
        else:
            return True
        with works().sessions.begin() as session:
            return usecases.tell(session, fit_id, hold, progress)

    try:
        said = children.run(kernel.make, order, seconds=works().settings.fit_seconds, tell=tell)
    except children.TookTooLong:
        return _failed("It took too long. Perhaps these measurements do not go together.")
    except children.Crashed as error:
        _log.warning("the child of fit %s ended with %s", fit_id, error.exitcode)
        return _failed("The program that makes the shapes broke down over it.")
    if said["end"] == "failed":
        _log.warning("fit %s failed: %s %s", fit_id, said.get("why"), said.get("kind", ""))
        return _failed(_SAYS.get(str(said.get("why")), _SAYS["mistake"]))
    return said


def _failed(says: str) -> Mapping[str, Any]:
    return {"end": "failed", "problems": [{"says": says}]}


def _let_go(context: JobContext, fit_id: UUID, hold: datetime) -> None:
    """Put a fit back that this worker has no time to finish, unless it was cancelled."""
    if not context.should_abort():
        return
    with works().sessions.begin() as session:
        if usecases.put_back(session, fit_id, hold):
            defer(session, "fits:make", queue="fits", fit_id=str(fit_id))


def _keep(fit_id: UUID, hold: datetime, said: Mapping[str, Any], folder: Path) -> None:
    """Store the files and write the end, in one transaction.

    Raises:
        _NotOurs: somebody else has the fit by now; nothing was written.
    """
    recipe = said.get("recipe")
    names = sorted(str(name) for name in (said.get("report") or {}).get("files", ()))
    with works().sessions.begin() as session:
        if not usecases.tell(session, fit_id, hold, None):
            raise _NotOurs
        data = {name: _read(folder, name) for name in names}
        digests = works().storage.put_all(session, list(data.values()))
        made = Made(
            state=said["end"],
            parts=len((said.get("report") or {}).get("parts", ())),
            proved=said.get("proved"),
            recipe=crypto.ring().blind(recipe, "fits.recipe") if recipe else None,
            report=said.get("report"),
            problems=said.get("problems", ()),
            files=[
                StoredAs(name, digest, len(data[name]), _media_type(name))
                for name, digest in zip(names, digests, strict=True)
            ],
        )
        if not usecases.finish(session, fit_id, hold, made):
            raise _NotOurs


def _read(folder: Path, name: str) -> bytes:
    """Return a file that a child wrote, and nothing that lies elsewhere."""
    file = folder / name
    if not file.resolve().is_relative_to(folder.resolve()):
        raise ValueError("A child named a file outside of its folder.")
    return file.read_bytes()


def _media_type(name: str) -> str:
    return MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")


@TASKS.periodic(cron="* * * * *")
@TASKS.task(name="sweep", queue="default")
def sweep(timestamp: int) -> None:  # noqa: ARG001 (Procrastinate's signature)
    """Forget fits of nobody known after their day, and find those that no job makes."""
    with works().sessions.begin() as session:
        usecases.forget_expired(session)
    with works().sessions.begin() as session:
        lost = session.scalars(
            text(
                "SELECT id FROM fits WHERE state IN ('queued', 'running') "
                "AND created_at < :before AND NOT EXISTS (SELECT FROM procrastinate_jobs "
                "WHERE task_name = 'fits:make' AND status IN ('todo', 'doing') "
                "AND args ->> 'fit_id' = fits.id::text) FOR UPDATE SKIP LOCKED"
            ),
            {"before": clock.now() - _LOST_AFTER},
        ).all()
        for fit_id in lost:
            session.get_one(Fit, fit_id).state = "queued"
            defer(session, "fits:make", queue="fits", fit_id=str(fit_id))
