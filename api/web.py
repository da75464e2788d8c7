"""Web servers, on an address that another process holds: ``python -m api.web NUMBER COUNT``.

`fitcommons serve` starts this. NUMBER is that of the open socket; COUNT servers share it, and
whoever is free takes the next connection. They are forked from one process that has loaded
everything, which takes seconds: a server that was killed is back at once, and what was loaded is in
memory once. They end when their standard input is closed, also while they are still loading: they
must not keep the address from whoever comes next.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from api.jobs.kernel import die_with_parent
from api.keeping import call_when_closed, is_closed

# Loaded once it is known when to end.
if TYPE_CHECKING:
    import uvicorn

_NOWHERE: Final = {"type": "http", "method": "GET", "path": "/-", "headers": []}
_AGAIN_S: Final = 1.0
"""A server that ended sooner is not started again at once: it may not fill the machine."""


def main(number: int, count: int) -> None:
    """Keep `count` servers answering on the socket with this number until told to stop."""
    die_with_parent()
    if is_closed():
        return
    _load()
    running: dict[int, float] = {}
    is_ending = False

    def end(*_: Any) -> None:
        nonlocal is_ending
        is_ending = True
        for pid in tuple(running):
            os.kill(pid, signal.SIGTERM)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    while True:
        while len(running) < count and not is_ending and not is_closed():
            pid = os.fork()
            if pid == 0:
                _answer(number)
            running[pid] = time.monotonic()
        if is_ending:
            # One that was forked while the signal came has not heard of it.
            end()
        if not running:
            return
        pid, status = os.wait()
        lived_s = time.monotonic() - running.pop(pid)
        if not is_ending and not is_closed():
            code = os.waitstatus_to_exitcode(status)
            sys.stderr.write(f"A web server ended with {code} and is started again.\n")
            if lived_s < _AGAIN_S:
                time.sleep(_AGAIN_S)


def _load() -> None:
    """Load all that servers have in common; whatever holds threads or connections comes later."""
    # Threads would not be there after a fork, and nothing is calculated here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from sqlalchemy.orm import configure_mappers

    from api.app import routes

    configure_mappers()
    # What a route takes is worked out when it is first looked at: nobody shall wait for that.
    for route in routes():
        route.matches(_NOWHERE)
    # What is here now stays: looking through it for what could go would hold up answers, and copy
    # for each server what they share.
    gc.collect()
    gc.freeze()


def _answer(number: int) -> None:
    """Be a server, in a process of its own, until told to stop. Does not return."""
    status = 1
    try:
        server: uvicorn.Server | None = None

        def end(*_: Any) -> None:
            if server is None:
                os._exit(0)
            server.should_exit = True

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, end)
        die_with_parent()
        call_when_closed(end)
        server = _server()
        server.run(sockets=[socket.socket(fileno=number)])
        status = 0
    # Whatever it is: as this process nobody may go on where it was forked.
    except BaseException:  # noqa: BLE001 (it is shown, and the process ends)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def _server() -> uvicorn.Server:
    """Return a server with its connections, and with its processes that make models.

    Raises:
        KeyError: nobody said where the database is (DATABASE_URL).
    """
    import uvicorn

    from api.app import create_app
    from api.settings import Settings
    from registry import crypto

    settings = Settings()
    if settings.database_url is None:
        raise KeyError("DATABASE_URL")
    crypto.install(settings.key_ring())
    app = create_app(settings, settings.database_url)
    app.state.previews.warm()
    gc.collect()
    gc.freeze()
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            # Who asks for what is written down nowhere.
            access_log=False,
            # Whether a proxy is believed is a setting of ours: see `api.deps.address_of`.
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
