"""Storage: sealed, swept, in a folder or in S3."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import obstore
import pytest
from obstore.store import MemoryStore
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from api.settings import Settings
from api.storage import Storage
from registry import clock
from registry.files.model import StoredFile


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3 server with an empty bucket; gives the URL for FITCOMMONS_FILES_URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    bucket = urllib.request.Request(f"{here}/files", method="PUT")  # noqa: S310 (our own server)
    pause = threading.Event()
    for _ in range(300):
        try:
            urllib.request.urlopen(bucket, timeout=10).close()  # noqa: S310 (our own server)
            break
        except OSError:
            pause.wait(0.1)
    for name, value in {
        "AWS_ENDPOINT_URL": here,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
    }.items():
        monkeypatch.setenv(name, value)
    yield "s3://files/below"
    server.terminate()
    server.wait()


def test_files_are_kept_in_s3_for_many_machines(
    s3: str, settings: Settings, sessions: sessionmaker[Session]
) -> None:
    """Stored, read by another machine, and swept when nothing refers to them any more."""
    here, there = (Storage.of(settings.model_copy(update={"files_url": s3})) for _ in range(2))
    with sessions.begin() as session:
        digests = here.put_all(session, [b"one", b"two", b"one"])
    assert digests[0] == digests[2]
    assert [there.get(each) for each in digests] == [b"one", b"two", b"one"]
    with sessions.begin() as session:
        assert there.sweep(session) == 2
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 0
    with pytest.raises(FileNotFoundError):
        here.get(digests[0])


def test_content_without_a_row_is_swept_once_it_is_old(sessions: sessionmaker[Session]) -> None:
    """What a transaction that failed had stored does not stay for ever; the rest does."""
    store = MemoryStore()
    storage = Storage(store)
    with sessions.begin() as session:
        kept = storage.put(session, b"kept")
    with sessions() as session:
        lost = storage.put(session, b"lost")
        session.rollback()
    with sessions.begin() as session:
        assert storage.sweep_strays(session, clock.now() - timedelta(days=1)) == 0
        assert storage.sweep_strays(session, clock.now() + timedelta(minutes=1)) == 1
    assert storage.get(kept) == b"kept"
    with pytest.raises(FileNotFoundError):
        storage.get(lost)
    assert all(
        b"kept" not in bytes(obstore.get(store, each["path"]).bytes())
        for found in obstore.list(store)
        for each in found
    )
