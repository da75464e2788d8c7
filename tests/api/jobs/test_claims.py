"""One maker holds a job: races, running out, late writes, giving back and handing over."""

from __future__ import annotations

import sys
import types
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import NullPool, create_engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from registry import clock
from registry.db import engine_for
from registry.errors import Conflict
from registry.fits.model import Fit
from registry.jobs import usecases
from registry.jobs.model import Claim, Job
from registry.jobs.usecases import claiming
from registry.people.model import Maker
from registry.platform import Notice
from registry.requests.sizes import size_band
from registry.requests.states import State

MAKERS = 200
ROUNDS = 5


def race(database_url: str, asked: Any, makers: list[Any]) -> Counter[str]:
    """Let every maker claim at once, each on a connection of their own, and count the answers."""
    # Few enough for the server's hundred connections; each takes turns with two others.
    hands = 60
    engine = create_engine(engine_for(database_url).url, poolclass=NullPool)
    ready = Barrier(hands)
    share = [makers[i::hands] for i in range(hands)]

    def claim(mine: list[Any]) -> list[str]:
        said = []
        with Session(engine) as session:
            session.execute(text("SELECT 1"))
            ready.wait(60)
            for maker in mine:
                try:
                    usecases.claim(session, maker.actor, asked.job)
                    session.commit()
                    said.append("won")
                except Conflict as error:
                    session.rollback()
                    said.append(error.code)
        return said

    with ThreadPoolExecutor(hands) as pool:
        answers = [each for part in pool.map(claim, share) for each in part]
    engine.dispose()
    return Counter(answers)


@pytest.fixture
def crowd(world: Any) -> list[Any]:
    """Two hundred makers who could all do the same job."""
    return [world.maker() for _ in range(MAKERS)]


def test_two_hundred_claim_at_once_and_one_gets_it(
    world: Any, database_url: str, crowd: list[Any], sessions: sessionmaker[Session]
) -> None:
    """In every round there is one winner, and everybody else is told that somebody was first."""
    person = world.somebody()
    for _ in range(ROUNDS):
        asked = world.request(person)
        answers = race(database_url, asked, crowd)
        assert answers == {"won": 1, "claimed": MAKERS - 1}
        with sessions() as session:
            winner = session.get_one(Job, asked.job).holder_id
            claims = session.scalars(select(Claim).where(Claim.job_id == asked.job)).all()
            assert [each.maker_id for each in claims] == [winner]


