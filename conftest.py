"""What every test shares.

It stands at the root, not in tests/, because every design carries its own tests beside it
and they must run under the same rules.

Two rules hold when CI=true:

* hypothesis draws the same examples every time, so that a red run is the change's fault;
* nothing is skipped: a tool that is missing there is a failure, not a shrug.
"""

import gc
import os
import shutil
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# A solid takes as long as it takes: how fast is for bench/ to say, not for a deadline.
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if IN_CI else "dev")


# All that the libraries and the tests define stays to the end: to look through it for garbage again
# and again took a seventh of the time.
gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look for garbage from here on only in what the tests themselves make."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Leave nothing behind that a library would take for lost."""
    gc.unfreeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Some tests wait for what other processes do: one more than there are processors."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def prusa_slicer() -> Path:
    """The command of PrusaSlicer, for tests that slice what we export."""
    found = shutil.which("prusa-slicer")
    if found is None:
        pytest.skip("prusa-slicer is not installed (Debian: apt-get install prusa-slicer)")
    return Path(found)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, report a skipped test as a failed one."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI, report a module that skipped itself while it was collected as a failure."""
    report = yield
    if IN_CI and report.skipped:
        _fail(report)
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"nothing is skipped in CI, but: {why}"
