"""A folder that appears whole or not at all.

Files are written into a hidden folder beside the one that was asked for, which takes its place
in one step when everything is there. A run that is killed leaves at most that hidden folder, and
the next run for the same place clears it away.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from parametric.problems import BadParameters, Problem

REPORT: Final = "report.json"
"""Every folder of ours has one; its `files` are what we put there."""

MADE_BY: Final = "fitcommons"

_STAGING: Final = ".fitcommons-new-"
_OLD: Final = ".fitcommons-old-"
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


def place_problem(out: Path) -> Problem | None:
    """Return why nothing may be written at `out`, or None when it may.

    It may be missing, empty, or hold an earlier result of ours and nothing else.
    """
    allowed = "a folder that is new, empty, or holds an earlier result"
    if not out.exists():
        blocked = next((above for above in out.parents if above.exists()), None)
        if blocked is not None and not blocked.is_dir():
            return Problem(
                "out", str(out), f"{blocked} is not a folder.", allowed, "Choose another place."
            )
        return None
    if not out.is_dir():
        return Problem("out", str(out), "It is a file.", allowed, "Choose another place.")
    if out == out.parent or Path.cwd().is_relative_to(out):
        return Problem(
            "out",
            str(out),
            "You are working inside this folder.",
            allowed,
            "Name a new folder inside it, such as out/.",
        )
    here = {file.relative_to(out).as_posix() for file in out.rglob("*") if not file.is_dir()}
    strange = sorted(here - _ours(out))
    if not strange:
        return None
    shown = ", ".join(strange[:3]) + (f" and {len(strange) - 3} more" if len(strange) > 3 else "")
    return Problem(
        "out",
        str(out),
        f"It holds files that fitcommons did not write: {shown}.",
        allowed,
        "Choose another place, or move these files away.",
    )


@contextlib.contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write into, which becomes `out` when the block ends well.

    When the block raises, nothing of it is left and what was at `out` stays as it was.

    Raises:
        BadParameters: `out` holds files that are not ours, or cannot be written.
    """
    out = out.absolute().resolve()
    _clear_leftovers(out)
    problem = place_problem(out)
    if problem is not None:
        raise BadParameters((problem,))
    made = _missing_parents(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        staging = out.parent / f".{out.name}{_STAGING}{secrets.token_hex(4)}"
        staging.mkdir()
    except OSError as error:
        _remove_empty(made)
        raise _cannot_write(out, error) from None
    lock = _lock(staging)
    try:
        yield staging
        _take_place(staging, out)
    except BaseException:
        # Also Ctrl-C: whatever stopped us, nothing half-made stays.
        shutil.rmtree(staging, ignore_errors=True)
        _remove_empty(made)
        raise
    finally:
        if lock is not None:
            os.close(lock)


def _ours(out: Path) -> set[str]:
    """Return the files that an earlier run says it wrote at `out`."""
    try:
        report = json.loads((out / REPORT).read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(report, dict) or report.get("made_by") != MADE_BY:
        return set()
    files = report.get("files")
    return {REPORT, *(str(file) for file in files)} if isinstance(files, list) else {REPORT}


def _take_place(staging: Path, out: Path) -> None:
    """Put `staging` where `out` is, in one step where the system has such a step."""
    try:
        if not out.exists():
            staging.rename(out)
        elif _exchange(staging, out):
            shutil.rmtree(staging, ignore_errors=True)
        else:
            # Killed between these two, the next run finds the old folder and puts it back.
            old = out.parent / f".{out.name}{_OLD}{secrets.token_hex(4)}"
            out.rename(old)
            staging.rename(out)
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise _cannot_write(out, error) from None


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, if this system can. Answers whether it did."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    done = swap(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), ctypes.c_uint(_RENAME_EXCHANGE)
    )
    return bool(done == 0)


def _lock(folder: Path) -> int | None:
    """Hold a folder for as long as this process lives, so that others can tell it is in use."""
    if sys.platform == "win32":
        return None
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def _in_use(folder: Path) -> bool:
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _clear_leftovers(out: Path) -> None:
    """Clear away what killed runs left beside `out`, and put back what one had moved aside."""
    if not out.parent.is_dir():
        return
    beside = sorted(out.parent.iterdir())
    for folder in beside:
        if folder.name.startswith(f".{out.name}{_OLD}"):
            if out.exists():
                shutil.rmtree(folder, ignore_errors=True)
            else:
                folder.rename(out)
    for folder in beside:
        if folder.name.startswith(f".{out.name}{_STAGING}") and not _in_use(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _missing_parents(out: Path) -> tuple[Path, ...]:
    """Return the folders above `out` that do not exist yet, deepest first."""
    return tuple(above for above in out.parents if not above.exists())


def _remove_empty(folders: tuple[Path, ...]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _cannot_write(out: Path, error: OSError) -> BadParameters:
    return BadParameters(
        (
            Problem(
                "out",
                str(out),
                f"It cannot be written: {error.strerror or error}.",
                "a folder that you may write to",
                "Choose another place.",
            ),
        )
    )
