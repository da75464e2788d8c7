"""Asking for a fit, making it, and giving up on it.

A fit is made by one worker at a time. The moment at which it began is its hold: whoever writes
names it, so that a worker that was thought dead changes nothing once another has taken over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, NotFound, TooBusy
from registry.fits import queries
from registry.fits.model import Fit, FitFile
from registry.people.model import Read
from registry.policies import fits as may
from registry.policies import require

KEPT_FOR_NOBODY = timedelta(days=1)
"""How long a fit is kept that belongs to nobody known."""

COME_BACK_S = 10
"""When to ask again while the queue is full."""

End: TypeAlias = Literal["done", "refused", "failed"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked for, and whose it is. Its parts were checked before.

    Attributes:
        asked_by: that person, or who acts for them.
        known_by: keyed digest by which the same question of the same person is known again.
    """

    person_id: UUID | None
    asked_by: UUID | None
    job_id: UUID | None
    design: str
    version: str
    entries: Mapping[str, Any]
    printer: Mapping[str, Any]
    formats: Sequence[str]
    known_by: bytes


@dataclass(frozen=True)
class StoredAs:
    """A file that was stored."""

    name: str
    digest: bytes
    size: int
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Made:
    """What became of a fit; `parts` is how many it has."""

    state: End
    parts: int = 0
    proved: bool | None = None
    recipe: bytes | None = None
    report: Mapping[str, Any] | None = None
    problems: Sequence[Mapping[str, Any]] = ()
    files: Sequence[StoredAs] = ()


def ask(session: Session, question: Question, most_waiting: int) -> tuple[Fit, bool]:
    """Return the fit of a question, and whether it is new and must be made.

    Raises:
        TooBusy: too many wait already.
    """
    known = queries.known(session, question.known_by)
    if known is not None:
        return known, False
    if queries.waiting(session) >= most_waiting:
        raise TooBusy("Many fits are waiting just now.", COME_BACK_S)
    now = clock.now()
    fit_id = session.scalar(
        insert(Fit)
        .values(
            id=uuid4(),
            created_at=now,
            person_id=question.person_id,
            job_id=question.job_id,
            design=question.design,
            design_version=question.version,
            entries=dict(question.entries),
            printer=dict(question.printer),
            formats=list(question.formats),
            state="queued",
            known_by=question.known_by,
            progress={},
            expires_at=now + KEPT_FOR_NOBODY if question.person_id is None else None,
        )
        .on_conflict_do_nothing(
            index_elements=["known_by"],
            # Written out: with parameters, PostgreSQL does not know the index again once the
            # statement is prepared, which psycopg does at its sixth use.
            index_where=text("state IN ('queued', 'running', 'done')"),
        )
        .returning(Fit.id)
    )
    if fit_id is None:
        # Asked twice at the same moment; the other one was first.
        known = queries.known(session, question.known_by)
        if known is None:
            raise Conflict("asked_twice", "This was asked twice at once.", "Ask again.")
        return known, False
    audit.record(session, question.asked_by, "fit.asked", "fit", fit_id, design=question.design)
    return session.get_one(Fit, fit_id), True


def whose(session: Session, actor: Actor, person_id: UUID | None) -> UUID | None:
    """Return whose a fit shall be: the actor's own, or of a person whom they may measure for.

    Raises:
        NotFound: there is no such person for them.
    """
    if person_id is None or person_id == actor.person_id:
        return actor.person_id
    if actor.person_id is None or not queries.may_measure_for(session, actor.person_id, person_id):
        raise NotFound("person")
    return person_id


def cancel(session: Session, actor: Actor, fit_id: UUID) -> None:
    """Give up on a fit that waits or is being made; its worker notices within a second or so.

    Raises:
        NotFound: it is not to be found for the actor.
        NotAllowed: it is not theirs to cancel.
        Conflict: it is finished.
    """
    fit = queries.find(session, actor, fit_id)
    require(may.may_cancel(actor, owner_id=fit.person_id))
    if fit.state == "cancelled":
        return
    stopped = session.scalar(
        update(Fit)
        .where(Fit.id == fit_id, Fit.state.in_(("queued", "running")))
        .values(state="cancelled", finished_at=clock.now())
        .returning(Fit.id)
    )
    if stopped is None:
        raise Conflict("fit_finished", "This fit is finished.", "There is nothing left to cancel.")
    audit.record(session, actor.person_id, "fit.cancelled", "fit", fit_id)


