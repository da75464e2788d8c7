"""A registry of its own for each measurement: an embedded PostgreSQL in a temporary folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from registry import crypto
from registry.crypto import KeyRing


@contextmanager
def database() -> Iterator[str]:
    """Give the URL of a migrated, empty database, with PostgreSQL's own settings throughout."""
    from api.database import create_database, embedded, migrate

    crypto.install(KeyRing.fresh())
    # Not below a home folder: run by root, the server opens what is above it to everybody.
    folder = Path(tempfile.mkdtemp(prefix="fitcommons-bench-"))
    try:
        with embedded(folder / "postgres") as server:
            url = create_database(server, "bench")
            migrate(url)
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that this many percent of them do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100.0))]


def milliseconds(values: Sequence[float]) -> str:
    """Return the middle and the slow end of times (seconds), in words."""
    p50, p99 = (1000.0 * percentile(values, each) for each in (50.0, 99.0))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"
