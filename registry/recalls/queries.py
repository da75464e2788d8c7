"""Looking up recalls, and who has a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from registry.errors import Gone
from registry.fits.model import Fit, FitFile
from registry.jobs.model import Claim, Job, Variant
from registry.people.model import Read
from registry.recalls.model import Recall
from registry.requests.model import Request
from registry.requests.roles import guardian_of


def refuse_recalled(session: Session, digest: bytes) -> None:
    """Do nothing, unless a file was recalled.

    Raises:
        Gone: it was; the reason is in it.
    """
    reason = recalled(session, [digest]).get(digest)
    if reason is not None:
        raise Gone(
            "recalled",
            f"This file was recalled: {reason}",
            "Do not use what was made from it. Ask for it to be made anew.",
        )


def recalled(session: Session, digests: Iterable[bytes | None]) -> Mapping[bytes, str]:
    """Return those of these files that are recalled, each with the reason."""
    among = {each for each in digests if each is not None}
    if not among:
        return {}
    rows = session.execute(
        select(Recall.digest, Recall.reason).where(
            Recall.digest.in_(among), Recall.lifted_at.is_(None)
        )
    )
    return {bytes(digest): reason for digest, reason in rows}


def recalls(session: Session, before: tuple[datetime, UUID] | None, most: int) -> Sequence[Recall]:
    """Return recalls, lifted ones too, newest first."""
    chosen = select(Recall)
    if before is not None:
        chosen = chosen.where(tuple_(Recall.at, Recall.id) < before)
    return session.scalars(chosen.order_by(Recall.at.desc(), Recall.id.desc()).limit(most)).all()


def who_has(session: Session, digest: bytes) -> set[UUID]:
    """Return everybody who has a file: for whom it was made, who made it, who downloaded it.

    Makers are those who hold or held a job that it belongs to, confirmed; for somebody under 18
    their guardian is among them. People without an account cannot be found.
    """
    fits = select(FitFile.fit_id).where(FitFile.digest == digest)
    variants = select(Variant.job_id).where(
        or_(Variant.rebuilt_digest == digest, Variant.uploaded_digest == digest)
    )
    jobs = select(Job.id).where(
        or_(
            Job.kit_fit_id.in_(fits),
            Job.id.in_(select(Fit.job_id).where(Fit.id.in_(fits))),
            Job.id.in_(variants),
        )
    )
    wearers = set(session.scalars(select(Fit.person_id).where(Fit.id.in_(fits)))) | set(
        session.scalars(
            select(Request.person_id)
            .join(Job, Job.request_id == Request.id)
            .where(Job.id.in_(jobs))
        )
    )
    makers = set(
        session.scalars(
            select(Claim.maker_id).where(Claim.job_id.in_(jobs), Claim.confirmed_at.is_not(None))
        )
    ) | set(
        session.scalars(
            select(Job.holder_id).where(Job.id.in_(jobs), Job.confirmed_at.is_not(None))
        )
    )
    readers = set(
        session.scalars(
            select(Read.reader_id).where(Read.what == "fit_file", Read.subject_id.in_(fits))
        )
    )
    guardians = {guardian_of(session, each) for each in wearers if each is not None}
    return {each for each in wearers | makers | readers | guardians if each is not None}
