"""The server is killed in the middle of claims: what it said yes to is kept, nothing is stuck."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.serving import ROOT, Server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")

JOBS, MAKERS, FEW = 9, 3, 2
PASSWORD = "boat lamp carrot"  # noqa: S105 (nobody's)
PLACE = {"country": "GB", "town": "London"}


def _ask(
    server: Server, method: str, path: str, body: Any, secret: str | None, *, went: int
) -> Any:
    status, _, answer = server.ask(method, f"/api/v1{path}", body, secret)
    assert status == went, answer
    return json.loads(answer) if answer else None


def _person(server: Server, name: str) -> str:
    account = {"email": f"{name}@example.org", "password": PASSWORD}
    _ask(server, "POST", "/accounts", account, None, went=201)
    return str(_ask(server, "POST", "/sessions", account, None, went=201)["secret"])


def _maker(server: Server, name: str) -> str:
    secret = _person(server, name)
    offer = {"shown_name": name, "sends_km": 300, "most_jobs": 9, **PLACE}
    _ask(server, "PUT", "/makers/me", offer, secret, went=200)
    printer = {"profile": {"name": "mine"}, "materials": ["PLA"]}
    _ask(server, "POST", "/makers/me/printers", printer, secret, went=201)
    return secret


def _open_jobs(server: Server, maker: str) -> list[str]:
    anna = _person(server, "anna")
    consent = {"purpose": "share_with_makers", "words_version": "1"}
    _ask(server, "POST", "/me/consents", consent, anna, went=201)
    for _ in range(JOBS):
        ask = {"wish": {"words": "Hold a cup"}, "place": PLACE, "is_public": True}
        request = _ask(server, "POST", "/requests", ask, anna, went=201)["id"]
        for to in ("ready", "open"):
            _ask(server, "POST", f"/requests/{request}/moves", {"to": to}, anna, went=200)
    shown = _ask(server, "GET", "/jobs", None, maker, went=200)["open"]
    return [str(each["id"]) for each in shown]


def _claims(server: Server, maker: str) -> dict[str, int]:
    held = _ask(server, "GET", "/jobs", None, maker, went=200)["mine"]
    return {each["id"]: each["claim"] for each in held}


def test_a_claim_that_was_acknowledged_outlives_the_server(server: Server) -> None:
    """kill -9 while makers claim: every claim answered with 201 is there afterwards, with its
    number; no job has two makers; each that was not answered can be claimed; the trail holds."""
    server.start()
    makers = [_maker(server, f"maker{n}") for n in range(MAKERS)]
    jobs = _open_jobs(server, makers[0])
    assert len(jobs) == JOBS
    acknowledged: dict[str, tuple[str, int]] = {}
    enough = threading.Event()

    def claim(maker: str, job: str) -> None:
        try:
            status, _, body = server.ask("POST", f"/api/v1/jobs/{job}/claims", {}, maker)
        except OSError:
            # It died over this one: nobody was told anything.
            return
        if status == 201:
            acknowledged[job] = (maker, json.loads(body)["claim"])
        if len(acknowledged) >= FEW:
            enough.set()

    with ThreadPoolExecutor(MAKERS) as pool:
        going = [
            pool.submit(claim, makers[n % MAKERS], job)
            for n, job in enumerate(job for job in jobs for _ in range(MAKERS))
        ]
        assert enough.wait(60)
        server.stop(signal.SIGKILL)
        for each in going:
            each.result()
    assert len(acknowledged) >= FEW
    server.start()

    held = {maker: _claims(server, maker) for maker in makers}
    for job, (maker, number) in acknowledged.items():
        assert held[maker].get(job) == number
    taken = [job for each in held.values() for job in each]
    assert len(taken) == len(set(taken))
    for job in set(jobs) - set(taken):
        answers = [server.ask("POST", f"/api/v1/jobs/{job}/claims", {}, each)[0] for each in makers]
        assert 201 in answers
    assert sorted(job for each in makers for job in _claims(server, each)) == sorted(jobs)
    verified = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "audit", "verify", "--json"],
        cwd=ROOT,
        env=server.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(verified.stdout)["holds"], verified.stderr
