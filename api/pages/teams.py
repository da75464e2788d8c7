"""Teams: the ones that somebody is in, who else is, what they design, and how programs reach that.

Secrets of invitations and tokens are shown once, in the answer to the form that made them: they
can be kept nowhere, and so these are answers to forms that do not lead on to a page.
"""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api.deps import Config, Db
from api.pages.forms import Form, Sent, tried
from api.pages.render import go, page
from api.pages.visitor import Me
from api.routes.teams import invitation_link
from api.schemas.teams import MemberIn, ShownIn, TeamIn, TeamNameIn, TeamTokenIn
from api.transaction import Transaction
from registry import clock
from registry.actor import Actor
from registry.adaptations import invitations, queries, teams
from registry.adaptations.membership import is_last_lead, names_in, own_name
from registry.adaptations.model import TeamInvitation, TeamMember
from registry.people.model import Token
from registry.policies import designs as may
from registry.policies import require

router = APIRouter(include_in_schema=False, route_class=Transaction)

Done = Annotated[str, Query(max_length=20)]
DONE: Final = ("made", "joined", "role", "out", "ended", "left")
MOST: Final = 100


@router.get("/teams")
def mine(request: Request, me: Me, db: Db, done: Done = "") -> Response:
    """List the teams that somebody is in, and ask for a new one."""
    return _mine(request, me, db, Form(), done=done)


