"""All that opens an account beside its password, and how it ends when there is a new one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.notices import tell
from registry.people.model import PasswordLink, SignIn, Token


def end_others(session: Session, person_id: UUID, keep: UUID | None = None) -> None:
    """End what opened an account before it had a new password, and tell its owner.

    These are sign-ins, links to choose a password, and tokens: those of the person, and those that
    they made for teams. Whoever knew the old password could have made any of them.

    Args:
        session: to write with.
        person_id: whose account it is.
        keep: the sign-in that chose the new password, which goes on.
    """
    end_sign_ins(session, person_id, keep)
    end_links(session, person_id)
    session.execute(
        update(Token)
        .where(
            or_(Token.person_id == person_id, Token.made_by_id == person_id),
            Token.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )
    audit.record(session, person_id, "tokens.ended", "person", person_id)
    told = (
        "Your account has a new password. If it was not you, choose another at once: sign out,"
        " and take “I forgot my password”."
    )
    tell(session, (person_id,), "password_changed", None, told)


def end_sign_ins(session: Session, person_id: UUID, keep: UUID | None = None) -> int:
    """End somebody's sign-ins, all but one to keep; return how many."""
    others = () if keep is None else (SignIn.id != keep,)
    ended = session.scalars(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), *others)
        .values(ended_at=clock.now())
        .returning(SignIn.id)
    ).all()
    audit.record(session, person_id, "signed.out_elsewhere", "person", person_id)
    return len(ended)


def end_links(session: Session, person_id: UUID) -> None:
    """End somebody's links to choose a new password that were not used."""
    session.execute(
        update(PasswordLink)
        .where(
            PasswordLink.person_id == person_id,
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > clock.now(),
        )
        .values(expires_at=clock.now())
    )
