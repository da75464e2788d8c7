"""What the tests of the command line share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import designs
from api.cli import run
from api.shelves import MORE_DESIGNS

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
