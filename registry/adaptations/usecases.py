"""Forking a design, changing its draft, and releasing versions, which never change.

Whether a document goes with its parent is known where designs are known (`api.documents`): what
comes in here has been checked against it, and `parent` is what it was checked against.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.adaptations import queries
from registry.adaptations.document import ForkDocument
from registry.adaptations.model import Fork, ForkVersion
from registry.adaptations.versions import FIRST, following, number
from registry.errors import Conflict, Invalid, NotFound
from registry.policies import designs as may
from registry.policies import require


@dataclass(frozen=True)
class Credit:
    """Who made one version of one design."""

    slug: str
    version: str
    title: str
    authors: tuple[str, ...]
    licence: str


def who(actor: Actor) -> str:
    """Return how the trail names somebody who may be a team's token."""
    return str(actor.person_id) if actor.person_id is not None else f"team {actor.team_id}"


def begin_fork(
    session: Session,
    actor: Actor,
    slug: str,
    document: ForkDocument,
    team_id: UUID | None = None,
) -> Fork:
    """Fork a design's exact version; the document is the first draft.

    Args:
        session: of the transaction.
        actor: a person, or a team's token.
        slug: the new design's name; the library's own names are refused before this.
        document: checked against its parent.
        team_id: whose it shall be, if not the actor's own; a token's is always its team's.

    Raises:
        NotAllowed: nobody known is asking.
        NotFound: there is no such team for the actor.
        Conflict: the name is taken.
    """
    require(may.may_fork(actor))
    team = actor.team_id or team_id
    if team is not None and team != actor.team_id:
        is_member = queries.role_in(session, actor.person_id, team) is not None
        if not may.may_fork_for_team(actor, is_member=is_member):
            raise NotFound("team")
    made = session.scalar(
        insert(Fork)
        .values(
            slug=slug,
            team_id=team,
            owner_id=None if team is not None else actor.person_id,
            parent_slug=document.parent.slug,
            parent_version=document.parent.version,
            draft=document.to_json(),
        )
        .on_conflict_do_nothing()
        .returning(Fork.slug)
    )
    if made is None:
        raise slug_taken(slug)
    audit.record(
        session,
        who(actor),
        "fork.begun",
        "design",
        slug,
        parent=document.parent.slug,
        parent_version=document.parent.version,
    )
    return session.get_one(Fork, slug)


def slug_taken(slug: str) -> Conflict:
    """Return the error for a name that another design has."""
    return Conflict("slug_taken", f"There is a design called {slug}.", "Choose another name.")


def change_draft(
    session: Session, actor: Actor, slug: str, document: ForkDocument, seen: int
) -> Fork:
    """Put a document in place of the draft that the actor saw.

    The parent's version may be another one of the same design; the parent itself stays.

    Raises:
        NotFound: it is not theirs.
        Conflict: ``changed_meanwhile``: the draft is no longer the one that was seen.
        Invalid: it names another parent.
    """
    fork = queries.own_fork(session, actor, slug, lock=True)
    if fork is None:
        raise NotFound("draft")
    if fork.draft_version != seen:
        raise Conflict(
            "changed_meanwhile",
            "The draft was changed since you looked at it.",
            "Get it again, and make your change to that.",
        )
    if document.parent.slug != fork.parent_slug:
        raise Invalid.field(
            "parent.slug",
            document.parent.slug,
            "A fork keeps its parent.",
            allowed=fork.parent_slug,
            advice="Fork the other design under a new name.",
        )
    fork.draft = document.to_json()
    fork.parent_version = document.parent.version
    fork.draft_version += 1
    fork.changed_at = clock.now()
    audit.record(
        session, who(actor), "draft.changed", "design", slug, draft_version=fork.draft_version
    )
    return fork


def release(
    session: Session,
    actor: Actor,
    fork: Fork,
    document: ForkDocument,
    parent: tuple[Credit, ...],
    *,
    version: str | None = None,
) -> ForkVersion:
    """Make a version out of a draft, for good.

    Args:
        session: of the transaction.
        actor: whose it is.
        fork: theirs, locked (see `queries.own_fork`).
        document: the draft with the notes of this version, checked against its parent.
        parent: credits of the parent and all before it, eldest first.
        version: its number; the next one that fits where it is left out.

    Raises:
        Invalid: the number is not higher than the last.
        Conflict: nothing was changed since the last version.
    """
    kept = document.to_json()
    earlier = queries.version_of(session, fork.slug, None)
    if earlier is not None and _without_notes(earlier.document) == _without_notes(kept):
        raise Conflict(
            "nothing_changed",
            f"Nothing was changed since version {earlier.version}.",
            "Change the draft first.",
        )
    chosen = version or (
        FIRST if earlier is None else following(earlier.version, earlier.document, kept)
    )
    if earlier is not None and number(chosen) <= number(earlier.version):
        raise Invalid.field(
            "version",
            chosen,
            f"The last version is {earlier.version}.",
            allowed=f"higher than {earlier.version}",
            advice="Leave it out, and the next one is used.",
        )
    own = Credit(fork.slug, chosen, document.title, tuple(document.authors), document.licence)
    made = ForkVersion(
        slug=fork.slug,
        version=chosen,
        parent_slug=document.parent.slug,
        parent_version=document.parent.version,
        document=kept,
        digest=_digest(fork.slug, chosen, kept),
        licence=document.licence,
        credits={"lineage": [asdict(each) for each in (*parent, own)]},
    )
    session.add(made)
    session.flush()
    audit.record(session, who(actor), "version.released", "design", fork.slug, version=chosen)
    return made


def lineage(row: ForkVersion) -> tuple[Credit, ...]:
    """Return who made each version from the library's own design to this one."""
    return tuple(
        Credit(
            each["slug"],
            each["version"],
            each["title"],
            tuple(each["authors"]),
            each["licence"],
        )
        for each in row.credits["lineage"]
    )


def _without_notes(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "notes"}


def _digest(slug: str, version: str, document: dict[str, Any]) -> bytes:
    said = json.dumps([slug, version, document], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).digest()
