"""What every step leaves behind: who read, who is told, that it changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from registry import clock
from registry.actor import Actor
from registry.notices import tell
from registry.people.model import Read
from registry.policies import requests as may
from registry.policies.requests import Seat
from registry.requests.model import Request
from registry.requests.roles import guardian_of, needs_guardian
from registry.requests.states import Role


def note_reads(
    session: Session, actor: Actor, request: Request, what: frozenset[may.Sees], why: str = ""
) -> None:
    """Note for the person that somebody else read something sensitive of theirs."""
    if actor.person_id == request.person_id:
        return
    session.add_all(
        Read(
            owner_id=request.person_id,
            reader_id=actor.person_id,
            what=str(each),
            subject_id=request.id,
            why=why or None,
        )
        for each in sorted(what)
    )


def tell_others(
    session: Session,
    actor: Actor | None,
    request: Request,
    *,
    maker: UUID | None,
    kind: str,
    says: str,
) -> None:
    """Leave a notice for everybody in a request but who caused it; a guardian reads messages."""
    people_told = {request.person_id, maker}
    if needs_guardian(session, request):
        people_told.add(guardian_of(session, request.person_id))
        if kind == "message":
            people_told.discard(request.person_id)
    people_told.discard(actor.person_id if actor is not None else None)
    tell(session, people_told, kind, request.id, says)


def touch(request: Request) -> None:
    """Let a request have a new version, from now."""
    request.version += 1
    request.changed_at = clock.now()


def main_role(seat: Seat) -> str:
    """Return as what somebody acts, in a word for the trail."""
    order = (Role.PERSON, Role.GUARDIAN, Role.MAKER, Role.SUPPORTER)
    return str(next((role for role in order if role in seat.roles), "other"))
