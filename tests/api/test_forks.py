"""Forks: a team forks a design as data, its versions stay, and each is proved by itself."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema_rs
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from api import designs, listing
from designs import discover
from parametric.checks import check_kit
from parametric.clearance import DEFAULT_PRINTER
from parametric.kit import make
from parametric.params import describe
from parametric.resolve import resolve
from registry.audit import Event
from registry.errors import Conflict
from registry.people.model import Person

PASSWORD = "boat lamp carrot"  # noqa: S105 (nobody's)

TALL = {
    "slug": "tall_bottle_clamp",
    "title": "Tube clamp for tall bottles",
    "why": "Our bottles stand 20 cm high and our tubes are all 25 mm.",
    "licence": "CERN-OHL-W-2.0",
    "parameters": {
        "tube_diameter": {"default": 25, "label": "Tube"},
        "cup_height": {"low": 150, "high": 240, "default": 200},
    },
    "presets": {"flask": {"label": "Flask", "values": {"cup_diameter": 73, "cup_height": 180}}},
}
CLAMP = "/api/v1/designs/tube_clamp/forks"


def _sign_in(client: TestClient, name: str) -> tuple[dict[str, str], str]:
    asked = {"email": f"{name}@example.org", "password": PASSWORD}
    client.post("/api/v1/accounts", json=asked)
    answer = client.post("/api/v1/sessions", json=asked).json()
    return {"Authorization": f"Bearer {answer['secret']}"}, answer["person_id"]


@pytest.fixture
def lead(client: TestClient) -> dict[str, str]:
    """Somebody who leads a team."""
    return _sign_in(client, "lead")[0]


@pytest.fixture
def team_id(client: TestClient, lead: dict[str, str]) -> str:
    """Their team."""
    made = client.post("/api/v1/teams", headers=lead, json={"name": "Team Bottle"})
    assert made.status_code == 201
    return str(made.json()["id"])


@pytest.fixture
def team(client: TestClient, lead: dict[str, str], team_id: str) -> dict[str, str]:
    """The team's token, as a header."""
    made = client.post(f"/api/v1/teams/{team_id}/tokens", headers=lead, json={"name": "laptop"})
    assert made.status_code == 201
    assert made.json()["scopes"] == ["designs"]
    return {"Authorization": f"Bearer {made.json()['secret']}"}


def _fork(client: TestClient, headers: dict[str, str], **changes: Any) -> Any:
    return client.post(CLAMP, headers=headers, json={**TALL, **changes})


def _release(client: TestClient, headers: dict[str, str], slug: str, **ask: Any) -> Any:
    return client.post(f"/api/v1/designs/{slug}/versions", headers=headers, json=ask)


def _own_designs() -> list[str]:
    return [design.slug for design in discover.everything().designs]


