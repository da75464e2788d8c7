"""Everything on one machine: database, web server, workers that start again if they die."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from api.database import migrate, running
from api.settings import Settings
from registry import crypto

Tell = Callable[[str], None]


def serve(settings: Settings, tell: Tell) -> None:
    """Run everything until told to stop.

    Args:
        settings: see there.
        tell: called with what happened, as plain sentences.

    Raises:
        UnsafeStart: it would endanger people to run like this.
    """
    settings.check()
    crypto.install(settings.key_ring())
    tell(f"Data is kept in {settings.folder}")
    with running(settings) as url:
        migrate(url)
        with _workers(url, settings.workers, tell):
            app = create_app(settings, url)
            config = uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=10,
            )
            tell(f"Open {settings.url}/ in a browser; programs: {settings.url}/api/docs")
            uvicorn.Server(config).run()


@contextmanager
def _workers(url: str, count: int, tell: Tell) -> Iterator[None]:
    """Keep `count` workers running, each in a process of its own."""
    stop = threading.Event()
    running_now: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stop.is_set():
            process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "worker"],
                env={**os.environ, "DATABASE_URL": url},
                stdout=subprocess.DEVNULL,
            )
            running_now.append(process)
            code = process.wait()
            running_now.remove(process)
            if not stop.is_set():
                tell(f"A worker ended with {code} and is started again.")
                stop.wait(1.0)

    keepers = [threading.Thread(target=keep, daemon=True) for _ in range(count)]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        stop.set()
        for process in tuple(running_now):
            process.terminate()
        for keeper in keepers:
            keeper.join(timeout=40)
        for process in tuple(running_now):
            process.kill()
