"""The audit trail grows only, and shows when it was tampered with."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from registry import audit


def _some_events(db: Session, count: int = 7) -> None:
    for n in range(count):
        audit.record(db, "system", "request.opened", "request", f"r{n}", version=n)
    db.commit()
    assert audit.seal(db) == count
    db.commit()


def test_a_chain_nobody_touched_holds(db: Session) -> None:
    """Every event is in a block, and the chain comes out the same when it is worked out again."""
    _some_events(db)
    _some_events(db, 3)
    verdict = audit.verify(db)
    assert verdict.holds
    assert (verdict.blocks, verdict.events, verdict.waiting) == (2, 10, 0)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE events SET what = 'nothing'", "DELETE FROM events", "TRUNCATE event_blocks CASCADE"],
)
def test_the_database_refuses_to_change_the_trail(db: Session, statement: str) -> None:
    """Not even the owner's plain statements change or delete an event."""
    _some_events(db)
    with pytest.raises(ProgrammingError, match="append-only"):
        db.execute(text(statement))


def test_a_changed_event_is_found(db: Session) -> None:
    """Somebody who takes the guard away and changes an event is found out."""
    _some_events(db)
    head = audit.verify(db).head
    db.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
    db.execute(text("UPDATE events SET subject = 'r9' WHERE subject = 'r3'"))
    verdict = audit.verify(db)
    assert not verdict.holds
    assert "Block 1" in verdict.says
    assert verdict.head != head


def test_a_head_kept_elsewhere_shows_a_rewritten_chain(db: Session) -> None:
    """A whole chain that was written anew no longer holds the head that was kept."""
    _some_events(db)
    assert audit.verify(db, audit.verify(db).head).holds
    verdict = audit.verify(db, "00" * 32)
    assert not verdict.holds
    assert "head" in verdict.says
