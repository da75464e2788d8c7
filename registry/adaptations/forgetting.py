"""What becomes of somebody's forks when they are erased: designs stay, their name does not.

Versions never change but for this: the database lets the names of authors be taken out, and
nothing else. The digest stays that of what was released.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from registry import clock
from registry.adaptations import queries
from registry.adaptations.model import Fork, ForkVersion, Review, TeamMember
from registry.offers.model import Offer
from registry.offers.states import State
from registry.people.model import Maker, Person

WHO_LEFT: Final = "someone who left"


def forget(session: Session, person: Person) -> None:
    """Delete somebody's drafts that were never released, and take their name out of the others.

    In a fork of their own, the names by which they are known here go; where none of its authors
    is called so, nobody can tell which of them it was, and all of them go. In a fork of a team of
    theirs, only their own names do. What was taken from these into other forks loses them there,
    too. What they reviewed stays reviewed, and what they offered and answered stays so, without
    name and words.
    """
    names = _names(session, person)
    versions = select(ForkVersion.slug)
    _run(session, delete(Fork).where(Fork.owner_id == person.id, Fork.slug.not_in(versions)))
    teams = select(TeamMember.team_id).where(TeamMember.person_id == person.id)
    forks = session.scalars(
        select(Fork).where(or_(Fork.owner_id == person.id, Fork.team_id.in_(teams)))
    ).all()
    session.execute(text("SET LOCAL fitcommons.forgetting = 'on'"))
    for fork in forks:
        is_own = fork.owner_id == person.id
        _forget_where_taken(session, fork, names, is_own=is_own)
        _forget_in_versions(session, fork.slug, names, is_own=is_own)
        _forget_in_draft(session, fork, names, is_own=is_own)
    session.execute(text("SET LOCAL fitcommons.forgetting = 'off'"))
    _run(
        session,
        update(Review).where(Review.reviewer_id == person.id).values(reviewer=WHO_LEFT, says=""),
    )
    _run(session, update(Offer).where(Offer.offered_by_id == person.id).values(why=""))
    _run(session, update(Offer).where(Offer.answered_by_id == person.id).values(answer=None))


def without(authors: Sequence[str], names: frozenset[str], *, is_own: bool) -> list[str]:
    """Return these authors with somebody's names replaced; see `forget`."""
    found = [each.strip().casefold() in names for each in authors]
    if is_own and not any(found):
        found = [True] * len(authors)
    left = [WHO_LEFT if gone else each for each, gone in zip(authors, found, strict=True)]
    return list(dict.fromkeys(left))


def _names(session: Session, person: Person) -> frozenset[str]:
    maker = session.get(Maker, person.id)
    known = (person.name, maker.shown_name if maker is not None else None)
    return frozenset(each.strip().casefold() for each in known if each and each.strip())


def _forget_in_versions(
    session: Session, slug: str, names: frozenset[str], *, is_own: bool
) -> None:
    inside = func.jsonb_path_exists(
        ForkVersion.credits,
        text("'$.lineage[*] ? (@.slug == $slug)'::jsonpath"),
        func.jsonb_build_object("slug", slug),
    )
    for row in session.scalars(select(ForkVersion).where(inside)).all():
        values: dict[str, Any] = {"credits": _credits(row, slug, names, is_own=is_own)}
        if row.slug == slug:
            authors = without(row.document["authors"], names, is_own=is_own)
            values["document"] = {**row.document, "authors": authors}
        _run(session, update(ForkVersion).where(ForkVersion.id == row.id).values(values))
        session.expire(row)


def _forget_where_taken(
    session: Session, fork: Fork, names: frozenset[str], *, is_own: bool
) -> None:
    """Take names out of forks that took over what this one offered, and thanked its authors."""
    gone = set(names)
    for row in queries.versions_of(session, fork.slug):
        left = without(row.document["authors"], names, is_own=is_own)
        gone |= {each.strip().casefold() for each in row.document["authors"] if each not in left}
    for slug in _where_taken(session, fork.slug):
        parent = session.get(Fork, slug)
        # Of the library's own designs, people take names out by hand.
        if parent is not None:
            _forget_in_versions(session, slug, frozenset(gone), is_own=False)
            _forget_in_draft(session, parent, frozenset(gone), is_own=False)


def _where_taken(session: Session, slug: str) -> list[str]:
    """Return designs that took something of a fork, and those that took it from these."""
    found: list[str] = []
    sources = [slug]
    while sources:
        took = select(Offer.parent_slug).where(
            Offer.slug.in_(sources), Offer.state == State.TAKEN, Offer.parent_slug.not_in(found)
        )
        sources = sorted(set(session.scalars(took)))
        found += sources
    return found


def _credits(row: ForkVersion, slug: str, names: frozenset[str], *, is_own: bool) -> dict[str, Any]:
    kept = deepcopy(row.credits)
    for each in kept["lineage"]:
        if each["slug"] == slug:
            each["authors"] = without(each["authors"], names, is_own=is_own)
    return kept


def _forget_in_draft(session: Session, fork: Fork, names: frozenset[str], *, is_own: bool) -> None:
    if is_own:
        # What was not released was for nobody else to read.
        newest = queries.version_of(session, fork.slug, None)
        if newest is not None:
            fork.draft = dict(newest.document)
    else:
        authors = without(fork.draft.get("authors", []), names, is_own=False)
        fork.draft = {**fork.draft, "authors": authors}
    fork.draft_version += 1
    fork.changed_at = clock.now()
    session.flush()


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
