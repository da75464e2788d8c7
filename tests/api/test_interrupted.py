"""Whatever stops a fit, nothing half-made stays, and what was there before is still there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.staging import place_problem, whole_folder
from parametric.problems import BadParameters

ROOT = Path(__file__).parents[2]
SHELF = Path(__file__).parent / "shelf"

# Fits the cuff, and sends itself a signal when it is about to do what it is told to die at.
DIES = """
import os, sys
import api.fitting
from api.cli import main

out, breadth, number, *where = sys.argv[1:]
real = api.fitting.fit

def fit(*arguments, progress, **others):
    def tell(*now):
        progress(*now)
        if list(now) == where:
            os.kill(os.getpid(), int(number))
    return real(*arguments, progress=tell, **others)

api.fitting.fit = fit
sys.argv = ["fitcommons", "fit", "cuff", "--set", "side=left", "--set", "palm_length=98",
            "--set", "wrist_circumference=150", "--set", "forearm_circumference=230",
            "--set", f"hand_breadth={breadth}", "--out", out, "--formats", "stl,3mf,glb"]
main()
"""

MOMENTS = [
    ("making", "lid"),
    ("checking", "cuff"),
    ("writing", "stl/lid.stl"),
    ("writing", "plates/plate_1.3mf"),
    ("writing", "report.json"),
    ("finishing", "out"),
]


def fit_and_die(out: Path, breadth: int, number: int, *where: str) -> int:
    run = subprocess.run(
        [sys.executable, "-c", DIES, out, str(breadth), str(number), *where],
        cwd=ROOT,
        env={**os.environ, "FITCOMMONS_DESIGNS": str(SHELF)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in run.stderr, run.stderr
    return run.returncode


def tree(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.mark.parametrize("moment", MOMENTS, ids=" ".join)
def test_a_fit_that_is_killed_leaves_nothing_half_made(
    moment: tuple[str, str], tmp_path: Path
) -> None:
    """After kill -9 there is no OUT; the next fit works and clears away what was left."""
    out = tmp_path / "out"
    assert fit_and_die(out, 78, signal.SIGKILL, *moment) == -signal.SIGKILL
    assert not out.exists()
    assert fit_and_die(out, 78, 0) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert json.loads((out / "report.json").read_text("utf-8"))["proved"] is True


def test_a_refit_that_is_killed_leaves_the_old_files(tmp_path: Path) -> None:
    """Until the new files are all there, the old ones stay as they are, byte for byte."""
    out = tmp_path / "out"
    assert fit_and_die(out, 78, 0) == 0
    before = tree(out)
    assert fit_and_die(out, 85, signal.SIGKILL, "finishing", "out") == -signal.SIGKILL
    assert tree(out) == before
    assert fit_and_die(out, 85, 0) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert tree(out)["stl/cuff.stl"] != before["stl/cuff.stl"]


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"]
)
def test_a_fit_that_is_stopped_clears_up_itself(
    number: signal.Signals, status: int, tmp_path: Path
) -> None:
    """Ctrl-C and a polite end leave not even a hidden folder."""
    assert fit_and_die(tmp_path / "deep" / "out", 78, number, "writing", "stl/lid.stl") == status
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    """Two fits for one place do not clear away each other's unfinished folder."""
    out = tmp_path / "out"
    with whole_folder(out) as first:
        (first / "a").write_text("a", "utf-8")
        with whole_folder(out) as second:
            (second / "report.json").write_text(
                json.dumps({"made_by": "fitcommons", "files": []}), "utf-8"
            )
        assert (first / "a").exists()


def test_what_was_moved_aside_is_put_back(tmp_path: Path) -> None:
    """Where folders cannot be swapped in one step, a kill between the two steps loses nothing."""
    old = tmp_path / ".out.fitcommons-old-12345678"
    old.mkdir()
    (old / "report.json").write_text(json.dumps({"made_by": "fitcommons", "files": []}), "utf-8")
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "out"):
        raise RuntimeError
    assert (tmp_path / "out" / "report.json").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_a_swap_works_without_help_from_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Systems that cannot swap two folders in one step end up with the same files."""
    monkeypatch.setattr("api.staging._exchange", lambda _one, _other: False)
    out = tmp_path / "out"
    for text in ("first", "second"):
        with whole_folder(out) as folder:
            (folder / "a.txt").write_text(text, "utf-8")
            (folder / "report.json").write_text(
                json.dumps({"made_by": "fitcommons", "files": ["a.txt"]}), "utf-8"
            )
    assert (out / "a.txt").read_text("utf-8") == "second"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_other_peoples_files_are_never_replaced(tmp_path: Path) -> None:
    """A folder with a file that we did not write is refused, even beside an earlier result."""
    out = tmp_path / "out"
    with whole_folder(out) as folder:
        (folder / "report.json").write_text(
            json.dumps({"made_by": "fitcommons", "files": []}), "utf-8"
        )
    assert place_problem(out) is None
    (out / "photo.jpg").write_bytes(b"a dear face")
    with pytest.raises(BadParameters, match=r"photo\.jpg"), whole_folder(out):
        pass
    assert (out / "photo.jpg").exists()


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    """A file, a place below a file, and the folder one works in are refused."""
    file = tmp_path / "file"
    file.write_text("", "utf-8")
    for place in (file, file / "below", Path.cwd(), Path.cwd().parent):
        problem = place_problem(place)
        assert problem is not None
        assert problem.field == "out"
