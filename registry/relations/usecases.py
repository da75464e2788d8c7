"""Naming and taking off supporters, inviting and disputing guardians, agreeing and withdrawing."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, Invalid, NotFound
from registry.notices import tell
from registry.people import queries as people
from registry.people.ages import is_grown_up, is_minor
from registry.people.model import Consent, Guardianship, Person, Support
from registry.policies import relations as may
from registry.policies import require
from registry.reasons import ENDING, Ending, Settling
from registry.relations import queries
from registry.requests.model import Request
from registry.requests.needs import SHARE_WITH_MAKERS
from registry.requests.roles import is_guardian
from registry.requests.states import State, find_move
from registry.requests.usecases import move

GRANTS: Final = ("see", "write", "measure", "message")
PURPOSES: Final = (SHARE_WITH_MAKERS, "show_pictures", "tell_my_story")
"""What people may be asked to agree to."""

MOST_AT_A_TIME: Final = 20
"""Supporters of one person, and guardianships that wait or last."""


def name_supporter(
    session: Session,
    actor: Actor,
    supporter_id: UUID,
    *,
    may_do: tuple[str, ...],
    relation: str = "",
    person_id: UUID | None = None,
) -> Support:
    """Let somebody support oneself, or the young person one guards, within these grants.

    Whoever may do anything may see. Named again, the new grants replace the old ones.

    Raises:
        NotFound: there is no such person.
        NotAllowed: under 18, the guardian names supporters.
        Conflict: there are too many.
    """
    person = _whose(session, actor, person_id)
    supporter = people.person(session, supporter_id)
    if supporter is None or supporter.id == person.id:
        raise NotFound("person")
    is_self = person.id == actor.person_id
    guards = not is_self and _guards(session, actor, person)
    require(may.may_name_supporter(is_self=is_self, is_minor=is_minor(person), guards=guards))
    now = [
        each
        for each in queries.supporters(session, person.id)
        if each.person_id == person.id and each.withdrawn_at is None
    ]
    for each in now:
        if each.supporter_id == supporter.id:
            each.withdrawn_at = clock.now()
    session.flush()
    if len(now) >= MOST_AT_A_TIME:
        raise Conflict("too_many_supporters", f"There are {len(now)} supporters already.")
    support = Support(
        person_id=person.id,
        supporter_id=supporter.id,
        relation=relation.strip() or None,
        may=[grant for grant in GRANTS if grant in {*may_do, "see"}],
    )
    session.add(support)
    session.flush()
    audit.record(
        session,
        actor.person_id,
        "supporter.named",
        "person",
        person.id,
        supporter=str(supporter.id),
        may=" ".join(support.may),
    )
    tell(session, (supporter.id,), "supporter_named", support.id, "Somebody named you to support.")
    return support


def take_off_supporter(session: Session, actor: Actor, support_id: UUID) -> None:
    """End a support at once: by the person, their guardian, or the supporter.

    Raises:
        NotFound: there is none that the actor has to do with.
    """
    support = session.get(Support, support_id)
    if support is None or not (
        actor.person_id in (support.person_id, support.supporter_id)
        or _guards(session, actor, session.get_one(Person, support.person_id))
    ):
        raise NotFound("supporter")
    support.withdrawn_at = support.withdrawn_at or clock.now()
    audit.record(
        session,
        actor.person_id,
        "supporter.taken_off",
        "person",
        support.person_id,
        supporter=str(support.supporter_id),
    )


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
    guardian = people.person(session, guardian_id or _me(actor))
    young = people.person(session, young_person_id or _me(actor))
    if guardian is None or young is None:
        raise NotFound("person")
    require(
        may.may_be_guardian(
            is_grown_up=is_grown_up(guardian),
            is_minor=is_minor(young),
            is_same=guardian.id == young.id,
        )
    )
    mine = [g for g in queries.guardianships(session, _me(actor)) if g.ended_at is None]
    if any((g.guardian_id, g.young_person_id) == (guardian.id, young.id) for g in mine):
        raise Conflict("invited_already", "You two are connected or invited already.")
    if len(mine) >= MOST_AT_A_TIME:
        raise Conflict("too_many_invitations", f"There are {len(mine)} already.")
    row = Guardianship(
        young_person_id=young.id,
        guardian_id=guardian.id,
        invited_by_id=_me(actor),
        # An invitation that nobody accepted must not keep the real guardian's place.
        is_primary=False,
    )
    session.add(row)
    session.flush()
    _note(session, actor, "guardian.invited", row)
    other = guardian.id if _me(actor) == young.id else young.id
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


def consent(
    session: Session, actor: Actor, purpose: str, words_version: str, person_id: UUID | None = None
) -> Consent:
    """Agree to one purpose, in one version of its words; a guardian beside the young person.

    Raises:
        NotFound: there is no such person.
        NotAllowed: the actor cannot agree for them.
    """
    person = _whose(session, actor, person_id)
    is_self = person.id == actor.person_id
    require(may.may_consent(is_self=is_self, guards=_guards(session, actor, person)))
    row = Consent(
        person_id=person.id,
        given_by_id=_me(actor),
        purpose=purpose,
        words_version=words_version,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor.person_id,
        "consent.given",
        "person",
        person.id,
        purpose=purpose,
        version=words_version,
    )
    return row


def withdraw_consent(session: Session, actor: Actor, consent_id: UUID) -> None:
    """Withdraw it, whoever gave it: the person's own, or a guardian's. It holds at once.

    What makers see by it ends too: every request of the person that makers see rests.

    Raises:
        NotFound: there is none that the actor has to do with.
    """
    row = session.scalars(
        select(Consent).where(
            Consent.id == consent_id,
            or_(Consent.person_id == actor.person_id, Consent.given_by_id == actor.person_id),
        )
    ).first()
    if row is None:
        raise NotFound("consent")
    now = clock.now()
    # The same agreement may have been given more than once: none of them is left.
    for each in session.scalars(
        select(Consent).where(
            Consent.person_id == row.person_id,
            Consent.given_by_id == row.given_by_id,
            Consent.purpose == row.purpose,
            Consent.withdrawn_at.is_(None),
        )
    ):
        each.withdrawn_at = now
    audit.record(
        session,
        actor.person_id,
        "consent.withdrawn",
        "person",
        row.person_id,
        purpose=row.purpose,
    )
    if row.purpose == SHARE_WITH_MAKERS:
        _rest(session, actor, row.person_id)


def _rest(session: Session, actor: Actor, person_id: UUID) -> None:
    requests = session.scalars(
        select(Request).where(
            Request.person_id == person_id,
            Request.state.not_in([State.DRAFT, State.READY, State.CLOSED, State.PAUSED]),
        )
    ).all()
    # Whoever withdraws it is the person, or their guardian; or was that when they gave it, and
    # then it rests as if the person had said so.
    guards = is_guardian(session, _me(actor), person_id)
    mover = actor if guards or actor.person_id == person_id else Actor(person_id=person_id)
    for request in requests:
        if find_move(State(request.state), State.PAUSED) is not None:
            move(session, mover, request, State.PAUSED)
    if actor.person_id != person_id and requests:
        tell(session, (person_id,), "consent_withdrawn", None, "Your guardian withdrew consent.")


def _me(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotFound("person")
    return actor.person_id


def _whose(session: Session, actor: Actor, person_id: UUID | None) -> Person:
    person = people.person(session, person_id or _me(actor))
    if person is None or not (person.id == actor.person_id or _guards(session, actor, person)):
        raise NotFound("person")
    return person


def _guards(session: Session, actor: Actor, person: Person) -> bool:
    return actor.person_id is not None and is_guardian(session, actor.person_id, person.id)


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
