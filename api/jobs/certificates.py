"""Certificates: every version of a fork is proved by a worker, after it was released.

A worker that dies leaves its job to be taken up by another, which begins again: a proof depends
on nothing but the design and the number of people.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any, Final

from procrastinate import Blueprint, JobContext, RetryStrategy
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

import designs
from api.designs import Source, locate
from api.jobs import children, proving
from api.jobs.app import defer
from api.jobs.proving import ProofOrder
from api.jobs.works import works
from registry import audit, clock
from registry.adaptations.model import Certificate
from registry.errors import NotFound

TASKS = Blueprint()

MOST_TRIES: Final = 6
"""After so many workers that died over a proof, nobody tries again by themselves."""

_TELL_EVERY_S: Final = 0.5
_COUNTS: Final = ("proved", "failed", "excluded")

_log = logging.getLogger(__name__)


def ask(session: Session, slug: str, version: str) -> Certificate:
    """Ask for a version to be proved, in the session's transaction.

    One that is waiting or being proved is not asked for twice; one that is done is done again.
    """
    asked = session.scalar(
        insert(Certificate)
        .values(slug=slug, version=version, state="waiting", done=0, total=0, asked_at=clock.now())
        .on_conflict_do_update(
            index_elements=["slug", "version"],
            set_={"state": "waiting", "done": 0, "total": 0, "asked_at": clock.now()},
            where=Certificate.state.not_in(("waiting", "proving")),
        )
        .returning(Certificate.state)
    )
    if asked is not None:
        _queue(session, slug, version)
    return session.get_one(Certificate, (slug, version), populate_existing=True)


@TASKS.task(
    name="prove",
    queue="proofs",
    pass_context=True,
    # What is left to go wrong is a database that does not answer.
    retry=RetryStrategy(max_attempts=MOST_TRIES, linear_wait=5, wait=1),
)
def prove(context: JobContext, slug: str, version: str) -> None:
    """Prove one version of one design in a child process, and keep its certificate."""
    if context.job.attempts >= MOST_TRIES:
        _finish(slug, version, None)
        return
    source = _begin(slug, version)
    if source is None:
        return
    settings = works().settings
    order = ProofOrder(
        design=(source.slug, source.version, source.more),
        shelves=tuple(designs.__path__),
        people=settings.proof_people,
        seconds=max(settings.proof_seconds, 1),
        megabytes=settings.fit_megabytes,
    )
    told = 0.0

    def tell(progress: children.Progress | None) -> bool:
        nonlocal told
        if context.should_abort():
            return False
        if progress is not None and time.monotonic() - told >= _TELL_EVERY_S:
            told = time.monotonic()
            _note(slug, version, done=progress["done"], total=progress["total"])
        return True

    try:
        said = children.run(proving.prove, order, seconds=settings.proof_seconds, tell=tell)
    except children.Stopped:
        _put_back(slug, version)
        return
    except (children.TookTooLong, children.Crashed) as error:
        _log.warning("the proof of %s %s: %s", slug, version, type(error).__name__)
        said = {"end": "failed"}
    _finish(slug, version, said if said["end"] == "done" else None)


def _begin(slug: str, version: str) -> Source | None:
    """Mark a certificate as being proved; None where it is done already, or cannot be."""
    with works().sessions.begin() as session:
        row = session.get(Certificate, (slug, version), with_for_update=True)
        if row is None or row.state not in ("waiting", "proving"):
            return None
        try:
            source = locate(session, slug, version)
        except NotFound:
            row.state, row.finished_at = "crashed", clock.now()
            return None
        # A worker that died may have left it as being proved: it begins again.
        row.state, row.done, row.total = "proving", 0, 0
        return source


def _note(slug: str, version: str, *, done: int, total: int) -> None:
    with works().sessions.begin() as session:
        session.execute(
            update(Certificate)
            .where(
                Certificate.slug == slug,
                Certificate.version == version,
                Certificate.state == "proving",
            )
            .values(done=done, total=total)
        )


def _put_back(slug: str, version: str) -> None:
    """Leave a proof to another worker: this one is told to stop."""
    with works().sessions.begin() as session:
        row = session.get(Certificate, (slug, version), with_for_update=True)
        if row is not None and row.state == "proving":
            row.state, row.done, row.total = "waiting", 0, 0
            _queue(session, slug, version)


def _finish(slug: str, version: str, said: Mapping[str, Any] | None) -> None:
    state = "crashed" if said is None else ("proved" if said["holds"] else "not_proved")
    with works().sessions.begin() as session:
        row = session.get(Certificate, (slug, version), with_for_update=True)
        if row is None or row.state not in ("waiting", "proving"):
            return
        row.state, row.finished_at = state, clock.now()
        if said is not None:
            row.document = said["certificate"]
            row.done = row.total = sum(said["certificate"][each] for each in _COUNTS)
        audit.record(
            session, "system", "certificate.finished", "design", slug, version=version, state=state
        )


def _queue(session: Session, slug: str, version: str) -> None:
    # One at a time, so that proofs leave room for what people wait for.
    defer(session, "certificates:prove", queue="proofs", lock="proofs", slug=slug, version=version)
