"""Naming supporters, and taking them off."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, NotFound
from registry.notices import tell
from registry.people import queries as people
from registry.people.ages import is_minor
from registry.people.model import Person, Support
from registry.policies import relations as may
from registry.policies import require
from registry.relations import queries
from registry.relations.usecases.knowing import MOST_AT_A_TIME, guards_now, whose

GRANTS: Final = ("see", "write", "measure", "message")


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
    person = whose(session, actor, person_id)
    supporter = people.person(session, supporter_id)
    if supporter is None or supporter.id == person.id:
        raise NotFound("person")
    is_self = person.id == actor.person_id
    guards = not is_self and guards_now(session, actor, person)
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
        or guards_now(session, actor, session.get_one(Person, support.person_id))
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
