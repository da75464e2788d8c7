"""Agreeing to one purpose, and withdrawing it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import NotFound
from registry.notices import tell
from registry.people.model import Consent
from registry.policies import relations as may
from registry.policies import require
from registry.relations.usecases.knowing import guards_now, me, whose
from registry.requests.model import Request
from registry.requests.needs import SHARE_WITH_MAKERS
from registry.requests.roles import is_guardian
from registry.requests.states import State, find_move
from registry.requests.usecases import move

PURPOSES: Final = (SHARE_WITH_MAKERS, "show_pictures", "tell_my_story")
"""What people may be asked to agree to."""


def consent(
    session: Session, actor: Actor, purpose: str, words_version: str, person_id: UUID | None = None
) -> Consent:
    """Agree to one purpose, in one version of its words; a guardian beside the young person.

    Raises:
        NotFound: there is no such person.
        NotAllowed: the actor cannot agree for them.
    """
    person = whose(session, actor, person_id)
    is_self = person.id == actor.person_id
    require(may.may_consent(is_self=is_self, guards=guards_now(session, actor, person)))
    row = Consent(
        person_id=person.id,
        given_by_id=me(actor),
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
    guards = is_guardian(session, me(actor), person_id)
    mover = actor if guards or actor.person_id == person_id else Actor(person_id=person_id)
    for request in requests:
        if find_move(State(request.state), State.PAUSED) is not None:
            move(session, mover, request, State.PAUSED)
    if actor.person_id != person_id and requests:
        tell(session, (person_id,), "consent_withdrawn", None, "Your guardian withdrew consent.")
