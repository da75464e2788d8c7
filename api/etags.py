"""Changing something only if it is still what was seen: ETag and If-Match (RFC 9110)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Header

from api.problems import HttpError
from registry.errors import Conflict


def etag(version: int) -> str:
    """Return the ETag of a thing's version."""
    return f'"{version}"'


def seen(
    if_match: Annotated[
        str | None, Header(description="The ETag that came with what you saw.", max_length=100)
    ] = None,
) -> int:
    """Return the version that the asker saw.

    Raises:
        HttpError: they do not say (428), or it was never one of ours (412).
    """
    if if_match is None:
        raise HttpError(
            428,
            "say_which",
            "Say which version you saw, so that nobody's change is lost.",
            "Send the ETag that came with it as If-Match.",
        )
    found = re.fullmatch(r'"(\d{1,9})"', if_match.strip())
    if found is None:
        raise _changed()
    return int(found.group(1))


@contextmanager
def stale_is_412() -> Iterator[None]:
    """Answer 412 where the thing is no longer what was seen.

    Raises:
        HttpError: it is not.
    """
    try:
        yield
    except Conflict as error:
        if error.code != "changed_meanwhile":
            raise
        raise _changed() from error


def _changed() -> HttpError:
    return HttpError(
        412,
        "changed_meanwhile",
        "This was changed since you looked at it.",
        "Get it again, and make your change to that.",
    )


Seen = Annotated[int, Depends(seen)]
"""The version that the asker saw, from If-Match."""
