"""Accounts, sign-ins and tokens."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Security

from api import passwords as ways_back
from api.deps import Config, Db, limited, someone
from api.schemas.people import (
    AccountIn,
    AccountOut,
    CodeIn,
    NewPasswordIn,
    PasswordIn,
    PasswordLinkIn,
    PasswordLinkOut,
    RecoveryCodesOut,
    SecondFactorOut,
    SecretOut,
    SessionIn,
    TokenIn,
    TokenOut,
)
from api.transaction import Transaction
from registry.actor import Actor
from registry.limits import Limit
from registry.people import passwords, queries, usecases
from registry.people import second_factor as factor

router = APIRouter(prefix="/api/v1", tags=["people"], route_class=Transaction)

Me = Annotated[Actor, Security(someone, scopes=["me"])]

SIGN_UPS = Limit("sign up", 20, 3600)
SIGN_INS = Limit("sign in", 60, 600)
SIGN_INS_OF_ONE = Limit("sign in to one account", 10, 600)


@router.post("/accounts", status_code=201, summary="Open an account")
def open_account(ask: AccountIn, db: Db, request: Request) -> AccountOut:
    """Open an account. The answer is the same when the address already has one."""
    limited(request, SIGN_UPS)
    usecases.open_account(
        db,
        ask.email,
        ask.password,
        name=ask.name,
        born=ask.born,
        languages=tuple(ask.languages),
    )
    return AccountOut(next="Sign in with POST /api/v1/sessions.")


@router.post("/sessions", status_code=201, summary="Sign in")
def sign_in(ask: SessionIn, db: Db, request: Request) -> SecretOut:
    """Sign in. The secret is shown this once."""
    limited(request, SIGN_INS)
    limited(request, SIGN_INS_OF_ONE, ask.email.casefold())
    return SecretOut.model_validate(
        usecases.sign_in(db, ask.email, ask.password, ask.code), from_attributes=True
    )


@router.delete("/sessions/current", status_code=204, summary="Sign out")
def sign_out(me: Me, db: Db) -> None:
    """End the sign-in whose secret was sent."""
    usecases.sign_out(db, me)


@router.put("/me/password", status_code=204, summary="Change my password")
def change_password(ask: PasswordIn, me: Me, db: Db, request: Request) -> None:
    """Change it. Every other sign-in ends, and so do tokens that you made, for teams too."""
    limited(request, SIGN_INS_OF_ONE, str(me.person_id))
    usecases.change_password(db, me, ask.old, ask.new)


@router.post("/password-links", status_code=202, summary="Ask for a way back into an account")
def ask_for_password_link(
    ask: PasswordLinkIn, db: Db, settings: Config, request: Request
) -> PasswordLinkOut:
    """Say that you forgot your password. The answer is the same for every address.

    If an account has it, a link is mailed there. It works once, for one hour. A service without a
    mail server mails nothing: ask who runs it.
    """
    limited(request, ways_back.ASKS)
    limited(request, ways_back.ASKS_OF_ONE, ask.email.casefold())
    ways_back.ask_for_link(db, settings, ask.email)
    return PasswordLinkOut(next="Open the link that we mail, or PUT /api/v1/password with it.")


@router.put("/password", status_code=204, summary="Set a new password by a link")
def set_password(ask: NewPasswordIn, db: Db, request: Request) -> None:
    """Set it. Every sign-in to the account ends, and so do its owner's tokens, for teams too.

    It signs nobody in: POST /api/v1/sessions does, with a code where there is a second factor.
    """
    limited(request, ways_back.USES)
    passwords.use_link(db, ask.link, ask.password)


@router.put("/me/second-factor", summary="Set a second factor")
def second_factor(me: Me, db: Db) -> SecondFactorOut:
    """Begin a second factor. It counts once you confirmed it with a first code."""
    return SecondFactorOut(address=factor.begin(db, me))


@router.post("/me/second-factor/confirm", summary="Confirm the second factor")
def confirm_second_factor(ask: CodeIn, me: Me, db: Db, request: Request) -> RecoveryCodesOut:
    """Send a code of your app. From then on every sign-in asks for one.

    The answer holds ten recovery codes. Keep them where your phone is not.
    """
    limited(request, SIGN_INS_OF_ONE, str(me.person_id))
    return RecoveryCodesOut(recovery_codes=factor.confirm(db, me, ask.code))


@router.post("/me/second-factor/recovery-codes", summary="Make new recovery codes")
def renew_recovery_codes(ask: CodeIn, me: Me, db: Db, request: Request) -> RecoveryCodesOut:
    """Make ten new ones; those from before open nothing any more."""
    limited(request, SIGN_INS_OF_ONE, str(me.person_id))
    return RecoveryCodesOut(recovery_codes=factor.renew_codes(db, me, ask.code))


@router.post("/me/second-factor/off", status_code=204, summary="Take the second factor off")
def take_off_second_factor(ask: CodeIn, me: Me, db: Db, request: Request) -> None:
    """Take it off, such as to set another on a new phone. A recovery code will do."""
    limited(request, SIGN_INS_OF_ONE, str(me.person_id))
    factor.take_off(db, me, ask.code)


@router.post("/tokens", status_code=201, summary="Make a token")
def make_token(ask: TokenIn, me: Me, db: Db) -> SecretOut:
    """Make a token for a program of yours. Its secret is shown this once."""
    return SecretOut.model_validate(
        usecases.make_token(db, me, ask.name, tuple(ask.scopes), ask.days), from_attributes=True
    )


@router.get("/tokens", summary="My tokens")
def tokens(me: Me, db: Db) -> list[TokenOut]:
    """List your tokens, ended ones too, without their secrets."""
    rows = queries.tokens(db, me.person_id)
    return [TokenOut.model_validate(row, from_attributes=True) for row in rows]


@router.delete("/tokens/{token_id}", status_code=204, summary="End a token")
def revoke_token(token_id: UUID, me: Me, db: Db) -> None:
    """End one of your tokens at once."""
    usecases.revoke_token(db, me, token_id)
