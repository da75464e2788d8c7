"""Child processes for the kernel's work: one for each fit, ended when it takes too long.

A hang in C++ cannot be stopped from within. Children come from a forkserver that has loaded the
mesh kernel and never worked with it; on systems without one they are started afresh.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import secrets
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess, SpawnContext, SpawnProcess
from pathlib import Path
from typing import Any, Final, TypeAlias

from api.jobs import kernel

_LONGEST_WORD: Final = 64 << 20
"""Bytes of one thing that a child says."""

_LOOK_EVERY_S: Final = 0.5
_PREFIX: Final = "fit-"

_STARTING = threading.Lock()

Progress: TypeAlias = Mapping[str, Any]
Child: TypeAlias = ForkServerProcess | SpawnProcess


class Stopped(Exception):
    """The fit was given up, or the worker is told to stop; the child was ended."""


class TookTooLong(Exception):
    """The child was ended because its time was over."""


class Crashed(Exception):
    """The child ended without an answer; `exitcode` is that of its process."""

    def __init__(self, exitcode: int | None) -> None:
        super().__init__(exitcode)
        self.exitcode = exitcode


def warm() -> None:
    """Let the forkserver start now, so that the first fit need not wait for it.

    It ends with the thread that starts it: call this in the main thread.
    """
    child = context().Process(target=time.time)
    start(child)
    child.join()
    child.close()


def run(
    work: Callable[[Any, Connection], None],
    order: Any,
    *,
    seconds: float,
    tell: Callable[[Progress | None], bool],
) -> Mapping[str, Any]:
    """Do some work in a child and return its last word.

    Args:
        work: a function of a module, which begins with `api.jobs.kernel.begin`, tells how far it
            is by sending JSON such as ``{"progress": {...}}``, and at last ``{"end": ...}``.
        order: what the function gets. It knows nothing else.
        seconds: how long it may take.
        tell: told how far it is, and every now and then None when there is nothing new; when it
            answers false, the child is ended.

    Raises:
        Stopped: `tell` answered false.
        TookTooLong: see there.
        Crashed: see there.
    """
    ours, childs = multiprocessing.Pipe(duplex=False)
    child = context().Process(target=work, args=(order, childs))
    try:
        start(child)
        childs.close()
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise TookTooLong
            ready = wait([ours, child.sentinel], min(left, _LOOK_EVERY_S))
            if ours in ready:
                said = _word(ours, child)
                if "end" in said:
                    return said
                news: Progress | None = said.get("progress")
            elif child.sentinel in ready:
                raise Crashed(child.exitcode)
            else:
                news = None
            if not tell(news):
                raise Stopped
    finally:
        end(child)
        ours.close()
        childs.close()


def _word(pipe: Any, child: Child) -> Mapping[str, Any]:
    try:
        said = json.loads(pipe.recv_bytes(_LONGEST_WORD))
    except (EOFError, OSError, ValueError):
        child.join(5.0)
        raise Crashed(child.exitcode) from None
    if not isinstance(said, dict):
        raise Crashed(None)
    return said


def context() -> ForkServerContext | SpawnContext:
    """Return how children are started here."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["api.jobs.preload"])
    return found


def start(child: Child) -> None:
    """Start a child, and with the first one its forkserver, in an environment without secrets."""
    with _STARTING:
        everything = dict(os.environ)
        for name in set(everything) - set(kernel.PASSED_ON):
            del os.environ[name]
        try:
            child.start()
        finally:
            os.environ.update(everything)


def end(child: Child) -> None:
    """End a child and whatever it started, and take its place back."""
    if child.pid is None:
        return
    if child.is_alive():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(child.pid, signal.SIGKILL)
        child.kill()
    child.join(10.0)
    if child.exitcode is not None:
        child.close()


@contextlib.contextmanager
def working_folder(among: Path) -> Iterator[Path]:
    """Give an empty folder for one fit, and remove it whatever happens.

    While it is in use it is locked, so that what a killed worker left can be told from it.
    """
    among.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = among / f"{_PREFIX}{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    lock = _lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def clear_leftovers(among: Path) -> int:
    """Remove the folders of workers that were killed; return how many."""
    removed = 0
    for folder in among.glob(f"{_PREFIX}*"):
        try:
            lock = _lock(folder)
        except OSError:
            # In use, or gone meanwhile.
            continue
        shutil.rmtree(folder, ignore_errors=True)
        removed += 1
        if lock is not None:
            os.close(lock)
    return removed


def _lock(folder: Path) -> int | None:
    """Lock a folder for as long as this process lives.

    Raises:
        OSError: somebody else has it.
    """
    if sys.platform == "win32":
        return None
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
