"""What all tables share, and how a session is had.

There are no relationships between the classes: every query is written out where it is needed, so
none runs unseen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.types import UserDefinedType

from registry import clock

Id = Annotated[UUID, mapped_column(PG_UUID(as_uuid=True), primary_key=True, default=uuid4)]
"""Random, so that nobody can guess another's."""

When = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Created = Annotated[datetime, mapped_column(DateTime(timezone=True), default=clock.now)]
Json: TypeAlias = dict[str, Any]


class Base(DeclarativeBase):
    """The base of all tables; constraints have the same names everywhere."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {Json: JSONB}  # noqa: RUF012 (SQLAlchemy reads it as it stands)


class Point(UserDefinedType[tuple[float, float]]):
    """PostgreSQL's own point: a pair of numbers that a GiST index can search."""

    cache_ok = True

    def get_col_spec(self, **_kw: Any) -> str:
        """Return its name in SQL."""
        return "point"

    def bind_processor(self, dialect: Any) -> Any:  # noqa: ARG002 (SQLAlchemy's signature)
        """Write a pair as PostgreSQL reads it."""
        return lambda value: None if value is None else f"({value[0]!r},{value[1]!r})"

    def result_processor(self, dialect: Any, coltype: Any) -> Any:  # noqa: ARG002 (SQLAlchemy's signature)
        """Read what PostgreSQL writes."""

        def read(value: Any) -> tuple[float, float] | None:
            if value is None:
                return None
            x, y = str(value).strip("()").split(",")
            return float(x), float(y)

        return read


# So that alembic knows the type again when it reads it from a database.
ischema_names["point"] = Point


def engine_for(url: str, pool: int = 10) -> Engine:
    """Return an engine for a PostgreSQL URL; at most `pool` connections are kept."""
    engine = create_engine(
        _with_driver(url),
        pool_size=pool,
        max_overflow=pool,
        # What somebody wrote does not get into a log when a statement fails.
        hide_parameters=True,
    )
    event.listen(engine, "checkin", _came_back)
    event.listen(engine, "checkout", _look_whether_it_lives(engine))
    return engine


IDLE_S: Final = 1.0
"""A connection that was idle for so long is asked whether it lives before it is used again."""


def _came_back(_connection: Any, record: Any) -> None:
    record.info["came_back"] = time.monotonic()


def _look_whether_it_lives(engine: Engine) -> Callable[[Any, Any, Any], None]:
    """Return what SQLAlchemy's own pre-ping does, without a round trip for each use of a busy one.

    Of one that dies within that second, the transaction that meets it fails, and the pool is
    emptied by that.
    """

    def look(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get("came_back")
        if since is None or time.monotonic() - since < IDLE_S:
            return
        try:
            lives = engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("The connection is gone.") from error
        if not lives:
            raise DisconnectionError("The connection is gone.")

    return look


def sessions_of(engine: Engine) -> sessionmaker[Session]:
    """Return what makes sessions. Objects stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


def _with_driver(url: str) -> str:
    for start in ("postgresql://", "postgres://"):
        if url.startswith(start):
            return "postgresql+psycopg://" + url.removeprefix(start)
    return url
