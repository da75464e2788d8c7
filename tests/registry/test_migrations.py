"""The tables come up, go down and come up again, and are what the code says they are."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from api.database import config, create_database, migrate
from api.seed import seed
from registry import crypto
from registry.crypto import KeyRing
from registry.db import engine_for, sessions_of


@pytest.fixture
def empty(postgres: str) -> Iterator[str]:
    """The URL of a database without any table."""
    name = f"empty_{uuid4().hex[:10]}"
    yield create_database(postgres, name)
    server = create_engine(engine_for(postgres).url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


def test_up_down_and_up_again_with_people_in_it(empty: str, key_ring: KeyRing) -> None:
    """Nothing of the tables, types and functions is left in between, nor in the way afterwards."""
    crypto.install(key_ring)
    engine = engine_for(empty)
    for _ in range(2):
        migrate(empty)
        assert seed(sessions_of(engine), 4).makers == 4
        migrate(empty, "base")
        with engine.connect() as connection:
            left = connection.scalars(
                text(
                    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                    "AND relkind IN ('r', 'S', 'v') AND relname <> 'alembic_version' "
                    "UNION ALL SELECT proname FROM pg_proc "
                    "WHERE pronamespace = 'public'::regnamespace"
                )
            ).all()
        assert left == []
    engine.dispose()


def test_the_tables_are_what_the_code_says(database_url: str) -> None:
    """`alembic check` finds nothing that a migration forgot."""
    engine = engine_for(database_url)
    with engine.begin() as connection:
        command.check(config(connection))
    engine.dispose()


def test_a_migration_that_fails_halfway_leaves_nothing(empty: str) -> None:
    """It is one transaction: the next start finds an empty database and begins anew."""
    engine = engine_for(empty)
    with engine.begin() as connection:
        # The last thing that the migration makes is in the way.
        connection.execute(
            text(
                "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql "
                "AS 'BEGIN RETURN NULL; END'"
            )
        )
    with pytest.raises(Exception, match="refuse_change"):
        migrate(empty)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT to_regclass('people')")) is None
        connection.execute(text("DROP FUNCTION refuse_change"))
    migrate(empty)
    engine.dispose()
