"""What tasks work with, set once when a worker starts: sessions, storage, settings."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from api.settings import Settings
from api.storage import Storage


@dataclass(frozen=True)
class Works:
    """What a worker has."""

    sessions: sessionmaker[Session]
    storage: Storage
    settings: Settings


_HERE: list[Works] = []


def open_works(works: Works) -> None:
    """Let the tasks of this process work with these."""
    _HERE[:] = [works]


def works() -> Works:
    """Return what this worker works with.

    Raises:
        LookupError: this process is no worker.
    """
    if not _HERE:
        raise LookupError("This process is no worker.")
    return _HERE[0]
