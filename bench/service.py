"""The whole service on one machine under a mixed load, with the memory of all its processes.

    python -m bench.service [--seconds N] [--rate N]

Starts `fitcommons serve` on a data folder of its own, opens accounts, requests and a maker through
the API, and then sends requests at a fixed rate, whether or not answers have come (an open loop,
so that a slow server cannot slow its questioner down): designs, one design, my requests, one
request, its matches, the maker's jobs, a message. A quarter as many come before, to warm up. Times
are a clock's, from when a request was due.
The named alternative is the same server asked for `/healthz` alone at the same rate: what HTTP,
Python and this machine cost without any of our work.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import httpx2
import psutil

from bench.measure import Row, main, seconds
from bench.people import meet

RATE, SECONDS = 150, 30


@dataclass(frozen=True)
class Call:
    """One request of the mix: how often it comes, and what it is."""

    weight: int
    method: str
    path: str
    secret: str | None = None
    body: dict[str, object] | None = None

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


@dataclass(frozen=True)
class Came:
    """What became of one request: the time it took (s), its status (0: none), whether it read."""

    took: float
    status: int
    reads: bool


@contextmanager
def serving() -> Iterator[tuple[str, psutil.Process]]:
    """Give the address of a service that runs, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="fitcommons-bench-") as folder:
        process = subprocess.Popen(  # noqa: S603 (our own command)
            [sys.executable, "-m", "api.cli", "serve", "--port", str(port)],
            env={**os.environ, "FITCOMMONS_DATA_DIR": str(Path(folder) / "data")},
            stderr=subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address)
            yield address, psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60.0
    while time.monotonic() < until:
        try:
            if httpx2.get(f"{address}/readyz").status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError("The service did not come up within a minute.")


def memory_mb(process: psutil.Process) -> float:
    """Return the memory of a service's processes, shared pages counted once (PSS), in MB."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        try:
            total += each.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


async def load(address: str, calls: list[Call], rate: float, for_s: float) -> list[Came]:
    """Send calls at random, `rate` a second, and return what became of each."""
    chosen = random.Random(1).choices(  # noqa: S311 (a mix, no secret)
        calls, [each.weight for each in calls], k=round(rate * for_s)
    )
    # A client that costs little: it runs on the same processors as the server that is measured.
    async with aiohttp.ClientSession(
        address,
        connector=aiohttp.TCPConnector(limit=200),
        timeout=aiohttp.ClientTimeout(total=30.0),
    ) as client:
        began = time.perf_counter() + 0.5

        async def send(n: int, call: Call) -> Came:
            due = began + n / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            headers = {"Authorization": f"Bearer {call.secret}"} if call.secret else {}
            try:
                async with client.request(
                    call.method, call.path, headers=headers, json=call.body
                ) as answer:
                    await answer.read()
                    status = answer.status
            except (aiohttp.ClientError, TimeoutError):
                status = 0
            return Came(time.perf_counter() - due, status, call.reads)

        return await asyncio.gather(*(send(n, call) for n, call in enumerate(chosen)))


def p(share: float, times: list[float]) -> float:
    """Return the time that `share` of them do not exceed."""
    return statistics.quantiles(times, n=1000)[round(share * 1000) - 1]


def measure(prepare: Callable[[str], list[Call]], rate: float, for_s: float) -> list[Row]:
    """Measure the mix that `prepare` sets up, and `/healthz` alone."""
    with serving() as (address, process):
        calls = prepare(address)
        asyncio.run(load(address, calls, rate / 4, for_s / 3))
        alone = asyncio.run(load(address, [Call(1, "GET", "/healthz")], rate, for_s / 3))
        came = asyncio.run(load(address, calls, rate, for_s))
        memory = memory_mb(process)
    wrong = sorted({each.status for each in came if not 200 <= each.status < 300})
    read = p(0.95, [each.took for each in came if each.reads])
    write = p(0.95, [each.took for each in came if not each.reads])
    floor = p(0.95, [each.took for each in alone])
    return [
        Row(
            f"{rate:g} mixed requests a second for {for_s:g} s: reads, 95 of 100",
            seconds(read),
            f"{seconds(floor)} for /healthz",
            read / floor,
            "<= 150 ms",
            read <= 0.15,
        ),
        Row("the same: writes, 95 of 100", seconds(write)),
        Row(
            "answers that were not 2xx",
            f"{sum(not 200 <= each.status < 300 for each in came)} of {len(came)} {wrong or ''}",
            target="0",
            holds=not wrong,
        ),
        Row(
            "memory of all processes",
            f"{memory:.0f} MB",
            target="<= 2000 MB",
            holds=memory <= 2000.0,
        ),
    ]


def people_at_work(address: str) -> list[Call]:
    """Open accounts, a maker and requests through the API; return the mix of calls."""
    met = meet(address)
    one = f"/api/v1/requests/{met.request}"
    return [
        Call(20, "GET", "/api/v1/designs", met.anna),
        Call(20, "GET", "/api/v1/designs/wrist_hand"),
        Call(15, "GET", "/api/v1/requests", met.anna),
        Call(20, "GET", one, met.anna),
        Call(10, "GET", f"/api/v1/requests/{met.open_request}/matches", met.anna),
        Call(10, "GET", "/api/v1/jobs", met.ben),
        Call(5, "POST", f"{one}/messages", met.anna, {"said": "Hello"}),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.service")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sys.exit(main(lambda: measure(people_at_work, asked.rate, asked.seconds), __doc__))
