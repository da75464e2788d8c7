"""The family of a design: what grew out of what, as a tree."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from api import listing
from registry.adaptations import queries


@dataclass(frozen=True)
class Member:
    """One design of a family, with what grew out of it."""

    slug: str
    version: str
    title: str
    made_by: tuple[str, ...]
    why: str
    children: tuple[Member, ...]


def tree(session: Session, root: str) -> Member:
    """Return one of the library's designs with everything that grew out of it.

    Raises:
        NotFound: there is no such design.
    """
    rows = queries.descendants_of(session, root)
    found = listing.listed(session, root)

    def below(slug: str) -> tuple[Member, ...]:
        return tuple(
            Member(
                row.slug,
                row.version,
                row.document["title"],
                tuple(row.document["authors"]),
                row.document["why"],
                below(row.slug),
            )
            for row in rows
            if row.parent_slug == slug
        )

    credit = listing.credits_of(session, root)[-1]
    return Member(root, found.version, credit.title, credit.authors, "", below(root))
