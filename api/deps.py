"""What routes ask for: the transaction's session, who is asking, storage, settings."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from sqlalchemy.orm import Session

from api.previews import Previews
from api.problems import HttpError
from api.settings import Settings
from api.storage import Storage
from registry import crypto
from registry.actor import NOBODY, Actor
from registry.errors import NotSignedIn
from registry.limits import Limit, spend
from registry.people.queries import actor_of

_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="bearer",
    description="A sign-in's secret (POST /api/v1/sessions) or a token (POST /api/v1/tokens).",
)


# What only looks something up is no work for a thread: handing over takes longer than it does.
async def session(request: Request) -> Session:
    """Return the session of the request's transaction."""
    found: Session = request.state.session
    return found


async def storage(request: Request) -> Storage:
    """Return where files are kept."""
    found: Storage = request.app.state.storage
    return found


async def settings(request: Request) -> Settings:
    """Return what the service was started with."""
    found: Settings = request.app.state.settings
    return found


def previews(request: Request) -> Previews:
    """Return who makes models to look at."""
    found: Previews = request.app.state.previews
    return found


Db = Annotated[Session, Depends(session)]
Files = Annotated[Storage, Depends(storage)]
Models = Annotated[Previews, Depends(previews)]
Config = Annotated[Settings, Depends(settings)]


def anybody(
    scopes: SecurityScopes,
    db: Db,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Actor:
    """Return who is asking; without a secret, nobody known.

    Raises:
        NotSignedIn: the secret is unknown, expired or revoked.
        HttpError: the token does not reach this.
    """
    if bearer is None:
        return NOBODY
    actor = actor_of(db, bearer.credentials)
    if actor is None:
        raise NotSignedIn(
            "This sign-in or token is not known or has ended.", "unknown_token", "Sign in again."
        )
    missing = sorted(set(scopes.scopes) - actor.scopes)
    if missing:
        raise HttpError(
            403,
            "token_does_not_reach",
            f"This token was not made for {', '.join(missing)}.",
            "Make one that is, or sign in.",
        )
    return actor


async def known(scopes: SecurityScopes, actor: Annotated[Actor, Depends(anybody)]) -> Actor:
    """Return who is asking, a person or a team's token.

    Raises:
        NotSignedIn: nobody known is.
    """
    _reaches(scopes, actor)
    if not actor.is_known:
        raise NotSignedIn
    return actor


async def someone(scopes: SecurityScopes, actor: Annotated[Actor, Depends(anybody)]) -> Actor:
    """Return the person who is asking; a team's token is no person.

    Raises:
        NotSignedIn: nobody known is asking.
        HttpError: a team's token is.
    """
    _reaches(scopes, actor)
    if not actor.is_known:
        raise NotSignedIn
    if actor.person_id is None:
        raise HttpError(
            403,
            "not_for_teams",
            "A team's token reaches designs only, never people.",
            "Sign in as yourself.",
        )
    return actor


def _reaches(scopes: SecurityScopes, actor: Actor) -> None:
    missing = sorted(set(scopes.scopes) - actor.scopes)
    if actor.is_known and missing:
        raise HttpError(
            403, "token_does_not_reach", f"This token was not made for {', '.join(missing)}."
        )


def address_of(request: Request) -> str:
    """Return the client's address, told by your proxy where there is one."""
    if request.app.state.settings.trusted_proxy:
        forwarded = request.headers.get("x-forwarded-for", "")
        if forwarded:
            return forwarded.rpartition(",")[2].strip()
    return request.client.host if request.client else ""


def limited(request: Request, limit: Limit, who: str | None = None) -> None:
    """Count a use of a limit, by the client's address unless it is said by whom.

    Raises:
        TooMany: it is used up.
    """
    spend(
        request.app.state.sessions,
        limit,
        crypto.ring().blind(who or address_of(request), "limits").hex()[:32],
    )


Anybody = Annotated[Actor, Security(anybody)]
