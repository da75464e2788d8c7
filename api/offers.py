"""Offering changes back to what they grew out of, and answering: for API and pages."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from api import documents, forking
from registry.actor import Actor
from registry.adaptations import merging
from registry.adaptations import queries as forks
from registry.adaptations.document import ForkDocument, licence_problems
from registry.adaptations.model import Fork, ForkVersion
from registry.adaptations.usecases import change_draft, lineage
from registry.errors import Conflict, FieldProblem, Invalid, NotFound
from registry.limits import Limit
from registry.offers import queries, usecases
from registry.offers.model import Offer
from registry.offers.states import State

OFFERS: Final = Limit("offer a change", 30, 3600)
ANSWERS: Final = Limit("answer an offered change", 120, 3600)

MOST: Final = 100
"""So much at most of what was taken into a design is told with its lineage."""


def offer(session: Session, me: Actor, slug: str, version: str, why: str) -> Offer:
    """Offer a fork's version to what it grew out of, on that design's own terms.

    Raises:
        NotFound, Conflict: as `registry.offers.usecases.offer`.
    """
    forking.own(session, me, slug)
    row = forks.version_of(session, slug, version)
    if row is None:
        raise NotFound("version of this design")
    return usecases.offer(session, me, slug, version, why=why, licence=terms_of(row))


def terms_of(row: ForkVersion) -> str:
    """Return on which terms a version is offered: those of what it grew out of."""
    return lineage(row)[-2].licence


def answer(session: Session, me: Actor, offer_id: UUID, said: State, words: str) -> Offer:
    """Answer what was offered. What is taken into a fork is in its draft then, for its team to see.

    Raises:
        NotFound, NotAllowed, Invalid: as `registry.offers.usecases.answer`.
        Conflict: also ``draft_differs``, ``does_not_go_together`` and ``other_terms``: it cannot
            be put into the draft as it is now, and nothing was changed; `problems` says where.
    """
    found = usecases.answer(session, me, offer_id, said, words)
    if said is State.TAKEN and session.get(Fork, found.parent_slug) is not None:
        _put_in(session, me, found)
    return found


def _put_in(session: Session, me: Actor, found: Offer) -> None:
    """Put what is offered into the parent's draft, and credit who made it."""
    [(_, offered)] = queries.with_versions(session, [found])
    parent = forking.own(session, me, found.parent_slug, lock=True)
    before = forks.version_of(session, found.parent_slug, found.parent_version)
    base = before.document if before is not None else {}
    differing = merging.differing(base, parent.draft, offered.document)
    if differing:
        raise Conflict(
            "draft_differs",
            "Your draft has these otherwise already, so nothing was taken over.",
            "Undo your own change of them, or talk it over. Then take it.",
            [_differs(field, parent.draft, offered) for field in differing],
        )
    terms = licence_problems(parent.draft["licence"], found.licence)
    if terms:
        raise Conflict(
            "other_terms",
            f"It was offered under {found.licence}, and your draft has other terms.",
            "Change the terms of your draft first.",
            terms,
        )
    change_draft(session, me, parent.slug, _checked(session, parent, offered), parent.draft_version)


def _checked(session: Session, parent: Fork, offered: ForkVersion) -> ForkDocument:
    try:
        return documents.checked(session, merging.merged(parent.draft, offered.document))
    except Invalid as error:
        raise Conflict(
            "does_not_go_together",
            "What is offered does not go with your draft as it is now, so nothing was taken over.",
            "Change your draft first, or ask for a new version of the offer.",
            error.problems,
        ) from None


def _differs(field: str, draft: merging.Document, offered: ForkVersion) -> FieldProblem:
    where = tuple(field.split("."))
    ours, theirs = merging.changes_of(draft).get(where), merging.changes_of(offered.document)[where]
    return FieldProblem(field, _told(theirs), f"Your draft has {_told(ours)} here.")


def _told(value: object) -> str:
    if isinstance(value, dict):
        return str(value.get("label", ""))
    return "nothing" if value is None else str(value)
