"""Adding variants to a job, and reading them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.actor import Actor
from registry.db import Json
from registry.errors import NotFound
from registry.jobs import queries
from registry.jobs.model import Job, Variant
from registry.jobs.usecases.holding import locked, readable
from registry.people import makers
from registry.people.model import Read
from registry.policies import jobs as may
from registry.policies import require
from registry.recalls.queries import refuse_recalled
from registry.requests.model import Request


def may_upload(session: Session, actor: Actor, job_id: UUID, version: int) -> tuple[Job, Request]:
    """Return the job that the actor may add a variant to, as long as nobody else holds it.

    Raises:
        NotFound: the actor never held it.
        NotAllowed: the person has not confirmed the actor.
        Conflict: they hold it no more.
    """
    job, request = queries.held(session, job_id, actor.person_id)
    if job.claim != version:
        raise queries.lost()
    require(may.may_work(actor, job.holder_id, confirmed=job.confirmed_at is not None))
    return job, request


def add_variant(session: Session, actor: Actor, job_id: UUID, version: int, **what: Any) -> Variant:
    """Add a variant whose file was checked and rebuilt.

    Raises:
        NotFound, NotAllowed, Conflict: as `may_upload`, also while the file was being checked.
    """
    job, request = locked(session, actor, job_id, version)
    require(may.may_work(actor, job.holder_id, confirmed=job.confirmed_at is not None))
    variant = Variant(
        job_id=job.id,
        maker_id=actor.person_id,
        of_fit_id=job.kit_fit_id or request.fit_id,
        status="accepted",
        **what,
    )
    session.add(variant)
    session.flush()
    audit.record(
        session, actor.person_id, "variant.added", "variant", variant.id, file=variant.kind
    )
    return variant


def printer_of(session: Session, job: Job, request: Request) -> Json:
    """Return the profile of the printer that a job is made on; empty where none of them fits."""
    if job.holder_id is None:
        return {}
    printer = makers.printer_for(session, job.holder_id, request.size_mm, request.material)
    return printer.profile if printer is not None else {}


def variants(session: Session, actor: Actor, job_id: UUID) -> Sequence[Variant]:
    """Return a job's variants, for its maker, the person and who acts for them.

    Raises:
        NotFound: the actor may not know of the job.
    """
    readable(session, actor, job_id)
    return queries.variants_of(session, job_id)


def read_variant(session: Session, actor: Actor, job_id: UUID, variant_id: UUID) -> Variant:
    """Return a variant to be downloaded; the person can see that a maker did.

    Raises:
        NotFound: there is none that the actor may know of.
        Gone: it was recalled.
    """
    _, request = readable(session, actor, job_id)
    found = session.scalars(
        select(Variant).where(
            Variant.id == variant_id,
            Variant.job_id == job_id,
            Variant.rebuilt_digest.is_not(None),
        )
    ).first()
    if found is None:
        raise NotFound("variant")
    refuse_recalled(session, found.rebuilt_digest or b"")
    if actor.person_id != request.person_id:
        session.add(
            Read(
                owner_id=request.person_id,
                reader_id=actor.person_id,
                what="variant",
                subject_id=found.id,
            )
        )
    return found
