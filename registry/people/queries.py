"""Looking up people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session

from registry import clock
from registry.actor import EVERYTHING, Actor
from registry.people.model import Maker, Person, Read, SignIn, Token
from registry.people.secrets import secret_hash
from registry.platform import Notice

# Asked for nearly every request: written out once. Columns, not rows: what is sealed of a person is
# opened for whoever needs it, not for this.
_SIGNED_IN: Final = (
    select(SignIn.id, SignIn.second_factor_at, Person.id, Person.is_steward, Person.is_reviewer)
    .join(Person, Person.id == SignIn.person_id)
    .where(
        SignIn.secret_hash == bindparam("hashed"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("now"),
        Person.erased_at.is_(None),
    )
)


def actor_of(session: Session, secret: str) -> Actor | None:
    """Return who a bearer secret speaks for; None for one that is unknown, expired or revoked."""
    hashed, now = secret_hash(secret), clock.now()
    signed_in = session.execute(_SIGNED_IN, {"hashed": hashed, "now": now}).first()
    if signed_in is not None:
        sign_in_id, second_factor_at, person_id, is_steward, is_reviewer = signed_in
        return Actor(
            person_id=person_id,
            scopes=EVERYTHING,
            sign_in_id=sign_in_id,
            is_steward=is_steward and second_factor_at is not None,
            is_reviewer=is_reviewer,
        )
    token = session.scalars(
        select(Token).where(
            Token.secret_hash == hashed,
            Token.revoked_at.is_(None),
            or_(Token.expires_at.is_(None), Token.expires_at > now),
        )
    ).first()
    if token is None:
        return None
    return Actor(person_id=token.person_id, team_id=token.team_id, scopes=frozenset(token.scopes))


def person(session: Session, person_id: UUID) -> Person | None:
    """Return a person, None where there is none (any more)."""
    found = session.get(Person, person_id)
    return None if found is None or found.erased_at is not None else found


def shown_names(session: Session, maker_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names that makers show, by their ids; others are not in it."""
    rows = session.execute(
        select(Maker.person_id, Maker.shown_name).where(Maker.person_id.in_(maker_ids))
    )
    return {row[0]: row[1] for row in rows}


def sign_ins(session: Session, person_id: UUID | None) -> Sequence[SignIn]:
    """Return somebody's sign-ins that still hold, newest first."""
    return session.scalars(
        select(SignIn)
        .where(
            SignIn.person_id == person_id,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > clock.now(),
        )
        .order_by(SignIn.created_at.desc(), SignIn.id)
    ).all()


def tokens(session: Session, person_id: UUID | None) -> Sequence[Token]:
    """Return somebody's tokens, ended ones too, in the order in which they were made."""
    return session.scalars(
        select(Token).where(Token.person_id == person_id).order_by(Token.created_at)
    ).all()


def reads(
    session: Session, owner_id: UUID | None, before: tuple[datetime, int] | None, most: int
) -> Sequence[Read]:
    """Return who read what of somebody's, newest first."""
    chosen = select(Read).where(Read.owner_id == owner_id)
    if before is not None:
        chosen = chosen.where(tuple_(Read.at, Read.id) < before)
    return session.scalars(chosen.order_by(Read.at.desc(), Read.id.desc()).limit(most)).all()


def unseen(session: Session, person_id: UUID | None) -> int:
    """Return how many things somebody was told and has not seen."""
    of = select(func.count()).select_from(Notice)
    return session.scalar(of.where(Notice.person_id == person_id, Notice.seen_at.is_(None))) or 0


def notices(
    session: Session, person_id: UUID | None, before: tuple[datetime, UUID] | None, most: int
) -> Sequence[Notice]:
    """Return what somebody was told, newest first."""
    chosen = select(Notice).where(Notice.person_id == person_id)
    if before is not None:
        chosen = chosen.where(tuple_(Notice.at, Notice.id) < before)
    return session.scalars(chosen.order_by(Notice.at.desc(), Notice.id.desc()).limit(most)).all()