@router.post("/teams")
def make(request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Make a team, as POST /api/v1/teams does."""
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(TeamIn)
        made = teams.make_team(db, me, ask.name, ask.event, shows_name=ask.shows_name)
    if it.went_wrong:
        return _mine(request, me, db, it.form, status=422)
    return go(f"/teams/{made.id}", "made")


@router.get("/teams/{team_id}")
def one(request: Request, me: Me, db: Db, team_id: UUID, done: Done = "") -> Response:
    """Show a team to who is in it."""
    return _one(request, me, db, team_id, Form(), done=done)


@router.get("/teams/{team_id}/name")
def ask_name(request: Request, me: Me, db: Db, team_id: UUID) -> Response:
    """Ask how a team shall be called."""
    return _name(request, me, db, team_id, Form())


@router.post("/teams/{team_id}/name")
def rename(request: Request, me: Me, db: Db, team_id: UUID, sent: Sent) -> Response:
    """Give a team another name, as PATCH /api/v1/teams/{team_id} does."""
    with tried(db, Form.of(sent)) as it:
        teams.rename(db, me, team_id, it.form.read(TeamNameIn).name)
    if it.went_wrong:
        return _name(request, me, db, team_id, it.form, status=422)
    return go(f"/teams/{team_id}", "role")


@router.post("/teams/{team_id}/members/{person_id}")
def put_member(
    *, request: Request, me: Me, db: Db, team_id: UUID, person_id: UUID, sent: Sent
) -> Response:
    """Change what somebody is in a team."""
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(MemberIn)
        teams.put_member(db, me, team_id, person_id, ask.role)
    if it.went_wrong:
        return _one(request, me, db, team_id, it.form, status=422)
    return go(f"/teams/{team_id}", "role")


@router.post("/teams/{team_id}/me")
def show_name(request: Request, me: Me, db: Db, team_id: UUID, sent: Sent) -> Response:
    """Let a team see one's name, or see it no more."""
    with tried(db, Form.of(sent)) as it:
        teams.show_name(db, me, team_id, shows=it.form.read(ShownIn).shows_name)
    if it.went_wrong:
        return _one(request, me, db, team_id, it.form, status=422)
    return go(f"/teams/{team_id}", "role")


@router.get("/teams/{team_id}/members/{person_id}/out")
def ask_out(request: Request, me: Me, db: Db, team_id: UUID, person_id: UUID) -> Response:
    """Ask once more before somebody leaves a team, or is taken out of it."""
    goes = teams.who_goes(db, me, team_id, person_id)
    team, _ = teams.look_at(db, me, team_id)
    return page(
        request,
        "teams/out.html.j2",
        team=team,
        person_id=person_id,
        is_me=person_id == me.person_id,
        name=names_in(db, team_id).get(person_id),
        leaves=may.may_leave_team(is_last_lead=is_last_lead(db, goes)) is True,
    )


@router.post("/teams/{team_id}/members/{person_id}/out")
def take_out(request: Request, me: Me, db: Db, team_id: UUID, person_id: UUID) -> Response:
    """Leave a team, or take somebody out of it."""
    with tried(db, Form()) as it:
        teams.remove_member(db, me, team_id, person_id)
    if it.went_wrong:
        return _one(request, me, db, team_id, it.form, status=422)
    if person_id == me.person_id:
        return go("/teams", "left")
    return go(f"/teams/{team_id}", "out")


@router.post("/teams/{team_id}/invitations")
def invite(request: Request, me: Me, db: Db, settings: Config, team_id: UUID) -> Response:
    """Make an invitation, and show its link once."""
    with tried(db, Form()) as it:
        made = invitations.invite(db, me, team_id)
    if it.went_wrong:
        return _one(request, me, db, team_id, it.form, status=422)
    team, _ = teams.look_at(db, me, team_id)
    link = invitation_link(settings.url, made.secret)
    return page(request, "teams/link.html.j2", team=team, link=link, until=made.expires_at)


@router.post("/teams/{team_id}/invitations/{invitation_id}/end")
def end_invitation(
    request: Request, me: Me, db: Db, team_id: UUID, invitation_id: UUID
) -> Response:
    """End an invitation at once."""
    with tried(db, Form()) as it:
        invitations.end(db, me, team_id, invitation_id)
    if it.went_wrong:
        return _one(request, me, db, team_id, it.form, status=422)
    return go(f"/teams/{team_id}", "ended")


@router.post("/teams/{team_id}/tokens")
def make_token(request: Request, me: Me, db: Db, team_id: UUID, sent: Sent) -> Response:
    """Make a token for a team, and show its secret once."""
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(TeamTokenIn)
        made = teams.make_team_token(db, me, team_id, ask.name, ask.days)
    if it.went_wrong:
        return _one(request, me, db, team_id, it.form, status=422)
    team, _ = teams.look_at(db, me, team_id)
    return page(request, "teams/token.html.j2", team=team, made=made, called=ask.name)


@router.post("/teams/{team_id}/tokens/{token_id}/end")
def end_token(request: Request, me: Me, db: Db, team_id: UUID, token_id: UUID) -> Response:
    """End a token at once."""
    with tried(db, Form()) as it:
        teams.revoke_team_token(db, me, team_id, token_id)
    if it.went_wrong:
        return _one(request, me, db, team_id, it.form, status=422)
    return go(f"/teams/{team_id}", "ended")


def _name(
    request: Request, me: Actor, db: Session, team_id: UUID, form: Form, *, status: int = 200
) -> Response:
    team, members = teams.look_at(db, me, team_id)
    role = next(each.role for each in members if each.person_id == me.person_id)
    require(may.may_rename_team(me, role))
    return page(request, "teams/name.html.j2", form=form, status=status, team=team)


def _mine(
    request: Request, me: Actor, db: Session, form: Form, *, status: int = 200, done: str = ""
) -> Response:
    return page(
        request,
        "teams/mine.html.j2",
        form=form,
        status=status,
        done=done if done in DONE else "",
        teams=teams.mine(db, me),
        own=own_name(db, me),
    )


def _one(
    request: Request,
    me: Actor,
    db: Session,
    team_id: UUID,
    form: Form,
    *,
    status: int = 200,
    done: str = "",
) -> Response:
    team, members = teams.look_at(db, me, team_id)
    tokens = [row for row in teams.team_tokens(db, me, team_id) if _holds(row)]
    links = [row for row in invitations.of_team(db, me, team_id) if _holds(row)]
    forks = queries.forks_of_team(db, team_id, MOST)
    newest = queries.latest_of(db, [fork.slug for fork in forks])
    my_own = next(each for each in members if each.person_id == me.person_id)
    return page(
        request,
        "teams/one.html.j2",
        form=form,
        status=status,
        done=done if done in DONE else "",
        team=team,
        me=my_own,
        own=own_name(db, me),
        members=sorted(members, key=lambda each: each.person_id != me.person_id),
        names=names_in(db, team_id),
        forks=[(fork, newest.get(fork.slug)) for fork in forks],
        links=links,
        tokens=[(row, _may_end(me, my_own, row)) for row in tokens],
        changes_members=may.may_change_members(me, my_own.role) is True,
        renames=may.may_rename_team(me, my_own.role) is True,
        invites=may.may_invite(me, my_own.role) is True,
    )


def _holds(row: Token | TeamInvitation) -> bool:
    """Whether a token or an invitation has not ended."""
    ended = row.revoked_at if isinstance(row, Token) else row.ended_at
    return ended is None and (row.expires_at is None or row.expires_at > clock.now())


def _may_end(me: Actor, my_own: TeamMember, token: Token) -> bool:
    is_maker = token.made_by_id == me.person_id
    return may.may_end_team_token(me, my_own.role, is_maker=is_maker) is True
