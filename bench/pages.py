"""How long the server takes for each page, among a hundred thousand requests, and what it weighs.

    python -m bench.pages [--requests N]

The database holds as many people, each with a request, and a fifth as many makers with printers,
all over Europe. Each page that the routers have is asked for over HTTP by one client, as who would
look at it: a visitor, somebody with requests, or a maker with a job; pages that answer anything
but 200 to them are named and left out. The server runs in a process of its own; times are a
clock's. What a page weighs is what a browser loads that has nothing kept: page, styles, scripts,
fonts and the pictures that it shows, but not the 3D viewer and its model.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID, uuid4

import psutil
from playwright.sync_api import Page
from playwright.sync_api import Request as Received
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from bench.measure import Row, main
from bench.registry import database, percentile

_REQUESTS, _WARM, _TIMES = 100_000, 5, 60
_TARGET_S, _TARGET_BYTES = 0.100, 150_000
_LATER: Final = re.compile(r"model-viewer\.js|\.glb\b|/preview")
"""What belongs to the 3D view."""

_MAKERS: Final = ("/make",)
_ASKERS: Final = ("/requests", "/ask", "/me", "/fits")

_FILL: Final = """
INSERT INTO people (id, created_at, languages, is_steward, is_reviewer)
SELECT gen_random_uuid(), now(), '{en}', false, false FROM generate_series(1, :people);

INSERT INTO requests (id, created_at, changed_at, person_id, state, version, for_minor, wish,
    design, size_mm, material, country, region, at, latitude, longitude, languages, is_public,
    opened_at, widened)
SELECT gen_random_uuid(), now() - random() * interval '300 days', now(), id,
    (ARRAY['open','open','open','matched','making','in_use','in_use','closed','draft'])
        [1 + floor(random() * 9)::int],
    1, false, :wish, (ARRAY['wrist_hand','tube_clamp',NULL])[1 + floor(random() * 3)::int],
    ARRAY[90.0, 80.0, 120.0], 'PLA', 'DE', 'Leipzig',
    point(:earth * radians(east), :earth * asinh(tan(radians(north)))), north, east, '{en}',
    true, now() - random() * interval '30 days', 0
FROM (SELECT id, 36 + random() * 24 AS north, -9 + random() * 33 AS east FROM people) AS homes;

INSERT INTO jobs (id, created_at, request_id, is_offered, claim)
SELECT gen_random_uuid(), created_at, id, state = 'open', 0 FROM requests WHERE state <> 'draft';

INSERT INTO makers (person_id, is_active, shown_name, says, region, country, at, latitude,
    longitude, sends_km, sends_to, languages, channels, tools, materials, bed_x_mm, bed_y_mm,
    bed_z_mm, most_jobs, holds_jobs, made)
SELECT person_id, true, 'maker', 'I like small things.', region, country, at, latitude,
    longitude, 300, '{}', '{en}', '{email}', '{}', '{PLA}', 220, 220, 250, 2, 0, '{}'
FROM requests LIMIT :makers;

INSERT INTO printers (id, maker_id, name, profile, materials)
SELECT gen_random_uuid(), person_id, 'printer', CAST(:profile AS jsonb), '{PLA}' FROM makers
"""


@dataclass(frozen=True)
class Server:
    """A web server that runs, and its process."""

    port: int
    process: psutil.Process

    def worked_s(self) -> float:
        """Return the processor seconds that it has used."""
        used = self.process.cpu_times()
        return float(used.user + used.system)


@dataclass(frozen=True)
class Timed:
    """What was measured of a page: each time (s), and the server's own work for one (s)."""

    taken: list[float]
    work_s: float


@dataclass(frozen=True)
class Folk:
    """Who looks, by the secret of their sign-in, and what the names in addresses stand for."""

    asker: str
    maker: str
    names: Mapping[str, str]

    def secret(self, path: str) -> str:
        """Return who would look at a page; nothing for a visitor."""
        if path.startswith(_MAKERS):
            return self.maker
        return self.asker if path.startswith(_ASKERS) else ""

    def address(self, path: str) -> str:
        """Return where a page is; names that nothing stands for stay, and are not found."""
        return re.sub(r"\{(\w+)[^}]*\}", lambda name: self.names.get(name[1], "none"), path)


