"""Opening accounts, signing in and out, and making tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry import audit, clock, crypto
from registry.actor import PERSON_SCOPES, Actor
from registry.errors import Conflict, Invalid, NotFound, NotSignedIn
from registry.notices import tell
from registry.people.ages import is_minor
from registry.people.model import Person, SignIn, Token
from registry.people.second_factor import is_second_factor
from registry.people.secrets import hash_password, is_password, new_secret, secret_hash
from registry.people.ways_in import end_others, end_sign_ins
from registry.policies import people as may
from registry.policies import require
from registry.requests.model import Request

SIGN_IN_DAYS = 30
LONGEST_TOKEN_DAYS = 366
SHORTEST_PASSWORD = 10


@dataclass(frozen=True)
class Secret:
    """A secret that is shown once, and what it belongs to."""

    id: UUID
    secret: str
    expires_at: datetime
    person_id: UUID | None = None


def email_index(email: str) -> bytes:
    """Return by what an account is found, without the address itself being kept in the open."""
    return crypto.ring().blind(email.strip().casefold(), "people.email")


def open_account(
    session: Session,
    email: str,
    password: str,
    *,
    name: str = "",
    born: date | None = None,
    languages: tuple[str, ...] = (),
) -> None:
    """Open an account, or, where the address has one already, tell its owner that somebody tried.

    The asker cannot tell which: nobody learns here who is a member.

    Raises:
        Invalid: the password is too short or too well known, the date of birth cannot be.
    """
    check_password(password, email)
    _check_born(born)
    person = session.scalar(
        insert(Person)
        .values(
            email=email.strip(),
            email_index=email_index(email),
            password_hash=hash_password(password),
            name=name.strip() or None,
            born=born.isoformat() if born else None,
            languages=list(languages),
        )
        .on_conflict_do_nothing(index_elements=["email_index"])
        .returning(Person.id)
    )
    if person is not None:
        audit.record(session, person, "account.opened", "person", person)
        return
    owner = session.scalars(select(Person.id).where(Person.email_index == email_index(email))).one()
    told = "Somebody tried to open an account with your address."
    tell(session, (owner,), "account_exists", None, told)


def sign_in(session: Session, email: str, password: str, code: str | None = None) -> Secret:
    """Sign somebody in and return the secret of their sign-in.

    The code is one of the code app's, or a recovery code.

    Raises:
        NotSignedIn: address, password or code is wrong; it does not say which.
    """
    person = session.scalars(
        select(Person).where(Person.email_index == email_index(email), Person.erased_at.is_(None))
    ).first()
    right = is_password(person.password_hash if person else None, password)
    if person is None or not right:
        raise NotSignedIn("Address or password is not right.", "wrong_password")
    second = None
    if person.totp_confirmed_at is not None:
        if code is None:
            raise NotSignedIn(
                "This account asks for a code as well.", "code_needed", "Look in your code app."
            )
        if not is_second_factor(session, person, code):
            raise NotSignedIn("Address or password is not right.", "wrong_password")
        second = clock.now()
    secret = new_secret("fcs")
    expires = clock.now() + timedelta(days=SIGN_IN_DAYS)
    row = SignIn(
        person_id=person.id,
        secret_hash=secret_hash(secret),
        expires_at=expires,
        second_factor_at=second,
    )
    session.add(row)
    session.flush()
    audit.record(session, person.id, "signed.in", "person", person.id)
    return Secret(row.id, secret, expires, person.id)


def sign_out(session: Session, actor: Actor) -> None:
    """End the sign-in that the actor used."""
    session.execute(
        update(SignIn).where(SignIn.id == actor.sign_in_id).values(ended_at=clock.now())
    )


def sign_out_elsewhere(session: Session, actor: Actor) -> int:
    """End every other sign-in of the actor's, such as on a phone that was lost; return how many.

    Raises:
        NotAllowed: a token asks.
    """
    require(may.may_make_token(actor))
    person = session.get_one(Person, actor.person_id)
    return end_sign_ins(session, person.id, keep=actor.sign_in_id)


def change_password(session: Session, actor: Actor, old: str, new: str) -> None:
    """Change one's password; nothing else that opened the account opens it any more.

    That is every other sign-in, and tokens. The owner is told, in case it was not them.

    Raises:
        NotAllowed: a token asks.
        Invalid: the old one is not right, or the new one too short or too well known.
    """
    require(may.may_make_token(actor))
    person = session.get_one(Person, actor.person_id)
    if not is_password(person.password_hash, old):
        raise Invalid.field("old", "", "This is not your password.", advice="Type it again.")
    check_password(new, person.email or "", "new")
    person.password_hash = hash_password(new)
    audit.record(session, person.id, "password.changed", "person", person.id)
    end_others(session, person.id, keep=actor.sign_in_id)


def make_token(
    session: Session, actor: Actor, name: str, scopes: tuple[str, ...], days: int
) -> Secret:
    """Make an API token for oneself; its secret is shown this once.

    Raises:
        NotAllowed: a token cannot make tokens.
        Invalid: an unknown scope, or a time that is too long.
    """
    require(may.may_make_token(actor))
    unknown = sorted(set(scopes) - set(PERSON_SCOPES))
    if unknown or not scopes:
        raise Invalid.field(
            "scopes",
            ", ".join(unknown),
            "A token is made for one scope or more of these.",
            allowed=", ".join(PERSON_SCOPES),
        )
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Invalid.field(
            "days", days, "A token ends some day.", allowed=f"1-{LONGEST_TOKEN_DAYS} days"
        )
    secret = new_secret("fct")
    expires = clock.now() + timedelta(days=days)
    token = Token(
        person_id=actor.person_id,
        made_by_id=actor.person_id,
        name=name,
        scopes=sorted(set(scopes)),
        secret_hash=secret_hash(secret),
        expires_at=expires,
    )
    session.add(token)
    session.flush()
    audit.record(session, actor.person_id, "token.made", "token", token.id)
    return Secret(token.id, secret, expires, actor.person_id)


def revoke_token(session: Session, actor: Actor, token_id: UUID) -> None:
    """End one of one's own tokens at once.

    Raises:
        NotFound: it is not theirs.
    """
    token = session.scalars(
        select(Token).where(Token.id == token_id, Token.person_id == actor.person_id)
    ).first()
    if token is None:
        raise NotFound("token")
    token.revoked_at = token.revoked_at or clock.now()
    audit.record(session, actor.person_id, "token.revoked", "token", token.id)


def change_profile(session: Session, actor: Actor, fields: Mapping[str, Any]) -> Person:
    """Change what one tells of oneself; only the fields that are given.

    Args:
        session: to write with.
        actor: who it is.
        fields: some of name, born, languages, contact, offers, place.

    Raises:
        Invalid: the date of birth cannot be.
        Conflict: it was told before: whom it protects, it protects for good.
    """
    person = session.get_one(Person, actor.person_id)
    if fields.get("born") is not None:
        _check_born(fields["born"])
        if person.born is not None and person.born != fields["born"].isoformat():
            raise Conflict(
                "born_is_told", "The date of birth was told before.", "Ask a steward to change it."
            )
        person.born = fields["born"].isoformat()
        if is_minor(person):
            # What they asked for before is protected from now on, too.
            session.execute(
                update(Request).where(Request.person_id == person.id).values(for_minor=True)
            )
    if "name" in fields:
        person.name = (fields["name"] or "").strip() or None
    if "languages" in fields:
        person.languages = list(fields["languages"] or ())
    for name in ("contact", "offers", "place"):
        if name in fields:
            setattr(person, name, fields[name])
    changed = " ".join(sorted(fields))
    audit.record(session, person.id, "profile.changed", "person", person.id, fields=changed)
    return person


def check_password(password: str, email: str, field: str = "password") -> None:
    """Refuse a password that is too short or too easy to guess.

    Raises:
        Invalid: it is, in the field of this name.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid.field(
            field,
            "",
            f"It has {len(password)} characters.",
            allowed=f"{SHORTEST_PASSWORD} characters or more",
            advice="Three words that have nothing to do with each other are easy to keep.",
        )
    plain = password.casefold()
    if len(set(plain)) < 4 or plain == email.strip().casefold():
        raise Invalid.field(field, "", "It is too easy to guess.", advice="Choose another.")


def _check_born(born: date | None) -> None:
    if born is None:
        return
    today = clock.now().date()
    if not date(1900, 1, 1) <= born <= today:
        raise Invalid.field(
            "born", born, "This cannot be a date of birth.", allowed="1900 to today"
        )
