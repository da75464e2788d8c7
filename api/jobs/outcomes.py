"""Asking people how it goes with their device, when the time has come."""

from __future__ import annotations

from procrastinate import Blueprint

from api.jobs.works import works
from registry.outcomes.usecases import ask_due

TASKS = Blueprint()


@TASKS.periodic(cron="20 * * * *")
@TASKS.task(name="ask")
def ask(timestamp: int) -> None:  # noqa: ARG001 (Procrastinate's signature)
    """Leave a notice for everybody who is to be asked; a few at a time."""
    asked = True
    while asked:
        with works().sessions.begin() as session:
            asked = ask_due(session) > 0
