"""How large a body may be, held to while it streams in: what it claims of itself counts nothing."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

MOST = 1 << 20
"""Bytes of an ordinary body."""

MOST_FILE = 50 << 20
"""Bytes of a file that is uploaded."""

_UPLOADS = re.compile(r"^/api/v1/(jobs/[^/]+/variants|requests/[^/]+/pictures)$")


class _TooBig(Exception):
    pass


class BodyLimit:
    """ASGI middleware that answers 413 as soon as a body is larger than its route allows."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what comes in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MOST_FILE if _UPLOADS.match(scope["path"]) else MOST
        # A multipart body is a little larger than the file in it.
        most += 16 << 10
        came, answered = 0, False

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            if message["type"] == "http.request":
                came += len(message.get("body", b""))
                if came > most:
                    raise _TooBig
            return message

        async def told(message: Message) -> None:
            nonlocal answered
            answered = answered or message["type"] == "http.response.start"
            await send(message)

        claimed = dict(scope["headers"]).get(b"content-length", b"0")
        says = f"This is larger than {most >> 20} MB, the most that is taken here."
        too_big = problem(413, "too_big", says)
        if claimed.isdigit() and int(claimed) > most:
            await too_big(scope, receive, send)
            return
        try:
            await self._app(scope, counted, told)
        except _TooBig:
            if answered:
                raise
            await too_big(scope, receive, send)
