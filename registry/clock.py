"""The one clock: use cases ask it, tests set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_AHEAD: ContextVar[timedelta] = ContextVar("ahead", default=timedelta(0))


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC) + _AHEAD.get()


@contextmanager
def later(by: timedelta) -> Iterator[None]:
    """Let `by` have passed, for all that is done inside."""
    token = _AHEAD.set(_AHEAD.get() + by)
    try:
        yield
    finally:
        _AHEAD.reset(token)
