"""Everything about one person, as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adaptations.model import Fork
from registry.audit import Event
from registry.db import Base, Json
from registry.mine.holdings import HOLDINGS, SECRETS, WITHIN, rows_of


def everything(session: Session, person_id: UUID) -> Json:
    """Return all rows about a person, by table, with what is sealed opened.

    Other people's private rows are not among them; what was said to the person is. Secrets and
    digests are left out: they are keys, not facts.
    """
    found: dict[str, dict[Any, Base]] = {}
    # What is the person's own, and so all that lies within it; of other rows only the row itself.
    own: dict[str, list[Base]] = {}
    for holding in HOLDINGS:
        for row in session.scalars(rows_of(holding, person_id)):
            _take(found, row)
            if any(getattr(row, name) == person_id for name in holding.mine):
                own.setdefault(row.__tablename__, []).append(row)
    for table, column, owner, key in WITHIN:
        owners = [getattr(row, key) for row in own.get(owner.__tablename__, ())]
        for row in session.scalars(select(table).where(getattr(table, column).in_(owners))):
            _take(found, row)
            own.setdefault(row.__tablename__, []).append(row)
    for row in session.scalars(select(Fork).where(Fork.owner_id == person_id)):
        _take(found, row)
    told = {name: [_plain(row) for row in rows.values()] for name, rows in sorted(found.items())}
    told["events"] = [
        {"at": event.at.isoformat(), "what": event.what, "kind": event.kind, **event.detail}
        for event in session.scalars(
            select(Event).where(Event.actor == str(person_id)).order_by(Event.id)
        )
    ]
    return told


def _take(found: dict[str, dict[Any, Base]], row: Base) -> None:
    keys = tuple(getattr(row, column.name) for column in row.__mapper__.primary_key)
    found.setdefault(row.__tablename__, {})[keys] = row


def _plain(row: Base) -> Json:
    return {
        column.key: _value(getattr(row, column.key))
        for column in row.__mapper__.column_attrs
        if column.key not in SECRETS
    }


def _value(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value
