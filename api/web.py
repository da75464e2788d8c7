"""One web server, on an address that another process holds: ``python -m api.web NUMBER``.

`fitcommons serve` starts as many as it is asked for. NUMBER is that of the open socket they share:
whoever is free takes the next connection. It ends when its standard input is closed, also while it
is still loading, which takes seconds: it must not keep the address from whoever comes next.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
from typing import TYPE_CHECKING, Final

from api.keeping import call_when_closed

# Loaded once it is known when to end.
if TYPE_CHECKING:
    import uvicorn

_NOWHERE: Final = {"type": "http", "method": "GET", "path": "/-", "headers": []}


def main(number: int) -> None:
    """Answer on the socket with this number until told to stop.

    Raises:
        KeyError: nobody said where the database is (DATABASE_URL).
    """
    server: uvicorn.Server | None = None

    def end() -> None:
        if server is None:
            os._exit(0)
        server.should_exit = True

    call_when_closed(end)
    server = _loaded()
    server.run(sockets=[socket.socket(fileno=number)])


def _loaded() -> uvicorn.Server:
    """Return a server with everything in memory that it will need."""
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
    # What a route takes is worked out when it is first looked at: nobody shall wait for that.
    for route in app.routes:
        route.matches(_NOWHERE)
    # What is here now stays: looking through it for what could go would hold up answers.
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
    main(int(sys.argv[1]))
