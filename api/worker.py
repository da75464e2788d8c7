"""A worker: takes jobs out of the queues of a database, on this machine or on many."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from api.jobs.app import QUEUES, job_app
from api.jobs.works import Works, open_works
from api.settings import Settings
from api.storage import Storage
from registry import crypto
from registry.db import engine_for, sessions_of


def work(settings: Settings, database_url: str, queues: Sequence[str] = QUEUES) -> None:
    """Work until told to stop (SIGTERM or Ctrl-C); a job that is being done is finished first."""
    crypto.install(settings.key_ring())
    engine = engine_for(database_url, 4)
    open_works(Works(sessions_of(engine), Storage.of(settings), settings))
    try:
        asyncio.run(_run(database_url, queues))
    finally:
        engine.dispose()


async def _run(database_url: str, queues: Sequence[str]) -> None:
    app = job_app(database_url)
    async with app.open_async():
        await app.run_worker_async(
            queues=list(queues),
            concurrency=1 if queues == ("fits",) else 2,
            delete_jobs="successful",
            shutdown_graceful_timeout=30,
        )
