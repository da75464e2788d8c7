"""From an uploaded file to one that is safe to hand on: its kind by its content, then a child."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Literal, TypeAlias

from api.problems import HttpError
from registry.errors import TooBusy

Kind: TypeAlias = Literal["stl", "3mf", "step"]

MOST_BYTES: Final = 50 << 20
SECONDS: Final[Mapping[Kind, float]] = {"stl": 60.0, "3mf": 60.0, "step": 90.0}
"""How long a child may take before it is ended."""

_MOST_OUT: Final = 256 << 20
_ROOT: Final = Path(__file__).parents[2]
_MARKS_OF_3MF: Final = (b"[Content_Types].xml", b"_rels/", b".model")
_ROOM: Final = threading.BoundedSemaphore(2)
"""Children at a time, of one process."""

_WAIT_S: Final = 10.0
_STATUS: Final = {"too-large": 413, "not-stl": 415}
"""Codes of refusals that are not 422."""

_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(1, 10))}
)
_LONGEST_NAME: Final = 80


@dataclass(frozen=True)
class Rebuilt:
    """What was made of a file.

    Attributes:
        kind: what it was.
        suffix: what the rebuilt file is: ``stl`` for STL, ``3mf`` for the others.
        data: the rebuilt file.
        findings: what the checks say of it; see `parametric.checks.findings.Report`.
    """

    kind: Kind
    suffix: Literal["stl", "3mf"]
    data: bytes
    findings: dict[str, Any]


def kind_of(data: bytes, named: str = "") -> Kind:
    """Return what a file is, from its content; its name only says as what an archive is refused.

    Raises:
        HttpError: 413 too large, 415 none of the three, 422 empty.
    """
    if not data:
        raise refused("empty", "The file is empty.")
    if len(data) > MOST_BYTES:
        raise refused("too-large", f"The file is larger than {MOST_BYTES >> 20} MB.")
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"ISO-10303-21;"):
        if b"END-ISO-10303-21;" not in data[-1024:]:
            raise refused("step-cut", "The STEP file has no end: it was cut off.")
        return "step"
    if data.startswith(b"PK"):
        # Names of members stand in the open. Which broken 3MF it is, the strict reader tells.
        if any(mark in data for mark in _MARKS_OF_3MF) or named.lower().endswith(".3mf"):
            return "3mf"
        raise _not_allowed("an archive that is no 3MF")
    if _is_text(start) and start[:5].lower() != b"solid":
        raise _not_allowed("text")
    return "stl"


def rebuild(data: bytes, printer: Mapping[str, Any], named: str = "") -> Rebuilt:
    """Read a file in a child process, check it, and build it anew from what was read.

    Args:
        data: the upload.
        printer: fields of the profile of the printer that it is for.
        named: what it was called; it decides nothing that is accepted.

    Raises:
        HttpError: the file is refused: 413, 415 or 422, with a stable code and a sentence.
        TooBusy: all children are at work.
    """
    kind = kind_of(data, named)
    if not _ROOM.acquire(timeout=_WAIT_S):
        raise TooBusy("Other files are being checked just now.", 20)
    try:
        out = _in_a_child(kind, data, json.dumps(dict(printer)), SECONDS[kind])
    finally:
        _ROOM.release()
    head, _, rest = out.partition(b"\n")
    try:
        said = json.loads(head)
    except ValueError:
        # It was killed, or killed itself: by then it had said nothing.
        raise refused(
            "too-hard", "The file could not be read within our limits of memory and time."
        ) from None
    if "code" in said:
        raise refused(said["code"], said["says"])
    if len(rest) < said["bytes"]:
        raise refused("too-hard", "The file could not be rebuilt within our limits.")
    findings = {"not_checked": "The checks took too long."}
    with suppress(ValueError):
        findings = json.loads(rest[said["bytes"] :])
    return Rebuilt(kind, "stl" if kind == "stl" else "3mf", rest[: said["bytes"]], findings)


def refused(code: str, says: str) -> HttpError:
    """Return the refusal of a file; codes as `parametric.checks` names them, with ``_``."""
    names = {413: "too_big", 415: "not_an_allowed_type"}
    status = _STATUS.get(code, 422)
    return HttpError(
        status, names.get(status, code.replace("-", "_")), says, "Send STL, 3MF or STEP, in mm."
    )


def safe_name(given: str | None, suffix: str) -> str:
    """Return a file name that is harmless on every system, and still tells people what it is.

    Letters of every language stay. What could lead elsewhere goes: folders, control and
    direction characters, signs that systems give a meaning, names that Windows keeps to itself.
    """
    last = (given or "").replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    kept = "".join(
        each if unicodedata.category(each)[0] in "LN" or each in "-_ " else "_"
        for each in unicodedata.normalize("NFC", stem)
        if unicodedata.category(each)[0] != "C"
    )
    tidy = " ".join(kept.split()).strip("_ ")
    while len(tidy.encode()) > _LONGEST_NAME:
        tidy = tidy[:-1]
    if not tidy or tidy.casefold() in _RESERVED:
        tidy = f"file {tidy}".strip()
    return f"{tidy}.{suffix}"


def _not_allowed(what: str) -> HttpError:
    return HttpError(
        415,
        "not_an_allowed_type",
        f"This is {what}, not STL, 3MF or STEP.",
        "Its name does not matter: what is in it does.",
    )


def _is_text(start: bytes) -> bool:
    return not any(byte < 9 or 13 < byte < 32 for byte in start)


def _in_a_child(kind: Kind, data: bytes, printer: str, seconds: float) -> bytes:
    with tempfile.TemporaryDirectory(prefix="fitcommons-") as folder:
        process = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", "api.intake.child", kind, printer],
            cwd=_ROOT,
            # No secrets: neither the keys nor where the database is.
            env={"TMPDIR": folder, "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        ending = threading.Timer(seconds, _kill, (process,))
        feeding = threading.Thread(target=_feed, args=(process.stdin, data), daemon=True)
        ending.start()
        feeding.start()
        try:
            assert process.stdout is not None  # noqa: S101 (a pipe was asked for)
            return process.stdout.read(_MOST_OUT)
        finally:
            ending.cancel()
            _kill(process)
            feeding.join()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]  # both are pipes


def _feed(to: IO[bytes] | None, data: bytes) -> None:
    # A child that died reads no more; what it said tells.
    with suppress(OSError):
        if to is not None:
            to.write(data)
            to.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a child and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
