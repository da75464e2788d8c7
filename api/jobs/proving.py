"""A proof in a process of its own, which can be killed: the kernel cannot be stopped otherwise.

The child tells how far it is through a pipe, and ends by itself when nobody holds the other end
any more: a worker that was killed leaves no proof running behind it.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

import designs
from designs.discover import look_in
from parametric.design import Design


@dataclass(frozen=True)
class Going:
    """So many are proved of all."""

    done: int
    total: int


@dataclass(frozen=True)
class Proved:
    """The certificate, as JSON, and whether it holds."""

    certificate: dict[str, Any]
    holds: bool


@dataclass(frozen=True)
class Gone:
    """The child ended without an answer."""

    code: int | None


Told: TypeAlias = Going | Proved | Gone


class Proving:
    """A proof that goes on."""

    def __init__(self, design: Design, people: int) -> None:
        """Begin to prove a design for so many people (or settings)."""
        # Never fork: threads, and the exact kernel, do not survive it.
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_prove, args=(theirs, list(designs.__path__), design, people), daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self._process.pid

    def told(self, within_s: float) -> Told | None:
        """Return what the child says next, None if it says nothing for so long."""
        try:
            if not self._ours.poll(within_s):
                return None
            found: Told = self._ours.recv()
        except (EOFError, OSError):
            self._process.join(5)
            return Gone(self._process.exitcode)
        return found

    def stop(self) -> None:
        """Make sure that the child is gone."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()
        self._ours.close()


def _prove(pipe: Connection, shelves: Sequence[str], design: Design, people: int) -> None:
    """Prove, in the child."""
    from parametric.proof import prove

    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    for shelf in shelves:
        look_in(Path(shelf))

    def progress(done: int, total: int) -> None:
        pipe.send(Going(done, total))

    certificate = prove(design, people, processes=1, progress=progress)
    pipe.send(Proved(certificate.to_json(), certificate.holds))


def _end_with_parent(pipe: Connection) -> None:
    try:
        pipe.recv()
    except (EOFError, OSError):
        # Nobody is there to be told: at once, in the middle of whatever the kernel does.
        os._exit(1)
