"""The child: reads one file from its input, and writes what it made of it to its output.

    python -m api.intake.child stl|3mf|step PRINTER

Before it reads, it cuts itself off: no network where the system lets it, no file may be written,
little memory and time. It has no secrets: who starts it gives it an empty environment.

Output: a line of JSON; when the file is good, then as many bytes as that line says, and a second
line with what the checks found. The second may be missing when time ran out.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from parametric.solid.mesh import Mesh

MOST_MEMORY: Final = 4 << 30
MOST_SECONDS: Final = 120
_NEW_NETWORK: Final = 0x40000000
_NEW_USER: Final = 0x10000000


def main() -> None:
    """Read, check, rebuild; end without a word when anything is amiss with this process."""
    kind, printer = sys.argv[1:3]
    without_network()
    answer = os.fdopen(os.dup(1), "wb")
    # The kernel talks; its words are not ours.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    _warm_up(kind)
    data = sys.stdin.buffer.read()
    path = _as_path(data) if kind == "step" else ""
    limit()
    for piece in _answers(kind, data, path, json.loads(printer)):
        answer.write(piece)
        answer.flush()
    # Libraries' own ends of process have nothing to add.
    os._exit(0)


def _answers(kind: str, data: bytes, path: str, printer: dict[str, Any]) -> Iterator[bytes]:
    from parametric.checks.badfile import BadFile
    from parametric.checks.findings import record
    from parametric.checks.readers import check_file
    from parametric.clearance import PrinterProfile
    from parametric.solid.value import BadSolid

    try:
        things = _read(kind, data, path)
        rebuilt = _rebuild(kind, things)
    except BadFile as error:
        yield _line({"code": error.code, "says": str(error)})
        return
    except BadSolid as error:
        yield _line({"code": "step-broken", "says": str(error)})
        return
    except MemoryError:
        yield _line({"code": "too-hard", "says": "It takes more memory than we give it."})
        return
    # What came in is dropped before the checks need room.
    del data
    yield _line({"bytes": len(rebuilt), "things": [name for name, _ in things][:100]}) + rebuilt
    try:
        yield _line(record(check_file(rebuilt, PrinterProfile(**printer))))
    except (BadFile, BadSolid, MemoryError) as error:
        yield _line({"not_checked": str(error) or "It takes too much memory to check."})


def _read(kind: str, data: bytes, path: str) -> list[tuple[str, Mesh]]:
    if kind == "step":
        from parametric.solid.exact.reader import read_step

        return read_step(path)
    from parametric.checks.readers import read_3mf, read_stl

    return read_3mf(data) if kind == "3mf" else [("part", read_stl(data))]


def _rebuild(kind: str, things: Sequence[tuple[str, Mesh]]) -> bytes:
    from parametric.export.stl import stl_bytes
    from parametric.export.threemf import About, meshes_3mf

    if kind == "stl":
        return stl_bytes(things[0][1], "rebuilt variant")
    return meshes_3mf(things, About("rebuilt variant"))


def _warm_up(kind: str) -> None:
    """Load what will be needed: once the limits hold, nothing more can be opened."""
    if kind == "step":
        import parametric.solid.exact.reader  # noqa: F401 (loaded for later)
    from parametric.clearance import DEFAULT_PRINTER
    from parametric.export.stl import stl_bytes
    from parametric.solid.mesh import mesh_of
    from parametric.solid.nodes import Box

    small = stl_bytes(mesh_of(Box(4.0, 4.0, 4.0)), "")
    for _ in _answers("stl", small, "", asdict(DEFAULT_PRINTER)):
        pass
    if kind != "stl":
        _rebuild("3mf", _read("stl", small, ""))


def _as_path(data: bytes) -> str:
    """Return a path of what the kernel only reads from a file; it lies in memory if it can."""
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("upload")
        with os.fdopen(os.dup(handle), "wb") as to:
            to.write(data)
        return f"/proc/self/fd/{handle}"
    # The folder is given by the parent, which removes it.
    path = os.path.join(os.environ["TMPDIR"], "upload.step")  # noqa: PTH118 (the kernel wants text)
    with open(path, "wb") as to:  # noqa: PTH123 (as above)
        to.write(data)
    return path


def without_network() -> bool:
    """Leave the network behind, where the system lets us; answer whether it did."""
    if not sys.platform.startswith("linux"):
        return False
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    return any(unshare(flags) == 0 for flags in (_NEW_NETWORK, _NEW_NETWORK | _NEW_USER))


def limit() -> None:
    """Take away memory, time, and the means to write or open files."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        # A few for the STEP reader, which opens its file by name.
        (resource.RLIMIT_NOFILE, 16),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said).encode() + b"\n"


if __name__ == "__main__":
    main()
