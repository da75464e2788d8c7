"""What pages tell of a design: who made it, how careful to be, and how it went for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from api import listing
from api.listing import Listed
from api.pages import static
from api.pages.wishes import helps_with, own_table
from registry.adaptations import queries
from registry.outcomes import queries as outcomes

MOST_ANSWERS: Final = 30
"""Designs on one page of results."""


@dataclass(frozen=True)
class Told:
    """A design as a card tells it.

    Attributes:
        slug, version: its address.
        title, summary: in the words of its makers.
        root: the library's design that it grew out of, or itself.
        made_by: who made it; `grew_from` made what it grew out of, eldest first.
        load_class: green, amber, red or unknown.
        helps_with: topics, see `wishes`.
        in_use: how it went, counted; nothing where under five people told.
        picture: the path of its picture, nothing where it has none.
        is_available: whether it can be made here.
    """

    slug: str
    version: str
    title: str
    summary: str
    root: str
    made_by: tuple[str, ...]
    grew_from: tuple[str, ...]
    load_class: str
    helps_with: tuple[str, ...]
    in_use: outcomes.Counted | None
    picture: str
    is_available: bool
    is_proved: bool

    @property
    def is_fork(self) -> bool:
        """Whether it grew out of another design."""
        return self.root != self.slug


def told(session: Session, found: Listed) -> Told:
    """Return what a card tells of a design."""
    credit = listing.credits_of(session, found.slug, found.version)
    root = credit[0].slug
    said = found.row.document if found.row is not None else {}
    counted = outcomes.of_design(session, found.slug)
    return Told(
        slug=found.slug,
        version=found.version,
        title=found.design.title if found.design else said["title"],
        summary=found.design.summary if found.design else said.get("summary", ""),
        root=root,
        made_by=credit[-1].authors,
        grew_from=tuple(dict.fromkeys(name for each in credit[:-1] for name in each.authors)),
        load_class=found.design.load_class.value if found.design else "unknown",
        helps_with=tuple(sorted(helps_with(root))),
        in_use=counted[-1] if counted else None,
        picture=picture(root, "device"),
        is_available=found.design is not None,
        is_proved=found.proved,
    )


def answers(session: Session, slugs: list[str]) -> list[Told]:
    """Return designs of the library, each followed by what grew out of it."""
    found: list[Told] = []
    for slug in slugs:
        family = [slug, *(each.slug for each in queries.descendants_of(session, slug))]
        found += [told(session, listing.listed(session, each)) for each in family]
    return found[:MOST_ANSWERS]


def picture(root: str, name: str) -> str:
    """Return the path of a picture of one of the library's designs; nothing without one."""
    path = f"img/designs/{root}/{name}.webp"
    return path if path in static.files() else ""


def never_for(root: str) -> tuple[str, ...]:
    """Return what a design must never be used for, in its makers' words."""
    return tuple(own_table(root).get("never-for", ()))
