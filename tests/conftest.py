"""A real PostgreSQL for every test that wants one, and a web application on it.

One server serves all processes of a run; every test has a database of its own, copied from one
that was migrated once, so tests commit as they please and know nothing of each other.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from api.app import create_app
from api.database import create_database, embedded, migrate
from api.settings import Settings
from registry import crypto
from registry.crypto import KeyRing
from registry.db import engine_for, sessions_of
from tests.api.folk import Folk


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server that all processes of this run share.

    Not in pytest's own folder: every other pytest that starts takes the rights to that away from
    the user as which the server runs when we are root.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = _room() / f"fitcommons-{os.environ['PYTEST_XDIST_TESTRUNUID']}"
    else:
        folder = Path(tempfile.mkdtemp(prefix="fitcommons-", dir=_room()))
    folder.mkdir(exist_ok=True)
    with embedded(folder / "postgres") as url:
        engine = create_engine(engine_for(url).url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            # Nothing here outlives the run.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()
        yield url
    if not (folder / "postgres" / "postmaster.pid").exists():
        shutil.rmtree(folder, ignore_errors=True)


def _room() -> Path:
    """Where the server keeps its files: in memory where there is enough, six times as fast."""
    memory = Path("/dev/shm")  # noqa: S108 (the server makes its own folder there)
    if memory.is_dir() and shutil.disk_usage(memory).free > 2 << 30:
        return memory
    return Path(tempfile.gettempdir())


@pytest.fixture(scope="session")
def migrated(postgres: str) -> str:
    """The name of a migrated database, to copy."""
    name = f"migrated_{uuid4().hex[:8]}"
    migrate(create_database(postgres, name))
    return name


@pytest.fixture
def database_url(postgres: str, migrated: str) -> Iterator[str]:
    """The URL of a database of the test's own, migrated and empty."""
    name = f"test_{uuid4().hex[:12]}"
    yield create_database(postgres, name, migrated)
    engine = create_engine(engine_for(postgres).url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture(scope="session")
def key_ring() -> KeyRing:
    """The keys of all tests."""
    return KeyRing.fresh()


@pytest.fixture
def settings(tmp_path: Path, database_url: str, key_ring: KeyRing) -> Settings:
    """Settings of a service of the test's own."""
    crypto.install(key_ring)
    return Settings.model_validate(
        {
            "DATABASE_URL": database_url,
            "data_dir": tmp_path / "data",
            "keys": SecretStr(key_ring.text()),
        }
    )


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the test's database."""
    found = engine_for(database_url)
    yield found
    found.dispose()


@pytest.fixture
def sessions(engine: Engine, settings: Settings) -> sessionmaker[Session]:  # noqa: ARG001 (installs the keys)
    """What makes sessions on the test's database."""
    return sessions_of(engine)


@pytest.fixture
def db(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session on the test's database; nothing is committed unless the test does."""
    with sessions() as session:
        yield session


@pytest.fixture
def app(settings: Settings, database_url: str) -> Iterator[FastAPI]:
    """The web application on the test's database."""
    found = create_app(settings, database_url)
    yield found
    found.state.engine.dispose()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the application that nobody is signed in to; our own mistakes are raised."""
    with TestClient(app) as found:
        yield found


@pytest.fixture
def folk(client: TestClient, sessions: sessionmaker[Session]) -> Folk:
    """Makes people who signed in, and lets things happen between them."""
    return Folk(client, sessions)
