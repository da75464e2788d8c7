"""Fits over HTTP, made by the real task in real children."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from procrastinate.jobs import Job as QueuedJob
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from api import fits
from api.jobs import children, kernel, sweeps
from api.jobs import fits as tasks
from api.jobs.app import job_app
from api.jobs.works import Works, open_works
from api.settings import Settings
from api.shelves import MORE_DESIGNS
from api.storage import Storage
from registry import clock
from registry.files.model import StoredFile
from registry.fits.model import Fit, FitFile
from registry.jobs.model import Job
from registry.people.model import Read
from registry.requests.model import Request
from tests.api.waiting import finish, until

HERE = Path(__file__).parent
PASSWORD = "boat lamp carrot"  # noqa: S105 (nobody's)
CUFF = {
    "side": "left",
    "hand_breadth": "78 mm",
    "palm_length": "9.8 cm",
    "wrist_circumference": 150,
    "forearm_circumference": 230.0,
}
ASKED = {"design": "cuff", "entries": CUFF, "formats": ["stl", "3mf"]}

Work = Callable[[], None]


@pytest.fixture(autouse=True)
def shelves(monkeypatch: pytest.MonkeyPatch, shelf: None) -> None:  # noqa: ARG001 (goes first)
    """The stubborn design is found as well."""
    monkeypatch.setenv(MORE_DESIGNS, os.pathsep.join(str(HERE / s) for s in ("shelf", "rough")))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A fit has little time here."""
    return settings.model_copy(update={"fit_seconds": 20})


@pytest.fixture
def work(settings: Settings, sessions: sessionmaker[Session], database_url: str) -> Iterator[Work]:
    """A worker that does what is in the queue of fits, and comes back."""
    open_works(Works(sessions, Storage.of(settings), settings))
    children.warm()

    def now() -> None:
        async def run() -> None:
            app = job_app(database_url)
            async with app.open_async():
                await app.run_worker_async(
                    queues=["fits"],
                    wait=False,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                )

        finish(run())

    # Tests before this one may have left children waiting for previews.
    before = set(_children_here())
    yield now
    making = settings.folder / "making"
    assert not making.exists() or list(making.iterdir()) == []
    assert set(_children_here()) <= before


