"""One transaction for each request, committed before the answer is sent.

Here, and only here. A handler that raises leaves nothing behind. A request with an idempotency
key is done once: its answer is kept in the same transaction and given again when the key is sent
again, also when both are sent at the same time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.problems import HttpError
from api.rooms import Rooms, is_slow, whole_body
from registry import clock
from registry.people.secrets import secret_hash
from registry.platform import Answered

_KEPT_HEADERS = ("location", "etag", "content-type")
_LONGEST_KEY = 200
_WITHOUT_BODY = ("GET", "HEAD")


class Transaction(APIRoute):
    """A route whose handler works in one transaction."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with its transaction round it."""
        handle = super().get_route_handler()
        slow = is_slow(self)

        async def whole(request: Request) -> Response:
            if not slow and request.method not in _WITHOUT_BODY:
                await whole_body(request)
            rooms: Rooms = request.app.state.rooms
            async with rooms.of(slow=slow):
                with request.app.state.sessions() as session:
                    request.state.session = session
                    try:
                        return await _once(request, session, handle)
                    except BaseException:
                        await run_in_threadpool(session.rollback)
                        raise
                    finally:
                        # Committed or rolled back: it only goes back to the pool, and waits for
                        # nothing.
                        session.close()

        return whole


async def _once(
    request: Request,
    session: Session,
    handle: Callable[[Request], Coroutine[Any, Any, Response]],
) -> Response:
    key = request.headers.get("idempotency-key")
    if key is None or request.method not in ("POST", "PUT", "DELETE"):
        response = await handle(request)
        await run_in_threadpool(session.commit)
        return response
    if not 1 <= len(key) <= _LONGEST_KEY:
        raise HttpError(400, "bad_idempotency_key", "An idempotency key has 1 to 200 characters.")
    # By the sign-in's or token's own digest, so that erasing a person finds these answers too.
    _, _, secret = request.headers.get("authorization", "").partition(" ")
    asker = secret_hash(secret.strip()).hex()
    if not secret:
        asker = f"from {request.client.host if request.client else ''}"
    body = await request.body()
    asked = hashlib.sha256(
        f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body
    ).digest()
    earlier = await run_in_threadpool(_begin, session, asker, key, asked)
    if earlier is not None:
        return earlier
    response = await handle(request)
    await run_in_threadpool(_keep, session, asker, key, response)
    await run_in_threadpool(session.commit)
    return response


def _begin(session: Session, asker: str, key: str, asked: bytes) -> Response | None:
    """Take the key, or return the answer it had; waits for whoever is working on it."""
    taken = session.execute(
        insert(Answered)
        .values(asker=asker, key=key, asked=asked, at=clock.now())
        .on_conflict_do_nothing()
        .returning(Answered.key)
    ).first()
    if taken is not None:
        return None
    row = session.scalars(
        select(Answered).where(Answered.asker == asker, Answered.key == key)
    ).one()
    if row.asked != asked:
        raise HttpError(
            422,
            "idempotency_key_used",
            "This idempotency key was used for something else.",
            "Use a new key for a new request.",
        )
    answer = row.answer or {}
    return Response(
        content=answer["body"].encode("latin-1"),
        status_code=row.status or 200,
        headers={**answer["headers"], "Idempotent-Replay": "true"},
    )


def _keep(session: Session, asker: str, key: str, response: Response) -> None:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    session.execute(
        update(Answered)
        .where(Answered.asker == asker, Answered.key == key)
        .values(
            status=response.status_code,
            answer={"body": bytes(response.body).decode("latin-1"), "headers": headers},
        )
    )


def forget_answers(session: Session, before: Any) -> None:
    """Delete answers that were kept long enough."""
    session.execute(delete(Answered).where(Answered.at < before))
