"""Certificates of forks, computed by real workers in real children."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from api import designs, listing
from api.jobs.app import job_app
from api.jobs.works import Works, open_works
from api.settings import Settings
from api.storage import Storage
from parametric.proof import digest_of
from registry import clock
from registry.adaptations.model import Certificate
from registry.people.model import Person, SignIn
from tests.api.waiting import finish, until

PASSWORD = "boat lamp carrot"  # noqa: S105 (nobody's)
SHELF = Path(__file__).parent / "shelf"
PATIENCE_S = 300

Headers = dict[str, str]
Work = Callable[..., None]


@pytest.fixture
def few(settings: Settings) -> Settings:
    """Settings of a worker that proves for one person, and those at the edges."""
    return settings.model_copy(update={"proof_people": 1})


@pytest.fixture
def work(few: Settings, sessions: sessionmaker[Session], database_url: str) -> Iterator[Work]:
    """Does every fit and proof that waits, as a worker does."""

    def all_that_waits(**changes: Any) -> None:
        changed = few.model_copy(update=changes)
        open_works(Works(sessions, Storage.of(changed), changed))
        finish(_work(database_url))

    # Tests before this one may have left children waiting for previews.
    before = set(multiprocessing.active_children())
    yield all_that_waits
    assert set(multiprocessing.active_children()) <= before


async def _work(database_url: str) -> None:
    app = job_app(database_url)
    async with app.open_async():
        await app.run_worker_async(
            queues=["fits", "proofs"],
            wait=False,
            install_signal_handlers=False,
            listen_notify=False,
        )


@pytest.fixture
def worker(few: Settings, database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own, as `fitcommons worker` starts it."""
    assert few.keys is not None
    started = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "worker"],
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "DATABASE_URL": database_url,
            "FITCOMMONS_KEYS": few.keys.get_secret_value(),
            "FITCOMMONS_DATA_DIR": str(few.data_dir),
            "FITCOMMONS_DESIGNS": str(SHELF),
            "FITCOMMONS_PROOF_PEOPLE": "2000",
        },
    )
    yield started
    started.kill()
    started.wait()


def _sign_in(client: TestClient, name: str = "anna") -> Headers:
    asked = {"email": f"{name}@example.org", "password": PASSWORD}
    client.post("/api/v1/accounts", json=asked)
    answer = client.post("/api/v1/sessions", json=asked).json()
    return {"Authorization": f"Bearer {answer['secret']}"}


def _release(client: TestClient, headers: Headers, parent: str, slug: str, **more: Any) -> str:
    ask = {"slug": slug, "title": f"A fork of {parent}", "why": "To see what it does.", **more}
    forked = client.post(f"/api/v1/designs/{parent}/forks", headers=headers, json=ask)
    assert forked.status_code == 201, forked.text
    released = client.post(f"/api/v1/designs/{slug}/versions", headers=headers, json={})
    assert released.status_code == 201, released.text
    return f"/api/v1/designs/{slug}/versions/0.1.0/certificate"


def test_a_fork_is_proved_by_itself_after_its_release(
    client: TestClient, db: Session, work: Work
) -> None:
    """Unproved until then, whatever its parent is; the certificate is about it alone."""
    headers = _sign_in(client)
    narrower = {"wrist_circumference": {"low": 100}}
    address = _release(client, headers, "cuff", "narrow_cuff", parameters=narrower)
    waiting = client.get(address)
    assert (waiting.status_code, waiting.json()["state"]) == (202, "waiting")
    assert not listing.is_proved(db, "narrow_cuff", "0.1.0")
    work()
    done = client.get(address)
    assert done.status_code == 200
    said = done.json()
    assert (said["state"], said["holds"], said["done"]) == ("proved", True, said["total"])
    certificate = said["certificate"]
    assert (certificate["design"], certificate["version"]) == ("narrow_cuff", "0.1.0")
    assert certificate["digest"] == digest_of(designs.find(db, "narrow_cuff"))
    assert certificate["digest"] != digest_of(designs.find(db, "cuff"))
    db.expire_all()
    assert listing.is_proved(db, "narrow_cuff", "0.1.0")
    listed = {each["design"]: each for each in client.get("/api/v1/designs").json()["designs"]}
    assert (listed["narrow_cuff"]["proved"], listed["cuff"]["proved"]) == (True, False)
    assert listed["cuff"]["certificate"] == "none"


