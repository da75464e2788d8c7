"""Looking up fits: a fit is found by its owner and who acts for them, and by its job's maker."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import clock
from registry.actor import Actor
from registry.errors import NotFound
from registry.fits.model import Fit, FitFile
from registry.jobs.model import Job
from registry.recalls.queries import refuse_recalled
from registry.requests.roles import granted, is_guardian


def find(session: Session, actor: Actor, fit_id: UUID) -> Fit:
    """Return a fit that the actor may know of.

    It is told to whose it is; to their guardian; to a supporter who may see and measure, because
    the shape of what is made tells the body; and to the confirmed maker of its job.

    Raises:
        NotFound: there is none that they may know of.
    """
    row = session.execute(
        select(Fit, Job).outerjoin(Job, Job.id == Fit.job_id).where(Fit.id == fit_id)
    ).first()
    if row is None or not _may_know(session, actor, *row):
        raise NotFound("fit")
    fit: Fit = row[0]
    return fit


def _may_know(session: Session, actor: Actor, fit: Fit, job: Job | None) -> bool:
    me = actor.person_id
    if fit.person_id is None and fit.job_id is None:
        # Of nobody known: whoever knows its address, while it is kept.
        return fit.expires_at is not None and fit.expires_at > clock.now()
    if me is None:
        return False
    if fit.person_id == me:
        return True
    if job is not None and job.holder_id == me and job.confirmed_at is not None:
        return True
    return fit.person_id is not None and may_measure_for(session, me, fit.person_id)


def may_measure_for(session: Session, me: UUID, person_id: UUID) -> bool:
    """Whether somebody is the guardian of a person, or a supporter who may see and measure."""
    if is_guardian(session, me, person_id):
        return True
    return {"see", "measure"} <= granted(session, me, person_id)


def files_of(session: Session, fit_id: UUID) -> Sequence[FitFile]:
    """Return the files of a fit by name."""
    return session.scalars(
        select(FitFile).where(FitFile.fit_id == fit_id).order_by(FitFile.name)
    ).all()


def file_of(session: Session, fit_id: UUID, name: str) -> FitFile:
    """Return one file of a fit.

    Raises:
        NotFound: it has no file of this name.
        Gone: it was recalled.
    """
    found = session.get(FitFile, (fit_id, name)) if name.isprintable() else None
    if found is None:
        raise NotFound("file in this fit")
    refuse_recalled(session, found.digest)
    return found


def done_of(session: Session, person_id: UUID, most: int) -> Sequence[Fit]:
    """Return somebody's own finished fits whose checks all held, newest first; not kits of jobs."""
    return session.scalars(
        select(Fit)
        .where(
            Fit.person_id == person_id,
            Fit.job_id.is_(None),
            Fit.state == "done",
            Fit.proved.is_(True),
        )
        .order_by(Fit.created_at.desc(), Fit.id)
        .limit(most)
    ).all()


def known(session: Session, known_by: bytes) -> Fit | None:
    """Return the fit of the same question of the same person, waiting, running or done."""
    return session.scalars(
        select(Fit).where(Fit.known_by == known_by, Fit.state.in_(("queued", "running", "done")))
    ).first()


def waiting(session: Session) -> int:
    """Return how many fits wait for a worker."""
    return session.scalars(select(func.count()).select_from(Fit).where(Fit.state == "queued")).one()
