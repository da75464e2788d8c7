"""A worker: takes jobs out of the queues of a database, on this machine or on many."""

from __future__ import annotations

import asyncio
import signal
from typing import Final

from api.jobs import children
from api.jobs.app import QUEUES, job_app
from api.jobs.sweeps import HEARTBEAT_S, STALLED_S
from api.jobs.works import Works, open_works
from api.keeping import call_when_closed
from api.library import manifests, note_what_came_in
from api.settings import Settings
from api.storage import Storage
from registry import crypto
from registry.db import engine_for, sessions_of

AT_ONCE: Final = {"default": 2}
"""Jobs at a time, by queue, one where nothing is said. No queue keeps another waiting."""

FINISH_S: Final = 5
"""How long a job may go on once its worker is told to stop; a fit is then put back."""


def work(settings: Settings, database_url: str, *, until_closed: bool = False) -> bool:
    """Work until told to stop (SIGTERM or Ctrl-C); what takes long is put back for others.

    Args:
        settings: see there.
        database_url: whose queues.
        until_closed: stop also when standard input is closed, as it is when whoever started this
            process dies.

    Returns:
        Whether it was told to stop. If not, it lost the database.
    """
    crypto.install(settings.key_ring())
    engine = engine_for(database_url, 4)
    sessions = sessions_of(engine)
    open_works(Works(sessions, Storage.of(settings), settings))
    with sessions.begin() as session:
        note_what_came_in(session, manifests())
    children.clear_leftovers(settings.folder / "making")
    children.warm()
    try:
        return asyncio.run(_run(database_url, until_closed=until_closed))
    finally:
        engine.dispose()


async def _run(database_url: str, *, until_closed: bool) -> bool:
    told = asyncio.Event()
    _listen(told, until_closed=until_closed)
    app = job_app(database_url)
    async with app.open_async():
        working = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[queue],
                    name=queue,
                    concurrency=AT_ONCE.get(queue, 1),
                    delete_jobs="successful",
                    fetch_job_polling_interval=2.0,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=FINISH_S,
                    update_heartbeat_interval=HEARTBEAT_S,
                    stalled_worker_timeout=STALLED_S,
                )
            )
            for queue in QUEUES
        ]
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait([waiting, *working], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        for each in working:
            each.cancel()
        await asyncio.gather(*working, return_exceptions=True)
    return told.is_set()


def _listen(told: asyncio.Event, *, until_closed: bool) -> None:
    """Set `told` when this process shall stop."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.call_soon_threadsafe(told.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop())

    if until_closed:
        call_when_closed(stop)
