"""Inviting, accepting, disputing, settling and ending guardianships."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, Invalid, NotFound
from registry.notices import tell
from registry.people import queries as people
from registry.people.ages import is_grown_up, is_minor
from registry.people.model import Guardianship, Person
from registry.policies import relations as may
from registry.policies import require
from registry.reasons import ENDING, Ending, Settling
from registry.relations import queries
from registry.relations.usecases.knowing import MOST_AT_A_TIME, me


def invite_guardian(
    session: Session,
    actor: Actor,
    *,
    guardian_id: UUID | None = None,
    young_person_id: UUID | None = None,
) -> Guardianship:
    """Invite: a young person their guardian, or a guardian their young person.

    Nothing holds before the other one accepts.

    Raises:
        NotFound: there is no such person.
        NotAllowed: the one is not under 18, or the other not known to be 18 or older.
        Conflict: it is there already.
    """
    guardian = people.person(session, guardian_id or me(actor))
    young = people.person(session, young_person_id or me(actor))
    if guardian is None or young is None:
        raise NotFound("person")
    require(
        may.may_be_guardian(
            is_grown_up=is_grown_up(guardian),
            is_minor=is_minor(young),
            is_same=guardian.id == young.id,
        )
    )
    mine = [g for g in queries.guardianships(session, me(actor)) if g.ended_at is None]
    if any((g.guardian_id, g.young_person_id) == (guardian.id, young.id) for g in mine):
        raise Conflict("invited_already", "You two are connected or invited already.")
    if len(mine) >= MOST_AT_A_TIME:
        raise Conflict("too_many_invitations", f"There are {len(mine)} already.")
    row = Guardianship(
        young_person_id=young.id,
        guardian_id=guardian.id,
        invited_by_id=me(actor),
        # An invitation that nobody accepted must not keep the real guardian's place.
        is_primary=False,
    )
    session.add(row)
    session.flush()
    _note(session, actor, "guardian.invited", row)
    other = guardian.id if me(actor) == young.id else young.id
    tell(session, (other,), "guardian_invited", row.id, "Somebody invites you as family here.")
    return row


def accept_guardian(session: Session, actor: Actor, guardianship_id: UUID) -> Guardianship:
    """Accept an invitation. The first guardian who is accepted is the primary one.

    Raises:
        NotFound: the actor has nothing to do with it, or it has ended.
        NotAllowed: the other one has to accept.
        Conflict: it was accepted before.
    """
    row = _guardianship(session, actor, guardianship_id)
    invited = _in(actor, row) and row.invited_by_id not in (None, actor.person_id)
    require(may.may_accept(is_invited=invited))
    if row.accepted_at is not None:
        raise Conflict("accepted_already", "This was accepted before.")
    guardian, young = (session.get(Person, each) for each in (row.guardian_id, row.young_person_id))
    require(
        may.may_be_guardian(
            is_grown_up=is_grown_up(guardian), is_minor=is_minor(young), is_same=False
        )
    )
    # Two who accept at once must not both be the first.
    session.execute(select(Person.id).where(Person.id == row.young_person_id).with_for_update())
    row.accepted_at = clock.now()
    row.is_primary = queries.primary(session, row.young_person_id) is None
    _note(session, actor, "guardian.accepted", row)
    tell(session, (row.invited_by_id,), "guardian_accepted", row.id, "Your invitation is accepted.")
    return row


def freeze_guardian(session: Session, actor: Actor, guardianship_id: UUID) -> Guardianship:
    """Dispute a guardianship: from now on it gives no power, until a steward has settled it.

    Raises:
        NotFound: the actor has nothing to do with it, or it has ended.
    """
    row = _guardianship(session, actor, guardianship_id)
    others = queries.guardianships(session, row.young_person_id)
    require(
        may.may_dispute(
            is_one_of_them=_in(actor, row),
            is_other_guardian=any(g.guardian_id == actor.person_id and _counts(g) for g in others),
            is_steward=actor.is_steward,
        )
    )
    row.frozen_at = row.frozen_at or clock.now()
    _note(session, actor, "guardian.frozen", row)
    stewards = session.scalars(
        select(Person.id).where(Person.is_steward, Person.erased_at.is_(None))
    )
    tell(
        session,
        {row.guardian_id, row.young_person_id, *stewards} - {actor.person_id},
        "guardian_frozen",
        row.id,
        "A guardianship is in dispute and rests until a steward has settled it.",
    )
    return row


def settle_guardian(
    session: Session, actor: Actor, guardianship_id: UUID, reason: Settling
) -> Guardianship:
    """Let a guardianship that was in dispute hold again, for a reason.

    Raises:
        NotFound: it is not the actor's to know.
        NotAllowed: a steward settles it.
    """
    row = _guardianship(session, actor, guardianship_id)
    require(may.may_settle(is_steward=actor.is_steward and not _in(actor, row)))
    row.frozen_at = None
    _note(session, actor, "guardian.settled", row, reason=reason)
    both = {row.guardian_id, row.young_person_id} - {actor.person_id}
    tell(session, both, "guardian_settled", row.id, "The dispute is settled: it holds again.")
    return row


def end_guardian(
    session: Session, actor: Actor, guardianship_id: UUID, reason: Ending | None = None
) -> None:
    """End a guardianship, or decline an invitation; another accepted guardian takes its place.

    Raises:
        NotFound: the actor has nothing to do with it, or it has ended.
        NotAllowed: a young person disputes it instead.
        Invalid: a steward gives no reason; of the two themselves none is asked.
    """
    row = _guardianship(session, actor, guardianship_id)
    require(
        may.may_end(
            is_guardian=actor.person_id == row.guardian_id,
            is_accepted=row.accepted_at is not None,
            is_steward=actor.is_steward,
        )
    )
    if reason is None and not _in(actor, row):
        raise Invalid.field("reason", "", "A steward says why.", allowed=", ".join(ENDING))
    row.ended_at = clock.now()
    session.flush()
    _note(session, actor, "guardian.ended", row, reason=reason or "other")
    if not row.is_primary:
        return
    following = next(
        (
            each
            for each in queries.guardianships(session, row.young_person_id)
            if each.young_person_id == row.young_person_id and _counts(each)
        ),
        None,
    )
    if following is not None:
        following.is_primary = True
        _note(session, actor, "guardian.primary", following)


def _in(actor: Actor, row: Guardianship) -> bool:
    return actor.person_id in (row.guardian_id, row.young_person_id)


def _counts(row: Guardianship) -> bool:
    return row.accepted_at is not None and row.ended_at is None and row.frozen_at is None


def _guardianship(session: Session, actor: Actor, guardianship_id: UUID) -> Guardianship:
    row = session.get(Guardianship, guardianship_id, with_for_update=True, populate_existing=True)
    if row is None or row.ended_at is not None:
        raise NotFound("guardianship")
    others = queries.guardianships(session, row.young_person_id)
    knows = _in(actor, row) or any(
        each.guardian_id == actor.person_id and _counts(each) for each in others
    )
    if not knows and not actor.is_steward:
        raise NotFound("guardianship")
    return row


def _note(session: Session, actor: Actor, what: str, row: Guardianship, **detail: str) -> None:
    audit.record(
        session,
        actor.person_id,
        what,
        "person",
        row.young_person_id,
        guardian=str(row.guardian_id),
        guardianship=str(row.id),
        **detail,
    )
