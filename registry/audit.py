"""The audit trail: every change of state, who caused it, and a chain that shows tampering.

Events are added in the transaction of what they tell about. A sealer gathers events that were
committed and chains them in blocks: each block's digest covers its events and the block before.
The trail holds ids and names of fields only, never what anybody wrote, so erasing a person leaves
it whole. The database refuses to change or delete its rows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry import clock
from registry.db import Base, Json

BLOCK = 500
"""Most events in one block."""

_LOCK = 0x66697463
"""PostgreSQL's advisory lock that one sealer holds at a time."""


class Event(Base):
    """Something that happened: `what` to `subject` of which kind, caused by `actor`."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str]
    what: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[Json] = mapped_column(JSONB)


class Block(Base):
    """A block of the chain; `first` to `last` are the lowest and highest ids in it."""

    __tablename__ = "event_blocks"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes]
    events: Mapped[int]
    sealed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Chained(Base):
    """Which block an event is in."""

    __tablename__ = "event_chain"

    event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("events.id"), primary_key=True, autoincrement=False
    )
    block: Mapped[int] = mapped_column(BigInteger, ForeignKey("event_blocks.number"), index=True)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What `verify` found; `says` names the first thing that is wrong."""

    holds: bool
    blocks: int
    events: int
    waiting: int
    head: str
    says: str


def record(
    session: Session,
    actor: UUID | str | None,
    what: str,
    kind: str,
    subject: UUID | str,
    **detail: str | int | bool | None,
) -> None:
    """Add an event to the trail, in the session's transaction.

    Args:
        session: of the change that it tells about.
        actor: the person's id, ``system``, or None for somebody without an account.
        what: what happened, such as ``request.opened``.
        kind: of the subject, such as ``request``.
        subject: its id.
        detail: states, versions, names of fields: never anything a person wrote.
    """
    session.add(
        Event(
            at=clock.now(),
            actor=str(actor) if actor is not None else "anonymous",
            what=what,
            kind=kind,
            subject=str(subject),
            detail=detail,
        )
    )


def seal(session: Session) -> int:
    """Chain events that are not yet in a block; return how many. Commits nothing itself."""
    if not session.scalar(select(text(f"pg_try_advisory_xact_lock({_LOCK})"))):
        return 0
    last = session.scalars(select(Block).order_by(Block.number.desc()).limit(1)).first()
    number, digest = (last.number, last.digest) if last else (0, b"")
    done = 0
    while True:
        events = session.scalars(
            select(Event)
            .outerjoin(Chained, Chained.event_id == Event.id)
            .where(Chained.event_id.is_(None))
            .order_by(Event.id)
            .limit(BLOCK)
        ).all()
        if not events:
            return done
        number += 1
        digest = _block_digest(digest, events)
        session.add(Block(number=number, digest=digest, events=len(events), sealed_at=clock.now()))
        session.flush()
        session.add_all(Chained(event_id=event.id, block=number) for event in events)
        session.flush()
        done += len(events)


def verify(session: Session, head: str | None = None) -> Verdict:
    """Work the whole chain out again and compare.

    Args:
        session: to read with.
        head: a head printed earlier and kept elsewhere; it must still be in the chain.
    """
    digest, count, total = b"", 0, 0
    heads, wrong = set(), ""
    for block in session.scalars(select(Block).order_by(Block.number)):
        count += 1
        events = session.scalars(
            select(Event)
            .join(Chained, Chained.event_id == Event.id)
            .where(Chained.block == block.number)
            .order_by(Event.id)
        ).all()
        digest = _block_digest(digest, events)
        if block.number != count:
            wrong = f"Block {count} is missing."
        elif digest != block.digest or len(events) != block.events:
            wrong = f"Block {count} is not what was sealed: an event was changed, added or removed."
        if wrong:
            break
        total += len(events)
        heads.add(digest.hex())
    if not wrong and head is not None and head not in heads:
        wrong = "The head that you kept is not in the chain: blocks were removed or rewritten."
    waiting = int(session.scalar(text("SELECT count(*) FROM events")) or 0) - total
    return Verdict(
        holds=not wrong,
        blocks=count,
        events=total,
        waiting=0 if wrong else waiting,
        head=digest.hex(),
        says=wrong or "Every block is as it was sealed.",
    )


def _block_digest(before: bytes, events: Any) -> bytes:
    hasher = hashlib.sha256(before)
    for event in events:
        row = (
            event.id,
            event.at.timestamp(),
            event.actor,
            event.what,
            event.kind,
            event.subject,
            event.detail,
        )
        hasher.update(json.dumps(row, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    return hasher.digest()


APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""
"""SQL of the function behind the triggers; see `migrations`."""
