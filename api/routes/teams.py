"""Teams, who is in them, and their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Security
from sqlalchemy.orm import Session

from api.deps import Config, Db, someone
from api.schemas.people import TokenOut
from api.schemas.teams import (
    InvitationOut,
    InvitationSecretOut,
    JoinIn,
    MemberIn,
    MemberOut,
    ShownIn,
    TeamIn,
    TeamNameIn,
    TeamOut,
    TeamSecretOut,
    TeamTokenIn,
    TeamWholeOut,
)
from api.transaction import Transaction
from registry.actor import TEAM_SCOPES, Actor
from registry.adaptations import invitations, teams
from registry.adaptations.membership import names_in
from registry.adaptations.model import TeamMember

router = APIRouter(prefix="/api/v1", tags=["teams"], route_class=Transaction)

Me = Annotated[Actor, Security(someone, scopes=["designs"])]


@router.post("/teams", status_code=201, summary="Make a team")
def make_team(ask: TeamIn, me: Me, db: Db) -> TeamOut:
    """Make a team. You lead it."""
    team = teams.make_team(db, me, ask.name, ask.event, shows_name=ask.shows_name)
    return TeamOut(id=team.id, name=team.name, event=team.event, role="lead")


@router.get("/teams", summary="My teams")
def my_teams(me: Me, db: Db) -> list[TeamOut]:
    """List the teams that you are in."""
    return [
        TeamOut(id=team.id, name=team.name, event=team.event, role=role)
        for team, role in teams.mine(db, me)
    ]


@router.post("/teams/joins", summary="Join a team")
def join(ask: JoinIn, me: Me, db: Db) -> TeamOut:
    """Join a team by the secret of an invitation. Who is in it already stays what they are."""
    team, role = invitations.join(db, me, ask.secret, shows_name=ask.shows_name)
    return TeamOut(id=team.id, name=team.name, event=team.event, role=role)


@router.get("/teams/{team_id}", summary="One of my teams")
def team(team_id: UUID, me: Me, db: Db) -> TeamWholeOut:
    """Show a team that you are in, and who else is."""
    found, members = teams.look_at(db, me, team_id)
    return TeamWholeOut(
        id=found.id,
        name=found.name,
        event=found.event,
        members=_members(db, team_id, members),
    )


@router.patch("/teams/{team_id}", summary="Rename a team")
def rename(team_id: UUID, ask: TeamNameIn, me: Me, db: Db) -> TeamOut:
    """Give a team that you lead another name. Designs keep the one that they were begun with."""
    team = teams.rename(db, me, team_id, ask.name)
    return TeamOut(id=team.id, name=team.name, event=team.event, role="lead")


@router.put("/teams/{team_id}/members/{person_id}", summary="Say what somebody is in a team")
def put_member(team_id: UUID, person_id: UUID, ask: MemberIn, me: Me, db: Db) -> MemberOut:
    """Change what somebody is in a team that you lead.

    Nobody comes into a team but by their own yes: POST /api/v1/teams/joins, with an invitation.
    """
    member = teams.put_member(db, me, team_id, person_id, ask.role)
    return _members(db, team_id, [member])[0]


@router.delete("/teams/{team_id}/members/{person_id}", status_code=204, summary="Leave a team")
def remove_member(team_id: UUID, person_id: UUID, me: Me, db: Db) -> None:
    """Leave a team, or take somebody out of one that you lead. Their tokens for it end."""
    teams.remove_member(db, me, team_id, person_id)


@router.put("/teams/{team_id}/me", summary="Show a team my name, or not")
def show_name(team_id: UUID, ask: ShownIn, me: Me, db: Db) -> MemberOut:
    """Let a team that you are in see the name that you gave, or see it no more."""
    member = teams.show_name(db, me, team_id, shows=ask.shows_name)
    return _members(db, team_id, [member])[0]


@router.post("/teams/{team_id}/tokens", status_code=201, summary="Make a token for a team")
def make_token(team_id: UUID, ask: TeamTokenIn, me: Me, db: Db) -> TeamSecretOut:
    """Make a token for a team's programs. It reaches designs only. Shown this once."""
    secret = teams.make_team_token(db, me, team_id, ask.name, ask.days)
    return TeamSecretOut(
        id=secret.id,
        secret=secret.secret,
        expires_at=secret.expires_at,
        scopes=list(TEAM_SCOPES),
    )


@router.get("/teams/{team_id}/tokens", summary="A team's tokens")
def tokens(team_id: UUID, me: Me, db: Db) -> list[TokenOut]:
    """List a team's tokens, ended ones too, without their secrets."""
    return [
        TokenOut.model_validate(row, from_attributes=True)
        for row in teams.team_tokens(db, me, team_id)
    ]


@router.delete("/teams/{team_id}/tokens/{token_id}", status_code=204, summary="End a team's token")
def revoke_token(team_id: UUID, token_id: UUID, me: Me, db: Db) -> None:
    """End a token of a team at once: one that you made, or any of a team that you lead."""
    teams.revoke_team_token(db, me, team_id, token_id)


@router.post("/teams/{team_id}/invitations", status_code=201, summary="Invite people to a team")
def invite(team_id: UUID, me: Me, db: Db, settings: Config) -> InvitationSecretOut:
    """Make a link by which people join a team that you lead. Its secret is shown this once.

    Many people may join by it. It ends after seven days, when you end it, when whoever made it
    leads the team no more, and when somebody is taken out of the team.
    """
    made = invitations.invite(db, me, team_id)
    return InvitationSecretOut(
        id=made.id,
        secret=made.secret,
        link=invitation_link(settings.url, made.secret),
        expires_at=made.expires_at,
    )


@router.get("/teams/{team_id}/invitations", summary="A team's invitations")
def invitations_of(team_id: UUID, me: Me, db: Db) -> list[InvitationOut]:
    """List a team's invitations, newest first, ended ones too, without their secrets."""
    rows = invitations.of_team(db, me, team_id)
    names = names_in(db, team_id)
    return [
        InvitationOut(
            id=row.id,
            made_by=names.get(row.made_by_id),
            created_at=row.created_at,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
            joined=row.joined,
        )
        for row in rows
    ]


@router.delete(
    "/teams/{team_id}/invitations/{invitation_id}", status_code=204, summary="End an invitation"
)
def end_invitation(team_id: UUID, invitation_id: UUID, me: Me, db: Db) -> None:
    """End an invitation to a team that you lead, at once. Who joined by it stays."""
    invitations.end(db, me, team_id, invitation_id)


def invitation_link(site: str, secret: str) -> str:
    """Return the page that asks whoever opens it whether they want to join.

    The secret is in the query: what pages tell of where somebody was has none.
    """
    return f"{site}/teams/join?with={secret}"


def _members(db: Session, team_id: UUID, members: Sequence[TeamMember]) -> list[MemberOut]:
    names = names_in(db, team_id)
    return [
        MemberOut(person_id=each.person_id, name=names.get(each.person_id), role=each.role)
        for each in members
    ]
