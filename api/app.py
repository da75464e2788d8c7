"""The web application: routes, errors, headers and limits, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI
from procrastinate import App
from sqlalchemy import Engine
from starlette.routing import BaseRoute

from api import pages, problems
from api.bodies import BodyLimit
from api.headers import SafeHeaders
from api.jobs.app import job_app
from api.metrics import Counted
from api.pages import static
from api.pages.problems import told
from api.pages.visitor import guarded
from api.previews import Previews
from api.rooms import CONNECTIONS, Rooms
from api.routes import ROUTERS
from api.settings import Settings
from api.storage import Storage
from registry.db import engine_for, sessions_of

WHAT_MAY_COME: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {
        "description": "Something about the request cannot be: what, and what to do about it.",
        "content": {"application/problem+json": {"schema": problems.SCHEMA}},
    },
    503: {
        "description": "Too busy just now; Retry-After says when to come back.",
        "content": {"application/problem+json": {"schema": problems.SCHEMA}},
    },
}
"""Answers that any route may give besides its own."""


def create_app(settings: Settings, database_url: str) -> FastAPI:
    """Return the application for a database that runs and is migrated."""
    engine = engine_for(database_url, CONNECTIONS)
    app = FastAPI(
        title="fitcommons",
        version="1",
        summary="Assistive devices made to measure: designs, people who need them, and makers.",
        docs_url="/api/docs",
        openapi_url="/api/v1/openapi.json",
        redoc_url=None,
        separate_input_output_schemas=True,
        lifespan=_lifespan,
        routes=routes(),
    )
    _state(app, settings, engine, job_app(database_url))
    problems.install(app, told)
    app.add_middleware(BodyLimit, told=told)
    app.add_middleware(SafeHeaders)
    app.add_middleware(Counted)
    return app


@cache
def routes() -> list[BaseRoute]:
    """Return every route, put together once for all applications of this process.

    What a route takes is worked out when it is first asked for: for all of them that is half a
    second, which tests would spend anew for each application of theirs.
    """
    every = APIRouter()
    for router in ROUTERS:
        every.include_router(router, responses=WHAT_MAY_COME)
    for router in pages.ROUTERS:
        every.include_router(router, dependencies=[Depends(guarded)])
    every.include_router(static.router)
    return every.routes


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    await asyncio.to_thread(app.state.previews.close)


def _state(app: FastAPI, settings: Settings, engine: Engine, jobs: App) -> None:
    app.state.settings = settings
    app.state.engine = engine
    app.state.sessions = sessions_of(engine)
    app.state.storage = Storage.of(settings)
    app.state.jobs = jobs
    app.state.previews = Previews(settings)
    app.state.rooms = Rooms()
