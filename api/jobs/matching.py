"""What waits is looked at again: circles widen, and claims that ran out are cleared away."""

from __future__ import annotations

from procrastinate import Blueprint

from api.jobs.works import works
from registry.jobs import usecases
from registry.matching import waiting

TASKS = Blueprint()


@TASKS.periodic(cron="*/5 * * * *")
@TASKS.task(name="widen")
def widen(timestamp: int) -> None:  # noqa: ARG001 (Procrastinate's signature)
    """Widen the circle of requests that have waited long enough."""
    with works().sessions.begin() as session:
        waiting.widen(session)


@TASKS.periodic(cron="* * * * *")
@TASKS.task(name="expire")
def expire(timestamp: int) -> None:  # noqa: ARG001 (Procrastinate's signature)
    """Clear away claims that ran out. They count for nothing already."""
    with works().sessions.begin() as session:
        usecases.expire(session)
