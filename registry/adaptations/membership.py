"""Who is in a team and as what: what the use cases of teams and of invitations ask alike."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.actor import Actor
from registry.adaptations import queries
from registry.adaptations.model import Team, TeamMember
from registry.errors import Conflict, NotFound
from registry.people.model import Maker, Person

MOST_MEMBERS = 100


@dataclass(frozen=True)
class OwnName:
    """How somebody is called, for themselves to read.

    Attributes:
        name: the one that they show as a maker, or else the one that they gave; may be empty.
        is_public: whether everybody sees it, as makers' names.
    """

    name: str
    is_public: bool


def role_of(session: Session, actor: Actor, team_id: UUID, *, lock: bool = False) -> str:
    """Return what the actor is in a team, lead or member.

    Args:
        session: of the transaction.
        actor: who asks.
        team_id: of which team.
        lock: whether nobody else may change who is in it until this transaction ends.

    Raises:
        NotFound: they are not in it, or there is no such team.
    """
    if lock:
        # Before looking: two leads who take each other out at once must not both be leads still.
        lock_team(session, team_id)
    role = queries.role_in(session, actor.person_id, team_id)
    if role is None:
        raise NotFound("team")
    return role


def lock_team(session: Session, team_id: UUID) -> None:
    """Let nobody else change who is in a team until this transaction ends."""
    session.scalars(select(Team.id).where(Team.id == team_id).with_for_update()).first()


def names_in(session: Session, team_id: UUID) -> dict[UUID, str]:
    """Return how those in a team are called, by their ids.

    Makers by the name that they show to everybody; others by the one that they gave, where they
    let the team see it. Who does not, is not in it.
    """
    rows = session.execute(
        select(TeamMember.person_id, TeamMember.shows_name, Person.name, Maker.shown_name)
        .join(Person, Person.id == TeamMember.person_id)
        .outerjoin(Maker, Maker.person_id == TeamMember.person_id)
        .where(TeamMember.team_id == team_id)
    )
    names = {person: shown or (name if shows else "") for person, shows, name, shown in rows}
    return {person: name for person, name in names.items() if name}


def own_name(session: Session, actor: Actor) -> OwnName:
    """Return how the actor is called, for them to read."""
    person = session.get(Person, actor.person_id)
    maker = session.get(Maker, actor.person_id)
    name = maker.shown_name if maker is not None else (person.name if person is not None else "")
    return OwnName(name or "", maker is not None)


def take_in(
    session: Session, team_id: UUID, person_id: UUID, role: str, *, shows_name: bool = False
) -> TeamMember:
    """Take somebody into a team that is locked, and in which they are not.

    Raises:
        Conflict: the team is full.
    """
    of = select(func.count()).select_from(TeamMember).where(TeamMember.team_id == team_id)
    if (session.scalar(of) or 0) >= MOST_MEMBERS:
        raise Conflict("team_full", f"A team has at most {MOST_MEMBERS} people.")
    member = TeamMember(team_id=team_id, person_id=person_id, role=role, shows_name=shows_name)
    session.add(member)
    session.flush()
    return member


def is_last_lead(session: Session, member: TeamMember) -> bool:
    """Whether a team would have nobody who leads it without this one."""
    if member.role != "lead":
        return False
    others = session.scalars(
        select(TeamMember.person_id).where(
            TeamMember.team_id == member.team_id,
            TeamMember.role == "lead",
            TeamMember.person_id != member.person_id,
        )
    ).first()
    return others is None
