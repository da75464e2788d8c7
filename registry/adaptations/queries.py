"""Looking up teams, forks and their versions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.orm import Session

from registry.actor import Actor
from registry.adaptations.model import Certificate, Fork, ForkVersion, TeamMember
from registry.adaptations.versions import number

LONGEST_CHAIN = 40
"""Most forks of forks, one from the other."""

MOST_DESCENDANTS = 1000


def role_in(session: Session, person_id: UUID | None, team_id: UUID) -> str | None:
    """Return what somebody is in a team, lead or member; None for nothing."""
    if person_id is None:
        return None
    member = session.get(TeamMember, (team_id, person_id))
    return None if member is None else member.role


def own_fork(session: Session, actor: Actor, slug: str, *, lock: bool = False) -> Fork | None:
    """Return a fork that belongs to who is asking, or to their team; None for any other."""
    mine = _belongs_to(actor)
    if not mine:
        return None
    found = select(Fork).where(Fork.slug == slug, or_(*mine))
    if lock:
        # What was read before the lock is read again: somebody may have changed it meanwhile.
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).first()


def forks_of(session: Session, actor: Actor, limit: int) -> list[Fork]:
    """Return forks that belong to who is asking, or to their team, the latest changed first."""
    mine = _belongs_to(actor)
    if not mine:
        return []
    found = select(Fork).where(or_(*mine)).order_by(Fork.changed_at.desc(), Fork.slug)
    return list(session.scalars(found.limit(limit)))


def forks_of_team(session: Session, team_id: UUID, limit: int) -> list[Fork]:
    """Return the forks of a team, the latest changed first; who may see them, the asker knows."""
    found = select(Fork).where(Fork.team_id == team_id)
    return list(session.scalars(found.order_by(Fork.changed_at.desc(), Fork.slug).limit(limit)))


def _belongs_to(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.person_id is not None:
        teams = select(TeamMember.team_id).where(TeamMember.person_id == actor.person_id)
        return [Fork.owner_id == actor.person_id, Fork.team_id.in_(teams)]
    if actor.team_id is not None:
        return [Fork.team_id == actor.team_id]
    return []


def versions_of(session: Session, slug: str) -> list[ForkVersion]:
    """Return every version of a fork, the lowest first."""
    rows = session.scalars(select(ForkVersion).where(ForkVersion.slug == slug))
    return sorted(rows, key=lambda row: number(row.version))


def version_of(session: Session, slug: str, version: str | None) -> ForkVersion | None:
    """Return one version of a fork, the latest where none is named; None where there is none."""
    if version is not None:
        return session.scalars(
            select(ForkVersion).where(ForkVersion.slug == slug, ForkVersion.version == version)
        ).first()
    rows = versions_of(session, slug)
    return rows[-1] if rows else None


def latest_of(session: Session, slugs: Collection[str]) -> dict[str, ForkVersion]:
    """Return the latest versions of forks, by slug, in one look."""
    latest: dict[str, ForkVersion] = {}
    if not slugs:
        return latest
    for row in session.scalars(select(ForkVersion).where(ForkVersion.slug.in_(slugs))):
        known = latest.get(row.slug)
        if known is None or number(row.version) > number(known.version):
            latest[row.slug] = row
    return latest


def chain_of(session: Session, version: ForkVersion) -> list[ForkVersion]:
    """Return a version with those that it grew out of, eldest first; none is the library's own."""
    return chains_of(session, [version])[0]


def chains_of(session: Session, versions: Sequence[ForkVersion]) -> list[list[ForkVersion]]:
    """Return what `chain_of` does for each of them: one look for each generation of parents.

    It ends, because a version's parent was there before it.
    """
    known = {(row.slug, row.version): row for row in versions}
    wanted = {_parent(row) for row in versions} - known.keys()
    while wanted:
        rows = session.scalars(
            select(ForkVersion).where(
                tuple_(ForkVersion.slug, ForkVersion.version).in_(sorted(wanted))
            )
        ).all()
        known |= {(row.slug, row.version): row for row in rows}
        wanted = {_parent(row) for row in rows} - known.keys()
    return [_chain(known, row) for row in versions]


def _parent(version: ForkVersion) -> tuple[str, str]:
    return version.parent_slug, version.parent_version


def _chain(known: Mapping[tuple[str, str], ForkVersion], version: ForkVersion) -> list[ForkVersion]:
    found = [version]
    while (parent := known.get(_parent(found[0]))) is not None:
        found.insert(0, parent)
    return found


def descendants_of(session: Session, slug: str) -> list[ForkVersion]:
    """Return the latest version of every fork that grew out of a design, nearest first."""
    found: list[ForkVersion] = []
    generation: Sequence[str] = [slug]
    seen = {slug}
    while generation and len(found) < MOST_DESCENDANTS:
        children = select(Fork.slug).where(Fork.parent_slug.in_(generation), Fork.slug.not_in(seen))
        latest = dict(sorted(latest_of(session, session.scalars(children).all()).items()))
        found += latest.values()
        seen |= latest.keys()
        generation = list(latest)
    return found[:MOST_DESCENDANTS]


def released(session: Session, after: str, limit: int) -> list[str]:
    """Return slugs of forks that have a version, in order, from the one after `after`."""
    return list(
        session.scalars(
            select(ForkVersion.slug)
            .where(ForkVersion.slug > after)
            .distinct()
            .order_by(ForkVersion.slug)
            .limit(limit)
        )
    )


def certificate_of(session: Session, slug: str, version: str) -> Certificate | None:
    """Return the certificate of a version, as far as it is; None where none was asked for."""
    return session.get(Certificate, (slug, version))


def certificates_of(
    session: Session, versions: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Certificate]:
    """Return the certificates of versions, each a (slug, version), that have one, in one look."""
    rows = session.scalars(
        select(Certificate).where(tuple_(Certificate.slug, Certificate.version).in_(versions))
    )
    return {(row.slug, row.version): row for row in rows}
