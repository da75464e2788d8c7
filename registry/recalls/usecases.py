"""Recalling a file, and taking that back."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, Invalid, NotFound
from registry.fits.model import FitFile
from registry.jobs.model import Variant
from registry.notices import tell
from registry.policies import require
from registry.policies import stewards as may
from registry.recalls import queries
from registry.recalls.model import Recall

Because: TypeAlias = Literal[
    "breaks", "sharp", "does_not_fit", "wrong_part", "harmful_file", "other"
]
BECAUSE: Final[tuple[str, ...]] = get_args(Because)
"""Why files are recalled."""


def digest_of(
    session: Session,
    actor: Actor,
    *,
    digest: str | None = None,
    fit_file: tuple[UUID, str] | None = None,
    variant_id: UUID | None = None,
) -> bytes:
    """Return the digest of the file that is meant, which was named in one of three ways.

    Raises:
        NotAllowed: only stewards recall.
        Invalid: it was named in no way, or in several.
        NotFound: there is no such file.
    """
    require(may.may_oversee(actor))
    named = [each for each in (digest, fit_file, variant_id) if each is not None]
    if len(named) != 1:
        raise Invalid.field(
            "digest",
            "",
            "Name the file in one way.",
            allowed="digest; fit_id and file; or variant_id",
        )
    if digest is not None:
        return bytes.fromhex(digest)
    found: bytes | None
    if fit_file is not None:
        row = session.get(FitFile, fit_file) if fit_file[1].isprintable() else None
        found = row.digest if row is not None else None
    else:
        found = session.scalar(select(Variant.rebuilt_digest).where(Variant.id == variant_id))
    if found is None:
        raise NotFound("file")
    return found


def recall(session: Session, actor: Actor, digest: bytes, because: Because, reason: str) -> Recall:
    """Recall a file: it can be downloaded no more, and everybody who has it is told.

    Raises:
        NotAllowed: only stewards recall.
        Conflict: it is recalled already.
    """
    require(may.may_oversee(actor))
    people = queries.who_has(session, digest)
    made = session.scalar(
        insert(Recall)
        .values(
            digest=digest,
            because=because,
            reason=reason.strip(),
            by_id=actor.person_id,
            told=len(people),
            at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Recall.id)
    )
    if made is None:
        raise Conflict("recalled_already", "This file is recalled already.")
    audit.record(session, actor.person_id, "file.recalled", "recall", made, because=because)
    says = f"A file that you have was recalled. Do not use what was made from it. {reason.strip()}"
    tell(session, people, "file_recalled", made, says)
    return session.get_one(Recall, made)


def lift(session: Session, actor: Actor, recall_id: UUID) -> Recall:
    """Take a recall back, and tell everybody who has the file.

    Raises:
        NotAllowed: only stewards do.
        NotFound: there is none, or it was taken back before.
    """
    require(may.may_oversee(actor))
    found = session.get(Recall, recall_id, with_for_update=True, populate_existing=True)
    if found is None or found.lifted_at is not None:
        raise NotFound("recall")
    found.lifted_at = clock.now()
    audit.record(session, actor.person_id, "file.recall_lifted", "recall", found.id)
    says = "A file that you have is not recalled any more: it was looked at again."
    tell(session, queries.who_has(session, found.digest), "recall_lifted", found.id, says)
    return found
