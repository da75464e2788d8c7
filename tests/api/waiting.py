"""Waiting for what another process does, which nobody can tell us of."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

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