def was_read(session: Session, actor: Actor, fit: Fit, what: str) -> None:
    """Note for the owner that somebody else read their fit."""
    if fit.person_id is not None and fit.person_id != actor.person_id:
        session.add(
            Read(
                owner_id=fit.person_id,
                reader_id=actor.person_id,
                what=what,
                subject_id=fit.id,
            )
        )


def take(session: Session, fit_id: UUID, *, again: bool) -> Fit | None:
    """Begin to make a fit; None where there is nothing to do.

    Args:
        session: of the transaction.
        fit_id: which fit.
        again: whether the worker that had it is known to have lost it.
    """
    free = Fit.state == "queued"
    if again:
        free = or_(free, Fit.state == "running")
    return session.scalars(
        update(Fit)
        .where(Fit.id == fit_id, free)
        .values(state="running", started_at=clock.now(), progress={})
        .returning(Fit)
    ).first()


def tell(
    session: Session, fit_id: UUID, hold: datetime, progress: Mapping[str, Any] | None
) -> bool:
    """Say how far a fit is (None: as before); false when it is no longer the teller's to make.

    While the transaction lasts, nobody can take the fit away.
    """
    mine = _mine(fit_id, hold)
    if progress is None:
        return session.scalar(select(Fit.id).where(mine).with_for_update()) is not None
    changed = update(Fit).where(mine).values(progress=dict(progress)).returning(Fit.id)
    return session.scalar(changed) is not None


def put_back(session: Session, fit_id: UUID, hold: datetime) -> bool:
    """Let somebody else make a fit that was begun; false when it is not the asker's to give."""
    changed = (
        update(Fit)
        .where(_mine(fit_id, hold))
        .values(state="queued", started_at=None, progress={})
        .returning(Fit.id)
    )
    return session.scalar(changed) is not None


def finish(session: Session, fit_id: UUID, hold: datetime, made: Made) -> bool:
    """Say what became of a fit; false, and nothing is written, when somebody else has it."""
    fit = session.scalars(
        update(Fit)
        .where(_mine(fit_id, hold))
        .values(
            state=made.state,
            proved=made.proved,
            recipe=made.recipe,
            report=dict(made.report) if made.report is not None else None,
            progress={"done": made.parts, "total": made.parts},
            problems={"problems": [dict(each) for each in made.problems]}
            if made.problems
            else None,
            finished_at=clock.now(),
        )
        .returning(Fit)
    ).first()
    if fit is None:
        return False
    for file in made.files:
        session.add(
            FitFile(
                fit_id=fit_id,
                name=file.name,
                digest=file.digest,
                size=file.size,
                media_type=file.media_type,
            )
        )
    audit.record(session, "system", f"fit.{made.state}", "fit", fit_id, proved=made.proved)
    return True


def note_prints(session: Session, fit: Fit, prints: Mapping[str, Any]) -> None:
    """Note in a fit's report what its plates take to print, or that somebody finds out."""
    fit.report = {**(fit.report or {}), "prints": dict(prints)}
    session.flush()


def give_up(session: Session, fit_id: UUID, says: str) -> None:
    """Say that a fit failed, whoever had it; a fit that is finished stays as it is."""
    given_up = session.scalar(
        update(Fit)
        .where(Fit.id == fit_id, Fit.state.in_(("queued", "running")))
        .values(state="failed", problems={"problems": [{"says": says}]}, finished_at=clock.now())
        .returning(Fit.id)
    )
    if given_up is not None:
        audit.record(session, "system", "fit.failed", "fit", fit_id)


def forget_expired(session: Session) -> int:
    """Delete fits of nobody known whose time is over; return how many."""
    gone = session.scalars(delete(Fit).where(Fit.expires_at <= clock.now()).returning(Fit.id)).all()
    for fit_id in gone:
        audit.record(session, "system", "fit.expired", "fit", fit_id)
    return len(gone)


def _mine(fit_id: UUID, hold: datetime) -> Any:
    return and_(Fit.id == fit_id, Fit.state == "running", Fit.started_at == hold)