def test_a_fork_is_fitted_like_any_design_before_it_is_proved(
    client: TestClient, db: Session, work: Work
) -> None:
    """Over the API, by name and version; what it narrowed counts, and the recipe names it."""
    headers = _sign_in(client)
    _release(client, headers, "cuff", "small_cuff", parameters={"hand_breadth": {"high": 90}})
    body = {
        "side": "left",
        "hand_breadth": 78,
        "palm_length": 98,
        "wrist_circumference": 150,
        "forearm_circumference": 230,
    }
    ask = {"design": "small_cuff", "version": "0.1.0", "formats": ["stl"], "entries": body}
    wide = {**ask, "entries": {**body, "hand_breadth": 95}}
    refused = client.post("/api/v1/fits", headers=headers, json=wide)
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["allowed"] == "40-90 mm"
    asked = client.post("/api/v1/fits", headers=headers, json=ask)
    assert asked.status_code == 202, asked.text
    assert not listing.is_proved(db, "small_cuff", "0.1.0")
    work(proof_seconds=0)
    fit = client.get(asked.headers["location"], headers=headers).json()
    assert (fit["state"], fit["proved"]) == ("done", True)
    assert "not proved yet" in fit["warnings"][0]
    recipe = client.get(f"{asked.headers['location']}/files/recipe.json", headers=headers).json()
    assert (recipe["design"], recipe["design_version"]) == ("small_cuff", "0.1.0")


def test_a_fork_of_a_fork_inherits_no_certificate(
    client: TestClient, db: Session, work: Work
) -> None:
    """What does not hold is told as it is, with what fails; a child begins with nothing."""
    headers = _sign_in(client)
    address = _release(client, headers, "weak", "weak_fork")
    work()
    said = client.get(address).json()
    assert (said["state"], said["holds"]) == ("not_proved", False)
    assert said["certificate"]["failures"]
    again = _release(client, headers, "weak_fork", "weaker_fork")
    assert client.get(again).json()["state"] == "waiting"
    assert not listing.is_proved(db, "weak_fork", "0.1.0")


def test_a_proof_that_takes_too_long_is_given_up_and_can_be_asked_for_again(
    client: TestClient, work: Work
) -> None:
    """Its process is killed; its makers ask again, others and tokens of nobody do not."""
    headers = _sign_in(client)
    address = _release(client, headers, "weak", "weak_fork")
    work(proof_seconds=0)
    assert client.get(address).json()["state"] == "crashed"
    assert client.post(address, headers=_sign_in(client, "ben")).status_code == 403
    assert client.post(address).status_code == 401
    asked = client.post(address, headers=headers)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert client.post(address, headers=headers).json()["state"] == "waiting"
    work()
    assert client.get(address).json()["state"] == "not_proved"


def test_a_steward_has_the_librarys_own_designs_proved(
    client: TestClient, db: Session, work: Work
) -> None:
    """In the same way, by the same workers; before that there is no certificate."""
    headers = _sign_in(client)
    version = designs.find(db, "weak").version
    address = f"/api/v1/designs/weak/versions/{version}/certificate"
    assert client.get(address).status_code == 404
    assert client.post(address, headers=headers).json()["code"] == "steward_needed"
    # A steward is somebody whom a steward made one, and who showed a second factor.
    db.query(Person).update({"is_steward": True})
    db.query(SignIn).update({"second_factor_at": clock.now()})
    db.commit()
    assert client.post(address, headers=headers).status_code == 202
    work()
    assert client.get(address).json()["state"] == "not_proved"


def test_a_worker_that_is_told_to_stop_puts_its_proof_back(
    client: TestClient, worker: subprocess.Popen[bytes], sessions: sessionmaker[Session], work: Work
) -> None:
    """The certificate waits again, the job is in its queue, and the next worker does it."""
    address = _release(client, _sign_in(client), "cuff", "cuff_fork")
    until(lambda: _state(sessions) == "proving", PATIENCE_S)
    worker.terminate()
    assert worker.wait(PATIENCE_S) == 0
    said = client.get(address).json()
    assert (said["state"], said["done"]) == ("waiting", 0)
    work()
    assert client.get(address).json()["state"] == "proved"


def test_a_worker_that_is_killed_leaves_its_proof_to_the_next(
    client: TestClient,
    worker: subprocess.Popen[bytes],
    sessions: sessionmaker[Session],
    database_url: str,
    work: Work,
) -> None:
    """Its children end with it, the job is found to be stalled, and is done from the beginning."""
    address = _release(client, _sign_in(client), "cuff", "cuff_fork")
    until(lambda: _state(sessions) == "proving", PATIENCE_S)
    until(lambda: _children_of(worker.pid))
    children = _children_of(worker.pid)
    worker.kill()
    worker.wait()
    until(lambda: not [pid for pid in children if Path(f"/proc/{pid}").exists()])
    finish(_retry_stalled(database_url))
    work()
    assert client.get(address).json()["state"] == "proved"


async def _retry_stalled(database_url: str) -> None:
    """Do what the sweep does, without waiting for the time after which a worker is dead."""
    app = job_app(database_url)
    async with app.open_async():
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=0):
            if job.queue == "proofs":
                await app.job_manager.retry_job(job)


def _state(sessions: sessionmaker[Session]) -> str:
    with sessions() as session:
        return session.query(Certificate).one().state


def _children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
    return [int(each) for each in listed.split()]
