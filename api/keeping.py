"""Processes that are kept running beside a server: one that ends is started again."""

from __future__ import annotations

import os
import select
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

Tell = Callable[[str], None]

STOP_S: Final = 30
"""How long they get to stop by themselves."""

_AGAIN_S: Final = 1.0
"""How long to wait before one is started again: what fails at once must not fill the machine."""


@contextmanager
def kept(
    what: str, command: Sequence[str], count: int, tell: Tell, *, hands_on: tuple[int, ...] = ()
) -> Iterator[None]:
    """Keep `count` processes running, and stop them at the end.

    Their standard input is a pipe: it closes when this process ends, however it does.

    Args:
        what: what one of them is, as a sentence begins ("A worker").
        command: what to run.
        count: how many.
        tell: called with what happened, as plain sentences.
        hands_on: open files that they get under the same numbers.
    """
    stop = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stop.is_set():
            process = subprocess.Popen(  # noqa: S603 (our own program)
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=hands_on
            )
            running.append(process)
            code = process.wait()
            running.remove(process)
            if not stop.is_set():
                tell(f"{what} ended with {code} and is started again.")
                stop.wait(_AGAIN_S)

    keepers = [threading.Thread(target=keep, daemon=True) for _ in range(count)]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        stop.set()
        for process in tuple(running):
            process.terminate()
        for keeper in keepers:
            keeper.join(timeout=STOP_S)
        for process in tuple(running):
            process.kill()


def is_closed() -> bool:
    """Whether standard input is closed: who started this is gone."""
    readable, _, _ = select.select([0], [], [], 0.0)
    return bool(readable) and os.read(0, 1024) == b""


def call_when_closed(call: Callable[[], None]) -> None:
    """Call something, in a thread, when standard input is closed: who started this is gone."""

    def wait() -> None:
        # Not through sys.stdin: a thread that waits in it breaks the end of the program.
        while os.read(0, 1024):
            pass
        call()

    threading.Thread(target=wait, daemon=True).start()