def _children_here() -> list[int]:
    """Processes that make a fit now: those whose parent is our forkserver."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                status = (process / "stat").read_text().rpartition(")")[2].split()
                parent = int(status[1])
                line = Path(f"/proc/{parent}/cmdline").read_bytes()
                grandparent = int(
                    Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                continue
            if b"forkserver" in line and grandparent == os.getpid() and status[0] != "Z":
                found.append(int(process.name))
    return found


def _sign_up(client: TestClient, name: str) -> tuple[dict[str, str], UUID]:
    account = {"email": f"{name}@example.org", "password": PASSWORD}
    client.post("/api/v1/accounts", json=account)
    made = client.post("/api/v1/sessions", json=account).json()
    return {"Authorization": f"Bearer {made['secret']}"}, UUID(made["person_id"])


def _stubborn(does: str, **more: Any) -> dict[str, Any]:
    return {"design": "stubborn", "entries": {"does": does, **more}, "formats": ["stl"]}


def test_from_measurements_to_files(client: TestClient, work: Work) -> None:
    """202 with a place to look; there, when it is done, are files of the right kinds, whole."""
    mine, _ = _sign_up(client, "anna")
    asked = client.post("/api/v1/fits", headers=mine, json=ASKED)
    assert asked.status_code == 202
    place = asked.headers["location"]
    waiting = client.get(place, headers=mine)
    assert waiting.json()["state"] == "queued"
    work()
    done = client.get(place, headers={**mine, "If-None-Match": waiting.headers["etag"]})
    fit = done.json()
    assert fit["state"] == "done"
    assert fit["proved"] is True
    assert fit["progress"]["done"] == fit["progress"]["total"] == 2
    assert [each["name"] for each in fit["report"]["estimated"]] == ["forearm_length"]
    assert fit["warnings"][0] == "The cuff is longer than it is wide."
    tag = done.headers["etag"]
    assert client.get(place, headers={**mine, "If-None-Match": tag}).status_code == 304
    kinds = {}
    for file in fit["files"]:
        got = client.get(file["href"], headers=mine)
        assert len(got.content) == file["size"]
        assert got.headers["content-disposition"].startswith("attachment; filename=")
        kinds[file["name"]] = got.headers["content-type"]
        seen = {**mine, "If-None-Match": got.headers["etag"]}
        assert client.get(file["href"], headers=seen).status_code == 304
    assert kinds["stl/cuff.stl"] == "model/stl"
    assert kinds["plates/plate_1.3mf"] == "model/3mf"
    assert kinds["recipe.json"] == "application/json"
    for name in ("stl/nothing.stl", "../keys", "%00", "stl"):
        assert client.get(f"{place}/files/{name}", headers=mine).status_code == 404


def test_the_same_question_is_answered_at_once_but_only_to_the_same_person(
    client: TestClient, work: Work, db: Session
) -> None:
    """Nobody can tell from an answer whether somebody else has asked the same."""
    (anna, _), (ben, _) = (_sign_up(client, name) for name in ("anna", "ben"))
    first = client.post("/api/v1/fits", headers=anna, json=ASKED)
    twice = client.post("/api/v1/fits", headers=anna, json=ASKED)
    assert (twice.status_code, twice.json()["id"]) == (202, first.json()["id"])
    work()
    again = client.post("/api/v1/fits", headers=anna, json=ASKED)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    other = client.post("/api/v1/fits", headers=ben, json=ASKED)
    nobody = [client.post("/api/v1/fits", json=ASKED) for _ in range(2)]
    assert [each.status_code for each in (other, *nobody)] == [202, 202, 202]
    assert len({each.json()["id"] for each in (first, other, *nobody)}) == 4
    finer = {**ASKED, "printer": {"sliding_mm": 0.3}}
    assert client.post("/api/v1/fits", headers=anna, json=finer).status_code == 202
    assert len(set(db.scalars(select(Fit.known_by)))) == 5


def test_a_fit_is_seen_by_its_owner_and_the_maker_who_holds_its_job(
    client: TestClient, work: Work, sessions: sessionmaker[Session], settings: Settings
) -> None:
    """For others it is not there; what the maker reads is told to the owner; losing ends it."""
    (anna, owner), (ben, maker), (eve, _) = (
        _sign_up(client, name) for name in ("anna", "ben", "eve")
    )
    with sessions.begin() as session:
        request = Request(person_id=owner)
        session.add(request)
        session.flush()
        job = Job(request_id=request.id, holder_id=maker, claim=1)
        session.add(job)
        session.flush()
        kit = fits.ask(
            session, settings, person_id=owner, design="cuff", version=None, entries=CUFF,
            printer=None, formats=["stl"], job_id=job.id,
        )  # fmt: skip
        job.kit_fit_id = kit.id
    work()
    place = f"/api/v1/fits/{kit.id}"
    file = f"{place}/files/stl/cuff.stl"

    def seen_by(who: dict[str, str]) -> set[int]:
        return {client.get(each, headers=who).status_code for each in (place, file)}

    assert seen_by(anna) == {200}
    assert seen_by(ben) == seen_by(eve) == seen_by({}) == {404}
    with sessions.begin() as session:
        assert session.scalar(select(func.count()).select_from(Read)) == 0
        session.execute(update(Job).values(confirmed_at=clock.now()))
    assert seen_by(ben) == {200}
    assert client.delete(place, headers=ben).status_code == 403
    assert client.delete(place, headers=eve).status_code == 404
    with sessions.begin() as session:
        reads = session.execute(select(Read.owner_id, Read.reader_id, Read.what)).all()
        assert sorted(reads) == [(owner, maker, "fit"), (owner, maker, "fit_file")]
        session.execute(update(Job).values(holder_id=None, confirmed_at=None, claim=2))
    assert seen_by(ben) == {404}


def test_a_token_for_something_else_does_not_reach_fits(client: TestClient) -> None:
    """403 for asking and for looking."""
    mine, _ = _sign_up(client, "anna")
    made = client.post("/api/v1/tokens", headers=mine, json={"name": "x", "scopes": ["jobs"]})
    headers = {"Authorization": f"Bearer {made.json()['secret']}"}
    assert client.post("/api/v1/fits", headers=headers, json=ASKED).status_code == 403


def test_all_that_is_wrong_is_said_at_once(client: TestClient, db: Session) -> None:
    """Each problem names field, given, says, allowed and advice; nothing is queued."""
    wrong = {
        "design": "cuff",
        "entries": {**CUFF, "hand_breadth": "780 mm", "palm_lenght": 5, "name": "\u0007"},
        "printer": {"sliding_mm": 9},
    }
    answer = client.post("/api/v1/fits", json=wrong)
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_measurements"
    problems = {each["field"]: each for each in answer.json()["problems"]}
    assert set(problems) == {"hand_breadth", "palm_lenght", "name", "printer.sliding_mm"}
    assert problems["hand_breadth"]["allowed"] == "40-110 mm"
    assert problems["palm_lenght"]["advice"]
    assert set(problems["name"]) == {"field", "given", "says", "allowed", "advice"}
    for more, field in (
        ({"design": "cufff"}, "design"),
        ({"version": "9.9.9"}, "version"),
        ({"printer": "Nobody's"}, "printer"),
    ):
        answer = client.post("/api/v1/fits", json={**ASKED, **more})
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["problems"]] == [field]
    assert client.post("/api/v1/fits", json={**ASKED, "formats": ["exe"]}).status_code == 422
    assert db.scalar(select(func.count()).select_from(Fit)) == 0


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400", "1" + "0" * 400, '"\\ud800"'])
def test_numbers_that_are_none_are_refused(client: TestClient, number: str) -> None:
    """They are problems of what was entered, not ours."""
    body = '{"design": "cuff", "entries": {"hand_breadth": %s}}' % number  # noqa: UP031 (braces)
    answer = client.post("/api/v1/fits", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422


def test_a_full_queue_says_when_to_come_back(client: TestClient, settings: Settings) -> None:
    """503 with Retry-After for what is new; what was asked before is still answered."""
    mine, _ = _sign_up(client, "anna")
    client.app.state.settings = settings.model_copy(update={"most_waiting_fits": 1})  # type: ignore[attr-defined]
    assert client.post("/api/v1/fits", headers=mine, json=ASKED).status_code == 202
    full = client.post("/api/v1/fits", json=ASKED)
    assert (full.status_code, full.json()["code"]) == (503, "too_busy")
    assert int(full.headers["retry-after"]) > 0
    assert client.post("/api/v1/fits", headers=mine, json=ASKED).status_code == 202


def test_many_may_be_asked_for_one_after_the_other(client: TestClient) -> None:
    """Also when the database has prepared what it is asked: by then it is asked otherwise."""
    codes = {client.post("/api/v1/fits", json=_stubborn("makes")).status_code for _ in range(20)}
    assert codes == {202}


def test_nobody_known_may_ask_only_so_often(client: TestClient) -> None:
    """After 60 in ten minutes from one address the answer is 429."""
    codes = [client.post("/api/v1/fits", json={"design": "x"}).status_code for _ in range(61)]
    assert codes == [422] * 60 + [429]


def test_what_cannot_be_made_says_why(client: TestClient, work: Work) -> None:
    """A design may refuse what the ranges allow; a check that fails gives unproved files."""
    refused = client.post("/api/v1/fits", json=_stubborn("refuses")).headers["location"]
    weak = client.post("/api/v1/fits", json={"design": "weak", "formats": ["stl"]})
    work()
    answer = client.get(refused).json()
    assert answer["state"] == "refused"
    assert answer["problems"][0]["field"] == "size"
    answer = client.get(weak.headers["location"]).json()
    assert (answer["state"], answer["proved"]) == ("done", False)
    assert answer["report"]["failures"]
    names = [each["name"] for each in answer["files"]]
    assert "unproved/stl/UNPROVED-block.stl" in names
    assert not any(name.startswith("stl/") for name in names)


def test_hangs_and_crashes_leave_a_whole_pool(
    client: TestClient, work: Work, settings: Settings, sessions: sessionmaker[Session]
) -> None:
    """A hang in C is ended in time, a crash is an answer, and the next fit is made as ever."""
    hurried = settings.model_copy(update={"fit_seconds": 6})
    open_works(Works(sessions, Storage.of(settings), hurried))
    bad = ("hangs", "crashes", "eats", "raises")
    places = [client.post("/api/v1/fits", json=_stubborn(each)).headers["location"] for each in bad]
    work()
    open_works(Works(sessions, Storage.of(settings), settings))
    places.append(client.post("/api/v1/fits", json=_stubborn("makes")).headers["location"])
    work()
    answers = [client.get(each).json() for each in places]
    assert [each["state"] for each in answers] == [*["failed"] * 4, "done"]
    says = [each["problems"][0]["says"] for each in answers[:4]]
    assert [word in said for word, said in zip(
        ("too long", "broke down", "memory", "mistake"), says, strict=True
    )] == [True] * 4  # fmt: skip


def test_a_child_knows_no_secrets(
    client: TestClient, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the database's address nor keys nor anything else that is not on the list."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("FITCOMMONS_KEYS", "secret")
    place = client.post("/api/v1/fits", json=_stubborn("looks")).headers["location"]
    work()
    seen = set(client.get(place).json()["warnings"])
    assert "PATH" in seen
    assert seen <= {*kernel.PASSED_ON, "COLUMNS", "LINES"}


def test_a_fit_can_be_given_up(
    client: TestClient, work: Work, sessions: sessionmaker[Session]
) -> None:
    """Waiting or half made; its child ends; a finished one cannot be."""
    waits = client.post("/api/v1/fits", json=_stubborn("makes")).headers["location"]
    assert client.delete(waits).status_code == 204
    hangs = client.post("/api/v1/fits", json=_stubborn("hangs")).headers["location"]
    worker = threading.Thread(target=work)
    worker.start()
    until(lambda: client.get(hangs).json()["state"] == "running")
    assert client.delete(hangs).status_code == 204
    worker.join(10)
    assert not worker.is_alive()
    assert {client.get(each).json()["state"] for each in (waits, hangs)} == {"cancelled"}
    assert client.delete(hangs).status_code == 204
    done = client.post("/api/v1/fits", json=_stubborn("makes")).headers["location"]
    work()
    assert client.delete(done).status_code == 409
    with sessions() as session:
        left = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'fits'"
        assert session.scalar(text(left)) == 0


def test_a_dead_workers_fit_is_made_by_another(
    client: TestClient, work: Work, sessions: sessionmaker[Session], database_url: str
) -> None:
    """Once its job is found stalled it is made; the dead one, come back, changes nothing."""
    place = client.post("/api/v1/fits", json=_stubborn("makes")).headers["location"]
    fit_id = UUID(place.rpartition("/")[2])
    with sessions.begin() as session:
        hold = clock.now() - timedelta(seconds=20)
        session.execute(update(Fit).values(state="running", started_at=hold))
        dead = session.scalar(
            text(
                "INSERT INTO procrastinate_workers (last_heartbeat) "
                "VALUES (now() - interval '20 s') RETURNING id"
            )
        )
        session.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :dead"),
            {"dead": dead},
        )
    work()
    assert client.get(place).json()["state"] == "running"
    finish(_retry_stalled(database_url))
    work()
    assert client.get(place).json()["state"] == "done"
    with pytest.raises(tasks._NotOurs):
        tasks._keep(fit_id, hold, {"end": "failed"}, Path())
    assert client.get(place).json()["state"] == "done"


async def _retry_stalled(database_url: str) -> None:
    app = job_app(database_url)
    async with app.open_async():
        job = QueuedJob(
            id=None, queue="default", lock=None, queueing_lock=None, task_name="retry_stalled"
        )
        context = type("Context", (), {"app": app, "job": job})()
        await sweeps.retry_stalled(context, 0)


def test_a_fit_that_no_job_makes_is_found(
    client: TestClient, work: Work, sessions: sessionmaker[Session]
) -> None:
    """Nothing that was promised is forgotten, even if its job was lost."""
    place = client.post("/api/v1/fits", json=_stubborn("makes")).headers["location"]
    with sessions.begin() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    tasks.sweep(0)
    work()
    assert client.get(place).json()["state"] == "queued"
    with clock.later(timedelta(minutes=3)):
        tasks.sweep(0)
    work()
    assert client.get(place).json()["state"] == "done"


def test_a_fit_of_nobody_known_is_gone_after_a_day(
    client: TestClient, work: Work, sessions: sessionmaker[Session], settings: Settings
) -> None:
    """With its files; one of an account stays."""
    mine, _ = _sign_up(client, "anna")
    theirs = client.post("/api/v1/fits", json=ASKED).headers["location"]
    kept = client.post("/api/v1/fits", headers=mine, json=_stubborn("makes")).headers["location"]
    work()
    assert client.get(theirs).status_code == 200
    with clock.later(timedelta(hours=25)):
        assert client.get(theirs).status_code == 404
        tasks.sweep(0)
        assert client.get(kept, headers=mine).status_code == 200
    storage = Storage.of(settings)
    with sessions.begin() as session:
        assert storage.sweep(session) > 0
    with sessions() as session:
        used = set(session.scalars(select(FitFile.digest)))
        assert used == set(session.scalars(select(StoredFile.digest)))
    on_disk = [each for each in (settings.folder / "files").rglob("*") if each.is_file()]
    assert len(on_disk) == len(used)
    assert client.get(kept, headers=mine).json()["state"] == "done"


def test_nothing_anybody_measured_lies_in_the_open(
    client: TestClient, work: Work, sessions: sessionmaker[Session], settings: Settings
) -> None:
    """A canary in the measurements is neither in the tables nor in the stored files."""
    canary = {**ASKED, "entries": {**CUFF, "name": "canaryXYZ"}}
    place = client.post("/api/v1/fits", json=canary).headers["location"]
    work()
    assert client.get(f"{place}/files/recipe.json").text.count("canaryXYZ") > 0
    with sessions() as session:
        for table in ("fits", "fit_files", "files", "events", "procrastinate_jobs"):
            rows = session.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 (ours)
            for row in rows:
                assert b"canaryXYZ" not in b"".join(
                    bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode()
                    for each in row
                )
    for file in settings.folder.rglob("*"):
        assert file.is_dir() or b"canaryXYZ" not in file.read_bytes()


def test_designs_are_listed_and_described(client: TestClient) -> None:
    """With ranges, help, parts and interfaces; unchanged ones are not sent twice."""
    listed = client.get("/api/v1/designs")
    assert "cuff" in [each["design"] for each in listed.json()["designs"]]
    page = client.get("/api/v1/designs/cuff")
    breadth = next(p for p in page.json()["parameters"] if p["name"] == "hand_breadth")
    assert (breadth["low"], breadth["high"], breadth["unit"]) == (40, 110, "mm")
    assert [part["name"] for part in page.json()["parts"]] == ["cuff", "lid"]
    assert page.json()["interfaces"][0]["name"] == "edge"
    assert page.json()["load_class"] == "amber"
    for answer, path in ((listed, "/api/v1/designs"), (page, "/api/v1/designs/cuff")):
        seen = {"If-None-Match": answer.headers["etag"]}
        assert client.get(path, headers=seen).status_code == 304
    for slug in ("nothing", "_template", "..", "broken"):
        assert client.get(f"/api/v1/designs/{slug}").status_code == 404
