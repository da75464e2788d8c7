"""Certificates: every version of a fork is proved by a worker, after it was released.

A worker that dies leaves its job to be taken up by another, which begins again: a proof depends
on nothing but the design and the number of people.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from procrastinate import Blueprint, RetryStrategy
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api import designs
from api.jobs.app import defer
from api.jobs.proving import Going, Gone, Proved, Proving
from api.jobs.works import works
from parametric.design import Design
from registry import audit, clock
from registry.adaptations.model import Certificate
from registry.errors import RegistryError

TASKS = Blueprint()

POLL_S = 0.5
"""How often a proof is asked how far it is, and whether anybody still wants it, seconds."""

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
        # One at a time, so that people's fits are not kept waiting by proofs.
        defer(
            session, "certificates:prove", queue="proofs", lock="proofs", slug=slug, version=version
        )
    return session.get_one(Certificate, (slug, version), populate_existing=True)


# A worker that is told to stop cancels what it does; the job goes back into the queue.
@TASKS.task(
    name="prove",
    retry=RetryStrategy(max_attempts=100, retry_exceptions={asyncio.CancelledError}),  # type: ignore[arg-type]  # works for every BaseException
)
async def prove(slug: str, version: str) -> None:
    """Prove one version of one design and keep its certificate."""
    design = await asyncio.to_thread(_begin, slug, version)
    if design is None:
        return
    proof = await asyncio.to_thread(Proving, design, works().settings.proof_people)
    ends_at = time.monotonic() + works().settings.proof_seconds
    try:
        while True:
            told = await asyncio.to_thread(proof.told, POLL_S)
            if isinstance(told, Going):
                await asyncio.to_thread(_note, slug, version, done=told.done, total=told.total)
            elif isinstance(told, Proved):
                await asyncio.to_thread(_finish, slug, version, told)
                return
            elif isinstance(told, Gone) or time.monotonic() > ends_at:
                _log.error("the proof of %s %s gave no answer: %s", slug, version, told)
                await asyncio.to_thread(_finish, slug, version, None)
                return
    except asyncio.CancelledError:
        _note(slug, version, state="waiting", done=0)
        raise
    finally:
        proof.stop()


def _begin(slug: str, version: str) -> Design | None:
    """Mark a certificate as being proved; None where it is done already, or cannot be."""
    with works().sessions.begin() as session:
        row = session.get(Certificate, (slug, version), with_for_update=True)
        if row is None or row.state not in ("waiting", "proving"):
            return None
        try:
            design = designs.find(session, slug, version)
        except RegistryError as error:
            _log.error("%s %s cannot be proved: %s", slug, version, error.code)
            row.state, row.finished_at = "crashed", clock.now()
            return None
        row.state, row.done, row.total = "proving", 0, 0
        return design


def _note(slug: str, version: str, **values: Any) -> None:
    with works().sessions.begin() as session:
        session.execute(
            update(Certificate)
            .where(
                Certificate.slug == slug,
                Certificate.version == version,
                Certificate.state == "proving",
            )
            .values(**values)
        )


def _finish(slug: str, version: str, told: Proved | None) -> None:
    state = "crashed" if told is None else ("proved" if told.holds else "not_proved")
    with works().sessions.begin() as session:
        row = session.get(Certificate, (slug, version), with_for_update=True)
        if row is None or row.state != "proving":
            return
        row.state, row.finished_at = state, clock.now()
        if told is not None:
            row.document, row.done = told.certificate, row.total
        audit.record(
            session, "system", "certificate.finished", "design", slug, version=version, state=state
        )
