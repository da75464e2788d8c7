"""Offering a fork's version back to what it grew out of, answering, and taking back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.adaptations import merging
from registry.adaptations import queries as forks
from registry.adaptations.model import Fork, ForkVersion
from registry.adaptations.usecases import who
from registry.errors import Conflict, Invalid, NotFound
from registry.notices import tell
from registry.offers import queries
from registry.offers.model import Offer
from registry.offers.states import Move, Side, State, find_move
from registry.policies import Answer, require
from registry.policies import designs as may


def offer(
    session: Session, actor: Actor, slug: str, version: str, *, why: str, licence: str
) -> Offer:
    """Offer a version's changes to the design that it grew out of.

    Args:
        session: to write with.
        actor: whose fork it is, or their team's token.
        slug: of the fork.
        version: exactly which.
        why: what it makes better, in plain words.
        licence: the parent's, on whose terms it may use what is offered.

    Raises:
        NotFound: it is not theirs, or it has no such version.
        Conflict: it was offered before, it changes nothing that can be taken over, or nobody
            looks after the parent.
    """
    if forks.own_fork(session, actor, slug) is None:
        raise NotFound("draft")
    row = forks.version_of(session, slug, version)
    if row is None:
        raise NotFound("version of this design")
    if not merging.changes_of(row.document):
        raise Conflict(
            "nothing_to_offer",
            "This version changes no sizes, no words for them and no sets.",
            "Change some of these, and publish that.",
        )
    parent = session.get(Fork, row.parent_slug)
    keepers = queries.keepers(session, parent)
    if parent is not None and not keepers:
        raise Conflict("nobody_there", "Nobody looks after the design that it grew out of.")
    made = session.scalar(
        insert(Offer)
        .values(
            slug=slug,
            version=version,
            parent_slug=row.parent_slug,
            parent_version=row.parent_version,
            why=why.strip(),
            licence=licence,
            offered_by_id=actor.person_id,
            at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Offer.id)
    )
    if made is None:
        raise Conflict("offered_already", "This version is on offer already, or was taken.")
    audit.record(
        session,
        who(actor),
        "offer.made",
        "offer",
        made,
        design=slug,
        version=version,
        parent=row.parent_slug,
    )
    tell(session, keepers - {actor.person_id}, "offered", made, "A change to a design is offered.")
    return session.get_one(Offer, made)


def may_answer(session: Session, actor: Actor, found: Offer) -> Answer:
    """Whether somebody may answer what was offered."""
    return may.may_answer_offer(
        actor,
        of_library=session.get(Fork, found.parent_slug) is None,
        is_owner=forks.own_fork(session, actor, found.parent_slug) is not None,
    )


def may_withdraw(session: Session, actor: Actor, found: Offer) -> Answer:
    """Whether somebody may take back what was offered."""
    is_owner = forks.own_fork(session, actor, found.slug) is not None
    return may.may_withdraw_offer(is_owner=is_owner)


def answer(session: Session, actor: Actor, offer_id: UUID, said: State, words: str = "") -> Offer:
    """Take what is offered, decline it, or leave it for later; whoever offered it is told.

    What is taken into a fork is put into its draft in the same transaction (see `api.offers`).

    Args:
        session: to write with.
        actor: who looks after the parent.
        offer_id: which offer.
        said: ``taken``, ``declined`` or ``later``.
        words: to who offered it, and everybody.

    Raises:
        NotFound: there is no such offer.
        NotAllowed: somebody else looks after the parent.
        Conflict: it is settled.
        Invalid: it is declined without a word.
    """
    found = queries.find(session, offer_id, lock=True)
    require(may_answer(session, actor, found))
    step = _move(session, actor, found, Side.KEEPERS, said)
    if step.needs_words and not words.strip():
        raise Invalid.field("words", "", "Whoever offered it should learn why not.")
    found.answer, found.answered_by_id = words.strip() or None, actor.person_id
    told = "What you offered to a design was answered."
    offerers = queries.keepers(session, session.get_one(Fork, found.slug))
    tell(session, offerers - {actor.person_id}, "offer_answered", found.id, told)
    return found


def withdraw(session: Session, actor: Actor, offer_id: UUID) -> Offer:
    """Take back what was offered; it stays to be read.

    Raises:
        NotFound: there is no such offer.
        NotAllowed: somebody else offered it.
        Conflict: it is settled.
    """
    found = queries.find(session, offer_id, lock=True)
    require(may_withdraw(session, actor, found))
    _move(session, actor, found, Side.OFFERERS, State.WITHDRAWN)
    return found


def note_release(session: Session, made: ForkVersion) -> None:
    """Note in what was taken into a fork that this version of it was the first to bring it."""
    taken = session.execute(
        select(Offer, ForkVersion.document)
        .join(
            ForkVersion, (ForkVersion.slug == Offer.slug) & (ForkVersion.version == Offer.version)
        )
        .where(
            Offer.parent_slug == made.slug,
            Offer.state == State.TAKEN,
            Offer.came_in.is_(None),
        )
    )
    for found, offered in taken:
        # Its team may have changed their mind in the draft.
        if merging.is_in(made.document, offered):
            ours = queries.keepers(session, session.get_one(Fork, made.slug))
            _came_in(session, found, made.version, but=ours)


def note_worked_in(
    session: Session, parent_slug: str, slug: str, version: str, came_in: str
) -> bool:
    """Note that a design of the library brings what was taken of a fork; return whether it is news.

    Its own files say so, since people work it into them by hand.

    Args:
        session: to write with.
        parent_slug: of the library's design.
        slug: of the fork.
        version: of the fork, as it was offered.
        came_in: the first version of the library's design that brings it.
    """
    found = session.scalar(
        select(Offer)
        .where(
            Offer.parent_slug == parent_slug,
            Offer.slug == slug,
            Offer.version == version,
            Offer.state == State.TAKEN,
            Offer.came_in.is_(None),
        )
        .with_for_update(skip_locked=True)
    )
    if found is None:
        return False
    _came_in(session, found, came_in, but=set())
    audit.record(session, "system", "offer.came_in", "offer", found.id, version=came_in)
    return True


def _came_in(session: Session, found: Offer, version: str, *, but: set[UUID]) -> None:
    found.came_in = version
    told = "What you offered to a design came with a version of it."
    offerers = queries.keepers(session, session.get_one(Fork, found.slug))
    tell(session, offerers - but, "offer_came_in", found.id, told)


def _move(session: Session, actor: Actor, found: Offer, side: Side, to: State) -> Move:
    step = find_move(State(found.state), to)
    if step is None or step.by is not side:
        raise Conflict("settled_already", "This offer is settled already.")
    found.state = to
    found.answered_at = clock.now()
    session.flush()
    audit.record(session, who(actor), f"offer.{to}", "offer", found.id, design=found.parent_slug)
    return step