def rows(requests: int = _REQUESTS) -> list[Row]:
    """Fill a database and ask for every page."""
    from registry.db import engine_for

    with database() as url:
        engine = engine_for(url)
        began = time.perf_counter()
        _fill(engine, requests)
        folk = _folk(engine)
        print(f"{requests:,} requests in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        with _server(url) as server:
            times = _times(server, folk)
            weights = _weights(server.port, folk, list(times))
        engine.dispose()
    slow = {path: percentile(page.taken, 95.0) for path, page in times.items()}
    worst, heaviest = max(slow, key=slow.__getitem__), max(weights, key=weights.__getitem__)
    works = max(times, key=lambda path: times[path].work_s)
    every = [each for page in times.values() for each in page.taken]
    for path in sorted(slow, key=slow.__getitem__, reverse=True):
        print(
            f"{path}: p95 {1000 * slow[path]:.0f} ms, work {1000 * times[path].work_s:.0f} ms, "
            f"{weights[path] / 1000:.0f} kB",
            file=sys.stderr,
        )
    return [
        Row(
            f"the slowest of {len(times)} pages among {requests:,} requests ({worst})",
            f"p95 {1000 * slow[worst]:.0f} ms",
            f"all pages: p50 {1000 * percentile(every, 50.0):.0f} ms, "
            f"p95 {1000 * percentile(every, 95.0):.0f} ms",
            target=f"p95 < {1000 * _TARGET_S:.0f} ms",
            holds=slow[worst] < _TARGET_S,
        ),
        Row(
            f"the most work of the web server for one page ({works})",
            f"{1000 * times[works].work_s:.0f} ms of a processor",
        ),
        Row(
            f"the heaviest of them, with nothing kept ({heaviest})",
            f"{weights[heaviest] / 1000:.0f} kB",
            f"the lightest: {min(weights.values()) / 1000:.0f} kB",
            target=f"< {_TARGET_BYTES / 1000:.0f} kB",
            holds=weights[heaviest] < _TARGET_BYTES,
        ),
    ]


def _fill(engine: Engine, requests: int) -> None:
    from parametric.clearance import DEFAULT_PRINTER
    from registry import crypto
    from registry.matching import places

    wish = json.dumps({"words": "I want to ride my bicycle again, with both hands."})
    facts = {
        "people": requests,
        "makers": requests // 5,
        "earth": places.EARTH_KM,
        "wish": crypto.ring().seal(wish.encode(), "requests.wish"),
        "profile": json.dumps(asdict(DEFAULT_PRINTER)),
    }
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in _FILL.split(";"):
            used = {name: value for name, value in facts.items() if f":{name}" in statement}
            connection.execute(text(statement), used)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as settled:
        settled.execute(text("VACUUM ANALYZE"))


def _folk(engine: Engine) -> Folk:
    """Give somebody a maker's offer and a job, and somebody else a request with that maker."""
    from parametric.clearance import DEFAULT_PRINTER
    from registry import clock
    from registry.actor import EVERYTHING, Actor
    from registry.jobs.model import Claim, Job
    from registry.people import makers
    from registry.people.model import Person, SignIn
    from registry.people.secrets import new_secret, secret_hash
    from registry.requests.model import Request

    def somebody(session: Session, name: str) -> tuple[Actor, str]:
        secret, person = new_secret("fcs"), Person(languages=["en"], name=name)
        session.add(person)
        session.flush()
        until = clock.now() + timedelta(days=1)
        session.add(SignIn(person_id=person.id, secret_hash=secret_hash(secret), expires_at=until))
        return Actor(person_id=person.id, scopes=EVERYTHING, sign_in_id=uuid4()), secret

    with Session(engine) as session, session.begin():
        (asker, asks), (maker, makes) = somebody(session, "Anna"), somebody(session, "Ben")
        offer = makers.Offer(
            shown_name="Ben", town="Leipzig", country="DE", sends_km=300, most_jobs=3
        )
        makers.offer(session, maker, offer)
        printer = makers.add_printer(
            session, maker, profile=asdict(DEFAULT_PRINTER), materials=("PLA",)
        )
        request = session.scalars(select(Request).where(Request.state == "making").limit(1)).one()
        request.person_id = asker.person_id or UUID(int=0)
        job = session.scalars(select(Job).where(Job.request_id == request.id)).one()
        job.holder_id, job.confirmed_at, job.claim = maker.person_id, clock.now(), 1
        session.add(Claim(job_id=job.id, maker_id=maker.person_id, claim=1))
        names = {
            "slug": "wrist_hand",
            "request_id": str(request.id),
            "job_id": str(job.id),
            "printer_id": str(printer.id),
        }
    return Folk(asks, makes, names)


def _paths() -> list[str]:
    """Return every page that can be looked at, as the routers know it."""
    from fastapi.routing import APIRoute

    from api import pages

    return sorted(
        route.path
        for router in pages.ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    )


def _serve(settings: Mapping[str, Any], url: str, to: Connection) -> None:
    """Serve until the process is ended; says its port."""
    import socket

    import uvicorn

    from api.app import create_app
    from api.settings import Settings
    from registry import crypto

    found = Settings.model_validate(settings)
    crypto.install(found.key_ring())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        to.send(listener.getsockname()[1])
        app = create_app(found, url)
        config = uvicorn.Config(app, log_level="error", timeout_keep_alive=120)
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _server(url: str) -> Iterator[Server]:
    from registry import crypto

    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    with TemporaryDirectory() as folder:
        settings = {"DATABASE_URL": url, "data_dir": folder, "keys": crypto.ring().text()}
        process = context.Process(target=_serve, args=(settings, url, there))
        process.start()
        try:
            yield Server(int(here.recv()), psutil.Process(process.pid))
        finally:
            process.terminate()
            process.join()


def _times(server: Server, folk: Folk) -> dict[str, Timed]:
    """Return how long each page took, by the route's path."""
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    _wait(client)
    found: dict[str, Timed] = {}
    for path in _paths():
        refused = [_asked(client, folk, path)[1] for _ in range(_WARM)][-1]
        if refused:
            print(f"left out: {path} (says {refused})", file=sys.stderr)
            continue
        before = server.worked_s()
        taken = [_asked(client, folk, path)[0] for _ in range(_TIMES)]
        found[path] = Timed(taken, (server.worked_s() - before) / _TIMES)
    client.close()
    return found


def _asked(client: http.client.HTTPConnection, folk: Folk, path: str) -> tuple[float, str]:
    """Ask for a page; return how long it took, and what was answered if that is no page."""
    headers = {"Accept": "text/html", "Cookie": f"signin={folk.secret(path)}"}
    began = time.perf_counter()
    client.request("GET", folk.address(path), headers=headers)
    answer = client.getresponse()
    answer.read()
    took = time.perf_counter() - began
    kind = answer.headers.get("Content-Type", "")
    return took, "" if answer.status == 200 and "html" in kind else f"{answer.status} {kind}"


def _wait(client: http.client.HTTPConnection) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + 60
    while True:
        try:
            client.request("GET", "/healthz")
            client.getresponse().read()
        except OSError:
            client.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _weights(port: int, folk: Folk, paths: Sequence[str]) -> dict[str, int]:
    """Return the bytes that a browser receives for each page, but for the 3D view."""
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright:
        command = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=command, args=["--no-sandbox"])
        for path in paths:
            context = browser.new_context(
                base_url=f"http://127.0.0.1:{port}", viewport={"width": 375, "height": 740}
            )
            secret = folk.secret(path)
            if secret:
                context.add_cookies(
                    [{"name": "signin", "value": secret, "url": f"http://127.0.0.1:{port}"}]
                )
            page = context.new_page()
            received = _received(page)
            page.goto(folk.address(path), wait_until="networkidle")
            found[path] = sum(size for url, size in received if not _LATER.search(url))
            context.close()
        browser.close()
    return found


def _received(page: Page) -> list[tuple[str, int]]:
    """Return a list of addresses and bytes that grows with what the page receives."""
    received: list[tuple[str, int]] = []

    def note(sent: Received) -> None:
        sizes = sent.sizes()
        received.append((sent.url, sizes["responseBodySize"] + sizes["responseHeadersSize"]))

    page.on("requestfinished", note)
    return received


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.pages")
    parser.add_argument("--requests", type=int, default=_REQUESTS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sys.exit(main(lambda: rows(asked.requests), __doc__))
