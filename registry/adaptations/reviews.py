"""Reviews: somebody with a name looked at a version of a fork that is worn or gripped."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from registry import audit
from registry.actor import Actor
from registry.adaptations import queries
from registry.adaptations.model import ForkVersion, Review
from registry.errors import NotFound
from registry.policies import designs as may
from registry.policies import require


def review(
    session: Session, actor: Actor, slug: str, version: str, *, name: str, holds: bool, says: str
) -> Review:
    """Say, under one's name, whether a version of a fork is sound. The newest review counts.

    Args:
        session: to write with.
        actor: a reviewer, who has no part in the fork.
        slug: of the fork.
        version: exactly which.
        name: by which the reviewer is shown to everybody.
        holds: whether it is sound.
        says: what they looked at, and what they found.

    Raises:
        NotFound: there is no such version of a fork.
        NotAllowed: the actor is no reviewer, or it is their own work.
    """
    row = queries.version_of(session, slug, version)
    if row is None:
        raise NotFound("version of this design")
    require(may.may_review(actor, is_own=_is_own(session, actor, row, name)))
    made = Review(
        slug=slug,
        version=version,
        reviewer_id=actor.person_id,
        reviewer=name.strip(),
        holds=holds,
        says=says.strip(),
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        actor.person_id,
        "version.reviewed",
        "design",
        slug,
        version=version,
        holds=holds,
    )
    return made


def reviews_of(session: Session, slug: str, version: str) -> Sequence[Review]:
    """Return the reviews of a version, newest first."""
    return session.scalars(
        select(Review)
        .where(Review.slug == slug, Review.version == version)
        .order_by(Review.at.desc(), Review.id)
    ).all()


def newest_of(
    session: Session, versions: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Review]:
    """Return the reviews that count of versions, each a (slug, version), that have one."""
    if not versions:
        return {}
    rows = session.scalars(
        select(Review)
        .where(tuple_(Review.slug, Review.version).in_(versions))
        .order_by(Review.at, Review.id.desc())
    )
    return {(row.slug, row.version): row for row in rows}


def _is_own(session: Session, actor: Actor, row: ForkVersion, name: str) -> bool:
    credited = {
        author.strip().casefold()
        for each in row.credits["lineage"]
        if each["slug"] == row.slug
        for author in each["authors"]
    }
    return (
        name.strip().casefold() in credited
        or queries.own_fork(session, actor, row.slug) is not None
    )
