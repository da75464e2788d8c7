"""Killing and hanging, in series: what was acknowledged is kept, and nothing is left over.

    python -m bench.faults [--kills N] [--hangs N]

Kills: a real `fitcommons serve` is sent messages and asked for fits without a pause, while the
whole server, one of its web servers or its worker, by turns at random, is killed with SIGKILL N
times (200 unless you say otherwise) and comes back. In the end every message that was answered
with 201 is there once, every fit that was answered with 202 is finished, and the audit trail holds.

Hangs: N fits (100) of a design that hangs in C or crashes, each of which has three seconds. In the
end each says that it failed, no process of theirs lives, nothing of them is on the disk, and an
ordinary fit is made as before.

Each round takes a few seconds: 200 kills are about a quarter of an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil

from bench.measure import ROOT, Row, main
from bench.people import meet

KILLS, HANGS = 200, 100
STUBBORN = ROOT / "tests" / "api" / "rough"
FINAL = frozenset({"done", "failed", "refused", "cancelled"})


@dataclass
class Service:
    """A service that is killed and started again, on one folder of data."""

    data: Path
    port: int
    fit_seconds: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Return the environment of its programs."""
        others = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("FITCOMMONS_") and name != "DATABASE_URL"
        }
        return {
            **others,
            "FITCOMMONS_DATA_DIR": str(self.data),
            "FITCOMMONS_DESIGNS": str(STUBBORN),
            "FITCOMMONS_FIT_SECONDS": str(self.fit_seconds),
            "FITCOMMONS_MOST_WAITING_FITS": "1000",
        }

    def start(self) -> None:
        """Start it, and come back when it is ready."""
        self.process = subprocess.Popen(  # noqa: S603 (our own command)
            [sys.executable, "-m", "api.cli", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env=self.environment(),
            stderr=subprocess.DEVNULL,
        )
        _until(self.is_ready, 300.0)

    def is_ready(self) -> bool:
        """Whether it says that it can work."""
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError(f"It ended by itself with {self.process.returncode}.")
        try:
            ready = httpx2.get(f"{self.address}/readyz", timeout=5.0)
        except httpx2.TransportError:
            return False
        return bool(ready.status_code == httpx2.codes.OK)

    def kill_server(self) -> None:
        """Kill its server and start it again."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
        self.start()

    def kill_child(self, named: str, chance: random.Random) -> None:
        """Kill one of its web servers, what keeps them, or its worker; another is started."""
        found = []
        for each in self.children():
            with suppress(psutil.Error):
                if named in each.cmdline():
                    found.append(each)
        if found:
            with suppress(psutil.Error):
                chance.choice(found).kill()

    def children(self) -> list[psutil.Process]:
        """Return the processes below it."""
        if self.process is None:
            return []
        return psutil.Process(self.process.pid).children(recursive=True)

    def makers(self) -> list[psutil.Process]:
        """Return the processes that make fits: its worker has one that starts them."""
        found: list[psutil.Process] = []
        for each in self.children():
            with suppress(psutil.Error):
                if "worker" in each.cmdline():
                    for starter in each.children():
                        found += starter.children(recursive=True)
        return found


@dataclass
class Promised:
    """What the service said yes to, and how often it could not be reached."""

    messages: list[str] = field(default_factory=list)
    fits: list[str] = field(default_factory=list)
    unanswered: int = 0


@contextmanager
def service(fit_seconds: int) -> Iterator[Service]:
    """Give a service that runs; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="fitcommons-faults-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = Service(folder / "data", free.getsockname()[1], fit_seconds)
    try:
        found.start()
        yield found
    finally:
        if found.process is not None:
            found.process.send_signal(signal.SIGTERM)
            found.process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def kills(count: int) -> list[Row]:
    """Kill server, web server and worker in turns under load, and count what was lost."""
    chance = random.Random(7)  # noqa: S311 (a mix, no secret)
    with service(60) as it:
        met = meet(it.address)
        secret, request = met.anna, met.request
        promised, stop = Promised(), threading.Event()
        loads = [
            threading.Thread(target=work, args=(it, secret, request, promised, stop))
            for work in (_talk, _fit)
        ]
        for load in loads:
            load.start()
        began = time.monotonic()
        servers = 0
        for _ in range(count):
            time.sleep(chance.uniform(0.2, 1.0))
            match chance.choice(("server", "api.web", "worker")):
                case "server":
                    servers += 1
                    it.kill_server()
                case child:
                    it.kill_child(child, chance)
        stop.set()
        for load in loads:
            load.join()
        took = time.monotonic() - began
        there = _messages(it, secret, request)
        lost = [each for each in promised.messages if there.count(each) != 1]
        stuck = _stuck(it, secret, promised.fits)
        holds = _trail_holds(it)
    said = f"{count} ({servers} of the server) in {took:.0f} s"
    return [
        Row(f"kill -9 under load: {said}", f"{promised.unanswered} calls got no answer"),
        Row(
            f"{len(promised.messages)} messages answered with 201",
            f"{len(lost)} lost or doubled",
            target="0",
            holds=not lost and bool(promised.messages),
        ),
        Row(
            f"{len(promised.fits)} fits answered with 202",
            f"{len(stuck)} never finished",
            target="0",
            holds=not stuck and bool(promised.fits),
        ),
        Row("the audit trail", "holds" if holds else "is broken", target="holds", holds=holds),
    ]


def hangs(count: int) -> list[Row]:
    """Ask for fits that hang or crash, and look for what they leave."""
    with service(3) as it, httpx2.Client(base_url=f"{it.address}/api/v1", timeout=30.0) as client:
        places = []
        began = time.monotonic()
        for n in range(count):
            does = "crashes" if n % 4 == 0 else "hangs"
            entries = {"does": does, "size": 10.0 + 0.25 * n % 40.0, "waits": n / 1e6}
            places.append(_asked(client, {"design": "stubborn", "entries": entries}))
        states = [_finished(client, place, 60.0 + 6.0 * count) for place in places]
        took = time.monotonic() - began
        good = _asked(client, {"design": "stubborn", "entries": {"size": 33}})
        made = _finished(client, good, 60.0)
        with suppress(TimeoutError):
            _until(lambda: not it.makers(), 60.0)
        left = len(it.makers())
        folders = len(list((it.data / "making").iterdir()))
    failed = states.count("failed")
    return [
        Row(
            f"{count} fits that hang or crash, in {took:.0f} s",
            f"{failed} failed",
            target=f"{count}",
            holds=failed == count,
        ),
        Row("their processes that still live", f"{left}", target="0", holds=left == 0),
        Row("folders left on the disk", f"{folders}", target="0", holds=folders == 0),
        Row("an ordinary fit after them", made, target="done", holds=made == "done"),
    ]


def rows(kill: int, hang: int) -> list[Row]:
    """Run the series that are asked for."""
    return [*(kills(kill) if kill else []), *(hangs(hang) if hang else [])]


def _talk(
    it: Service, secret: str, request: str, promised: Promised, stop: threading.Event
) -> None:
    """Send messages without a pause, and note those that were acknowledged."""
    headers = {"Authorization": f"Bearer {secret}"}
    n = 0
    while not stop.is_set():
        n += 1
        said = f"message {n}"
        try:
            answer = httpx2.post(
                f"{it.address}/api/v1/requests/{request}/messages",
                headers=headers,
                json={"said": said},
                timeout=10.0,
            )
        except httpx2.TransportError:
            promised.unanswered += 1
            stop.wait(0.05)
            continue
        if answer.status_code == httpx2.codes.CREATED:
            promised.messages.append(said)
        stop.wait(0.01)


def _fit(
    it: Service, secret: str, _request: str, promised: Promised, stop: threading.Event
) -> None:
    """Ask for small fits, and note those that were acknowledged."""
    headers = {"Authorization": f"Bearer {secret}"}
    n = 0
    while not stop.is_set():
        n += 1
        asked = {"design": "stubborn", "entries": {"size": 10 + n % 40, "waits": n / 1e6}}
        try:
            answer = httpx2.post(
                f"{it.address}/api/v1/fits", headers=headers, json=asked, timeout=10.0
            )
        except httpx2.TransportError:
            promised.unanswered += 1
            stop.wait(0.05)
            continue
        if answer.status_code == httpx2.codes.ACCEPTED:
            promised.fits.append(answer.headers["location"])
        stop.wait(3.0)


def _messages(it: Service, secret: str, request: str) -> list[str]:
    headers, found, cursor = {"Authorization": f"Bearer {secret}"}, list[str](), ""
    with httpx2.Client(base_url=f"{it.address}/api/v1", timeout=30.0) as client:
        while True:
            page = client.get(f"/requests/{request}/messages?limit=100{cursor}", headers=headers)
            found += [each["said"] for each in page.json()["messages"]]
            if page.json()["next"] is None:
                return found
            cursor = f"&cursor={page.json()['next']}"


def _stuck(it: Service, secret: str, places: list[str]) -> list[str]:
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx2.Client(base_url=it.address, headers=headers, timeout=30.0) as client:
        return [place for place in places if _finished(client, place, 60.0 + len(places)) != "done"]


def _asked(client: httpx2.Client, what: dict[str, Any]) -> str:
    while True:
        answer = client.post("/fits", json={**what, "formats": ["stl"]})
        if answer.status_code != httpx2.codes.TOO_MANY_REQUESTS:
            answer.raise_for_status()
            return str(answer.headers["location"])
        time.sleep(float(answer.headers["retry-after"]))


def _finished(client: httpx2.Client, place: str, most_s: float) -> str:
    """Return the final state of a fit; the last one seen where there is none in time."""
    until = time.monotonic() + most_s
    while True:
        answer = client.get(httpx2.URL(str(client.base_url)).join(place))
        state = str(answer.json().get("state"))
        if state in FINAL or time.monotonic() > until:
            return state
        time.sleep(0.5)


def _trail_holds(it: Service) -> bool:
    ran = subprocess.run(
        [sys.executable, "-m", "api.cli", "audit", "verify", "--json"],
        cwd=ROOT,
        env=it.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return bool(json.loads(ran.stdout)["holds"])


def _until(true: Callable[[], bool], most_s: float) -> None:
    ends = time.monotonic() + most_s
    while not true():
        if time.monotonic() > ends:
            raise TimeoutError(f"It did not come true in {most_s:g} s.")
        time.sleep(0.1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.faults")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--hangs", type=int, default=HANGS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sys.exit(main(lambda: rows(asked.kills, asked.hangs), __doc__))
