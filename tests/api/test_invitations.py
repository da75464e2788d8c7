"""Invitations: a team grows by a link, and whoever was taken out stays out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text, update

from registry import clock
from registry.adaptations import membership
from registry.adaptations.model import TeamInvitation
from registry.people.secrets import secret_hash
from tests.api.folk import Folk, Who

JOINS = "/teams/joins"


@pytest.fixture
def lea(folk: Folk) -> Who:
    """Somebody who leads a team."""
    return folk.person("Lea", age=30)


@pytest.fixture
def team(lea: Who) -> str:
    """The address of the team."""
    made = lea.post("/teams", {"name": "Team Bottle", "shows_name": True})
    return f"/teams/{made.json()['id']}"


@pytest.fixture
def ben(folk: Folk) -> Who:
    """Somebody who is in no team yet."""
    return folk.maker("Ben")


def _invited(lead: Who, team: str) -> dict[str, Any]:
    made = lead.post(f"{team}/invitations")
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def _joins(who: Who, made: dict[str, Any]) -> int:
    return who.post(JOINS, {"secret": made["secret"]}).status_code


def test_somebody_joins_by_a_link_and_is_seen_by_the_name_they_show(
    lea: Who, team: str, ben: Who
) -> None:
    """They come as a member, and the invitation counts them once."""
    made = _invited(lea, team)
    assert made["link"].endswith(f"/teams/join?with={made['secret']}")
    for _ in range(2):
        joined = ben.post(JOINS, {"secret": made["secret"]})
        assert (joined.status_code, joined.json()["role"]) == (200, "member")
    assert lea.post(JOINS, {"secret": made["secret"]}).json()["role"] == "lead"

    members = {each["name"]: each["role"] for each in ben.get(team).json()["members"]}
    assert members == {"Lea": "lead", "Ben's workshop": "member"}
    (listed,) = ben.get(f"{team}/invitations").json()
    assert (listed["joined"], listed["made_by"], listed["ended_at"]) == (1, "Lea", None)
    assert made["secret"] not in str(listed)


def test_a_name_is_seen_only_where_its_owner_lets_it(
    lea: Who, team: str, folk: Folk, client: TestClient
) -> None:
    """Whoever joins keeps their name; they show it, and hide it again, by themselves."""
    kim = folk.person("Kim", age=30)
    _joins(kim, _invited(lea, team))
    kims = {"person_id": str(kim.id), "name": None, "role": "member"}
    assert kims in lea.get(team).json()["members"]
    for shows, name in ((True, "Kim"), (False, None)):
        said = kim.call("PUT", f"{team}/me", json={"shows_name": shows}).json()
        seen = {each["person_id"]: each["name"] for each in lea.get(team).json()["members"]}
        assert said["name"] == seen[str(kim.id)] == name
    ben = folk.person("Ben", age=30)
    ben.post(JOINS, {"secret": _invited(lea, team)["secret"], "shows_name": True})
    assert "Ben" in {each["name"] for each in kim.get(team).json()["members"]}

    token = kim.post("/tokens", {"name": "x", "scopes": ["designs"]}).json()["secret"]
    refused = Who(kim.id, token, client).call("PUT", f"{team}/me", json={"shows_name": True})
    assert refused.json()["code"] == "sign_in_needed"
    stranger = folk.person("Stranger", age=30)
    assert stranger.call("PUT", f"{team}/me", json={"shows_name": True}).status_code == 404


def test_nobody_comes_into_a_team_without_their_own_yes(lea: Who, team: str, ben: Who) -> None:
    """A lead who knows somebody's id puts them into nothing, and learns not whether they exist."""
    for role in ("member", "lead"):
        asked = [
            lea.call("PUT", f"{team}/members/{each}", json={"role": role})
            for each in (ben.id, "7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e")
        ]
        assert [each.status_code for each in asked] == [404, 404]
        assert asked[0].json() == asked[1].json()
    assert ben.get("/teams").json() == []
    _joins(ben, _invited(lea, team))
    assert lea.call("PUT", f"{team}/members/{ben.id}", json={"role": "lead"}).status_code == 200


def test_who_leads_a_team_renames_it(lea: Who, team: str, ben: Who, client: TestClient) -> None:
    """Members and tokens do not, and a name that is none is refused."""
    _joins(ben, _invited(lea, team))
    named = lea.call("PATCH", team, json={"name": "Team Cup"})
    assert (named.status_code, named.json()["name"]) == (200, "Team Cup")
    assert ben.get("/teams").json()[0]["name"] == "Team Cup"
    assert ben.call("PATCH", team, json={"name": "Mine"}).json()["code"] == "lead_needed"
    assert lea.call("PATCH", team, json={"name": " "}).status_code == 422
    token = lea.post("/tokens", {"name": "x", "scopes": ["designs"]}).json()["secret"]
    refused = Who(lea.id, token, client).call("PATCH", team, json={"name": "Robots"})
    assert refused.json()["code"] == "sign_in_needed"
    assert lea.get(team).json()["name"] == "Team Cup"


