"""What the tests of the command line share."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import designs
from api.cli import run
from api.shelves import MORE_DESIGNS
from tests.api.post_office import PostOffice
from tests.api.serving import Server, processes

SHELF = Path(__file__).parent / "shelf"
SAMPLE = SHELF / "cuff" / "sample.toml"


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The designs of these tests are found, and forgotten afterwards."""
    before = list(designs.__path__)
    monkeypatch.setenv(MORE_DESIGNS, str(SHELF))
    yield
    designs.__path__[:] = before


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer, which must be one JSON value and nothing else."""
        return json.loads(self.out)

    @property
    def problems(self) -> list[dict[str, str]]:
        """The problems of an answer that is a refusal."""
        found: list[dict[str, str]] = self.json["error"]["problems"]
        return found


Fitcommons = Callable[..., Answer]


@pytest.fixture
def fitcommons(capfd: pytest.CaptureFixture[str]) -> Fitcommons:
    """The command line, run in this process."""

    def call(*arguments: object) -> Answer:
        capfd.readouterr()
        status = run([str(each) for each in arguments])
        out, err = capfd.readouterr()
        return Answer(status, out, err)

    return call


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that has not started yet; nothing of it is left afterwards.

    Its data is not in pytest's folder, see `postgres` in tests/conftest.py.
    """
    folder = Path(tempfile.mkdtemp(prefix="fitcommons-serve-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Server(folder / "data", port)
    yield found
    if found.process is not None and found.process.poll() is None:
        found.process.kill()
        found.process.wait()
    for pid, _, line in processes():
        if str(found.data) in line and "postgres" in line:
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def office() -> PostOffice:
    """A post office that has nothing yet."""
    return PostOffice()