def test_without_its_guard_the_same_race_has_several_winners(
    world: Any, database_url: str, crowd: list[Any], db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the condition of the UPDATE and the index behind it that keep a job to one maker."""
    condition = "AND (holder_id IS NULL OR (confirmed_at IS NULL AND held_until <= :now))"
    assert condition in usecases.CLAIM.text
    monkeypatch.setattr(claiming, "CLAIM", text(claiming.CLAIM.text.replace(condition, "")))
    db.execute(text("DROP INDEX uq_claims_now"))
    db.commit()
    asked = world.request(world.somebody())
    assert race(database_url, asked, crowd)["won"] > 1


def test_the_index_alone_keeps_a_job_to_one_maker(world: Any, db: Session) -> None:
    """Were the condition ever lost, the database still refuses a second living claim."""
    asked, now = world.request(world.somebody()), clock.now()
    unguarded = "INSERT INTO claims (id, job_id, maker_id, claim, claimed_at) VALUES "
    for i in range(2):
        row = f"(gen_random_uuid(), '{asked.job}', '{world.maker().id}', {i}, '{now.isoformat()}')"
        if i == 0:
            db.execute(text(unguarded + row))
        else:
            with pytest.raises(Exception, match="uq_claims_now"):
                db.execute(text(unguarded + row))


def test_a_claim_that_ran_out_is_free_at_once(
    client: TestClient, world: Any, sessions: sessionmaker[Session]
) -> None:
    """Nobody sweeps here: a minute after its time the next maker sees it and gets it."""
    first, second, person = world.maker(), world.maker(), world.somebody()
    asked = world.request(person)
    claims = f"/api/v1/jobs/{asked.job}/claims"
    assert client.post(claims, headers=first.headers).status_code == 201
    with clock.later(usecases.HOLD - timedelta(minutes=5)):
        assert client.get("/api/v1/jobs", headers=second.headers).json()["open"] == []
        assert client.post(claims, headers=second.headers).json()["code"] == "claimed"
    with clock.later(usecases.HOLD + timedelta(minutes=1)):
        assert client.get("/api/v1/jobs", headers=first.headers).json()["mine"] == []
        shown = client.get("/api/v1/jobs", headers=second.headers).json()["open"]
        assert [each["id"] for each in shown] == [str(asked.job)]
        late = client.post(
            f"/api/v1/jobs/{asked.job}/confirm", headers=person.headers, json={"claim": 1}
        )
        assert (late.status_code, late.json()["code"]) == (409, "claim_over")
        claimed = client.post(claims, headers=second.headers)
        assert claimed.status_code == 201
        assert claimed.json()["claim"] == 2
    with sessions() as session:
        ended = session.scalars(select(Claim).where(Claim.claim == 1)).one()
        assert (ended.maker_id, ended.ended_because) == (first.id, "ran_out")


def test_the_sweep_clears_what_ran_out(
    client: TestClient, world: Any, sessions: sessionmaker[Session]
) -> None:
    """It ends the claim and counts the version on; a living claim and a confirmed one stay."""
    maker, person = world.maker(), world.somebody()
    gone, held = world.request(person), world.request(person)
    client.post(f"/api/v1/jobs/{gone.job}/claims", headers=maker.headers)
    with clock.later(usecases.HOLD + timedelta(minutes=1)):
        client.post(f"/api/v1/jobs/{held.job}/claims", headers=maker.headers)
        with sessions.begin() as session:
            assert usecases.expire(session) == 1
            assert usecases.expire(session) == 0
    assert world.job(gone).holder_id is None
    assert world.job(gone).claim == 2
    assert world.job(held).holder_id == maker.id


def test_late_writes_answer_409(client: TestClient, world: Any) -> None:
    """Whoever lost a job changes nothing of it: not with the old claim, nor with the new one."""
    first, second, person = world.maker(), world.maker(), world.somebody()
    asked = world.holding(client, first, person)
    at = f"/api/v1/jobs/{asked.job}"
    wrong = client.patch(at, headers=first.headers, json={"claim": 7, "printed": True})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "claim_lost")
    assert client.delete(f"{at}/claim?claim=1", headers=first.headers).status_code == 204
    claimed = client.post(f"{at}/claims", headers=second.headers).json()["claim"]
    for claim in (1, claimed):
        writes = [
            client.patch(at, headers=first.headers, json={"claim": claim, "printed": True}),
            client.delete(f"{at}/claim?claim={claim}", headers=first.headers),
            client.post(
                f"{at}/hand-over", headers=first.headers, json={"claim": claim, "notes": "x"}
            ),
            client.post(
                f"{at}/variants",
                headers=first.headers,
                files={"file": ("a.stl", b"x")},
                data={"why": "x", "claim": str(claim)},
            ),
        ]
        assert [(each.status_code, each.json()["code"]) for each in writes] == [
            (409, "claim_lost")
        ] * 4
    stranger = client.patch(
        at, headers=world.maker().headers, json={"claim": claimed, "printed": True}
    )
    assert stranger.status_code == 404


def test_the_person_confirms_and_the_request_is_matched(
    client: TestClient, world: Any, db: Session
) -> None:
    """Nobody else can, twice is once too often, and the maker's room is one less."""
    maker, other, person = world.maker(), world.maker(), world.somebody()
    asked = world.request(person)
    at = f"/api/v1/jobs/{asked.job}"
    claim = client.post(f"{at}/claims", headers=maker.headers).json()["claim"]
    supporter = world.supporter(person, "see", "write")
    says = {"claim": claim}
    assert client.post(f"{at}/confirm", headers=other.headers, json=says).status_code == 404
    assert client.post(f"{at}/confirm", headers=maker.headers, json=says).status_code == 404
    assert client.post(f"{at}/confirm", headers=supporter.headers, json=says).status_code == 403
    assert world.state(asked) == "open"
    seen = client.get(f"/api/v1/requests/{asked.id}/matches", headers=person.headers).json()
    assert (seen["job_id"], seen["claimed_by"], seen["claim"]) == (
        str(asked.job),
        str(maker.id),
        claim,
    )
    done = client.post(f"{at}/confirm", headers=person.headers, json=says)
    assert done.status_code == 200
    assert (done.json()["state"], done.json()["kit_problems"]) == ("matched", [])
    again = client.post(f"{at}/confirm", headers=person.headers, json=says)
    assert again.status_code == 409
    assert db.get_one(Maker, maker.id).holds_jobs == 1
    assert client.get("/api/v1/jobs", headers=other.headers).json()["open"] == []


def test_confirming_asks_for_the_kit(
    client: TestClient,
    world: Any,
    sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The kit is for the person, this exact design, and the printer of the maker."""
    asked_with: dict[str, Any] = {}

    def ask(session: Session, _settings: object, **question: Any) -> Fit:
        asked_with.update(question)
        fit = Fit(
            person_id=question["person_id"],
            job_id=question["job_id"],
            design=question["design"],
            design_version="1.0.0",
            entries=dict(question["entries"]),
            printer=question["printer"],
            formats=question["formats"],
            known_by=uuid4().bytes,
        )
        session.add(fit)
        session.flush()
        return fit

    # Only the seam is recorded: what lies behind it has tests of its own.
    recorder = types.ModuleType("api.fits")
    recorder.ask = ask  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "api.fits", recorder)
    monkeypatch.setattr("api.fits", recorder, raising=False)
    person, maker = world.somebody(), world.maker(bed=(250, 210, 220), languages=["pl", "fr"])
    entries = {"side": "left", "hand_breadth": "78 mm"}
    asked = world.holding(
        client, maker, person, measurements=entries, design_version="1.0.0", languages=["ar", "fr"]
    )
    assert asked_with["person_id"] == person.id
    assert asked_with["entries"] == entries
    assert (asked_with["design"], asked_with["version"]) == ("wrist_hand", "1.0.0")
    assert asked_with["printer"]["bed_x_mm"] == 250
    assert asked_with["job_id"] == asked.job
    # The guide is for both of them, each in their own language where there is one in it.
    guides = {each for each in asked_with["formats"] if each.startswith("guide")}
    assert guides == {"guide", "guide-ar", "guide-fr"}
    with sessions() as session:
        kit = session.scalars(select(Fit.id)).one()
        assert session.get_one(Job, asked.job).kit_fit_id == kit


def test_a_maker_has_few_claims_that_wait(client: TestClient, world: Any) -> None:
    """The fourth is refused with a time; however many are sent at once, three are had."""
    maker, person = world.maker(most_jobs=20), world.somebody()
    jobs = [world.request(person).job for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        codes = pool.map(
            lambda job: (
                client.post(f"/api/v1/jobs/{job}/claims", headers=maker.headers).status_code
            ),
            jobs,
        )
        assert Counter(codes) == {201: 3, 429: 5}
    mine = client.get("/api/v1/jobs", headers=maker.headers).json()["mine"]
    assert len(mine) == 3
    client.delete(f"/api/v1/jobs/{mine[0]['id']}/claim?claim=1", headers=maker.headers)
    left = next(job for job in jobs if str(job) not in {each["id"] for each in mine})
    assert client.post(f"/api/v1/jobs/{left}/claims", headers=maker.headers).status_code == 201


def test_giving_back_opens_the_request_again(client: TestClient, world: Any, db: Session) -> None:
    """Without blame: the request waits again, others may claim it, and the room is back."""
    maker, person = world.maker(), world.somebody()
    asked = world.holding(client, maker, person)
    at = f"/api/v1/jobs/{asked.job}"
    assert client.delete(f"{at}/claim?claim=1", headers=maker.headers).status_code == 204
    assert world.state(asked) == "open"
    assert world.job(asked).holder_id is None
    assert db.get_one(Maker, maker.id).holds_jobs == 0
    assert client.post(f"{at}/claims", headers=maker.headers).json()["claim"] == 3


def test_handing_over_keeps_what_the_next_maker_needs(client: TestClient, world: Any) -> None:
    """The next is asked by name; once confirmed they read the notes. The first is out of it."""
    first, second, other, person = (
        world.maker(),
        world.maker("Halle"),
        world.maker("Halle"),
        world.somebody(),
    )
    asked = world.holding(client, first, person, is_public=True)
    world.state(asked, State.MAKING)
    at = f"/api/v1/jobs/{asked.job}"
    done = client.patch(at, headers=first.headers, json={"claim": 1, "printed": True})
    assert done.json()["printed_at"]
    said = {"claim": 1, "notes": "The palm is printed.", "to_maker": str(second.id)}
    assert client.post(f"{at}/hand-over", headers=first.headers, json=said).status_code == 204
    assert world.state(asked) == "open"
    shown = client.get("/api/v1/jobs", headers=second.headers).json()["open"]
    assert [(each["id"], each["asked"]) for each in shown] == [(str(asked.job), True)]
    assert client.get(at, headers=first.headers).json().get("claim") is None
    claimed = client.post(f"{at}/claims", headers=second.headers).json()
    assert claimed["handed_over"] == []
    client.post(f"{at}/confirm", headers=person.headers, json={"claim": claimed["claim"]})
    left = client.get(at, headers=second.headers).json()["handed_over"]
    assert [(each["said"], each["printed"]) for each in left] == [("The palm is printed.", True)]
    assert client.get(at, headers=other.headers).status_code == 404


def test_nothing_is_made_before_the_yes(client: TestClient, world: Any) -> None:
    """Progress is refused until the request is in making; sending moves the request."""
    maker, person = world.maker(), world.somebody()
    asked = world.holding(client, maker, person)
    at = f"/api/v1/jobs/{asked.job}"
    early = client.patch(at, headers=maker.headers, json={"claim": 1, "printed": True})
    assert (early.status_code, early.json()["code"]) == (409, "not_making")
    world.state(asked, State.MAKING)
    steps = {"claim": 1, "printed": True, "assembled": True, "sent": True}
    assert client.patch(at, headers=maker.headers, json=steps).json()["state"] == "sent"
    back = client.delete(f"{at}/claim?claim=1", headers=maker.headers)
    assert (back.status_code, back.json()["code"]) == (409, "already_sent")


def test_a_claimant_is_no_maker_yet(client: TestClient, world: Any) -> None:
    """Before the person's yes nothing can be told or uploaded."""
    maker = world.maker()
    asked = world.request(world.somebody())
    at = f"/api/v1/jobs/{asked.job}"
    client.post(f"{at}/claims", headers=maker.headers)
    early = client.patch(at, headers=maker.headers, json={"claim": 1, "printed": True})
    assert (early.status_code, early.json()["code"]) == (403, "not_confirmed")


@pytest.mark.parametrize(
    ("maker", "code"),
    [
        ({"bed": (100, 100, 250)}, "cannot_make"),
        ({"materials": ("PETG",)}, "cannot_make"),
        ({"town": "London", "sends_km": 100}, "cannot_make"),
        ({"most_jobs": 1, "holds_jobs": 1}, "cannot_make"),
    ],
)
def test_who_cannot_make_it_does_not_see_it_and_is_told_why(
    client: TestClient, world: Any, maker: dict[str, Any], code: str
) -> None:
    """Bed, material, distance and room hold for claims as they do for matches."""
    who = world.maker(**maker)
    asked = world.request(world.somebody())
    assert client.get("/api/v1/jobs", headers=who.headers).json()["open"] == []
    answer = client.post(f"/api/v1/jobs/{asked.job}/claims", headers=who.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, code)


def test_a_private_request_is_not_to_be_found(client: TestClient, world: Any) -> None:
    """Unless it is public or the maker was asked, there is no such job, not even by its id."""
    maker, person = world.maker(), world.somebody()
    asked = world.request(person, is_public=False)
    at = f"/api/v1/jobs/{asked.job}"
    for answer in (
        client.get(at, headers=maker.headers),
        client.post(f"{at}/claims", headers=maker.headers),
        client.post(f"{at}/answers", headers=maker.headers, json={"answer": "yes"}),
        client.get(at, headers=world.somebody().headers),
    ):
        assert answer.status_code == 404
    own = client.post(f"{at}/claims", headers=person.headers)
    assert own.status_code == 404


def test_the_open_ones_are_told_coarsely_and_page_by_page(client: TestClient, world: Any) -> None:
    """Nearest first, region and size band only; two pages hold each job once."""
    maker = world.maker()
    for town in ("Berlin", "Leipzig", "Halle"):
        for _ in range(20):
            world.request(world.somebody(), town)
    first = client.get("/api/v1/jobs", headers=maker.headers).json()
    second = client.get(
        "/api/v1/jobs", headers=maker.headers, params={"after": first["next"]}
    ).json()
    regions = [each["region"] for each in first["open"] + second["open"]]
    assert regions == ["Leipzig"] * 20 + ["Halle"] * 20 + ["Berlin"] * 20
    assert second["next"] is None
    assert len({each["id"] for each in first["open"] + second["open"]}) == 60
    told = first["open"][0]
    assert told["size"] == "10 to 20 cm"
    assert "person_id" not in told
    assert "request_id" not in told
    assert not {"wish", "measurements", "latitude", "for_minor"} & told.keys()
    bad = client.get("/api/v1/jobs", headers=maker.headers, params={"after": "rubbish"})
    assert bad.status_code == 422


def test_size_bands_say_little() -> None:
    """Four words for every hand there is."""
    assert size_band([]) == "not known yet"
    assert size_band([99.0, 20.0, 5.0]) == "under 10 cm"
    assert size_band([20.0, 199.0, 5.0]) == "10 to 20 cm"
    assert size_band([20.0, 20.0, 200.0]) == "over 20 cm"


def test_every_step_is_in_the_trail(client: TestClient, world: Any, db: Session) -> None:
    """Claim, confirmation and return leave an event each, in their transactions."""
    maker, person = world.maker(), world.somebody()
    asked = world.holding(client, maker, person)
    client.delete(f"/api/v1/jobs/{asked.job}/claim?claim=1", headers=maker.headers)
    found = db.execute(
        text("SELECT what FROM events WHERE subject = :job ORDER BY id"), {"job": str(asked.job)}
    ).scalars()
    assert list(found) == ["job.claimed", "job.confirmed", "job.given_back"]
    assert db.scalar(select(func.count()).select_from(Claim)) == 1


def test_no_to_a_maker_lets_others_come(client: TestClient, world: Any, db: Session) -> None:
    """The person says it, once, to the claim that they saw; the maker is told kindly."""
    maker, other, person = world.maker(), world.maker(), world.somebody()
    asked = world.request(person)
    at = f"/api/v1/jobs/{asked.job}"
    claim = client.post(f"{at}/claims", headers=maker.headers).json()["claim"]
    says = {"claim": claim}
    for stranger in (maker, other):
        assert client.post(f"{at}/decline", headers=stranger.headers, json=says).status_code == 404
    assert client.post(f"{at}/decline", headers=person.headers, json=says).status_code == 200
    again = client.post(f"{at}/decline", headers=person.headers, json=says)
    assert again.json()["code"] == "claim_over"
    assert client.post(f"{at}/claims", headers=other.headers).status_code == 201
    told = db.scalars(select(Notice).where(Notice.person_id == maker.id)).all()
    assert "Thank you" in told[-1].words["says"]


def test_new_measurements_mean_a_new_kit(
    client: TestClient, world: Any, sessions: sessionmaker[Session]
) -> None:
    """Asked for anew, for the same printer; the same measurements are known again."""
    person, maker = world.somebody(), world.maker(bed=(250, 210, 220))
    entries = {"tube_diameter": "25 mm"}
    asked = world.holding(
        client, maker, person, design="tube_clamp", design_version=None, measurements=entries
    )
    at = f"/api/v1/requests/{asked.id}"

    def kit_with(diameter: str) -> str:
        tag = client.get(at, headers=person.headers).headers["ETag"]
        headers = {**person.headers, "If-Match": tag}
        changed = {"measurements": {"tube_diameter": diameter}}
        assert client.patch(at, headers=headers, json=changed).status_code == 200
        with sessions() as session:
            return str(session.get_one(Job, asked.job).kit_fit_id)

    first = kit_with("25 mm")
    second = kit_with("28 mm")
    assert first != second
    assert kit_with("25 mm") == first
