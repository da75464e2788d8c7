"""Who sends slowly, or waits for a model, keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import pages, rooms
from api.rooms import QUICK, SLOW, is_slow
from api.routes import ROUTERS
from tests.api.waiting import finish

Talk = Callable[[httpx2.AsyncClient], Awaitable[None]]


def _slow_routes() -> set[str]:
    return {
        f"{method} {route.path}"
        for router in (*ROUTERS, *pages.ROUTERS)
        for route in router.routes
        if isinstance(route, APIRoute) and is_slow(route)
        for method in route.methods or ()
    }


def test_what_waits_for_models_or_files_is_known() -> None:
    """By what a route asks for: a new one needs no entry in a list."""
    slow = _slow_routes()
    assert {
        "POST /api/v1/previews",
        "GET /designs/{slug}/fit/model.glb",
        "GET /designs/{slug}/draft/try",
        "POST /api/v1/jobs/{job_id}/variants",
        "POST /requests/{request_id}/pictures",
    } <= slow
    assert (
        not {
            "GET /api/v1/jobs/{job_id}/variants",
            "GET /designs/{slug}",
            "POST /api/v1/requests",
            "POST /sign-in",
        }
        & slow
    )


def test_a_page_does_not_wait_for_slow_ones(app: FastAPI) -> None:
    """With every place of the slow ones taken, others are answered."""

    async def talk(client: httpx2.AsyncClient) -> None:
        async with AsyncExitStack() as taken:
            for _ in range(SLOW):
                await taken.enter_async_context(app.state.rooms.of(slow=True))
            assert (await client.get("/api/v1/designs")).status_code == 200

    _run(app, talk)


def test_who_sends_slowly_takes_nobodys_place(app: FastAPI) -> None:
    """Bodies of which half is here wait outside, however many they are."""

    async def talk(client: httpx2.AsyncClient) -> None:
        began = [asyncio.Event() for _ in range(3 * QUICK)]
        slow = [asyncio.create_task(_send_half(app, each)) for each in began]
        for each in began:
            await each.wait()
        assert (await client.get("/api/v1/designs")).status_code == 200
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)

    _run(app, talk)


def test_a_body_has_to_come_in_time(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops in the middle is told so, and what to do."""
    monkeypatch.setattr(rooms, "BODY_S", 0.01)

    async def talk(_client: httpx2.AsyncClient) -> None:
        said = await _send_half(app, asyncio.Event())
        assert said[0]["status"] == 408
        assert b"Please send it again." in said[1]["body"]

    _run(app, talk)


def test_a_body_that_is_cut_off_is_no_fault_of_ours(app: FastAPI) -> None:
    """The other end is gone: nothing goes wrong here."""

    async def talk(_client: httpx2.AsyncClient) -> None:
        said = await _send_half(app, asyncio.Event(), then={"type": "http.disconnect"})
        assert said[0]["status"] == 400

    _run(app, talk)


async def _send_half(
    app: FastAPI, began: asyncio.Event, then: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Send half a body, and then nothing more or what is said; return the answer."""
    said: list[dict[str, Any]] = []
    coming: list[dict[str, Any]] = [
        {"type": "http.request", "body": b'{"name":', "more_body": True},
        *([then] if then else []),
    ]

    async def receive() -> dict[str, Any]:
        if coming:
            return coming.pop(0)
        began.set()
        await asyncio.Event().wait()
        raise AssertionError("Nothing more comes.")

    async def send(message: Any) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/sessions",
        "raw_path": b"/api/v1/sessions",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"60")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return said


def _run(app: FastAPI, talk: Talk) -> None:
    async def all_of_it() -> None:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
            await talk(client)

    finish(all_of_it())
