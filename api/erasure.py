"""What is left of an erasure outside of the tables: work in queues, and files."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from api.storage import Storage


def forget_work(session: Session, ids: Sequence[str]) -> int:
    """Take work out of the queues that names one of these ids; return how much it was."""
    return len(
        session.execute(
            text(
                "SELECT procrastinate_cancel_job_v1(id, true, true) FROM procrastinate_jobs "
                "WHERE status IN ('todo', 'doing') AND EXISTS (SELECT 1 FROM "
                "jsonb_path_query(args, '$.** ? (@.type() == \"string\")') AS each(word) "
                "WHERE word #>> '{}' = ANY(:ids))"
            ),
            {"ids": list(ids)},
        ).all()
    )


def forget_files(sessions: sessionmaker[Session], storage: Storage, files: Sequence[bytes]) -> None:
    """Delete files that nothing refers to any more, once the erasure is committed.

    Should this be missed, the sweep that runs every ten minutes does it.
    """
    with sessions.begin() as session:
        storage.sweep(session, files)
