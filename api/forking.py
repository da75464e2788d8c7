"""Forking a design, releasing what came of it, and who may have it proved: for API and pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from api import designs, documents, listing
from api.jobs import certificates
from api.listing import Listed
from registry.actor import Actor
from registry.adaptations import queries, usecases
from registry.adaptations.model import Certificate, Fork, ForkVersion, Team
from registry.errors import Conflict, NotFound
from registry.limits import Limit
from registry.offers.usecases import note_release
from registry.policies import Answer
from registry.policies import designs as may

FORKS: Final = Limit("fork", 60, 3600)
DRAFTS: Final = Limit("change a draft", 600, 3600)
RELEASES: Final = Limit("release a version", 20, 3600)

NO_AUTHOR: Final = "Somebody who gave no name"

LONGEST_SLUG: Final = 40
_SHORTEST_SLUG: Final = 3
_MOST_TRIES: Final = 50


def begin(
    session: Session,
    me: Actor,
    slug: str,
    parent: Listed,
    said: Mapping[str, Any],
    *,
    team_id: UUID | None = None,
) -> Fork:
    """Fork a design's exact version, under a new name.

    Args:
        session: of the transaction.
        me: a person, or a team's token.
        slug: the new design's name.
        parent: what is forked.
        said: the rest of the fork document. Without a licence it has the parent's, without
            authors the team's name.
        team_id: whose it shall be, if not the actor's own.

    Raises:
        NotAllowed: nobody known is asking.
        NotFound: there is no such team for the actor.
        Conflict: ``slug_taken``.
        Invalid: all that does not go with the parent.
    """
    if designs.is_librarys(slug):
        raise usecases.slug_taken(slug)
    raw = {"schema": 1, "parent": {"slug": parent.slug, "version": parent.version}, **said}
    if raw.get("licence") is None:
        raw["licence"] = licence_of(session, parent)
    if raw.get("authors") is None:
        owner = me.team_id or team_id
        is_theirs = owner is not None and (
            owner == me.team_id or queries.role_in(session, me.person_id, owner) is not None
        )
        team = session.get(Team, owner) if is_theirs else None
        raw["authors"] = [team.name if team is not None else NO_AUTHOR]
    return usecases.begin_fork(session, me, slug, documents.checked(session, raw), team_id)


def begin_titled(
    session: Session,
    me: Actor,
    parent: Listed,
    said: Mapping[str, Any],
    *,
    team_id: UUID | None = None,
) -> Fork:
    """Fork a design under a name that is made of its title, and is free; otherwise as `begin`."""
    name = slug_of(str(said.get("title", "")), f"{parent.slug}_fork")
    for number in range(1, _MOST_TRIES):
        end = "" if number == 1 else f"_{number}"
        slug = f"{name[: LONGEST_SLUG - len(end)].rstrip('_')}{end}"
        try:
            return begin(session, me, slug, parent, said, team_id=team_id)
        except Conflict as error:
            if error.code != "slug_taken":
                raise
    raise usecases.slug_taken(name)


def slug_of(title: str, otherwise: str) -> str:
    """Return a name for addresses made of a title; `otherwise` where no letters are left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain).lstrip("_0123456789")[:LONGEST_SLUG].strip("_")
    return found if len(found) >= _SHORTEST_SLUG else otherwise[:LONGEST_SLUG].strip("_")


def licence_of(session: Session, parent: Listed) -> str:
    """Return the licence of a version."""
    return listing.credits_of(session, parent.slug, parent.version)[-1].licence


def own(session: Session, me: Actor, slug: str, *, lock: bool = False) -> Fork:
    """Return a fork that belongs to who is asking, or to their team.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    found = queries.own_fork(session, me, slug, lock=lock)
    if found is None:
        raise NotFound("draft")
    return found


def release(
    session: Session,
    me: Actor,
    slug: str,
    *,
    notes: str | None = None,
    version: str | None = None,
) -> tuple[ForkVersion, Certificate]:
    """Make a version out of a draft, for good, and ask for it to be proved.

    Args:
        session: of the transaction.
        me: whose it is.
        slug: of the fork.
        notes: what is new in this version; the draft's notes where they are left out.
        version: its number; the next one that fits where it is left out.

    Raises:
        NotFound: it is not theirs.
        Invalid: the draft does not go with its parent any more, or the number is too low.
        Conflict: nothing was changed since the last version.
    """
    fork = own(session, me, slug, lock=True)
    raw = {**fork.draft} if notes is None else {**fork.draft, "notes": notes}
    checked = documents.checked(session, raw)
    parent = listing.credits_of(session, checked.parent.slug, checked.parent.version)
    made = usecases.release(session, me, fork, checked, parent, version=version)
    note_release(session, made)
    return made, certificates.ask(session, made.slug, made.version)


def may_ask_for_proof(session: Session, me: Actor, slug: str) -> Answer:
    """Whether somebody may have a version of this design proved: stewards, and whose it is."""
    return may.may_ask_for_proof(me, is_owner=queries.own_fork(session, me, slug) is not None)
