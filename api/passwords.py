"""Asking for a way back into an account whose password was forgotten."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote
from uuid import uuid4

from sqlalchemy.orm import Session

from api.jobs.app import defer
from api.settings import Settings
from registry.limits import Limit
from registry.people import passwords

ASKS: Final = Limit("ask for a password link", 20, 3600)
ASKS_OF_ONE: Final = Limit("ask for a password link of one account", 5, 3600)
USES: Final = Limit("use a password link", 60, 600)


def ask_for_link(session: Session, settings: Settings, email: str) -> None:
    """Let a link be mailed to an account's own address, where there is such an account.

    What is done here is the same for every address, and takes as long: a worker does the rest.
    Without a mail server it does nothing.
    """
    if settings.mail_url is None:
        return
    # For an address that nobody has, for nobody: the worker finds no such person.
    person_id = passwords.owner_of(session, email) or uuid4()
    defer(session, "mail:password", person_id=str(person_id))


def address_of(settings: Settings, secret: str) -> str:
    """Return the address of a link, as it is given to people."""
    return f"{settings.url}/new-password?link={quote(secret, safe='')}"
