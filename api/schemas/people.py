"""Accounts, sign-ins and tokens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from registry.actor import Scope

Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
]
Password = Annotated[str, StringConstraints(max_length=200)]
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
"""One line: no control characters, which the database does not take either."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80, pattern=PRINTABLE)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Strict(BaseModel):
    """What comes in: a field that nobody knows is a mistake, not a wish to be dropped."""

    model_config = ConfigDict(extra="forbid")


def examples(*bodies: JsonDict) -> ConfigDict:
    """Return what shows these in the description of the API."""
    return ConfigDict(json_schema_extra={"examples": [*bodies]})


class AccountIn(Strict):
    """A new account. The date of birth is only needed to protect people under 18."""

    model_config = examples(
        {"email": "anna@example.org", "password": "boat lamp carrot", "name": "Anna"}
    )

    email: Email
    password: Password
    name: Name = ""
    born: date | None = None
    languages: list[Language] = Field(default_factory=list, max_length=20)


class AccountOut(BaseModel):
    """Always the same, whether the address was new or not."""

    next: str


class SessionIn(Strict):
    """Signing in; `code` (of the code app, or a recovery code) where there is a second factor."""

    email: Email
    password: Password
    code: Annotated[str, StringConstraints(max_length=24)] | None = None


class PasswordIn(Strict):
    """A new password, and the one until now."""

    model_config = examples({"old": "boat lamp carrot", "new": "river stamp onion"})

    old: Password
    new: Password


class PasswordLinkIn(Strict):
    """The address of an account whose password was forgotten."""

    model_config = examples({"email": "anna@example.org"})

    email: Email


class PasswordLinkOut(BaseModel):
    """Always the same, whether there is such an account or not."""

    next: str


class NewPasswordIn(Strict):
    """A new password, and what stands behind ``link=`` in the link that was mailed."""

    model_config = examples(
        {"link": "fcp_mXr0SgD1bDhqoBfYkJ2cVtB4nZ6wQe8uLp7aTy9xHs0", "password": "river stamp onion"}
    )

    link: Annotated[str, StringConstraints(max_length=100)]
    password: Password


class SecretOut(BaseModel):
    """A secret, shown this once. Send it as ``Authorization: Bearer …``."""

    id: UUID
    secret: str
    expires_at: datetime
    person_id: UUID | None


class TokenIn(Strict):
    """A token for a program of yours."""

    name: Name
    scopes: list[Scope] = Field(min_length=1)
    days: int = Field(default=90, description="How many days it is good for, 1 to 366.")


class TokenOut(BaseModel):
    """A token, without its secret."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class CodeIn(Strict):
    """A code of your code app."""

    model_config = examples({"code": "123456"})

    code: Annotated[str, StringConstraints(min_length=6, max_length=24)]


class SecondFactorOut(BaseModel):
    """The address that a code app reads, as text or as a picture of it."""

    address: str


class RecoveryCodesOut(BaseModel):
    """Codes for whoever loses their code app, shown this once. Each opens your account once."""

    recovery_codes: list[str]