def _fields(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {each["field"] for each in answer.json()["problems"]}


def test_a_team_forks_in_three_calls_and_the_fork_can_be_fitted_at_once(
    client: TestClient, team: dict[str, str], db: Session
) -> None:
    """Fork, change, release; then it is a design like any other, proved only by itself."""
    bare = {name: TALL[name] for name in ("slug", "title", "why", "licence")}
    forked = client.post(CLAMP, headers=team, json=bare)
    assert forked.status_code == 201, forked.text
    draft = {**forked.json()["document"], "parameters": TALL["parameters"]}
    changed = client.put(
        "/api/v1/designs/tall_bottle_clamp/draft",
        headers={**team, "If-Match": forked.headers["etag"]},
        json=draft,
    )
    assert changed.status_code == 200, changed.text
    released = _release(client, team, "tall_bottle_clamp", notes="First.")
    assert released.status_code == 201, released.text
    assert released.json()["version"] == "0.1.0"

    design = designs.find(db, "tall_bottle_clamp", "0.1.0")
    assert design.authors == ("Team Bottle", *discover.find("tube_clamp").authors)
    params = resolve(design.parameters, {"cup_diameter": 73}).params
    assembly = design.build(params, DEFAULT_PRINTER)
    made = make(assembly)
    assert check_kit(assembly, made, DEFAULT_PRINTER).holds
    assert (params.tube_diameter, params.cup_height) == (25.0, 200.0)
    assert not listing.is_proved(db, "tall_bottle_clamp", "0.1.0")
    shown = client.get("/api/v1/designs/tall_bottle_clamp").json()
    assert shown["fork_of"] == {"slug": "tube_clamp", "version": "0.1.0"}
    assert (shown["proved"], shown["certificate"], shown["available"]) == (False, "waiting", True)


def test_a_fork_is_in_the_list_once_it_is_released(
    client: TestClient, team: dict[str, str]
) -> None:
    """A draft is its makers' alone: nobody else learns that there is one."""
    _fork(client, team)
    listed = client.get("/api/v1/designs").json()["designs"]
    assert [each["design"] for each in listed] == _own_designs()
    other, _ = _sign_in(client, "other")
    for address in ("", "/draft", "/lineage", "/versions/0.1.0", "/versions/0.1.0/certificate"):
        answer = client.get(f"/api/v1/designs/tall_bottle_clamp{address}", headers=other)
        assert answer.status_code == 404, address
    assert _release(client, other, "tall_bottle_clamp").status_code == 404
    _release(client, team, "tall_bottle_clamp")
    first = client.get("/api/v1/designs", params={"limit": 1}).json()
    assert [each["design"] for each in first["designs"]] == _own_designs()[:1]
    rest = client.get("/api/v1/designs", params={"after": first["next"]}).json()
    assert [each["design"] for each in rest["designs"]] == sorted(
        [*_own_designs()[1:], "tall_bottle_clamp"]
    )
    assert rest["next"] is None
    assert client.get("/api/v1/designs/tall_bottle_clamp/draft", headers=other).status_code == 404


def test_a_list_of_many_forks_asks_the_database_no_more_than_one_of_few(
    app: FastAPI, client: TestClient, team: dict[str, str]
) -> None:
    """Their versions, the forks they grew out of, certificates and reviews are each looked up
    together."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    def questions() -> int:
        asked.clear()
        assert client.get("/api/v1/designs").status_code == 200
        return len(asked)

    def grow(*slugs: str) -> None:
        for slug in slugs:
            assert _fork(client, team, slug=slug).status_code == 201
            assert _release(client, team, slug).status_code == 201

    event.listen(app.state.engine, "before_cursor_execute", note)
    grow("first_clamp")
    few = questions()
    grow("second_clamp", "third_clamp", "fourth_clamp")
    assert questions() == few


def test_all_that_is_wrong_with_a_fork_is_named_at_once(
    client: TestClient, team: dict[str, str]
) -> None:
    """Licence, names, ranges, defaults, presets, geometry: each with what to do."""
    answer = _fork(
        client,
        team,
        licence="MIT",
        parameters={
            "cup_hieght": {"default": 100},
            "cup_height": {"default": 500},
            "squeeze": {"low": 2},
            "drink_weight": {"high": 1500},
            "liner": {"unit": "cm"},
            "cup_base": {"low": float(10**5)},
        },
        presets={
            "bad": {"label": "Bad", "values": {"cup_diameter": 70, "cup_base": 90}},
            "odd": {"label": "Odd", "values": {"cup": 1}},
        },
        geometry=[{"box": [1, 2, 3]}],
    )
    assert _fields(answer) == {
        "licence",
        "parameters.cup_hieght",
        "parameters.cup_height.default",
        "parameters.squeeze.low",
        "parameters.drink_weight.high",
        "parameters.liner.unit",
        "parameters.cup_base.low",
        "presets.bad.values.cup_diameter, presets.bad.values.cup_base",
        "presets.odd.values.cup",
        "geometry",
    }
    problems = {each["field"]: each for each in answer.json()["problems"]}
    assert problems["licence"]["allowed"] == "CERN-OHL-S-2.0 or CERN-OHL-W-2.0"
    assert "cup_height" in problems["parameters.cup_hieght"]["advice"]
    assert problems["parameters.cup_height.default"]["allowed"] == "80-220 mm"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("licence", "MIT"),
        ("licence", "Proprietary"),
        ("geometry", {"union": []}),
        ("geometry", "box"),
        ("title", "a\0b"),
        ("title", "ab\u202ecd"),
        ("why", 5),
        ("authors", []),
        ("authors", ["x"] * 21),
        ("parameters", []),
        ("presets", {"a": 1}),
        ("notes", "n" * 5001),
    ],
)
def test_one_wrong_field_is_one_problem(
    client: TestClient, team: dict[str, str], field: str, value: object
) -> None:
    """What was sent is never a mistake of ours, and no wrong field hides behind another."""
    (named,) = _fields(_fork(client, team, **{field: value}))
    assert named.split(".")[0] == field


@pytest.mark.parametrize("number", ["1e999", "NaN", "-Infinity", "1" + "0" * 400, "true", '"9"'])
def test_numbers_that_are_none_are_refused(
    client: TestClient, team: dict[str, str], number: str
) -> None:
    """Also those that JSON has no right to."""
    body = json.dumps({**TALL, "parameters": {"cup_height": {"high": "HERE"}}, "presets": {}})
    answer = client.post(
        CLAMP,
        headers={**team, "Content-Type": "application/json"},
        content=body.replace('"HERE"', number),
    )
    assert _fields(answer) == {"parameters.cup_height.high"}


def test_a_fork_has_ranges_for_a_body_but_no_values(
    client: TestClient, team: dict[str, str], db: Session
) -> None:
    """Neither a default nor a preset can carry somebody's measurements into a public design."""
    ask = {
        **TALL,
        "parameters": {"hand_breadth": {"default": 78, "low": 50}},
        "presets": {"mine": {"label": "Mine", "values": {"wrist_circumference": 150}}},
    }
    address = "/api/v1/designs/wrist_hand/forks"
    answer = client.post(address, headers=team, json=ask)
    assert _fields(answer) == {
        "parameters.hand_breadth.default",
        "presets.mine.values.wrist_circumference",
    }
    ask = {**ask, "parameters": {"hand_breadth": {"low": 50}}, "presets": {}}
    assert client.post(address, headers=team, json=ask).status_code == 201
    _release(client, team, "tall_bottle_clamp")
    info = {each.name: each for each in describe(designs.find(db, TALL["slug"]).parameters)}  # type: ignore[arg-type]  # a text
    assert (info["hand_breadth"].low, info["hand_breadth"].given) == (50, "required")


def test_a_name_is_had_once(client: TestClient, team: dict[str, str]) -> None:
    """Neither the library's nor another fork's name can be taken."""
    for slug in ("tube_clamp", "broken", TALL["slug"]):
        _fork(client, team)
        answer = _fork(client, team, slug=slug)
        assert (answer.status_code, answer.json()["code"]) == (409, "slug_taken")
    for slug in ("a", "Tall", "../tall", "tall clamp", "tall__clamp", "x" * 41):
        assert _fields(_fork(client, team, slug=slug)) == {"slug"}


def test_only_versions_that_are_here_can_be_forked(
    client: TestClient, team: dict[str, str]
) -> None:
    """The exact version is kept, so it must be there."""
    assert _fork(client, team, version="9.9.9").status_code == 404
    unknown = "/api/v1/designs/nothing/forks"
    assert client.post(unknown, headers=team, json=TALL).status_code == 404
    assert client.post(CLAMP, json=TALL).status_code == 401


def test_nobodys_change_to_a_draft_is_lost(client: TestClient, team: dict[str, str]) -> None:
    """Who did not see the last change is told so, also when both come at once."""
    forked = _fork(client, team)
    address = "/api/v1/designs/tall_bottle_clamp/draft"
    first = forked.json()["document"]
    assert client.put(address, headers=team, json=first).status_code == 428
    stale = {**team, "If-Match": '"7"'}
    assert client.put(address, headers=stale, json=first).status_code == 412
    odd = {**team, "If-Match": "W/banana"}
    assert client.put(address, headers=odd, json=first).status_code == 412

    def change(k: int) -> int:
        headers = {**team, "If-Match": forked.headers["etag"]}
        return client.put(
            address, headers=headers, json={**first, "title": f"Title {k}"}
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(change, range(8)))
    assert codes == [200] + [412] * 7
    now = client.get(address, headers=team)
    assert now.headers["etag"] == '"2"'
    bad = {
        **first,
        "parent": {"slug": "wrist_hand", "version": discover.find("wrist_hand").version},
    }
    answer = client.put(
        address, headers={**team, "If-Match": '"2"'}, json={**bad, "parameters": {}, "presets": {}}
    )
    assert _fields(answer) == {"parent.slug"}


def test_versions_count_up_by_themselves(client: TestClient, team: dict[str, str]) -> None:
    """Words count in the last place, numbers in the middle; nothing new is no version."""
    forked = _fork(client, team)
    address = "/api/v1/designs/tall_bottle_clamp/draft"
    document, tag = forked.json()["document"], forked.headers["etag"]

    def change(**values: Any) -> None:
        nonlocal document, tag
        document = {**document, **values}
        answer = client.put(address, headers={**team, "If-Match": tag}, json=document)
        assert answer.status_code == 200, answer.text
        tag = answer.headers["etag"]

    def release(**ask: Any) -> Any:
        answer = _release(client, team, "tall_bottle_clamp", **ask)
        return answer.json().get("version", answer.json().get("code"))

    assert release() == "0.1.0"
    assert release(notes="Again.") == "nothing_changed"
    change(title="Another title")
    assert release() == "0.1.1"
    change(parameters={"liner": {"default": 1}}, presets={})
    assert release() == "0.2.0"
    change(summary="In other words.")
    assert release(version="0.1.5") == "invalid"
    assert release(version="1.0.0") == "1.0.0"
    shown = client.get("/api/v1/designs/tall_bottle_clamp").json()
    assert shown["versions"] == ["0.1.0", "0.1.1", "0.2.0", "1.0.0"]
    first = client.get("/api/v1/designs/tall_bottle_clamp/versions/0.1.0").json()
    assert (first["title"], first["version"]) == (TALL["title"], "0.1.0")
    assert [each["default"] for each in first["parameters"] if each["name"] == "cup_height"] == [
        200
    ]


def test_the_same_version_is_released_once(client: TestClient, team: dict[str, str]) -> None:
    """Eight releases at once make one version."""
    _fork(client, team)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _k: _release(client, team, "tall_bottle_clamp"), range(8)))
    assert sorted(each.status_code for each in answers) == [201] + [409] * 7


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE fork_versions SET licence = 'MIT'",
        "DELETE FROM fork_versions",
        "TRUNCATE fork_versions",
    ],
)
def test_the_database_refuses_to_change_a_version(
    client: TestClient, team: dict[str, str], db: Session, change: str
) -> None:
    """Even our own mistakes, or a steward with a database shell, leave versions as they are."""
    _fork(client, team)
    _release(client, team, "tall_bottle_clamp")
    with pytest.raises(ProgrammingError, match="append-only"):
        db.execute(text(change))


def test_credit_survives_five_forks(client: TestClient, db: Session) -> None:
    """The sixth generation still names everybody, and the first knows all that grew out of it."""
    slug = "tube_clamp"
    people = []
    for k in range(5):
        headers, _ = _sign_in(client, f"person{k}")
        ask = {
            "slug": f"clamp_{k}",
            "title": f"Clamp number {k}",
            "why": "Because it can be better.",
            "authors": [f"Author {k}"],
            "parameters": {"tube_diameter": {"low": 20 + k / 2}},
        }
        forked = client.post(f"/api/v1/designs/{slug}/forks", headers=headers, json=ask)
        assert forked.status_code == 201, forked.text
        assert forked.json()["document"]["licence"] == "CERN-OHL-W-2.0"
        slug = f"clamp_{k}"
        assert _release(client, headers, slug).status_code == 201
        people.append(f"Author {k}")
    lineage = client.get("/api/v1/designs/clamp_4/lineage").json()
    assert [each["slug"] for each in lineage["ancestors"]] == [
        "tube_clamp",
        *[f"clamp_{k}" for k in range(4)],
    ]
    assert [each["authors"] for each in lineage["credits"]] == [
        ["fitcommons"],
        *[[each] for each in people],
    ]
    design = designs.find(db, "clamp_4")
    assert design.authors == (*reversed(people), "fitcommons")
    assert describe(design.parameters)[0].low == 22
    assert design.build is discover.find("tube_clamp").build
    root = client.get("/api/v1/designs/tube_clamp/lineage").json()
    assert [each["slug"] for each in root["descendants"]] == [f"clamp_{k}" for k in range(5)]
    assert root["ancestors"] == []


def test_a_fork_of_a_fork_keeps_what_the_first_one_changed(
    client: TestClient, team: dict[str, str], db: Session
) -> None:
    """Presets and defaults come down the chain, until somebody changes them again."""
    _fork(client, team)
    _release(client, team, "tall_bottle_clamp")
    ask = {
        "slug": "lined_clamp",
        "title": "Lined clamp",
        "why": "Paint.",
        "parameters": {"liner": {"default": 1}},
    }
    assert (
        client.post("/api/v1/designs/tall_bottle_clamp/forks", headers=team, json=ask).status_code
        == 201
    )
    _release(client, team, "lined_clamp")
    params = resolve(designs.find(db, "lined_clamp").parameters, {}).params
    assert (params.tube_diameter, params.cup_height, params.liner) == (25.0, 200.0, 1.0)
    assert set(client.get("/api/v1/designs/lined_clamp").json()["presets"]) == {"flask"}


def test_a_fork_of_a_version_that_is_gone_can_be_looked_at_but_not_made(
    client: TestClient, team: dict[str, str], db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device is never made from another version of its parent than the one that was forked."""
    from dataclasses import replace

    _fork(client, team)
    _release(client, team, "tall_bottle_clamp")
    newer = replace(discover.find("tube_clamp"), version="0.2.0")
    monkeypatch.setattr("designs.tube_clamp.design.DESIGN", newer)
    shown = client.get("/api/v1/designs/tall_bottle_clamp").json()
    assert (shown["available"], shown["title"]) == (False, TALL["title"])
    with pytest.raises(Conflict, match="not here any more"):
        designs.find(db, "tall_bottle_clamp")
    address = "/api/v1/designs/tall_bottle_clamp/draft"
    document = client.get(address, headers=team).json()["document"]
    document["parent"]["version"] = "0.2.0"
    moved = client.put(address, headers={**team, "If-Match": '"1"'}, json=document)
    assert moved.status_code == 200, moved.text
    assert _release(client, team, "tall_bottle_clamp").json()["version"] == "0.2.0"
    assert client.get("/api/v1/designs/tall_bottle_clamp").json()["available"]


def test_the_schema_is_published_and_takes_what_we_take(
    client: TestClient, team: dict[str, str]
) -> None:
    """Its example is a fork of ours, it has a static name, and geometry is kept free."""
    schema = client.get("/api/v1/schemas/fork.json").json()
    assert schema["$id"] == "urn:fitcommons:schema:fork:1"
    right = jsonschema_rs.validator_for(schema)
    for example in schema["examples"]:
        assert right.is_valid(example)
    document = _fork(client, team).json()["document"]
    assert right.is_valid(document)
    assert right.is_valid({**document, "geometry": []})
    assert not right.is_valid({**document, "geometry": [1]})
    assert not right.is_valid({**document, "python": "import os"})
    assert not right.is_valid({**document, "licence": "Proprietary"})


def test_a_teams_token_reaches_designs_and_nothing_else(
    app: FastAPI, client: TestClient, team: dict[str, str], db: Session
) -> None:
    """Every other route of the application, whichever they are, turns it away."""
    # These are for people who have no account yet, or cannot sign in: they ask nobody who they are.
    for_all = {
        ("post", "/api/v1/accounts"),
        ("post", "/api/v1/sessions"),
        ("post", "/api/v1/password-links"),
        ("put", "/api/v1/password"),
    }
    elsewhere = [
        (method, path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if path.startswith("/api/")
        and not re.match(r"^/api/v1/(designs|offers|schemas)\b", path)
        and (method, path) not in for_all
    ]
    assert len(elsewhere) > 10
    an_id = str(db.scalars(select(Person.id)).first())
    for method, path in elsewhere:
        address = re.sub(r"\{[^}]+\}", an_id, path)
        answer = client.request(method.upper(), address, headers=team, json={})
        assert answer.status_code in (401, 403, 404), f"{method} {path}: {answer.status_code}"


def _join(client: TestClient, lead: dict[str, str], team_id: str, member: dict[str, str]) -> None:
    made = client.post(f"/api/v1/teams/{team_id}/invitations", headers=lead).json()
    asked = {"secret": made["secret"]}
    client.post("/api/v1/teams/joins", headers=member, json=asked).raise_for_status()


def test_a_team_token_ends(client: TestClient, lead: dict[str, str], team_id: str) -> None:
    """By whoever made it, by a lead, or when who made it leaves the team."""
    tokens = f"/api/v1/teams/{team_id}/tokens"
    member, member_id = _sign_in(client, "member")
    assert client.post(tokens, headers=member, json={"name": "x"}).status_code == 404
    _join(client, lead, team_id, member)
    made = [client.post(tokens, headers=member, json={"name": "x"}).json() for _ in range(2)]
    leads = client.post(tokens, headers=lead, json={"name": "mine"}).json()
    headers = [{"Authorization": f"Bearer {each['secret']}"} for each in (*made, leads)]
    assert [_fork(client, h, slug=f"clamp_{k}").status_code for k, h in enumerate(headers)] == [
        201
    ] * 3
    assert client.delete(f"{tokens}/{leads['id']}", headers=member).json()["code"] == "lead_needed"
    assert client.delete(f"{tokens}/{made[0]['id']}", headers=member).status_code == 204
    assert _fork(client, headers[0]).status_code == 401
    gone = client.delete(f"/api/v1/teams/{team_id}/members/{member_id}", headers=member)
    assert gone.status_code == 204
    assert _fork(client, headers[1]).status_code == 401
    assert client.get(f"/api/v1/teams/{team_id}", headers=member).status_code == 404
    assert client.get("/api/v1/designs/clamp_1/draft", headers=member).status_code == 404
    assert client.get("/api/v1/designs/clamp_1/draft", headers=lead).status_code == 200
    assert made[0]["secret"] not in client.get(tokens, headers=lead).text


def test_a_team_keeps_a_lead(client: TestClient, lead: dict[str, str], team_id: str) -> None:
    """The last one cannot leave; members say nothing about who is in it; tokens breed nothing."""
    me = client.get(f"/api/v1/teams/{team_id}", headers=lead).json()["members"][0]["person_id"]
    last = client.delete(f"/api/v1/teams/{team_id}/members/{me}", headers=lead)
    assert last.json()["code"] == "last_lead"
    down = f"/api/v1/teams/{team_id}/members/{me}"
    assert client.put(down, headers=lead, json={"role": "member"}).json()["code"] == "last_lead"
    member, member_id = _sign_in(client, "member")
    address = f"/api/v1/teams/{team_id}/members/{member_id}"
    assert client.put(address, headers=member, json={}).status_code == 404
    _join(client, lead, team_id, member)
    assert client.put(address, headers=member, json={"role": "lead"}).status_code == 403
    assert client.put(address, headers=lead, json={"role": "lead"}).status_code == 200
    assert client.delete(down, headers=lead).status_code == 204
    made = client.post("/api/v1/tokens", headers=member, json={"name": "p", "scopes": ["designs"]})
    program = {"Authorization": f"Bearer {made.json()['secret']}"}
    bred = client.post(f"/api/v1/teams/{team_id}/tokens", headers=program, json={"name": "x"})
    assert bred.json()["code"] == "sign_in_needed"


def test_who_is_taken_out_of_a_team_is_told(
    client: TestClient, lead: dict[str, str], team_id: str
) -> None:
    """So is whoever leads it now, or no more; what people do to themselves they know."""
    member, member_id = _sign_in(client, "member")
    _join(client, lead, team_id, member)
    address = f"/api/v1/teams/{team_id}/members/{member_id}"

    def news() -> list[tuple[str, str | None]]:
        told = client.get("/api/v1/me/notices", headers=member).json()["notices"]
        return [(each["kind"], each["subject_id"]) for each in told]

    for role in ("lead", "lead", "member"):
        client.put(address, headers=lead, json={"role": role}).raise_for_status()
    assert news() == [("team_role", team_id)] * 2
    client.delete(address, headers=lead).raise_for_status()
    assert news()[0] == ("team_left", None)
    _join(client, lead, team_id, member)
    client.delete(address, headers=member).raise_for_status()
    assert len(news()) == 3


def test_somebody_forks_for_their_team(
    client: TestClient, lead: dict[str, str], team_id: str, team: dict[str, str]
) -> None:
    """Then it is the team's; for another team it cannot be done, nor told from one that is not."""
    other, _ = _sign_in(client, "other")
    assert _fork(client, other, team_id=team_id).status_code == 404
    assert _fork(client, lead, team_id=team_id).status_code == 201
    assert client.get("/api/v1/designs/tall_bottle_clamp/draft", headers=team).status_code == 200
    assert _fork(client, other, slug="mine").status_code == 201
    assert client.get("/api/v1/designs/mine/draft", headers=team).status_code == 404


def test_no_public_answer_names_an_account(
    client: TestClient, team: dict[str, str], team_id: str, db: Session
) -> None:
    """Who is credited says so themselves; whose account or team it is stays unsaid."""
    _fork(client, team)
    _release(client, team, "tall_bottle_clamp")
    ids = {team_id, *map(str, db.scalars(select(Person.id)))}
    for address in ("", "/tall_bottle_clamp", "/tall_bottle_clamp/lineage", "/tube_clamp/lineage"):
        said = client.get(f"/api/v1/designs{address}").text
        assert not [each for each in ids if each in said]


def test_each_step_is_in_the_trail(client: TestClient, team: dict[str, str], db: Session) -> None:
    """With ids, names of designs and versions; nothing that anybody wrote."""
    _fork(client, team)
    _release(client, team, "tall_bottle_clamp")
    events = db.scalars(select(Event).where(Event.kind == "design").order_by(Event.id)).all()
    assert [each.what for each in events] == ["fork.begun", "version.released"]
    assert all(each.actor.startswith("team ") for each in events)
    assert str(TALL["why"]) not in str([each.detail for each in events])


@pytest.mark.parametrize(
    "address",
    [
        "/%00",
        "/a%ED%A0%80",
        "/%2e%2e",
        "/_template",
        "/broken",
        "/tube_clamp/versions/%00",
        "/tube_clamp/versions/9.9.9",
        "/tube_clamp/lineage?version=%00",
        "/tube_clamp/versions/0.1.0/certificate",
        "/tube_clamp/draft",
    ],
)
def test_odd_addresses_find_nothing(client: TestClient, team: dict[str, str], address: str) -> None:
    """A name that cannot be in a database is no mistake of ours."""
    assert client.get(f"/api/v1/designs{address}", headers=team).status_code == 404


def test_a_list_begins_after_whatever_it_is_told(client: TestClient) -> None:
    """Also after what is no name."""
    assert client.get("/api/v1/designs?after=%00%ff").status_code == 200
    assert client.get("/api/v1/designs?after=zzzz").json() == {"designs": [], "next": None}
