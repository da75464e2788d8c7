"""The second factor: a code app, and recovery codes for whoever loses it."""

from __future__ import annotations

import secrets
from typing import Final

import pyotp
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from registry import audit, clock, crypto
from registry.actor import Actor
from registry.errors import Conflict, Invalid
from registry.people.model import Person, RecoveryCode, SignIn
from registry.policies import people as may
from registry.policies import require

CODES: Final = 10
"""Recovery codes of one person."""

_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"
"""Crockford's base 32, without letters that look like others: 5 bits each."""

_GROUPS, _OF = 3, 4


def begin(session: Session, actor: Actor) -> str:
    """Prepare a second factor and return the address that a code app reads.

    It is asked for only after `confirm`: an app that was never set up locks nobody out. Begun
    again, it starts afresh.

    Raises:
        NotAllowed: a token asks, or there is one already.
    """
    person = session.get_one(Person, actor.person_id)
    require(may.may_change_second_factor(actor, has_one=person.totp_confirmed_at is not None))
    person.totp_secret = pyotp.random_base32()
    person.totp_last_step = None
    audit.record(session, actor.person_id, "second_factor.begun", "person", person.id)
    return address_of(person)


def address_of(person: Person) -> str:
    """Return the address that a code app reads, of a second factor that was begun."""
    return pyotp.TOTP(person.totp_secret or "").provisioning_uri(
        name=person.email or "", issuer_name="fitcommons"
    )


def confirm(session: Session, actor: Actor, code: str) -> list[str]:
    """Let the second factor count from now on and return recovery codes, which are shown once.

    Raises:
        NotAllowed: a token asks, or there is one already.
        Conflict: none was begun.
        Invalid: the code is not right.
    """
    person = session.get_one(Person, actor.person_id)
    require(may.may_change_second_factor(actor, has_one=person.totp_confirmed_at is not None))
    if person.totp_secret is None:
        raise Conflict(
            "no_second_factor", "No second factor was begun.", "Set up a code app first."
        )
    if not _is_of_app(session, person, code):
        raise _wrong()
    person.totp_confirmed_at = clock.now()
    audit.record(session, actor.person_id, "second_factor.set", "person", person.id)
    return _new_codes(session, person)


def renew_codes(session: Session, actor: Actor, code: str) -> list[str]:
    """Make new recovery codes, shown this once; those from before open nothing any more.

    Raises:
        NotAllowed: a token asks.
        Conflict: there is no second factor.
        Invalid: the code is not right.
    """
    person = _with_factor(session, actor, code)
    audit.record(session, actor.person_id, "second_factor.codes_renewed", "person", person.id)
    return _new_codes(session, person)


def take_off(session: Session, actor: Actor, code: str) -> None:
    """Take the second factor off, such as to set another; a recovery code will do.

    Whoever is a steward is one again once they have set another.

    Raises:
        NotAllowed: a token asks.
        Conflict: there is no second factor.
        Invalid: the code is not right.
    """
    person = _with_factor(session, actor, code)
    person.totp_secret = person.totp_confirmed_at = person.totp_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    session.execute(
        update(SignIn).where(SignIn.person_id == person.id).values(second_factor_at=None)
    )
    audit.record(session, actor.person_id, "second_factor.taken_off", "person", person.id)


def is_second_factor(session: Session, person: Person, code: str) -> bool:
    """Whether a code of the app or a recovery code is right; each is good once."""
    if _is_of_app(session, person, code):
        return True
    used = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == _hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    if used is None:
        return False
    audit.record(session, person.id, "second_factor.recovered", "person", person.id)
    return True


def _is_of_app(session: Session, person: Person, code: str) -> bool:
    """Whether a code is right, and was not used before (RFC 6238, one step of slack)."""
    totp = pyotp.TOTP(person.totp_secret or "")
    step = int(clock.now().timestamp()) // totp.interval
    given = code.strip().encode()
    for each in (step - 1, step, step + 1):
        right = secrets.compare_digest(totp.generate_otp(each).encode(), given)
        if right and (person.totp_last_step is None or each > person.totp_last_step):
            used = session.execute(
                update(Person)
                .where(
                    Person.id == person.id,
                    (Person.totp_last_step.is_(None)) | (Person.totp_last_step < each),
                )
                .values(totp_last_step=each)
                .returning(Person.id)
            ).first()
            return used is not None
    return False


def _with_factor(session: Session, actor: Actor, code: str) -> Person:
    require(may.may_use_second_factor(actor))
    person = session.get_one(Person, actor.person_id)
    if person.totp_confirmed_at is None:
        raise Conflict("no_second_factor", "There is no second factor.", "Set up a code app first.")
    if not is_second_factor(session, person, code):
        raise _wrong()
    return person


def _new_codes(session: Session, person: Person) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = ["-".join(_group() for _ in range(_GROUPS)) for _ in range(CODES)]
    now = clock.now()
    session.execute(
        insert(RecoveryCode),
        [{"person_id": person.id, "code_hash": _hash(code), "made_at": now} for code in codes],
    )
    return codes


def _group() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_OF))


def _hash(code: str) -> bytes:
    # Keyed, because 60 bits could be guessed by whoever had the database; as people copy it.
    plain = "".join(each for each in code.upper() if each.isalnum())
    return crypto.ring().blind(plain, "recovery_codes.code")


def _wrong() -> Invalid:
    return Invalid.field(
        "code", "", "This code is not right.", advice="Wait for the next code in your app."
    )
