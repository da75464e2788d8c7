"""Teams, who is in them, and their tokens, which reach designs and nothing else."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import TEAM_SCOPES, Actor
from registry.adaptations import invitations
from registry.adaptations.membership import is_last_lead, role_of
from registry.adaptations.model import Team, TeamMember
from registry.errors import Invalid, NotFound
from registry.notices import tell
from registry.people.model import Token
from registry.people.secrets import new_secret, secret_hash
from registry.people.usecases import LONGEST_TOKEN_DAYS, Secret
from registry.policies import designs as may
from registry.policies import require

ROLES = ("lead", "member")


def make_team(
    session: Session, actor: Actor, name: str, event: str | None, *, shows_name: bool = False
) -> Team:
    """Make a team; who makes it leads it, and lets it see the name that they gave, or not.

    Raises:
        NotAllowed: a token cannot.
    """
    require(may.may_make_team(actor))
    team = Team(name=name, event=event)
    session.add(team)
    session.flush()
    session.add(
        TeamMember(team_id=team.id, person_id=actor.person_id, role="lead", shows_name=shows_name)
    )
    session.flush()
    audit.record(session, actor.person_id, "team.made", "team", team.id)
    return team


def mine(session: Session, actor: Actor) -> list[tuple[Team, str]]:
    """Return the teams that the actor is in, and as what."""
    rows = session.execute(
        select(Team, TeamMember.role)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.person_id == actor.person_id)
        .order_by(Team.created_at, Team.id)
    )
    return [(team, role) for team, role in rows]


def look_at(session: Session, actor: Actor, team_id: UUID) -> tuple[Team, list[TeamMember]]:
    """Return a team that the actor is in, and who else is.

    Raises:
        NotFound: they are not in it.
    """
    role_of(session, actor, team_id)
    members = session.scalars(
        select(TeamMember)
        .where(TeamMember.team_id == team_id)
        .order_by(TeamMember.role, TeamMember.person_id)
    ).all()
    return session.get_one(Team, team_id), list(members)


def rename(session: Session, actor: Actor, team_id: UUID, name: str) -> Team:
    """Give a team another name; designs stay credited to the one that they were begun with.

    Raises:
        NotFound: the actor is not in the team.
        NotAllowed: the actor does not lead it.
    """
    require(may.may_rename_team(actor, role_of(session, actor, team_id)))
    team = session.get_one(Team, team_id)
    team.name = name
    session.flush()
    audit.record(session, actor.person_id, "team.renamed", "team", team_id)
    return team


def put_member(
    session: Session, actor: Actor, team_id: UUID, person_id: UUID, role: str
) -> TeamMember:
    """Change what somebody is in the team; into it people come by their own yes alone.

    Raises:
        NotFound: the actor is not in the team, or the other is not.
        NotAllowed: the actor does not lead it, or they would leave it without a lead.
    """
    require(may.may_change_members(actor, role_of(session, actor, team_id, lock=True)))
    member = session.get(TeamMember, (team_id, person_id))
    if member is None:
        raise NotFound("member")
    if role != "lead":
        require(may.may_leave_team(is_last_lead=is_last_lead(session, member)))
        invitations.end_all(session, team_id, made_by_id=person_id)
    if member.role != role and person_id != actor.person_id:
        told = "You lead one of your teams now."
        if role != "lead":
            told = "You no longer lead one of your teams; you are still in it."
        tell(session, (person_id,), "team_role", team_id, told)
    member.role = role
    session.flush()
    audit.record(session, actor.person_id, "team.member_put", "team", team_id, role=role)
    return member


def show_name(session: Session, actor: Actor, team_id: UUID, *, shows: bool) -> TeamMember:
    """Let the team see the name that the actor gave, or see it no more.

    Raises:
        NotFound: the actor is not in the team.
        NotAllowed: a token asks.
    """
    role_of(session, actor, team_id)
    require(may.may_show_name(actor))
    member = session.get_one(TeamMember, (team_id, actor.person_id))
    member.shows_name = shows
    session.flush()
    audit.record(session, actor.person_id, "team.name_shown", "team", team_id, shows=shows)
    return member


def who_goes(
    session: Session, actor: Actor, team_id: UUID, person_id: UUID, *, lock: bool = False
) -> TeamMember:
    """Return whom the actor could take out of a team: themselves, or others where they lead it.

    Raises:
        NotFound: the actor is not in the team, or the other is not.
        NotAllowed: the actor does not lead it.
    """
    role = role_of(session, actor, team_id, lock=lock)
    if person_id != actor.person_id:
        require(may.may_change_members(actor, role))
    member = session.get(TeamMember, (team_id, person_id))
    if member is None:
        raise NotFound("member")
    return member


def remove_member(session: Session, actor: Actor, team_id: UUID, person_id: UUID) -> None:
    """Leave a team, or take somebody out of it, who is told; tokens they made for it end at once.

    So do invitations: those that they made, and all of them where somebody is taken out.

    Raises:
        NotFound: the actor is not in the team, or the other is not.
        NotAllowed: the actor does not lead it, or it would have no lead.
    """
    member = who_goes(session, actor, team_id, person_id, lock=True)
    require(may.may_leave_team(is_last_lead=is_last_lead(session, member)))
    session.delete(member)
    session.execute(
        update(Token)
        .where(Token.team_id == team_id, Token.made_by_id == person_id, Token.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    left_by_themselves = person_id == actor.person_id
    if not left_by_themselves:
        told = "You are no longer in one of your teams: somebody who leads it took you out."
        tell(session, (person_id,), "team_left", None, told)
    invitations.end_all(session, team_id, made_by_id=person_id if left_by_themselves else None)
    audit.record(session, actor.person_id, "team.member_removed", "team", team_id)


def make_team_token(session: Session, actor: Actor, team_id: UUID, name: str, days: int) -> Secret:
    """Make a token for a team; its secret is shown this once.

    Raises:
        NotFound: the actor is not in the team.
        NotAllowed: a token cannot make tokens.
        Invalid: a time that is too long.
    """
    role_of(session, actor, team_id)
    require(may.may_make_team_token(actor))
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Invalid.field(
            "days", days, "A token ends some day.", allowed=f"1-{LONGEST_TOKEN_DAYS} days"
        )
    secret = new_secret("fct")
    expires = clock.now() + timedelta(days=days)
    token = Token(
        team_id=team_id,
        made_by_id=actor.person_id,
        name=name,
        scopes=list(TEAM_SCOPES),
        secret_hash=secret_hash(secret),
        expires_at=expires,
    )
    session.add(token)
    session.flush()
    audit.record(session, actor.person_id, "team_token.made", "token", token.id)
    return Secret(token.id, secret, expires)


def team_tokens(session: Session, actor: Actor, team_id: UUID) -> list[Token]:
    """Return a team's tokens, ended ones too.

    Raises:
        NotFound: the actor is not in the team.
    """
    role_of(session, actor, team_id)
    return list(
        session.scalars(
            select(Token).where(Token.team_id == team_id).order_by(Token.created_at).limit(500)
        )
    )


def revoke_team_token(session: Session, actor: Actor, team_id: UUID, token_id: UUID) -> None:
    """End a team's token at once.

    Raises:
        NotFound: the actor is not in the team, or it has no such token.
        NotAllowed: somebody else made it, and the actor does not lead the team.
    """
    role = role_of(session, actor, team_id)
    token = session.scalars(
        select(Token).where(Token.id == token_id, Token.team_id == team_id)
    ).first()
    if token is None:
        raise NotFound("token")
    is_maker = token.made_by_id == actor.person_id
    require(may.may_end_team_token(actor, role, is_maker=is_maker))
    token.revoked_at = token.revoked_at or clock.now()
    audit.record(session, actor.person_id, "team_token.revoked", "token", token.id)
