"""How many requests came, what was answered and how long it took, by route: never by whom."""

from __future__ import annotations

import os
import time
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS: Final = Counter(
    "fitcommons_requests", "Answers by route and status.", ("method", "route", "status")
)
SECONDS: Final = Histogram(
    "fitcommons_request_seconds",
    "Seconds from the request to the first byte of its answer.",
    ("method", "route"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 1.0, 3.0, 10.0),
)


class Counted:
    """ASGI middleware that counts requests; a path that is no route is counted as "other"."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                # The route's pattern, so that no id of anybody's ends up in the counts.
                route = getattr(scope.get("route"), "path", "other")
                REQUESTS.labels(scope["method"], route, str(message["status"])).inc()
                SECONDS.labels(scope["method"], route).observe(time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, counting)


def counted() -> bytes:
    """Return what was counted, by all web servers that share an address, as Prometheus reads it."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
