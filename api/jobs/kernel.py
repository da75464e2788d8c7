"""What a child does: make one fit, and tell how far it is.

The child is given a design's name and what was entered, a folder to write into, and nothing else:
no database, no keys, none of the environment. What it tells is JSON, which its parent reads as
data from somebody it does not trust.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

# Everything heavy is loaded in the child: the parent only needs the name of `make`.

_PR_SET_PDEATHSIG = 1

PASSED_ON: Final = (
    "DISPLAY", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH",
    "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "TZ", "VIRTUAL_ENV",
)  # fmt: skip
"""All that a child sees of the environment: no address of a database, no key."""

MOST_FILE_BYTES = 256 << 20
"""Of one file that a child writes."""


@dataclass(frozen=True)
class Order:
    """What a child is to make. It travels to the child by pickle, from us to us.

    Attributes:
        design: slug, version and more, see `api.designs.Source`.
        shelves: folders in which designs are looked for.
        seconds: of arithmetic, after which the system ends it.
        megabytes: of address space, after which it gets no more.
    """

    design: tuple[str, str, dict[str, Any]]
    shelves: Sequence[str]
    entries: Mapping[str, Any]
    printer: Mapping[str, Any]
    formats: Sequence[str]
    folder: str
    seconds: int
    megabytes: int


def make(order: Order, pipe: Connection) -> None:
    """Make a fit: the child's whole life."""
    begin(order.seconds, order.megabytes)

    def tell(**said: Any) -> None:
        pipe.send_bytes(json.dumps(said, ensure_ascii=False).encode())

    try:
        tell(**_made(order, tell))
    except MemoryError:
        tell(end="failed", why="memory")
    # A design is other people's Python. What it raised may hold what somebody entered: only the
    # kind of mistake goes into the log.
    except Exception as error:  # noqa: BLE001
        tell(end="failed", why="mistake", kind=type(error).__name__)
    pipe.close()


def _made(order: Order, tell: Callable[..., None]) -> dict[str, Any]:
    from api.designs import Source, load
    from api.fitting import fit
    from designs.discover import look_in
    from parametric.clearance import PrinterProfile
    from parametric.problems import BadParameters
    from parametric.resolve import resolve
    from parametric.solid.value import BadSolid

    for shelf in order.shelves:
        look_in(Path(shelf))
    design = load(Source(*order.design))
    made: list[str] = []
    try:
        printer = resolve(PrinterProfile, order.printer).params
        params = resolve(design.parameters, order.entries).params
        total = len(design.build(params, printer).parts)

        def progress(doing: str, what: str) -> None:
            if doing == "making":
                made.append(what)
            done = len(made) - 1 if doing == "making" else len(made)
            tell(progress={"doing": doing, "what": what, "done": done, "total": total})

        result = fit(
            design,
            order.entries,
            Path(order.folder) / "kit",
            formats=[each for each in _formats() if each in order.formats],
            printer=printer,
            progress=progress,
        )
    except BadParameters as error:
        return {"end": "refused", "problems": error.to_json()}
    except BadSolid:
        # The mesh was made, or its failure would be a check that does not hold.
        return {"end": "failed", "why": "exact"}
    return {
        "end": "done",
        "proved": result.proved,
        "report": dict(result.report),
        "recipe": result.recipe.text() if result.recipe is not None else None,
    }


def _formats() -> Sequence[Any]:
    from api.fitting import FORMATS

    return FORMATS


def begin(seconds: int, megabytes: int, *, someone_waits: bool = False) -> None:
    """Do what a child does first: forget secrets, be its own group, end with its parent.

    Args:
        seconds: of arithmetic, after which the system ends it.
        megabytes: of address space, after which it gets no more.
        someone_waits: it works for a page that somebody looks at.
    """
    # Its forkserver may have been started by somebody who knew more.
    for name in set(os.environ) - set(PASSED_ON):
        del os.environ[name]
    # Its own children are ended with it.
    if hasattr(os, "setsid"):
        os.setsid()
    die_with_parent()
    _limit(seconds, megabytes)
    if not someone_waits and hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            # Pages go before parts.
            os.nice(5)


def die_with_parent() -> None:
    """Let the system end this process when the one that started it ends, however that ends."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _limit(seconds: int, megabytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    limits = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: MOST_FILE_BYTES,
    }
    if sys.platform == "linux":
        # macOS counts what it maps for itself as well.
        limits[resource.RLIMIT_AS] = megabytes << 20
    for kind, most in limits.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
