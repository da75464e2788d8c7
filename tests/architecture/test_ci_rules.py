"""What the root conftest.py promises about CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SKIPS_ITSELF = "import pytest\n\ndef test_it():\n    pytest.skip('no slicer')\n"
SKIPS_ITS_MODULE = "import pytest\n\npytest.skip('no slicer', allow_module_level=True)\n"
FAILS_AS_EXPECTED = "import pytest\n\n@pytest.mark.xfail\ndef test_it():\n    assert False\n"
PASSES = "def test_it():\n    pass\n"


def run_pytest(folder: Path, source: str, *, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(source, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider", folder],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("source", [SKIPS_ITSELF, SKIPS_ITS_MODULE])
def test_a_skipped_test_fails_in_ci(tmp_path: Path, source: str) -> None:
    """In CI a missing tool is a failure that names it."""
    run = run_pytest(tmp_path, source, ci="true")
    assert run.returncode != 0, run.stdout
    assert "nothing is skipped in CI, but: " in run.stdout
    assert "no slicer" in run.stdout


@pytest.mark.parametrize("source", [FAILS_AS_EXPECTED, PASSES])
def test_other_outcomes_are_left_alone_in_ci(tmp_path: Path, source: str) -> None:
    """An expected failure is no skip, though pytest reports both in the same way."""
    run = run_pytest(tmp_path, source, ci="true")
    assert run.returncode == 0, run.stdout


def test_at_home_a_missing_tool_only_skips(tmp_path: Path) -> None:
    """Nobody has to install a slicer to change a text."""
    run = run_pytest(tmp_path, SKIPS_ITSELF, ci="")
    assert run.returncode == 0, run.stdout
    assert "1 skipped" in run.stdout
