"""The site's cookies: who is signed in, which visit it is, how pages shall look, and a wish.

All are HttpOnly and SameSite=Lax. Over https their names begin with ``__Host-``: no other host
and no page without https can set them.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Final, Literal, TypeAlias
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response

from registry import clock, crypto

Cookie: TypeAlias = Literal["signin", "visit", "look", "wish"]

LONGEST_WISH: Final = 500
"""Letters: a cookie holds 4,096 bytes, sealed and coded."""

_WISH: Final = "cookies.wish"
_YEAR_S: Final = 365 * 24 * 3600


def read(request: Request, cookie: Cookie) -> str:
    """Return a cookie's value, nothing where it is not there."""
    return request.cookies.get(_name(request, cookie), "")


def sign_in(request: Request, response: Response, secret: str, until: datetime) -> None:
    """Keep the secret of a sign-in in the browser for as long as it is good for."""
    _set(request, response, "signin", secret, max(0, int((until - clock.now()).total_seconds())))


def sign_out(request: Request, response: Response) -> None:
    """Forget who was signed in, and the visit with them."""
    _set(request, response, "signin", "", 0)
    _set(request, response, "visit", "", 0)


def keep_visit(request: Request, response: Response, visit: str) -> None:
    """Keep the random name of a visit until the browser is closed."""
    _set(request, response, "visit", visit, None)


def look(request: Request) -> dict[str, str]:
    """Return how somebody wants pages to look, as far as they said so."""
    return dict(parse_qsl(read(request, "look")[:200]))


def keep_look(request: Request, response: Response, **wishes: str) -> None:
    """Keep how pages shall look for a year, beside what was kept before."""
    kept = urlencode({**look(request), **wishes})
    _set(request, response, "look", kept, _YEAR_S)


def keep_wish(request: Request, response: Response, words: str) -> None:
    """Keep what somebody wants to be able to do until the browser is closed, sealed.

    It may tell of their health: so it stands in no address, and nobody who finds the browser's
    files can read it.
    """
    sealed = crypto.ring().seal(words[:LONGEST_WISH].encode(), _WISH)
    _set(request, response, "wish", base64.urlsafe_b64encode(sealed).decode(), None)


def wish(request: Request) -> str:
    """Return what somebody said that they want to be able to do; nothing where they did not."""
    try:
        sealed = base64.urlsafe_b64decode(read(request, "wish"))
        return crypto.ring().open(sealed, _WISH).decode()
    except (ValueError, crypto.CannotOpen):
        return ""


def _name(request: Request, cookie: Cookie) -> str:
    return f"__Host-{cookie}" if _is_https(request) else cookie


def _is_https(request: Request) -> bool:
    return bool(request.app.state.settings.url.startswith("https://"))


def _set(
    request: Request, response: Response, cookie: Cookie, value: str, seconds: int | None
) -> None:
    response.set_cookie(
        _name(request, cookie),
        value,
        max_age=seconds,
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )
