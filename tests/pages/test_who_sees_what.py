"""Who sees which page: every page of somebody's own, looked at by everybody else.

What the API hides, no page shows: pages of a request, a job or a report that is not theirs are 404
or 403 to strangers, pages of one's own lead who is not signed in to the sign-in, and what Anna
keeps to herself stands on no page of anybody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from registry.people.model import Person, SignIn
from tests.api.folk import Folk, Who
from tests.pages.posting import Someone
from tests.pages.rows import ROWS, Row, World

SECRETS: Final = {
    "wish": "feed my zebra marigold",
    "name": "Annabel Quince",
    "contact": "0700 900 461",
    "town": "Aberaeron",
    "measurement": "104.37",
}
"""What Anna told of herself, in words that stand nowhere else."""

OPEN: Final = frozenset({"/make", "/make/jobs/{job_id}", "/offers/{offer_id}"})
"""Pages that show everybody the jobs that are open to all, and what is offered, as the API does."""

FOR_ALL: Final = frozenset({"/report/{report_id}"})
"""Of one that nobody known reported, who knows its id; see `test_stewards.py`."""


@pytest.fixture
def world(folk: Folk) -> World:
    """Anna, who told much of herself, Ben, who makes, and Mo, who is a steward."""
    anna = folk.person(SECRETS["name"], age=30)
    made = World(
        folk, anna=anna, ben=folk.maker("Ben"), mo=folk.person("Mo", age=50, is_steward=True)
    )
    with folk.sessions.begin() as session:
        person = session.get_one(Person, anna.id)
        person.contact = {"channels": ["phone"], "details": {"phone": SECRETS["contact"]}}
        person.place = {"country": "GB", "town": SECRETS["town"]}
    request = {
        "wish": {"words": SECRETS["wish"]},
        "design": "wrist_hand",
        "measurements": {"palm_length": f"{SECRETS['measurement']}mm"},
        "place": {"country": "GB", "town": "London"},
    }
    anna.post("/requests", request).raise_for_status()
    return made


def _address(row: Row, world: World) -> str:
    return row.address(world) if row.address else row.route


def _own() -> Iterator[Row]:
    """Rows of pages about one thing of somebody's, which have an id in their address."""
    for row in ROWS:
        if row.who and row.status == 200 and re.search(r"\{\w+_id\}", row.route):
            yield row


def test_strangers_see_no_page_of_anothers_thing(world: World, client: TestClient) -> None:
    """404, or 403 where they may know that it is there; nobody known is led to the sign-in."""
    stranger = Someone.of(world.folk.person("Stranger", age=40), client)
    nobody = Someone.of(None, client)
    wrong = []
    for row in _own():
        if row.route in OPEN:
            continue
        path = _address(row, world)
        for who, found in (
            ("stranger", stranger.get(path)),
            ("nobody", nobody.get(path)),
        ):
            led = found.status_code == 303 and "/sign-in" in found.headers["location"]
            if found.status_code not in (403, 404) and not (who == "nobody" and led):
                wrong.append(f"{row.name}: {who} gets {found.status_code}")
    assert wrong == []


def test_pages_of_ones_own_ask_who_it_is(world: World, client: TestClient) -> None:
    """Whoever is not signed in sees no page that somebody must be signed in to see."""
    nobody = Someone.of(None, client)
    also_open = {row.route for row in ROWS if not row.who}
    wrong = []
    for row in ROWS:
        if row.who and row.status == 200 and row.route not in also_open | FOR_ALL | OPEN:
            answer = nobody.get(_address(row, world))
            if answer.status_code not in (303, 403, 404):
                wrong.append(f"{row.name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("role", ["nobody", "stranger", "ben", "mo"])
def test_what_anna_keeps_to_herself_is_on_no_page_of_others(
    role: str, world: World, client: TestClient
) -> None:
    """Neither her words nor her name, her measurements, her number or her town."""
    who: dict[str, Who | None] = {
        "nobody": None,
        "stranger": world.folk.person("Stranger", age=40),
        "ben": world.ben,
        "mo": world.mo,
    }
    browser = Someone.of(who[role], client)
    found = []
    for row in ROWS:
        body = browser.client.get(_address(row, world), headers={"Accept": "text/html"}).text
        found += [f"{row.name} tells the {k}" for k, said in SECRETS.items() if said in body]
    assert found == []


def test_anna_sees_her_own(world: World, client: TestClient) -> None:
    """Otherwise the tests above would look for what stands nowhere."""
    me = Someone.of(world.anna, client)
    profile = me.get("/me/profile").text
    assert SECRETS["contact"] in profile
    assert SECRETS["town"] in profile
    assert SECRETS["name"] in me.get("/me").text
    copy = me.get("/me/data/copy").text
    assert SECRETS["wish"] in copy
    assert SECRETS["measurement"] in copy


def test_a_steward_without_a_second_factor_is_none(app: FastAPI, folk: Folk) -> None:
    """Being named one is not enough."""
    mo = folk.person("Mo", age=50, is_steward=True)
    with folk.sessions.begin() as session:
        session.scalars(
            select(SignIn).where(SignIn.person_id == mo.id)
        ).one().second_factor_at = None
    me = Someone.of(mo, TestClient(app))
    assert me.get("/stewards").status_code == 403
    assert "Look after this place" not in me.get("/me").text
