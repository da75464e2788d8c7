"""Everything on one machine: the database, and web servers and workers that are kept running.

This process answers nobody itself. It holds the address, which its web servers share, and the
database; when it ends, however it does, they end.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from api.database import migrate, running
from api.keeping import Tell, kept
from api.settings import Settings

_WORKER: Final = (
    sys.executable, "-c", "from api.cli import main; main()", "worker", "--until-closed"
)  # fmt: skip
_WEB: Final = (sys.executable, "-m", "api.web")

_TAKEN_S: Final = 5.0
"""How long an address may be taken: web servers whose server was killed let go of it in less."""


class CannotListen(Exception):
    """The address is taken, or not this machine's; the message says what to do."""


def serve(settings: Settings, tell: Tell) -> None:
    """Run everything until told to stop (SIGTERM or Ctrl-C).

    Args:
        settings: see there.
        tell: called with what happened, as plain sentences.

    Raises:
        UnsafeStart: it would endanger people to run like this.
        CannotListen: see there.
    """
    settings.check()
    # The first start makes the keys: before several processes look for them.
    settings.key_ring()
    tell(f"Data is kept in {settings.folder}")
    with (
        _told_to_stop() as stop,
        _bound(settings) as listener,
        running(settings) as url,
        _counts(settings) as counts,
    ):
        migrate(url)
        os.environ |= {
            "DATABASE_URL": url,
            "FITCOMMONS_HOST": settings.host,
            "FITCOMMONS_PORT": str(settings.port),
            # Web servers count for themselves; whichever is asked adds them up.
            "PROMETHEUS_MULTIPROC_DIR": str(counts),
        }
        number = listener.fileno()
        web = (*_WEB, str(number), str(settings.web))
        with (
            kept("A worker", _WORKER, settings.workers, tell),
            kept("What keeps the web servers", web, 1, tell, hands_on=(number,)),
        ):
            tell(f"Open {settings.url}/ in a browser; programs: {settings.url}/api/docs")
            stop.wait()


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Give an event that is set when this process is told to stop."""
    told = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda _number, _frame: told.set()) for number in numbers]
    try:
        yield told
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def _counts(settings: Settings) -> Iterator[Path]:
    """Give an empty folder for what web servers count, whatever one that was killed has left."""
    folder = settings.folder / f"counts-{settings.port}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _bound(settings: Settings) -> Iterator[socket.socket]:
    """Take the address before anything is started; nobody is answered before all is ready."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    until = time.monotonic() + _TAKEN_S
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while True:
            try:
                listener.bind((settings.host, settings.port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE and time.monotonic() < until:
                    time.sleep(0.1)
                    continue
                raise CannotListen(
                    f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
                    "Perhaps it is running already. Another port: fitcommons serve --port 8001"
                ) from None
            break
        yield listener
