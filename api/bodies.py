"""How large a body may be, and that a form is whole, held to while it streams in.

What a body claims of itself counts nothing.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Told, as_it_is, problem

MOST = 1 << 20
"""Bytes of an ordinary body."""

MOST_FILE = 50 << 20
"""Bytes of a file that is uploaded."""

_UPLOADS = re.compile(r"^(/api/v1)?/(jobs/[^/]+/variants|requests/[^/]+/pictures)$")


def takes_files(path: str) -> bool:
    """Return whether a route at this path, of an address or of a route, takes large files."""
    return _UPLOADS.match(path) is not None


_BOUNDARY = re.compile(r'^multipart/form-data;.*\bboundary="?([^";,]{1,200})"?', re.IGNORECASE)
_TAIL = 1024


class _TooBig(MultiPartException):
    """Stops the reading; as an error of forms, so that files that were begun are closed."""


class BodyLimit:
    """ASGI middleware that answers 413 as soon as a body is larger than its route allows."""

    def __init__(self, app: ASGIApp, told: Told = as_it_is) -> None:
        self._app = app
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what comes in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MOST_FILE if takes_files(scope["path"]) else MOST
        # A multipart body is a little larger than the file in it.
        most += 16 << 10
        came, over, answered, tail = 0, False, False, b""
        headers = Headers(scope=scope)
        end = _end_of_form(headers.get("content-type", ""))

        async def counted() -> Message:
            nonlocal came, over, tail
            message = await receive()
            if message["type"] == "http.request":
                body = message.get("body", b"")
                came += len(body)
                if came > most:
                    over = not answered
                    raise _TooBig("too big")
                if end:
                    tail = (tail + body[-_TAIL:])[-_TAIL:]
                    if not message.get("more_body", False) and end not in tail:
                        raise MultiPartException("The upload was cut off before its end.")
            return message

        async def told(message: Message) -> None:
            nonlocal answered
            # Whatever the application makes of a body that was not read to its end, we know why.
            if not over:
                answered = answered or message["type"] == "http.response.start"
                await send(message)

        claimed = headers.get("content-length", "0")
        says = f"This is larger than {most >> 20} MB, the most that is taken here."

        async def too_big() -> None:
            answer = self._told(Request(scope), problem(413, "too_big", says))
            await answer(scope, receive, send)

        if claimed.isdecimal() and int(claimed[:20]) > most:
            await too_big()
            return
        try:
            await self._app(scope, counted, told)
        except _TooBig:
            if answered:
                raise
        if over:
            await too_big()


def _end_of_form(content_type: str) -> bytes:
    """Return what a form ends with, nothing where the body is no form."""
    found = _BOUNDARY.match(content_type)
    return b"--" + found[1].encode("latin-1", "replace") + b"--" if found else b""
