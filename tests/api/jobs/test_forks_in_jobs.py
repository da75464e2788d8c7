"""A released fork is asked for, made and counted like any other design."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from registry.requests.states import State

FORK = {
    "slug": "tall_bottle_clamp",
    "title": "Tube clamp for tall bottles",
    "summary": "Holds a tall bottle.",
    "why": "Our bottles stand 20 cm high.",
    "authors": ["Ada"],
    "parameters": {"cup_height": {"low": 150, "high": 240, "default": 200}},
}


@pytest.fixture
def fork(client: TestClient, world: Any) -> str:
    """A fork of a clamp, released."""
    author = world.somebody()
    begun = client.post("/api/v1/designs/tube_clamp/forks", headers=author.headers, json=FORK)
    assert begun.status_code == 201, begun.text
    slug = str(FORK["slug"])
    made = client.post(f"/api/v1/designs/{slug}/versions", headers=author.headers, json={})
    assert made.status_code == 201, made.text
    return slug


def test_a_kit_is_made_of_a_fork(client: TestClient, world: Any, fork: str) -> None:
    """Confirming the maker asks for the fork's kit; the job tells the fork's own title."""
    person, maker = world.somebody(), world.maker()
    wanted = {"design": fork, "design_version": "0.1.0", "measurements": {"tube_diameter": 25}}
    asked = world.holding(client, maker, person, **wanted)
    job = client.get(f"/api/v1/jobs/{asked.job}", headers=maker.headers).json()
    assert job["design_title"] == FORK["title"]
    fit = client.get(f"/api/v1/fits/{job['kit_fit_id']}", headers=maker.headers).json()
    assert (fit["design"], fit["version"], fit["state"]) == (fork, "0.1.0", "queued")
    assert any("not proved" in each for each in fit["warnings"])


def test_how_a_fork_turned_out_is_told_and_of_nothing_else(
    client: TestClient, world: Any, fork: str
) -> None:
    """A name that no design has is not found; a design without answers has no counts."""
    person, maker = world.somebody(), world.maker()
    asked = world.holding(client, maker, person, design=fork)
    world.state(asked, State.FIT_CHECK)
    told = client.get(f"/api/v1/designs/{fork}/outcomes")
    assert (told.status_code, told.json()["counts"]) == (200, [])
    assert client.get("/api/v1/designs/no_such_design/outcomes").status_code == 404


def test_a_stranger_to_the_answers_finds_none(client: TestClient, world: Any) -> None:
    """Whoever was only asked, or looks after the registry, does not learn whether there are any."""
    person, steward, maker = world.somebody(), world.somebody(steward=True), world.maker()
    asked = world.request(person)
    client.post(
        f"/api/v1/requests/{asked.id}/asks",
        headers=person.headers,
        json={"maker_ids": [str(maker.id)]},
    )
    for who in (steward, maker):
        answer = client.get(f"/api/v1/requests/{asked.id}/outcomes", headers=who.headers)
        assert answer.status_code == 404
