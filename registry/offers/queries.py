"""Looking up offered changes, and who looks after a design."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from registry.adaptations.merging import changes_of
from registry.adaptations.model import Fork, ForkVersion, TeamMember
from registry.errors import NotFound
from registry.offers.model import Offer
from registry.offers.states import OPEN, State
from registry.people.model import Person


def find(session: Session, offer_id: UUID, *, lock: bool = False) -> Offer:
    """Return an offer; everybody may read it.

    Raises:
        NotFound: there is none.
    """
    found = session.get(Offer, offer_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound("offer")
    return found


def of_design(
    session: Session, slug: str, before: tuple[datetime, UUID] | None, most: int
) -> Sequence[Offer]:
    """Return what was offered to a design and what was offered from it, newest first."""
    chosen = select(Offer).where(or_(Offer.slug == slug, Offer.parent_slug == slug))
    if before is not None:
        chosen = chosen.where(tuple_(Offer.at, Offer.id) < before)
    return session.scalars(chosen.order_by(Offer.at.desc(), Offer.id.desc()).limit(most)).all()


def count_of(session: Session, slug: str) -> int:
    """Return how many offers there are to and from a design."""
    of = select(func.count()).select_from(Offer)
    return session.scalar(of.where(or_(Offer.slug == slug, Offer.parent_slug == slug))) or 0


def taken_into(session: Session, slug: str, most: int) -> list[tuple[Offer, ForkVersion]]:
    """Return what was taken into a design, each with the version that was offered, oldest first."""
    rows = session.execute(
        _with_versions()
        .where(Offer.parent_slug == slug, Offer.state == State.TAKEN)
        .order_by(Offer.at, Offer.id)
        .limit(most)
    )
    return [(offer, row) for offer, row in rows]


def with_versions(session: Session, offers: Sequence[Offer]) -> list[tuple[Offer, ForkVersion]]:
    """Return offers with the versions that are offered, in the same order."""
    asked = [each.id for each in offers]
    rows = session.execute(_with_versions().where(Offer.id.in_(asked)))
    found = {offer.id: (offer, row) for offer, row in rows}
    return [found[each] for each in asked]


def to_the_library(session: Session, most: int) -> Sequence[Offer]:
    """Return what waits for a steward: offered to what is no fork, the longest first."""
    return session.scalars(
        select(Offer)
        .where(Offer.state.in_(OPEN), Offer.parent_slug.not_in(select(Fork.slug)))
        .order_by(Offer.at, Offer.id)
        .limit(most)
    ).all()


def versions_to_offer(session: Session, slug: str) -> list[ForkVersion]:
    """Return the versions of a fork that can be offered now, newest first."""
    again = (State.DECLINED, State.WITHDRAWN)
    offered = select(Offer.version).where(Offer.slug == slug, Offer.state.not_in(again))
    rows = session.scalars(
        select(ForkVersion)
        .where(ForkVersion.slug == slug, ForkVersion.version.not_in(offered))
        .order_by(ForkVersion.at.desc(), ForkVersion.id)
    )
    return [row for row in rows if changes_of(row.document)]


def keepers(session: Session, fork: Fork | None) -> set[UUID]:
    """Return who looks after a design: a fork's owner or team; of the library's own, stewards."""
    theirs: ColumnElement[bool]
    if fork is None:
        theirs = Person.is_steward.is_(True)
    elif fork.team_id is not None:
        members = select(TeamMember.person_id).where(TeamMember.team_id == fork.team_id)
        theirs = Person.id.in_(members)
    else:
        theirs = Person.id == fork.owner_id
    return set(session.scalars(select(Person.id).where(theirs, Person.erased_at.is_(None))))


def _with_versions() -> Select[Offer, ForkVersion]:
    return select(Offer, ForkVersion).join(
        ForkVersion, (ForkVersion.slug == Offer.slug) & (ForkVersion.version == Offer.version)
    )
