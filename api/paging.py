"""Pages of lists that grow: each ends with a cursor, which asks for the next one."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query

from registry.errors import Invalid

MOST = 100

Cursor = Annotated[
    str | None, Query(max_length=200, description="`next` of the page before this one.")
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]

Row = TypeVar("Row")
Key = TypeVar("Key", UUID, int)


def mark_of(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Return where a page begins, in a list whose rows have random ids.

    Raises:
        Invalid: it is no cursor of ours.
    """
    return _mark(cursor, UUID)


def number_mark_of(cursor: str | None) -> tuple[datetime, int] | None:
    """Return where a page begins, in a list whose rows are numbered.

    Raises:
        Invalid: it is no cursor of ours.
    """
    return _mark(cursor, int)


def _mark(cursor: str | None, read: Callable[[str], Key]) -> tuple[datetime, Key] | None:
    if cursor is None:
        return None
    mark = None
    with suppress(ValueError):
        at, _, row = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        mark = datetime.fromisoformat(at), read(row)
    # Years that the database can hold, whatever somebody made of a cursor.
    if mark is None or mark[0].tzinfo is None or not 2000 < mark[0].year < 3000:
        raise Invalid.field("cursor", "", "This is no cursor of ours.")
    return mark


def cut(
    rows: Sequence[Row], limit: int, mark: Callable[[Row], tuple[datetime, UUID | int]]
) -> tuple[Sequence[Row], str | None]:
    """Return a page of rows, and the cursor of the next one where there are more.

    Args:
        rows: one more than the page holds, where there are more.
        limit: how many the page holds.
        mark: the time and id of a row, in whose order they are.
    """
    if len(rows) <= limit:
        return rows, None
    at, row = mark(rows[limit - 1])
    return rows[:limit], base64.urlsafe_b64encode(f"{at.isoformat()} {row}".encode()).decode()
