"""Everything on one machine: database, web server, workers that start again if they die."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from api.app import create_app
from api.database import migrate, running
from api.settings import Settings
from registry import crypto

Tell = Callable[[str], None]

_WORKER: Final = "from api.cli import main; main()"

SWITCH_S: Final = 0.001
"""After how long a thread that works lets another one go on. With Python's own 5 ms, an answer that
is handed from thread to thread waits for others' work at each hand."""

STOP_S: Final = 30
"""How long workers get to stop by themselves."""


class CannotListen(Exception):
    """The address is taken, or not this machine's; the message says what to do."""


def serve(settings: Settings, tell: Tell) -> None:
    """Run everything until told to stop.

    Args:
        settings: see there.
        tell: called with what happened, as plain sentences.

    Raises:
        UnsafeStart: it would endanger people to run like this.
        CannotListen: see there.
    """
    settings.check()
    crypto.install(settings.key_ring())
    sys.setswitchinterval(SWITCH_S)
    tell(f"Data is kept in {settings.folder}")
    with _bound(settings) as listener, running(settings) as url:
        migrate(url)
        with _workers(url, settings.workers, tell):
            app = create_app(settings, url)
            app.state.previews.warm()
            config = uvicorn.Config(
                app,
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=10,
            )
            tell(f"Open {settings.url}/ in a browser; programs: {settings.url}/api/docs")
            uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _bound(settings: Settings) -> Iterator[socket.socket]:
    """Take the address before anything is started; nobody is answered before all is ready."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotListen(
                f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
                "Perhaps it is running already. Another port: fitcommons serve --port 8001"
            ) from None
        yield listener


@contextmanager
def _workers(url: str, count: int, tell: Tell) -> Iterator[None]:
    """Keep `count` workers running, each in a process of its own."""
    stop = threading.Event()
    running_now: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stop.is_set():
            # It stops when its standard input is closed, and so also when this process is killed.
            process = subprocess.Popen(  # noqa: S603 (our own program)
                [sys.executable, "-c", _WORKER, "worker", "--until-closed"],
                env={**os.environ, "DATABASE_URL": url},
                stdin=subprocess.PIPE,
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
            keeper.join(timeout=STOP_S)
        for process in tuple(running_now):
            process.kill()
