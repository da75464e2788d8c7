"""Waiting for what another process or a coroutine does."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

_LOOKS_EVERY_S = 0.05


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to become true; the time is there to end a test that hangs."""
    pause = threading.Event()
    ends_at = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends_at:
            pytest.fail(f"It did not come true in {seconds:g} seconds.")
        pause.wait(_LOOKS_EVERY_S)


def finish(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end in a thread: in this one a browser's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()
