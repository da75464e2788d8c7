"""Fair shares: how often somebody may do something in a window of time, counted in the database.

Counting is a transaction of its own: what failed counts too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from registry import clock
from registry.errors import TooMany


@dataclass(frozen=True)
class Limit:
    """At most `most` times in `seconds`."""

    what: str
    most: int
    seconds: int


def spend(sessions: sessionmaker[Session], limit: Limit, who: str) -> None:
    """Count one use of `limit` by `who`.

    Args:
        sessions: makes the session of the count.
        limit: which limit.
        who: a keyed digest of an address or an account, never the thing itself.

    Raises:
        TooMany: it was used up; the use was counted all the same.
    """
    now = int(clock.now().timestamp())
    start = now - now % limit.seconds
    with sessions.begin() as session:
        times = session.scalar(
            text(
                'INSERT INTO counts (what, who, "window", times) '
                "VALUES (:what, :who, :start, 1) "
                'ON CONFLICT (what, who, "window") DO UPDATE SET times = counts.times + 1 '
                "RETURNING times"
            ),
            {"what": limit.what, "who": who, "start": datetime.fromtimestamp(start, UTC)},
        )
    if times is not None and times > limit.most:
        raise TooMany(f"That was more than {limit.most} times.", start + limit.seconds - now)
