"""Invitations: a link by which people join a team, as nobody knows the ids of others.

A lead makes one. Its secret is shown once, and only its hash is kept. It ends after a week, when a
lead ends it, when who made it leads the team no more, and when somebody is taken out of the team:
who was taken out shall not come back by an old link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.adaptations import queries
from registry.adaptations.membership import lock_team, names_in, role_of, take_in
from registry.adaptations.model import Team, TeamInvitation
from registry.errors import Conflict, NotFound
from registry.people.secrets import new_secret, secret_hash
from registry.people.usecases import Secret
from registry.policies import designs as may
from registry.policies import require

DAYS: Final = 7
MOST_OPEN: Final = 20
MOST_LISTED: Final = 200


@dataclass(frozen=True)
class Invited:
    """What somebody with a secret is invited to.

    Attributes:
        by: the name that who invites lets the team see; None where they do not.
        role: what the reader is in the team already; None for nothing.
    """

    team: Team
    by: str | None
    role: str | None


def invite(session: Session, actor: Actor, team_id: UUID) -> Secret:
    """Make an invitation; its secret is shown this once.

    Raises:
        NotFound: the actor is not in the team.
        NotAllowed: the actor does not lead it.
        Conflict: too many invitations are open.
    """
    require(may.may_invite(actor, role_of(session, actor, team_id, lock=True)))
    is_open = (TeamInvitation.ended_at.is_(None), TeamInvitation.expires_at > clock.now())
    of = select(func.count()).select_from(TeamInvitation)
    if (session.scalar(of.where(TeamInvitation.team_id == team_id, *is_open)) or 0) >= MOST_OPEN:
        raise Conflict(
            "too_many_invitations",
            f"A team has at most {MOST_OPEN} invitations at a time.",
            "End one that nobody needs. One link is enough for many people.",
        )
    secret = new_secret("fci")
    expires = clock.now() + timedelta(days=DAYS)
    row = TeamInvitation(
        team_id=team_id,
        made_by_id=actor.person_id,
        secret_hash=secret_hash(secret),
        expires_at=expires,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor.person_id, "team_invitation.made", "team_invitation", row.id)
    return Secret(row.id, secret, expires)


def of_team(session: Session, actor: Actor, team_id: UUID) -> list[TeamInvitation]:
    """Return a team's invitations, newest first, ended ones too; without their secrets.

    Raises:
        NotFound: the actor is not in the team.
    """
    role_of(session, actor, team_id)
    found = select(TeamInvitation).where(TeamInvitation.team_id == team_id)
    newest = found.order_by(TeamInvitation.created_at.desc(), TeamInvitation.id)
    return list(session.scalars(newest.limit(MOST_LISTED)))


def end(session: Session, actor: Actor, team_id: UUID, invitation_id: UUID) -> None:
    """End an invitation at once; who joined by it stays.

    Raises:
        NotFound: the actor is not in the team, or it has no such invitation.
        NotAllowed: the actor does not lead it.
    """
    role = role_of(session, actor, team_id)
    row = session.get(TeamInvitation, invitation_id)
    if row is None or row.team_id != team_id:
        raise NotFound("invitation")
    require(may.may_invite(actor, role))
    row.ended_at = row.ended_at or clock.now()
    audit.record(session, actor.person_id, "team_invitation.ended", "team_invitation", row.id)


def look_at(session: Session, actor: Actor, secret: str) -> Invited:
    """Return what a secret invites to, for somebody who thinks about it.

    Raises:
        NotFound: it is unknown, or has ended; nobody learns which.
        NotAllowed: a token asks.
    """
    require(may.may_join_team(actor))
    row = _open(session, secret)
    team = session.get_one(Team, row.team_id)
    by = names_in(session, team.id).get(row.made_by_id)
    return Invited(team, by, queries.role_in(session, actor.person_id, team.id))


def join(
    session: Session, actor: Actor, secret: str, *, shows_name: bool = False
) -> tuple[Team, str]:
    """Join a team as a member; who is in it already stays what they are.

    Args:
        session: of the transaction.
        actor: who joins.
        secret: of the invitation.
        shows_name: whether they let the team see the name that they gave.

    Returns:
        The team, and what the actor is in it.

    Raises:
        NotFound: the secret is unknown, or has ended; nobody learns which.
        NotAllowed: a token asks.
        Conflict: the team is full.
    """
    require(may.may_join_team(actor))
    team_id = _open(session, secret).team_id
    lock_team(session, team_id)
    # It may have been ended while we waited.
    row = _open(session, secret)
    team = session.get_one(Team, team_id)
    role = queries.role_in(session, actor.person_id, team_id)
    if role is None and actor.person_id is not None:
        made = take_in(session, team_id, actor.person_id, "member", shows_name=shows_name)
        role = made.role
        row.joined += 1
        audit.record(session, actor.person_id, "team.joined", "team", team_id)
    return team, role or "member"


def end_all(session: Session, team_id: UUID, *, made_by_id: UUID | None = None) -> None:
    """End every invitation to a team that is open, or those that one person made."""
    whose = () if made_by_id is None else (TeamInvitation.made_by_id == made_by_id,)
    session.execute(
        update(TeamInvitation)
        .where(TeamInvitation.team_id == team_id, TeamInvitation.ended_at.is_(None), *whose)
        .values(ended_at=clock.now())
    )


def _open(session: Session, secret: str) -> TeamInvitation:
    found = session.scalars(
        select(TeamInvitation)
        .where(
            TeamInvitation.secret_hash == secret_hash(secret),
            TeamInvitation.ended_at.is_(None),
            TeamInvitation.expires_at > clock.now(),
        )
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound("invitation")
    return found
