"""How many transactions go on at once in one process, and that slow ones keep no quick one waiting.

Python runs one thread at a time: more transactions than keep it busy while others wait for the
database only get into each other's way. With 4 at a time, 95 of 100 reads of `bench.service` at
150 a second took at most 65 to 80 ms; with 12 it was 79 to 339 ms.
"""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from api.bodies import takes_files
from api.deps import previews
from api.problems import HttpError

QUICK: Final = 4
"""Transactions at a time that wait for nothing but the database."""

SLOW: Final = 8
"""Transactions at a time that wait for a model to look at, or for a file to come in."""

CONNECTIONS: Final = QUICK + SLOW
"""To the database, of one process."""

BODY_S: Final = 60.0
"""In how many seconds an ordinary body has to be here: it has 1 MB at most."""


class Rooms:
    """Room for as many transactions as there are connections.

    One that waits for a connection must not take the thread that another needs to commit.
    """

    def __init__(self) -> None:
        self._quick, self._slow = asyncio.Semaphore(QUICK), asyncio.Semaphore(SLOW)

    def of(self, *, slow: bool) -> asyncio.Semaphore:
        """Return the room for quick or for slow transactions, to be held throughout one."""
        return self._slow if slow else self._quick


def is_slow(route: APIRoute) -> bool:
    """Return whether a route waits for a model or for a file that is sent."""
    takes = "POST" in (route.methods or ()) and takes_files(route.path)
    return takes or _asks_for_models(route.dependant)


def _asks_for_models(asks: Dependant) -> bool:
    return asks.call is previews or any(_asks_for_models(each) for each in asks.dependencies)


async def whole_body(request: Request) -> None:
    """Wait for an ordinary body before room is taken: who sends slowly keeps nobody waiting.

    Raises:
        HttpError: it did not come in time, or not at all.
    """
    try:
        async with asyncio.timeout(BODY_S):
            await request.body()
    except TimeoutError:
        raise HttpError(
            408,
            "too_slow",
            "What you sent did not arrive in time.",
            "Nothing was changed. Please send it again.",
        ) from None
    except ClientDisconnect:
        raise HttpError(400, "cut_off", "What you sent was cut off before its end.") from None
