"""ETags: whether what somebody has seen is still how it is; a change names what it saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Header, Request, Response

from api.problems import HttpError
from registry.errors import Conflict

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=100, description='The ETag that you saw, such as "3".'),
]


def etag(*facts: Any) -> str:
    """Return an ETag that changes when any of the facts does."""
    text = json.dumps(facts, sort_keys=True, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def unchanged(request: Request, tag: str) -> Response | None:
    """Return the answer 304 where the asker has seen what has this ETag (If-None-Match)."""
    seen = request.headers.get("if-none-match", "")
    tags = {each.strip().removeprefix("W/") for each in seen.split(",")}
    if tag in tags or "*" in tags:
        return Response(status_code=304, headers={"ETag": tag})
    return None


def version_etag(version: int) -> str:
    """Return a version as an ETag."""
    return f'"{version}"'


def seen_version(if_match: str | None) -> int:
    """Return the version that a change names.

    Raises:
        HttpError: it names none (428), or one that cannot be (412).
    """
    if if_match is None:
        raise HttpError(
            428,
            "say_which",
            "Say which version you saw: it may have changed meanwhile.",
            "Send the ETag of what you read as If-Match.",
        )
    plain = if_match.removeprefix("W/").strip('"')
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise HttpError(412, "changed_meanwhile", "This is no version that it ever had.")
    return int(plain)


@contextmanager
def matched() -> Iterator[None]:
    """Answer 412 where the version that If-Match named is no longer the newest."""
    try:
        yield
    except Conflict as error:
        if error.code == "changed_meanwhile":
            raise HttpError(412, error.code, error.says, error.advice) from None
        raise
