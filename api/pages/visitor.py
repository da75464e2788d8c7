"""Who looks at a page: who is signed in, in which language, how large, and with which units.

Every form carries a token of the visit and the sign-in. It is checked in one place, `guarded`,
for whatever changes something, also where nobody is signed in.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import Annotated, Final
from uuid import UUID

from babel.core import negotiate_locale
from fastapi import Depends, Request
from starlette.routing import Match

from api.deps import Db
from api.pages import cookies
from api.pages.forms import CSRF, Sent
from api.pages.text import ENGLISH, LANGUAGES
from api.problems import HttpError
from registry import crypto
from registry.actor import NOBODY, Actor
from registry.errors import NotSignedIn
from registry.people.queries import actor_of

SIZES: Final = ("normal", "large")
UNITS: Final = ("mm", "cm", "in")
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_SECRET: Final = 200


@dataclass
class Visitor:
    """Who looks at a page.

    Attributes:
        actor: as use cases know them.
        language: one of `text.LANGUAGES`.
        size: ``large`` for large print.
        unit: of lengths, ``mm``, ``cm`` or ``in``.
        path: of the page, with its query.
        back: a page to come back to after something that every page offers was done.
        visit: the random name of this visit; nothing before the first form.
        secret: of the sign-in.
    """

    actor: Actor
    language: str
    size: str
    unit: str
    path: str
    back: str = "/"
    visit: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    is_new_visit: bool = False

    @property
    def is_signed_in(self) -> bool:
        """Whether they are."""
        return self.actor.person_id is not None

    def csrf(self) -> str:
        """Return what a form of this visit must bring back."""
        if not self.visit:
            self.visit, self.is_new_visit = secrets.token_urlsafe(24), True
        bound = f"{self.visit}\n{self.secret}"
        return crypto.ring().blind(bound, "pages.csrf").hex()[:40]


def of(request: Request, actor: Actor = NOBODY) -> Visitor:
    """Return the visitor of a page, as far as their browser tells."""
    wishes = cookies.look(request)
    size, unit = wishes.get("size", ""), wishes.get("unit", "")
    query = request.url.query
    return Visitor(
        actor=actor,
        language=_language(request, wishes.get("language", "")),
        size=size if size in SIZES else SIZES[0],
        unit=unit if unit in UNITS else UNITS[0],
        path=f"{request.url.path}?{query}" if query else request.url.path,
        back=_back(request),
        visit=cookies.read(request, "visit")[:_LONGEST_SECRET],
        secret=cookies.read(request, "signin")[:_LONGEST_SECRET],
    )


def _back(request: Request) -> str:
    """Return the address of a page; of a form's answer, the nearest page above its own."""
    query = request.url.query
    if request.method in SAFE:
        return f"{request.url.path}?{query}" if query else request.url.path
    path = request.url.path
    while path:
        scope = {**request.scope, "method": "GET", "path": path}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            return path
        path = path.rpartition("/")[0]
    return "/"


def visitor(request: Request, db: Db) -> Visitor:
    """Return the visitor of a page; whose sign-in has ended is nobody known."""
    secret = cookies.read(request, "signin")[:_LONGEST_SECRET]
    actor = actor_of(db, secret) if secret else None
    # A token made for a program signs nobody in to the site.
    is_sign_in = actor is not None and actor.sign_in_id is not None
    found = of(request, actor if actor is not None and is_sign_in else NOBODY)
    request.state.visitor = found
    return found


def guarded(request: Request, who: Annotated[Visitor, Depends(visitor)], sent: Sent) -> None:
    """Let nothing change that did not come from a form of ours, in this visit.

    Raises:
        HttpError: the form is not ours, or from an earlier visit.
    """
    if request.method in SAFE:
        return
    # Every browser of today says where a form comes from; older ones are held to the token.
    from_here = request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    token = str(sent.get(CSRF, "")).encode()
    is_ours = bool(who.visit) and hmac.compare_digest(token, who.csrf().encode())
    if not (from_here and is_ours):
        raise HttpError(
            403,
            "form_too_old",
            "This form is from an earlier visit, or not from here.",
            "Go back, load the page again, and send it once more.",
        )


def signed_in(who: Annotated[Visitor, Depends(visitor)]) -> Actor:
    """Return the person who is signed in.

    Raises:
        NotSignedIn: nobody is; a page leads to the sign-in.
    """
    if not who.is_signed_in:
        raise NotSignedIn
    return who.actor


def my_id(me: Annotated[Actor, Depends(signed_in)]) -> UUID:
    """Return the id of the person who is signed in.

    Raises:
        NotSignedIn: nobody is.
    """
    if me.person_id is None:
        raise NotSignedIn
    return me.person_id


Looking = Annotated[Visitor, Depends(visitor)]
"""For pages that are open to all."""

Me = Annotated[Actor, Depends(signed_in)]
"""For pages of one's own: who is not signed in is led to the sign-in."""

MyId = Annotated[UUID, Depends(my_id)]


def _language(request: Request, wished: str) -> str:
    if wished in LANGUAGES:
        return wished
    accepted = request.headers.get("accept-language", "")[:200].split(",")
    names = [each.partition(";")[0].strip() for each in accepted]
    found = negotiate_locale([name for name in names if name], list(LANGUAGES), sep="-")
    return found if found is not None and found in LANGUAGES else ENGLISH
