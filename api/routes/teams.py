"""Teams, who is in them, and their tokens."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Security

from api.deps import Db, someone
from api.schemas.people import TokenOut
from api.schemas.teams import (
    MemberIn,
    MemberOut,
    TeamIn,
    TeamOut,
    TeamSecretOut,
    TeamTokenIn,
    TeamWholeOut,
)
from api.transaction import Transaction
from registry.actor import TEAM_SCOPES, Actor
from registry.adaptations import teams

router = APIRouter(prefix="/api/v1", tags=["teams"], route_class=Transaction)

Me = Annotated[Actor, Security(someone, scopes=["designs"])]


@router.post("/teams", status_code=201, summary="Make a team")
def make_team(ask: TeamIn, me: Me, db: Db) -> TeamOut:
    """Make a team. You lead it."""
    team = teams.make_team(db, me, ask.name, ask.event)
    return TeamOut(id=team.id, name=team.name, event=team.event, role="lead")


@router.get("/teams", summary="My teams")
def my_teams(me: Me, db: Db) -> list[TeamOut]:
    """List the teams that you are in."""
    return [
        TeamOut(id=team.id, name=team.name, event=team.event, role=role)
        for team, role in teams.mine(db, me)
    ]


@router.get("/teams/{team_id}", summary="One of my teams")
def team(team_id: UUID, me: Me, db: Db) -> TeamWholeOut:
    """Show a team that you are in, and who else is."""
    found, members = teams.look_at(db, me, team_id)
    return TeamWholeOut(
        id=found.id,
        name=found.name,
        event=found.event,
        members=[MemberOut(person_id=each.person_id, role=each.role) for each in members],
    )


@router.put("/teams/{team_id}/members/{person_id}", summary="Take somebody into a team")
def put_member(team_id: UUID, person_id: UUID, ask: MemberIn, me: Me, db: Db) -> MemberOut:
    """Take somebody into a team that you lead, or change what they are in it."""
    member = teams.put_member(db, me, team_id, person_id, ask.role)
    return MemberOut(person_id=member.person_id, role=member.role)


@router.delete("/teams/{team_id}/members/{person_id}", status_code=204, summary="Leave a team")
def remove_member(team_id: UUID, person_id: UUID, me: Me, db: Db) -> None:
    """Leave a team, or take somebody out of one that you lead. Their tokens for it end."""
    teams.remove_member(db, me, team_id, person_id)


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
