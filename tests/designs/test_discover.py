"""Designs are found without a list, one at a time, and a broken one hides no other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import designs
from designs.discover import BrokenDesign, NoSuchDesign, everything, find, look_in, slugs

ROOT = Path(__file__).parents[2]

GOOD = """
from parametric.design import Design, LoadClass
DESIGN = Design("{slug}", "1.0.0", "Good", "Works.", object, lambda p, q: None, LoadClass.GREEN)
"""


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Forgets the folders and modules that a test adds."""
    paths, modules = list(designs.__path__), set(sys.modules)
    yield
    designs.__path__[:] = paths
    for name in set(sys.modules) - modules:
        if name.startswith("designs."):
            del sys.modules[name]


def put(folder: Path, slug: str, source: str) -> None:
    (folder / slug).mkdir()
    (folder / slug / "design.py").write_text(source, "utf-8")


def test_a_folder_with_a_design_is_a_design(tmp_path: Path) -> None:
    """Nothing is registered anywhere; folders that begin with _ are for copying."""
    put(tmp_path, "first", GOOD.format(slug="first"))
    put(tmp_path, "_copy_me", GOOD.format(slug="_copy_me"))
    (tmp_path / "not_a_design").mkdir()
    look_in(tmp_path)
    assert "first" in slugs()
    assert not {"_copy_me", "not_a_design", "_template"} & set(slugs())
    assert find("first").title == "Good"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_module", r"ModuleNotFoundError: .*no_such_module.*line 1"),
        ("x = (", r"SyntaxError: .*line 1"),
        ("\n\n1 / 0", r"ZeroDivisionError: .*design\.py, line 3"),
        ("DESIGN = 3", "has no DESIGN"),
        ("", "has no DESIGN"),
        (GOOD.format(slug="other"), "its slug in design.py is other"),
    ],
)
def test_a_broken_design_names_itself(source: str, reason: str, tmp_path: Path) -> None:
    """The error says which design and which line, and the others are still found."""
    put(tmp_path, "bad", source)
    put(tmp_path, "fine", GOOD.format(slug="fine"))
    look_in(tmp_path)
    with pytest.raises(BrokenDesign, match=rf"(?s)^bad cannot be used: .*{reason}"):
        find("bad")
    shelf = everything()
    assert "fine" in [design.slug for design in shelf.designs]
    assert "bad" in [broken.slug for broken in shelf.broken]


def test_what_is_asked_for_is_all_that_is_imported(tmp_path: Path) -> None:
    """Looking for one design runs no other design's Python."""
    put(tmp_path, "wanted", GOOD.format(slug="wanted"))
    put(tmp_path, "unwanted", "raise SystemExit('imported')")
    look_in(tmp_path)
    assert find("wanted").slug == "wanted"
    assert "designs.unwanted.design" not in sys.modules


@pytest.mark.parametrize("slug", ["frist", "First", "../first", "first/..", "", "_template.design"])
def test_a_name_that_is_no_design_is_refused(slug: str, tmp_path: Path) -> None:
    """A misspelt name is answered with those that look like it; a path never leads out."""
    put(tmp_path, "first", GOOD.format(slug="first"))
    look_in(tmp_path)
    with pytest.raises(NoSuchDesign) as raised:
        find(slug)
    assert "first" in raised.value.known
    if slug in {"frist", "First"}:
        assert raised.value.close[0] == "first"


def test_the_template_can_be_copied_and_fitted(tmp_path: Path) -> None:
    """The README's own commands give a design that is found, fitted and tested at once."""
    readme = (ROOT / "designs" / "_template" / "README.md").read_text("utf-8")
    copy = [
        line.strip() for line in readme.splitlines() if line.strip().startswith(("cp ", "sed "))
    ]
    assert len(copy) == 2
    (tmp_path / "designs").mkdir()
    script = "\n".join(copy).replace("designs/_template", f"{ROOT}/designs/_template")
    subprocess.run(["bash", "-ec", script], cwd=tmp_path, check=True)
    copied = tmp_path / "designs" / "cup_holder"
    assert "_template" not in (copied / "design.py").read_text("utf-8")
    assert "_template" not in (copied / "okh.toml").read_text("utf-8")

    program = f"""
from pathlib import Path
from api.cli import run
status = run(["fit", "cup_holder", "--person", {str(copied / "sample.toml")!r},
              "--out", {str(tmp_path / "out")!r}, "--formats", "stl,3mf,glb"])
raise SystemExit(status)
"""
    fitted = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"FITCOMMONS_DESIGNS": str(tmp_path / "designs"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert fitted.returncode == 0, fitted.stderr
    assert (tmp_path / "out" / "stl" / "grip.stl").exists()
