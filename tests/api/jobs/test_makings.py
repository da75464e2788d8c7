"""What a maker made, and how it turned out, is counted from what happened."""

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from registry import clock
from registry.people.model import Maker
from registry.requests.states import State


def _in_use(client: TestClient, world: Any, maker: Any, **what: Any) -> tuple[Any, Any]:
    person = world.somebody()
    asked = world.holding(client, maker, person, **what)
    _fits(client, world, person, asked)
    return person, asked


def _fits(client: TestClient, world: Any, person: Any, asked: Any) -> None:
    world.state(asked, State.FIT_CHECK)
    said = client.post(
        f"/api/v1/requests/{asked.id}/fit-check", headers=person.headers, json={"fits": True}
    )
    assert said.status_code == 200, said.text


def _tells(client: TestClient, person: Any, asked: Any, *, still: bool) -> None:
    with clock.later(timedelta(days=8)):
        told = client.post(
            f"/api/v1/requests/{asked.id}/outcomes/1_week",
            headers=person.headers,
            json={"still_in_use": still},
        )
    assert told.status_code == 200, told.text


def _made(world: Any, maker: Any) -> dict[str, Any]:
    with world.sessions() as session:
        found: dict[str, Any] = session.get_one(Maker, maker.id).made
        return found


def _says(client: TestClient, world: Any) -> str:
    person = world.somebody()
    asked = world.request(person)
    found = client.get(f"/api/v1/requests/{asked.id}/matches", headers=person.headers).json()
    reasons = {each["name"]: str(each["says"]) for each in found["makers"][0]["explain"]}
    return reasons["made"]


def test_what_became_of_devices_is_told_of_their_maker_from_five_people_on(
    client: TestClient, world: Any
) -> None:
    """Four people's answers are hidden in the reason, the fifth's lets all of them be told."""
    maker = world.maker(most_jobs=9)
    lives = [_in_use(client, world, maker) for _ in range(5)]
    for person, asked in lives[:4]:
        _tells(client, person, asked, still=True)
    assert _says(client, world) == "Has made this design 5 times."
    _tells(client, *lives[4], still=False)
    expected = "Has made this design 5 times; 4 of 5 people who told us still use it."
    assert _says(client, world) == expected


def test_a_device_counts_once_and_for_whoever_made_it(client: TestClient, world: Any) -> None:
    """Made again by the same maker it is one; of one that another maker made again, the answer is
    about the other's."""
    first, second = world.maker(), world.maker()
    person, asked = _in_use(client, world, first)
    _fits(client, world, person, asked)
    assert _made(world, first) == {"wrist_hand": {"times": 1, "told": 0, "in_use": 0}}
    _hand_to(client, world, (person, asked), first, second)
    _tells(client, person, asked, still=True)
    assert _made(world, first)["wrist_hand"]["told"] == 0
    assert _made(world, second) == {"wrist_hand": {"times": 1, "told": 1, "in_use": 1}}


def test_whoever_is_erased_is_counted_no_more(client: TestClient, world: Any) -> None:
    """Nothing that a person told is left in what is told of their maker."""
    maker = world.maker()
    person, asked = _in_use(client, world, maker)
    _tells(client, person, asked, still=True)
    assert client.delete("/api/v1/me", headers=person.headers).status_code == 204
    assert _made(world, maker) == {}


def _hand_to(
    client: TestClient, world: Any, life: tuple[Any, Any], before: Any, maker: Any
) -> None:
    """It has to be made again, and another maker does."""
    person, asked = life
    again = client.post(
        f"/api/v1/requests/{asked.id}/moves",
        headers=person.headers,
        json={"to": "remake", "why": "It is too small by now."},
    )
    assert again.status_code == 200, again.text
    job = world.job(asked)
    gone = client.request(
        "DELETE",
        f"/api/v1/jobs/{asked.job}/claim?claim={job.claim}",
        headers=before.headers,
    )
    assert gone.status_code == 204, gone.text
    claimed = client.post(f"/api/v1/jobs/{asked.job}/claims", headers=maker.headers)
    client.post(
        f"/api/v1/jobs/{asked.job}/confirm",
        headers=person.headers,
        json={"claim": claimed.json()["claim"]},
    )
    _fits(client, world, person, asked)
