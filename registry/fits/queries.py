"""Looking up fits: a fit is found by its owner, and by the confirmed maker of its job."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from registry import clock
from registry.actor import Actor
from registry.errors import NotFound
from registry.fits.model import Fit, FitFile
from registry.jobs.model import Job


def find(session: Session, actor: Actor, fit_id: UUID) -> Fit:
    """Return a fit that the actor may know of.

    Raises:
        NotFound: there is none, or it is neither theirs nor of a job that they hold.
    """
    me = actor.person_id
    nobodys = and_(Fit.person_id.is_(None), Fit.job_id.is_(None), Fit.expires_at > clock.now())
    theirs = [nobodys]
    if me is not None:
        theirs += [
            Fit.person_id == me,
            and_(Job.holder_id == me, Job.confirmed_at.is_not(None)),
        ]
    found = session.scalars(
        select(Fit).outerjoin(Job, Job.id == Fit.job_id).where(Fit.id == fit_id, or_(*theirs))
    ).first()
    if found is None:
        raise NotFound("fit")
    return found


def files_of(session: Session, fit_id: UUID) -> Sequence[FitFile]:
    """Return the files of a fit by name."""
    return session.scalars(
        select(FitFile).where(FitFile.fit_id == fit_id).order_by(FitFile.name)
    ).all()


def file_of(session: Session, fit_id: UUID, name: str) -> FitFile:
    """Return one file of a fit.

    Raises:
        NotFound: it has no file of this name.
    """
    found = session.get(FitFile, (fit_id, name)) if name.isprintable() else None
    if found is None:
        raise NotFound("file in this fit")
    return found


def known(session: Session, known_by: bytes) -> Fit | None:
    """Return the fit of the same question of the same person, waiting, running or done."""
    return session.scalars(
        select(Fit).where(Fit.known_by == known_by, Fit.state.in_(("queued", "running", "done")))
    ).first()


def waiting(session: Session) -> int:
    """Return how many fits wait for a worker."""
    return session.scalars(select(func.count()).select_from(Fit).where(Fit.state == "queued")).one()
