"""What is done again and again: sealing the trail, widening circles, sweeping up.

Each sweep may be missed or run twice without harm: what must hold does not wait for it.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

from procrastinate import Blueprint, JobContext
from procrastinate.exceptions import ConnectorException

from api.jobs.works import works
from api.transaction import forget_answers
from registry import audit, clock
from registry.people.passwords import forget_links

TASKS = Blueprint()

HEARTBEAT_S = 2
"""How often a worker says that it lives, seconds."""

STALLED_S = 10
"""A worker that has not been heard of for this long has died, seconds."""


@TASKS.periodic(cron="* * * * * */10")
@TASKS.task(name="seal")
def seal(timestamp: int) -> None:  # noqa: ARG001 (Procrastinate's signature)
    """Chain the audit trail's new events."""
    with works().sessions.begin() as session:
        audit.seal(session)


@TASKS.periodic(cron="*/10 * * * *")
@TASKS.task(name="tidy")
def tidy(timestamp: int) -> None:  # noqa: ARG001 (Procrastinate's signature)
    """Forget old answers and ended links, and delete files that nothing refers to."""
    with works().sessions.begin() as session:
        forget_answers(session, clock.now() - timedelta(days=2))
        forget_links(session, clock.now() - timedelta(days=1))
    with works().sessions.begin() as session:
        works().storage.sweep(session)


@TASKS.periodic(cron="17 3 * * *")
@TASKS.task(name="tidy_strays")
def tidy_strays(timestamp: int) -> None:  # noqa: ARG001 (Procrastinate's signature)
    """Delete stored content that no transaction ever noted."""
    with works().sessions.begin() as session:
        works().storage.sweep_strays(session, clock.now() - timedelta(days=1))


@TASKS.periodic(cron="* * * * * */5")
@TASKS.task(name="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (Procrastinate's signature)
    """Put jobs of workers that died back into their queue."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
        # Another worker may have seen it too, and been first.
        with contextlib.suppress(ConnectorException):
            await manager.retry_job(job)
