"""Meeting, writing down what was said, and saying how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.coproduction.facts import Found, facts
from registry.coproduction.ladder import Rung, Standing, standing
from registry.coproduction.model import Claimed, Meeting
from registry.coproduction.reading import meetings_of, record_of
from registry.errors import Conflict, Invalid, NotFound
from registry.notices import tell
from registry.policies import coproduction as may
from registry.policies import require
from registry.policies.decisions import proposes_as
from registry.policies.requests import Seat, Sees, may_see
from registry.requests.model import Request
from registry.requests.needs import job_of
from registry.requests.queries import find
from registry.requests.roles import guardian_of, needs_guardian

Invited: TypeAlias = Literal["person", "guardian", "supporter", "maker", "somebody_else"]
Expenses: TypeAlias = Literal["none_arise", "paid", "offered", "not_covered"]

MOST_MEETINGS: Final = 50
_FURTHEST: Final = timedelta(days=366)


@dataclass(frozen=True)
class Told:
    """How a device came about: computed, and beside it what everybody says."""

    standing: Standing
    facts: tuple[Found, ...]
    claims: Sequence[Claimed]


def told(session: Session, actor: Actor, request_id: UUID) -> Told:
    """Return the rung and the ten facts of a request, and what those who take part say.

    Raises:
        NotFound: the actor may not know of the request, or not of its decisions.
    """
    request, _ = _of(session, actor, request_id)
    record = record_of(session, request)
    claims = session.scalars(
        select(Claimed).where(Claimed.request_id == request.id).order_by(Claimed.at, Claimed.id)
    ).all()
    return Told(standing(record), facts(record), claims)


def claim(session: Session, actor: Actor, request_id: UUID, rung: Rung, score: int) -> Claimed:
    """Say on which rung one thinks it came about, and how much it was done with one, 1 to 5.

    Said again, it replaces one's own. Nobody can take back what somebody else said.

    Raises:
        NotFound: the actor may not know of it.
        NotAllowed: they do not take part.
    """
    request, seat = _of(session, actor, request_id)
    require(may.may_claim(seat))
    role = str(proposes_as(seat))
    values = {"role": role, "rung": str(rung), "score": score, "at": clock.now()}
    row = session.scalars(
        insert(Claimed)
        .values(request_id=request.id, by_id=actor.person_id, **values)
        .on_conflict_do_update(index_elements=["request_id", "by_id"], set_=values)
        .returning(Claimed),
        execution_options={"populate_existing": True},
    ).one()
    audit.record(session, actor.person_id, "coproduction.claimed", "request", request.id, role=role)
    return row


def call(
    session: Session,
    actor: Actor,
    request_id: UUID,
    *,
    at: datetime,
    place: str,
    invited: Sequence[Invited],
    expenses: Expenses,
) -> Meeting:
    """Call a meeting. It may be one that was, so that it is written down.

    Raises:
        NotFound: the actor may not know of the request.
        NotAllowed: they may not propose anything here.
        Invalid: the time cannot be, or a young person's guardian is not asked to come.
        Conflict: there are too many.
    """
    request, seat = _of(session, actor, request_id, lock=True)
    require(may.may_call(seat))
    if not clock.now() - _FURTHEST < at < clock.now() + _FURTHEST:
        raise Invalid.field("at", at, "That is too far away.", allowed="within a year")
    if seat.guarded and "guardian" not in invited:
        raise Invalid.field(
            "invited",
            ", ".join(invited),
            "Nobody meets somebody under 18 without their guardian.",
            advice="Ask the guardian to come.",
        )
    if len(meetings_of(session, request.id)) >= MOST_MEETINGS:
        raise Conflict("full", f"A request has at most {MOST_MEETINGS} meetings.")
    made = Meeting(
        request_id=request.id,
        called_by_id=actor.person_id,
        called_as=str(proposes_as(seat)),
        at=at,
        place=place.strip(),
        invited=list(dict.fromkeys(invited)),
        expenses=expenses,
    )
    session.add(made)
    session.flush()
    _note(session, actor, "meeting.called", made, seat)
    _tell(session, actor, request, "Somebody would like to meet.")
    return made


def answer(
    session: Session,
    actor: Actor,
    request_id: UUID,
    meeting_id: UUID,
    *,
    suits: bool | None = None,
    access_met: bool | None = None,
    expenses: Expenses | None = None,
) -> Meeting:
    """Say, for the person's side, whether it suits, was fit for them, and who paid.

    Raises:
        NotFound: there is no such meeting that the actor may know of.
        NotAllowed: they are not on the person's side.
    """
    request, seat = _of(session, actor, request_id)
    require(may.may_answer(seat))
    found = _meeting(session, request, meeting_id)
    if suits is not None:
        found.suits = suits
    if access_met is not None:
        found.access_met = access_met
    if expenses is not None:
        found.expenses = expenses
    session.flush()
    _note(session, actor, "meeting.answered", found, seat)
    _tell(session, actor, request, "Somebody answered about a meeting.")
    return found


def write_down(
    session: Session,
    actor: Actor,
    request_id: UUID,
    meeting_id: UUID,
    *,
    present: Sequence[str],
    said: str,
) -> Meeting:
    """Write down who was there and what was said, once it was.

    Raises:
        NotFound: there is no such meeting that the actor may know of.
        NotAllowed: they may not propose anything here.
        Conflict: it has not been yet.
    """
    request, seat = _of(session, actor, request_id)
    require(may.may_call(seat))
    found = _meeting(session, request, meeting_id)
    if found.at > clock.now():
        raise Conflict("not_yet", "This meeting has not been yet.", "Write it down afterwards.")
    found.notes = {"present": list(present), "said": said.strip()}
    found.noted_at = clock.now()
    session.flush()
    _note(session, actor, "meeting.written_down", found, seat)
    _tell(session, actor, request, "What was said at a meeting is written down.")
    return found


def meetings(
    session: Session, actor: Actor, request_id: UUID
) -> tuple[Request, Seat, Sequence[Meeting]]:
    """Return the meetings of a request, in order.

    Raises:
        NotFound: the actor may not know of the request, or not of its decisions.
    """
    request, seat = _of(session, actor, request_id)
    return request, seat, meetings_of(session, request.id)


def _of(
    session: Session, actor: Actor, request_id: UUID, *, lock: bool = False
) -> tuple[Request, Seat]:
    request, seat = find(session, actor, request_id, lock=lock)
    if not may_see(seat, Sees.DECISIONS):
        raise NotFound("request")
    return request, seat


def _meeting(session: Session, request: Request, meeting_id: UUID) -> Meeting:
    found = session.scalars(
        select(Meeting)
        .where(Meeting.id == meeting_id, Meeting.request_id == request.id)
        .with_for_update()
    ).first()
    if found is None:
        raise NotFound("meeting")
    return found


def _note(session: Session, actor: Actor, what: str, row: Meeting, seat: Seat) -> None:
    audit.record(
        session,
        actor.person_id,
        what,
        "request",
        row.request_id,
        meeting=str(row.id),
        role=str(proposes_as(seat)),
    )


def _tell(session: Session, actor: Actor, request: Request, says: str) -> None:
    job = job_of(session, request)
    people = {request.person_id}
    if job is not None and job.confirmed_at is not None and job.holder_id is not None:
        people.add(job.holder_id)
    guardian = guardian_of(session, request.person_id) if needs_guardian(session, request) else None
    tell(session, (people | {guardian}) - {actor.person_id}, "meeting", request.id, says)