def test_a_secret_is_kept_as_its_hash_alone(lea: Who, team: str, folk: Folk) -> None:
    """Who reads the database joins nothing by it."""
    made = _invited(lea, team)
    with folk.sessions() as session:
        row = session.scalars(select(TeamInvitation)).one()
        assert row.secret_hash == secret_hash(made["secret"])
        stored = session.scalar(text("SELECT team_invitations::text FROM team_invitations"))
    assert made["secret"].removeprefix("fci_") not in str(stored)
    assert row.expires_at - row.created_at < timedelta(days=7, seconds=1)


def test_whatever_has_ended_answers_as_what_was_never_there(
    lea: Who, team: str, ben: Who, folk: Folk
) -> None:
    """Unknown, ended by hand and run out cannot be told apart."""
    unknown = ben.post(JOINS, {"secret": "fci_never"})
    ended, ran_out = _invited(lea, team), _invited(lea, team)
    address = f"{team}/invitations/{ended['id']}"
    assert [lea.delete(address).status_code for _ in range(2)] == [204, 204]
    with folk.sessions.begin() as session:
        late = update(TeamInvitation).where(TeamInvitation.id == ran_out["id"])
        session.execute(late.values(expires_at=clock.now()))
    for made in (ended, ran_out):
        answer = ben.post(JOINS, {"secret": made["secret"]})
        assert (answer.status_code, answer.json()) == (404, unknown.json())
    assert ben.get(team).status_code == 404


def test_a_member_does_not_do_what_a_lead_does(
    lea: Who, team: str, ben: Who, folk: Folk, client: TestClient
) -> None:
    """They see invitations, and make and end none. Outsiders and tokens learn nothing."""
    made = _invited(lea, team)
    _joins(ben, made)
    address = f"{team}/invitations/{made['id']}"
    assert ben.post(f"{team}/invitations").json()["code"] == "lead_needed"
    assert ben.delete(address).json()["code"] == "lead_needed"

    kim = folk.person("Kim", age=30)
    other = kim.post("/teams", {"name": "Others"}).json()["id"]
    nowhere = kim.get("/teams/7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e/invitations")
    for answer in (kim.get(f"{team}/invitations"), kim.post(f"{team}/invitations")):
        assert (answer.status_code, answer.json()) == (404, nowhere.json())
    # A lead of another team ends nothing through their own.
    assert kim.delete(f"/teams/{other}/invitations/{made['id']}").status_code == 404

    token = lea.post("/tokens", {"name": "x", "scopes": ["designs"]}).json()["secret"]
    program = Who(lea.id, token, client)
    assert program.post(f"{team}/invitations").json()["code"] == "sign_in_needed"
    assert program.post(JOINS, {"secret": made["secret"]}).json()["code"] == "sign_in_needed"


def test_who_was_taken_out_does_not_come_back_by_an_old_link(
    lea: Who, team: str, ben: Who, folk: Folk
) -> None:
    """All invitations end then; who leaves by themselves ends their own only."""
    made = _invited(lea, team)
    _joins(ben, made)
    lea.delete(f"{team}/members/{ben.id}")
    assert _joins(ben, made) == 404

    made = _invited(lea, team)
    _joins(ben, made)
    lea.call("PUT", f"{team}/members/{ben.id}", json={"role": "lead"}).raise_for_status()
    bens = _invited(ben, team)
    ben.delete(f"{team}/members/{ben.id}")
    kim = folk.person("Kim", age=30)
    assert (_joins(kim, bens), _joins(kim, made)) == (404, 200)


def test_who_leads_no_more_invites_no_more(lea: Who, team: str, ben: Who, folk: Folk) -> None:
    """Their links end with that, and with their account."""
    role = f"{team}/members/{ben.id}"
    _joins(ben, _invited(lea, team))
    lea.call("PUT", role, json={"role": "lead"}).raise_for_status()
    made = _invited(ben, team)
    lea.call("PUT", role, json={"role": "member"}).raise_for_status()
    assert _joins(folk.person("Kim", age=30), made) == 404

    lea.call("PUT", role, json={"role": "lead"}).raise_for_status()
    made = _invited(ben, team)
    ben.delete("/me").raise_for_status()
    assert _joins(folk.person("Kim", age=30), made) == 404


def test_a_team_that_is_full_takes_in_nobody_even_at_once(
    lea: Who, team: str, folk: Folk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many who join at the same moment only as many come in as there is room for."""
    monkeypatch.setattr(membership, "MOST_MEMBERS", 3)
    made = _invited(lea, team)
    many = [folk.person(f"P{number}", age=30) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        came = list(pool.map(lambda who: _joins(who, made), many))
    assert sorted(came) == [200, 200, 409, 409, 409, 409]
    assert lea.get(f"{team}/invitations").json()[0]["joined"] == 2


def test_one_link_is_enough_and_there_are_not_many(lea: Who, team: str) -> None:
    """The twenty-first is refused, until one was ended."""
    first, *_ = [_invited(lea, team) for _ in range(20)]
    refused = lea.post(f"{team}/invitations")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_invitations")
    lea.delete(f"{team}/invitations/{first['id']}")
    _invited(lea, team)


def test_an_invitation_that_is_asked_for_twice_by_mistake_is_made_once(lea: Who, team: str) -> None:
    """The same key gives the same answer again."""
    asked = [
        lea.post(f"{team}/invitations", headers={"Idempotency-Key": "once"}).json()["id"]
        for _ in range(2)
    ]
    assert asked[0] == asked[1]
    assert len(lea.get(f"{team}/invitations").json()) == 1
