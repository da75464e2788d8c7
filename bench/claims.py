"""Claims a second on one node, each job claimed by two makers and had by one.

    python -m bench.claims [--jobs N] [--rounds N]

Two processes with four connections each go through the same jobs in the same order, so that every
job is wanted by two makers at once. PostgreSQL keeps its own settings, also that a commit is on
the disk before it is answered. The first row is the claim itself, one statement and its commit;
the alternative reads the job with FOR UPDATE, then changes it, ends what ran out and writes the
claim. The second row is the whole use case: who may know of the job, whether they can make it,
how many they hold, the notice and the audit trail, with a new claim only after the person's answer
left out. Times are a clock's.

With --rounds, 200 makers want one job at the same moment, that many times (50 is what is promised);
each time exactly one of them has it afterwards. They share 64 connections, because PostgreSQL has
100 unless it is told otherwise.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.measure import Row, main
from bench.registry import database

_JOBS, _WHOLE, _PROCESSES, _HANDS = 4000, 600, 2, 4
_TARGET = 1000.0
_CROWD, _CONNECTIONS = 200, 64


def rows(jobs: int = _JOBS) -> list[Row]:
    """Claim every job in three ways."""
    with database() as url:
        makers = _makers(url, _PROCESSES * _HANDS)
        ours, tries = _race(url, makers, _jobs(url, jobs), "swap")
        locked, _ = _race(url, makers, _jobs(url, jobs), "lock")
        whole, whole_tries = _race(url, makers, _jobs(url, _WHOLE), "usecase")
    return [
        Row(
            f"claims of {jobs:,} jobs, one winner each",
            f"{ours:.0f} a second ({tries:.0f} tries a second)",
            f"FOR UPDATE, then write: {locked:.0f} a second",
            ours / locked,
            f">= {_TARGET:.0f} a second",
            ours >= _TARGET,
        ),
        Row(
            "the whole use case",
            f"{whole:.0f} a second ({whole_tries:.0f} tries a second)",
        ),
    ]


def crowd(rounds: int) -> list[Row]:
    """Let 200 makers want one job at once, and count who has it."""
    from registry import clock
    from registry.db import engine_for
    from registry.jobs.model import Claim
    from registry.jobs.usecases import take

    with database() as url:
        makers = _makers(url, _CROWD)
        jobs = _jobs(url, rounds)
        # As many again as it keeps may come for a while.
        engine = engine_for(url, _CONNECTIONS // 2)
        began = time.perf_counter()
        told = []
        with ThreadPoolExecutor(_CROWD) as pool:
            for job in jobs:
                together = threading.Barrier(_CROWD)

                def want(maker: UUID, job: UUID = job, at: threading.Barrier = together) -> bool:
                    at.wait(60)
                    with Session(engine) as session:
                        won = take(session, job, maker, clock.now())
                        session.commit()
                        return won is not None

                told.append(sum(pool.map(want, makers)))
        took = time.perf_counter() - began
        with Session(engine) as session:
            held = session.scalars(select(Claim.job_id).where(Claim.job_id.in_(jobs))).all()
        engine.dispose()
    one_each = told == [1] * rounds and sorted(held) == sorted(jobs)
    return [
        Row(
            f"{_CROWD} makers want one job at once, {rounds} times, in {took:.0f} s",
            f"{sum(each == 1 for each in told)} times one winner",
            target=f"{rounds}",
            holds=one_each,
        )
    ]


def _makers(url: str, many: int) -> list[UUID]:
    from parametric.clearance import DEFAULT_PRINTER
    from registry.actor import Actor
    from registry.db import engine_for
    from registry.people import makers
    from registry.people.model import Maker, Person

    engine, ids = engine_for(url), []
    with Session(engine) as session, session.begin():
        for _ in range(many):
            person = Person(languages=["de"])
            session.add(person)
            session.flush()
            session.add(
                Maker(
                    person_id=person.id,
                    shown_name="maker",
                    latitude=51.3,
                    longitude=12.4,
                    sends_km=500,
                    most_jobs=10,
                )
            )
            session.flush()
            makers.add_printer(
                session,
                Actor(person_id=person.id),
                profile=asdict(DEFAULT_PRINTER),
                materials=("PLA",),
            )
            ids.append(person.id)
    engine.dispose()
    return ids


def _jobs(url: str, many: int) -> list[UUID]:
    """Return open jobs of requests that every maker could do."""
    from registry.db import engine_for
    from registry.jobs.model import Job
    from registry.people.model import Person
    from registry.requests.model import Request

    engine = engine_for(url)
    with Session(engine) as session, session.begin():
        person = Person(languages=["de"])
        session.add(person)
        session.flush()
        requests = [
            Request(
                person_id=person.id,
                state="open",
                size_mm=[100.0, 100.0, 50.0],
                material="PLA",
                latitude=51.4,
                longitude=12.3,
                is_public=True,
            )
            for _ in range(many)
        ]
        session.add_all(requests)
        session.flush()
        jobs = [Job(request_id=request.id) for request in requests]
        session.add_all(jobs)
        session.flush()
        ids = [job.id for job in jobs]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as settled:
        settled.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    return ids


def _race(url: str, makers: list[UUID], jobs: list[UUID], how: str) -> tuple[float, float]:
    """Return claims won and tried a second; each job must have one winner."""
    from registry import crypto
    from registry.db import engine_for
    from registry.jobs.model import Claim

    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(_PROCESSES)
    ends: Any = context.Queue()
    workers = [
        context.Process(
            target=_work,
            args=(url, crypto.ring().text(), ready, ends),
            kwargs={"makers": makers[i::_PROCESSES], "jobs": jobs, "how": how},
        )
        for i in range(_PROCESSES)
    ]
    for worker in workers:
        worker.start()
    spans = [ends.get(timeout=600) for _ in workers]
    for worker in workers:
        worker.join()
    taken = max(end for _, end in spans) - min(start for start, _ in spans)
    engine = engine_for(url)
    with Session(engine) as session:
        won = session.scalars(select(Claim.job_id).where(Claim.job_id.in_(jobs))).all()
    engine.dispose()
    if sorted(won) != sorted(jobs):
        raise RuntimeError(f"{len(won)} claims of {len(set(won))} jobs; there are {len(jobs)}")
    return len(jobs) / taken, _PROCESSES * len(jobs) / taken


def _work(
    url: str, ring: str, ready: Any, ends: Any, *, makers: list[UUID], jobs: list[UUID], how: str
) -> None:
    """Be one process: its makers share the jobs among themselves."""
    from registry import crypto
    from registry.db import engine_for
    from registry.jobs.usecases import claiming

    crypto.install(crypto.KeyRing.parse(ring))
    claiming.MOST_UNCONFIRMED = 10**9  # type: ignore[misc]  # what holds it back is not measured
    engine = engine_for(url, _HANDS)
    claim: Callable[[Session, UUID, UUID], object] = {
        "swap": _swap,
        "lock": _lock,
        "usecase": _usecase,
    }[how]

    def go(number: int) -> None:
        with Session(engine) as session:
            for job in jobs[number :: len(makers)]:
                claim(session, job, makers[number])

    with Session(engine) as session:
        claim(session, UUID(int=0), makers[0])
    ready.wait(60)
    # One clock for both processes.
    began = time.time()
    with ThreadPoolExecutor(len(makers)) as pool:
        list(pool.map(go, range(len(makers))))
    ends.put((began, time.time()))
    engine.dispose()


def _swap(session: Session, job: UUID, maker: UUID) -> None:
    from registry import clock
    from registry.jobs.usecases import take

    take(session, job, maker, clock.now())
    session.commit()


def _lock(session: Session, job: UUID, maker: UUID) -> None:
    """Claim the usual way: lock, look, write."""
    from registry import clock
    from registry.jobs.usecases import HOLD

    now = clock.now()
    asked = {"job": job, "maker": maker, "now": now, "until": now + HOLD}
    held = "SELECT holder_id, confirmed_at, held_until, claim FROM jobs WHERE id = :job FOR UPDATE"
    row = session.execute(text(held), {"job": job}).first()
    if row is not None and (row[0] is None or (row[1] is None and row[2] <= now)):
        session.execute(
            text(
                "UPDATE jobs SET holder_id = :maker, claim = claim + 1, held_until = :until "
                "WHERE id = :job"
            ),
            asked,
        )
        session.execute(
            text(
                "UPDATE claims SET ended_at = :now, ended_because = 'ran_out' "
                "WHERE job_id = :job AND ended_at IS NULL"
            ),
            asked,
        )
        session.execute(
            text(
                "INSERT INTO claims (id, job_id, maker_id, claim, claimed_at) "
                "VALUES (gen_random_uuid(), :job, :maker, :claim, :now)"
            ),
            {**asked, "claim": row[3] + 1},
        )
    session.commit()


def _usecase(session: Session, job: UUID, maker: UUID) -> None:
    from registry.actor import Actor
    from registry.errors import RegistryError
    from registry.jobs.usecases import claim

    try:
        claim(session, Actor(person_id=maker), job)
        session.commit()
    except RegistryError:
        session.rollback()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.claims")
    parser.add_argument("--jobs", type=int, default=_JOBS)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sys.exit(main(lambda: crowd(asked.rounds) if asked.rounds else rows(asked.jobs), __doc__))
