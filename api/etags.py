"""ETags: whether what somebody has seen is still how it is."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from fastapi import Request, Response


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
