"""Who could make it: filters that hold, reasons that rank, asking, and the waiting clock."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from registry import clock
from registry.errors import NotAllowed
from registry.matching import places, queries, usecases, waiting
from registry.people.makers import printers_of
from registry.people.model import Maker
from registry.platform import Notice
from registry.requests.model import Request


def matched(client: TestClient, asked: Any, person: Any) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/requests/{asked.id}/matches", headers=person.headers)
    assert answer.status_code == 200, answer.text
    makers: list[dict[str, Any]] = answer.json()["makers"]
    return makers


def says(match: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["says"] for each in match["explain"]}


YESTERDAY, NEXT_YEAR = timedelta(days=-1), timedelta(days=365)


@pytest.mark.parametrize(
    ("fits", "fails", "request_has"),
    [
        # The largest part is 100 x 230 x 60: turned by a quarter it goes on a long bed.
        ({"bed": (240, 110, 100)}, {"bed": (220, 220, 250)}, {"size_mm": [100.0, 230.0, 60.0]}),
        ({"bed": (100, 100, 120)}, {"bed": (300, 300, 119)}, {"size_mm": [90.0, 90.0, 120.0]}),
        ({"materials": ("PLA", "TPU")}, {"materials": ("PLA",)}, {"material": "TPU"}),
        (
            {"vetted_until": clock.now().date() + NEXT_YEAR},
            {"vetted_until": clock.now().date() + YESTERDAY},
            {"for_minor": True},
        ),
        ({"vetted_until": clock.now().date()}, {}, {"for_minor": True}),
        ({"most_jobs": 2, "holds_jobs": 1}, {"most_jobs": 2, "holds_jobs": 2}, {}),
        ({}, {"is_active": False}, {}),
        # Berlin is about 150 km from Leipzig.
        (
            {"town": "Berlin", "sends_km": 170},
            {"town": "Berlin", "sends_km": 130},
            {},
        ),
        (
            {"town": "Vienna", "sends_km": 0, "sends_to": ["DE"]},
            {"town": "Vienna", "sends_km": 0, "sends_to": ["FR"]},
            {},
        ),
        # Near enough to fetch it.
        ({"sends_km": 0}, {"town": "Halle", "sends_km": 0}, {}),
    ],
)
def test_filters_hold(
    client: TestClient,
    world: Any,
    fits: dict[str, Any],
    fails: dict[str, Any],
    request_has: dict[str, Any],
) -> None:
    """Whoever passes is found; whoever does not is neither found nor can be asked."""
    person = world.somebody()
    guardian = world.guardian(person) if request_has.get("for_minor") else person
    can, cannot = world.maker(**fits), world.maker(**fails)
    asked = world.request(person, **request_has)
    assert [each["maker_id"] for each in matched(client, asked, person)] == [str(can.id)]
    asks = f"/api/v1/requests/{asked.id}/asks"
    refused = client.post(asks, headers=guardian.headers, json={"maker_ids": [str(cannot.id)]})
    assert refused.status_code == 422
    taken = client.post(asks, headers=guardian.headers, json={"maker_ids": [str(can.id)]})
    assert taken.status_code == 201


def test_bed_and_material_are_of_one_printer(client: TestClient, world: Any) -> None:
    """A large bed for PLA and a small one for TPU make no large thing of TPU."""
    person, maker = world.somebody(), world.maker(bed=(300, 300, 300))
    small = {"name": "small", "bed_x_mm": 100, "bed_y_mm": 100, "bed_z_mm": 100}
    added = client.post(
        "/api/v1/makers/me/printers",
        headers=maker.headers,
        json={"profile": small, "materials": ["tpu"]},
    )
    assert added.status_code == 201
    assert matched(client, world.request(person, material="TPU"), person) == []
    fits = world.request(person, material="TPU", size_mm=[90.0, 90.0, 90.0])
    assert len(matched(client, fits, person)) == 1


def test_everybody_can_be_written_to_here(client: TestClient, world: Any) -> None:
    """Who likes to talk on the site is not told that a maker cannot be reached there."""
    person = world.somebody()
    world.maker("Halle", channels=["email"])
    [match] = matched(client, world.request(person, channel="here"), person)
    assert says(match)["channel"] == "You can write to them here, as you asked."


def test_each_reason_is_a_sentence_and_they_add_up(client: TestClient, world: Any) -> None:
    """Every match tells all six reasons, and its score is their sum."""
    person = world.somebody()
    world.maker(
        "Halle",
        languages=["en", "de"],
        channels=["email"],
        usual_reply_hours=5.2,
        holds_jobs=1,
        made={"wrist_hand": {"times": 7, "told": 6, "in_use": 5}},
    )
    world.maker("Leipzig", languages=["fr"], made={"wrist_hand": {"times": 1, "told": 1}})
    best, other = matched(client, world.request(person, channel="email"), person)
    assert says(best) == {
        "distance": "Lives about 30 km away.",
        "language": "Speaks German, as you do.",
        "made": "Has made this design 7 times; 5 of 6 people who told us still use it.",
        "reply": "Usually answers within 6 hours.",
        "room": "Is making one other thing just now and has room for more.",
        "channel": "Can be reached by email, as you asked.",
    }
    assert says(other)["language"] == "Speaks none of your languages."
    assert says(other)["made"] == "Has made this design once."
    for match in (best, other):
        assert match["score"] == pytest.approx(
            sum(each["points"] for each in match["explain"]), abs=0.3
        )
    assert best["score"] > other["score"]


def test_the_search_agrees_with_looking_at_everybody(
    world: Any, sessions: sessionmaker[Session]
) -> None:
    """Of 300 makers at random, the query finds just those that pass every filter one by one."""
    chance = random.Random(7)  # noqa: S311 (a sample, no secret)
    for _ in range(300):
        world.maker(
            chance.choice(["Leipzig", "Halle", "Berlin", "Vienna", "London"]),
            bed=chance.choice([(180, 180, 180), (220, 220, 250), (100, 300, 400)]),
            materials=chance.choice([("PLA",), ("PLA", "PETG")]),
            sends_km=chance.choice([0, 50, 500]),
            sends_to=chance.choice([[], ["DE"]]),
            holds_jobs=chance.choice([0, 3]),
        )
    person = world.somebody()
    for _ in range(5):
        size = [chance.uniform(50, 230), chance.uniform(50, 290), chance.uniform(50, 300)]
        asked = world.request(person, size_mm=size, material=chance.choice(["PLA", "PETG"]))
        with sessions() as session:
            request = session.get_one(Request, asked.id)
            rows = queries.nearest(session, request, 25000.0, most=1000)
            found = {row["person_id"] for row in rows}
            everybody = session.scalars(select(Maker)).all()
            can = {
                m.person_id
                for m in everybody
                if not queries.cannot(request, m, printers_of(session, m.person_id))
            }
        assert found == can


def test_only_those_who_may_choose_see_matches(client: TestClient, world: Any) -> None:
    """The person and a supporter who may see; others are told there is no such request."""
    person, maker = world.somebody(), world.maker()
    asked = world.request(person)
    at = f"/api/v1/requests/{asked.id}/matches"
    sees, writes = world.supporter(person, "see"), world.supporter(person, "message")
    assert client.get(at, headers=sees.headers).status_code == 200
    assert client.get(at, headers=writes.headers).status_code == 403
    for who in (maker, world.somebody()):
        assert client.get(at, headers=who.headers).status_code == 404
    assert client.get(at).status_code == 401
    ask = {"maker_ids": [str(maker.id)]}
    for who, status in ((sees, 403), (maker, 404), (person, 201)):
        asks = client.post(f"/api/v1/requests/{asked.id}/asks", headers=who.headers, json=ask)
        assert asks.status_code == status


def test_for_somebody_under_18_the_guardian_asks_and_confirms(
    client: TestClient, world: Any
) -> None:
    """The young person sees who could make it; makers hear from the guardian alone."""
    young = world.somebody()
    guardian = world.guardian(young)
    maker = world.maker(vetted_until=clock.now().date() + NEXT_YEAR)
    unvetted = world.maker()
    asked = world.request(young, for_minor=True)
    assert len(matched(client, asked, young)) == 1
    asks = f"/api/v1/requests/{asked.id}/asks"
    ask = {"maker_ids": [str(maker.id)]}
    assert client.post(asks, headers=young.headers, json=ask).json()["code"] == "guardian_needed"
    assert client.post(asks, headers=guardian.headers, json=ask).status_code == 201
    at = f"/api/v1/jobs/{asked.job}"
    assert client.post(f"{at}/claims", headers=unvetted.headers).status_code == 404
    claim = client.post(f"{at}/claims", headers=maker.headers).json()["claim"]
    says_yes = {"claim": claim}
    early = client.post(f"{at}/confirm", headers=young.headers, json=says_yes)
    assert early.json()["code"] == "guardian_needed"
    assert client.post(f"{at}/confirm", headers=guardian.headers, json=says_yes).status_code == 200


def test_makers_who_were_asked_answer(client: TestClient, world: Any, db: Session) -> None:
    """Yes, no or later; how soon is remembered; a no takes the job out of their sight."""
    person, maker, other = world.somebody(), world.maker(), world.maker()
    asked = world.request(person, is_public=False)
    asks = f"/api/v1/requests/{asked.id}/asks"
    ask = {"maker_ids": [str(maker.id), str(other.id), str(maker.id)]}
    for _ in range(2):
        assert len(client.post(asks, headers=person.headers, json=ask).json()) == 2
    at = f"/api/v1/jobs/{asked.job}"
    with clock.later(timedelta(hours=4)):
        yes = client.post(f"{at}/answers", headers=maker.headers, json={"answer": "yes"})
        assert yes.json()["answer"] == "yes"
    with clock.later(timedelta(hours=9)):
        client.post(f"{at}/answers", headers=other.headers, json={"answer": "no"})
    assert client.get(at, headers=maker.headers).json()["asked"] is True
    assert client.get(at, headers=other.headers).status_code == 404
    listed = client.get(asks, headers=person.headers).json()
    assert [each["answer"] for each in listed] == ["yes", "no"]
    assert db.get_one(Maker, maker.id).usual_reply_hours == pytest.approx(4.0, abs=0.1)
    kinds = db.scalars(select(Notice.kind).where(Notice.person_id == person.id)).all()
    assert kinds == ["answered", "answered"]
    wrong = client.post(f"{at}/answers", headers=maker.headers, json={"answer": "perhaps"})
    assert wrong.status_code == 422


def test_the_clock_widens_the_circle_and_tells(
    client: TestClient, world: Any, sessions: sessionmaker[Session], db: Session
) -> None:
    """After 3, 7 and 14 days; then the person has a hint, the stewards a notice, and all see it."""
    person, steward = world.somebody(), world.somebody(steward=True)
    asked = world.request(person, is_public=False)
    seen = []
    for days in (0, 2, 3.1, 6, 7.1, 14.1, 40):
        with clock.later(timedelta(days=days)), sessions.begin() as session:
            waiting.widen(session)
        with clock.later(timedelta(days=days)):
            told = client.get(f"/api/v1/requests/{asked.id}/matches", headers=person.headers)
        seen.append(told.json()["waiting"])
    assert [(each["widened"], each["circle_km"]) for each in seen] == [
        (0, 100.0),
        (0, 100.0),
        (1, 300.0),
        (1, 300.0),
        (2, 1000.0),
        (3, 25000.0),
        (3, 25000.0),
    ]
    assert seen[-1]["stewards_told_at"] is not None
    assert seen[-1]["widens_at"] is None
    notices = db.scalars(select(Notice).order_by(Notice.kind)).all()
    assert [(each.person_id, each.kind) for each in notices] == [
        (person.id, "may_open_to_all"),
        (steward.id, "request_waits"),
    ]


def test_nobody_waits_for_an_empty_list(client: TestClient, world: Any) -> None:
    """With fewer than five makers near by, those further away are shown at once."""
    person = world.somebody()
    for _ in range(2):
        world.maker()
    world.maker("London", sends_to=["DE"])
    answer = client.get(
        f"/api/v1/requests/{world.request(person).id}/matches", headers=person.headers
    ).json()
    assert len(answer["makers"]) == 3
    assert answer["waiting"]["circle_km"] == 100.0
    assert answer["looked_km"] > 100.0


def test_without_a_place_nobody_is_near(client: TestClient, world: Any) -> None:
    """The answer says what is missing."""
    person = world.somebody()
    asked = world.request(person, at=None, latitude=None, longitude=None)
    answer = client.get(f"/api/v1/requests/{asked.id}/matches", headers=person.headers)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "place"


def test_a_backlog_is_matched_at_once_by_stewards(
    client: TestClient, world: Any, db: Session
) -> None:
    """Two makers with room for one each, and three requests: two are proposed, nobody is asked."""
    steward = world.somebody(steward=True)
    for _ in range(2):
        world.maker(most_jobs=1)
    ids = [str(world.request(world.somebody()).id) for _ in range(3)]
    wanted = {"request_ids": [*ids, str(uuid4())]}
    answer = client.post("/api/v1/assignments", headers=steward.headers, json=wanted).json()
    assert len(answer["assignments"]) == 2
    assert len({each["maker_id"] for each in answer["assignments"]}) == 2
    assert answer["unmatched"] == 2
    with pytest.raises(NotAllowed, match="stewards"):
        usecases.propose(db, world.somebody().actor, [])


def test_makers_offer_and_are_shown(client: TestClient, world: Any, db: Session) -> None:
    """A town is kept to about 10 km; what is shown holds no point on a map."""
    who = world.somebody()
    offer = {"shown_name": "Ben", "town": "koln", "country": "de", "sends_to": ["de", "AT"]}
    made = client.put("/api/v1/makers/me", headers=who.headers, json=offer)
    assert made.status_code == 200, made.text
    assert (made.json()["region"], made.json()["country"]) == ("Köln", "DE")
    again = client.put("/api/v1/makers/me", headers=who.headers, json={**offer, "most_jobs": 4})
    assert again.json()["most_jobs"] == 4
    maker = db.get_one(Maker, who.id)
    assert maker.latitude is not None
    assert maker.longitude is not None
    assert (maker.latitude, maker.longitude) == places.rounded(maker.latitude, maker.longitude)
    shown = client.get(f"/api/v1/makers/{who.id}", headers=world.somebody().headers)
    assert not {"latitude", "longitude", "at", "printers", "vetted_until"} & shown.json().keys()
    assert client.get("/api/v1/makers/me", headers=world.somebody().headers).status_code == 404
    for field, wrong in (("town", "Nowhere at all"), ("country", "XX"), ("sends_to", ["ZZ"])):
        answer = client.put("/api/v1/makers/me", headers=who.headers, json={**offer, field: wrong})
        assert answer.json()["problems"][0]["field"] == field


def test_printers_are_checked_and_decide_the_bed(
    client: TestClient, world: Any, db: Session
) -> None:
    """Profiles are validated as any printer's; beds and materials follow them."""
    who = world.somebody()
    client.put("/api/v1/makers/me", headers=who.headers, json={"shown_name": "Ben"})
    printers = "/api/v1/makers/me/printers"
    wrong = {"profile": {"bed_x_mm": 20, "bed_y": 200}, "materials": ["PLA"]}
    refused = client.post(printers, headers=who.headers, json=wrong)
    assert refused.status_code == 422
    assert {each["field"] for each in refused.json()["problems"]} == {"bed_x_mm", "bed_y"}
    ids = [
        client.post(
            printers,
            headers=who.headers,
            json={
                "profile": {"bed_x_mm": x, "bed_y_mm": y, "bed_z_mm": z},
                "materials": [material],
            },
        ).json()["id"]
        for x, y, z, material in ((100, 400, 200, "PLA"), (220, 220, 250, "petg"))
    ]
    maker = db.get_one(Maker, who.id)
    assert (maker.bed_x_mm, maker.bed_y_mm, maker.bed_z_mm) == (400, 220, 250)
    assert maker.materials == ["PETG", "PLA"]
    changed = {"profile": {"bed_x_mm": 300}, "materials": ["ABS"]}
    other = world.maker()
    assert (
        client.put(f"{printers}/{ids[0]}", headers=other.headers, json=changed).status_code == 404
    )
    assert client.put(f"{printers}/{ids[0]}", headers=who.headers, json=changed).status_code == 200
    assert client.delete(f"{printers}/{ids[1]}", headers=who.headers).status_code == 204
    db.expire_all()
    maker = db.get_one(Maker, who.id)
    assert (maker.bed_x_mm, maker.bed_y_mm, maker.materials) == (300, 220, ["ABS"])


def test_only_stewards_vet_and_never_themselves(client: TestClient, world: Any) -> None:
    """With a second factor, for a limited time, and it can be taken back at once."""
    maker, steward = world.maker(), world.somebody(steward=True)
    at = f"/api/v1/makers/{maker.id}/vetting"
    until = {
        "until": (clock.now().date() + NEXT_YEAR).isoformat(),
        "reason": "identity_checked",
    }
    assert client.post(at, headers=maker.headers, json=until).status_code == 403
    assert client.post(at, headers=steward.headers, json=until).json()["vetted"] is True
    assert client.post(at, headers=steward.headers, json={"until": None}).status_code == 422
    too_long = {**until, "until": "2199-01-01"}
    assert client.post(at, headers=steward.headers, json=too_long).status_code == 422
    own = client.post(f"/api/v1/makers/{steward.id}/vetting", headers=steward.headers, json=until)
    assert own.json()["code"] == "not_oneself"
    back = client.post(at, headers=steward.headers, json={"until": None, "reason": "was_reported"})
    assert back.json()["vetted"] is False
