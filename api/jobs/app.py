"""The job engine, Procrastinate: how work is put into the queue and who takes it out."""

from __future__ import annotations

import copy
from typing import Any, Final

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from sqlalchemy.orm import Session

QUEUES: Final = ("fits", "default", "prints", "proofs")
"""``fits`` for the kernel's work, which takes seconds, ``prints`` for the slicer's, which takes
minutes, ``proofs`` for what may take hours, and the rest, which takes none of these."""

_ENQUEUER: Final = JobManager(SyncPsycopgConnector())
"""Puts jobs into queues on connections that it is given; it never opens one of its own."""


def defer(
    session: Session,
    task: str,
    *,
    queue: str = "default",
    lock: str | None = None,
    **arguments: Any,
) -> None:
    """Put a task into a queue, in the session's transaction: it runs only if that is committed.

    Args:
        session: of the change that asks for the work.
        task: name of a task, such as ``fits:make`` (see `api.jobs.tasks`).
        queue: one of `QUEUES`.
        lock: of all jobs with the same one, only one is done at a time.
        arguments: of the task, as JSON; ids only, never what anybody entered.
    """
    connection = session.connection().connection.driver_connection
    job = Job(
        id=None, queue=queue, lock=lock, queueing_lock=None, task_name=task, task_kwargs=arguments
    )
    _ENQUEUER.defer_job(job=job, connection=connection)


def job_app(database_url: str) -> App:
    """Return the job engine on a database, with every task."""
    from api.jobs import tasks

    app = App(connector=PsycopgConnector(conninfo=plain(database_url), min_size=1, max_size=8))
    for namespace, blueprint in tasks.BLUEPRINTS.items():
        # A copy: Procrastinate changes what it takes, and a process may have several apps.
        app.add_tasks_from(copy.deepcopy(blueprint), namespace=namespace)
    return app


def plain(url: str) -> str:
    """Return a database URL as psycopg reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
