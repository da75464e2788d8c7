"""What somebody is to a request: looked up in one place, for every question of permission."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, exists, literal, select
from sqlalchemy.orm import Session

from registry import clock
from registry.actor import Actor
from registry.jobs.model import Job
from registry.people.ages import is_grown_up
from registry.people.model import Guardianship, Person, Support
from registry.requests.model import Asked, Request
from registry.requests.states import Role

_ALL = frozenset({"see", "write", "measure", "message"})


# Asked at nearly every look at a request: written out once.
_STANDING: Final = (
    select(
        select(Support.may)
        .where(
            Support.person_id == bindparam("person"),
            Support.supporter_id == bindparam("me"),
            Support.withdrawn_at.is_(None),
        )
        .limit(1)
        .scalar_subquery(),
        exists().where(Asked.request_id == bindparam("request"), Asked.maker_id == bindparam("me")),
        Job.holder_id,
        Job.confirmed_at,
        Job.held_until,
    )
    .select_from(select(literal(1)).subquery())
    .outerjoin(Job, Job.request_id == bindparam("request"))
)


def roles_of(session: Session, actor: Actor, request: Request) -> frozenset[Role]:
    """Return every role of the actor; none at all means the request is not to be found for them."""
    return standing_of(session, actor, request)[0]


def standing_of(
    session: Session, actor: Actor, request: Request
) -> tuple[frozenset[Role], frozenset[str]]:
    """Return every role of the actor, and what the person lets them do: one look at the tables."""
    me = actor.person_id
    if me is None:
        return frozenset(), frozenset()
    session.flush()
    row = session.execute(
        _STANDING, {"request": request.id, "person": request.person_id, "me": me}
    ).one()
    grants = frozenset(row[0] or ()) & _ALL
    found = set()
    if me == request.person_id:
        found.add(Role.PERSON)
    if request.for_minor and is_guardian(session, me, request.person_id):
        found.add(Role.GUARDIAN)
    if grants:
        found.add(Role.SUPPORTER)
    if row.holder_id == me:
        if row.confirmed_at is not None:
            found.add(Role.MAKER)
        elif row.held_until is not None and row.held_until > clock.now():
            found.add(Role.CLAIMANT)
    if row[1]:
        found.add(Role.ASKED)
    if actor.is_steward:
        found.add(Role.STEWARD)
    return frozenset(found), grants


def granted(session: Session, supporter_id: UUID, person_id: UUID) -> frozenset[str]:
    """Return what a person lets a supporter do just now: some of see, write, measure, message."""
    may = session.scalars(
        select(Support.may).where(
            Support.person_id == person_id,
            Support.supporter_id == supporter_id,
            Support.withdrawn_at.is_(None),
        )
    ).first()
    return frozenset(may or ()) & _ALL


def is_guardian(session: Session, guardian_id: UUID, young_person_id: UUID) -> bool:
    """Whether somebody is the primary guardian of a young person, accepted and not in dispute."""
    return guardian_of(session, young_person_id) == guardian_id


def guardian_of(session: Session, young_person_id: UUID) -> UUID | None:
    """Return the primary guardian of a young person, accepted and not in dispute, until 18."""
    found = session.scalars(
        select(Guardianship.guardian_id).where(
            Guardianship.young_person_id == young_person_id,
            Guardianship.is_primary,
            Guardianship.accepted_at.is_not(None),
            Guardianship.frozen_at.is_(None),
            Guardianship.ended_at.is_(None),
        )
    ).first()
    if found is None or is_grown_up(session.get(Person, young_person_id)):
        return None
    return found


def needs_guardian(session: Session, request: Request) -> bool:
    """Whether a guardian has to agree, beside the person: until the day they turn 18."""
    return request.for_minor and not is_grown_up(session.get(Person, request.person_id))
