"""How a device came about, and the meetings on the way."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Security

from api.deps import Db, someone
from api.schemas.coproduction import (
    ClaimIn,
    ClaimOut,
    CoproductionOut,
    FactOut,
    MeetingAnswerIn,
    MeetingIn,
    MeetingNotesIn,
    MeetingOut,
)
from api.transaction import Transaction
from registry.actor import Actor
from registry.coproduction import usecases
from registry.coproduction.model import Claimed, Meeting
from registry.policies.requests import Seat, Sees, sees
from registry.requests.model import Request
from registry.requests.queries import seat_of
from registry.requests.usecases import note_reads

router = APIRouter(
    prefix="/api/v1/requests/{request_id}", tags=["co-production"], route_class=Transaction
)

Asker = Annotated[Actor, Security(someone, scopes=["requests"])]


@router.get("/coproduction", summary="How it came about")
def told(request_id: UUID, me: Asker, db: Db) -> CoproductionOut:
    """Tell the rung and ten facts, from what happened, beside what everybody says of it."""
    found = usecases.told(db, me, request_id)
    return CoproductionOut(
        rung=found.standing.rung,
        says=found.standing.says,
        next_needs=list(found.standing.next_needs),
        facts=[FactOut.model_validate(each, from_attributes=True) for each in found.facts],
        claims=[_claim(me, each) for each in found.claims],
    )


@router.put("/coproduction/claim", summary="Say how I think it came about")
def claim(request_id: UUID, ask: ClaimIn, me: Asker, db: Db) -> ClaimOut:
    """Say on which rung, and how much it was done with you. It changes nothing that is computed."""
    return _claim(me, usecases.claim(db, me, request_id, ask.rung, ask.score))


@router.post("/meetings", status_code=201, summary="Call a meeting")
def call(request_id: UUID, ask: MeetingIn, me: Asker, db: Db) -> MeetingOut:
    """Call a meeting, or note one that was. Of somebody under 18 the guardian is asked to come."""
    made = usecases.call(
        db,
        me,
        request_id,
        at=ask.at,
        place=ask.place,
        invited=ask.invited,
        expenses=ask.expenses,
    )
    return _meeting(db, me, made)


@router.get("/meetings", summary="The meetings of a request")
def meetings(request_id: UUID, me: Asker, db: Db) -> list[MeetingOut]:
    """List the meetings, in order."""
    request, seat, found = usecases.meetings(db, me, request_id)
    if found and Sees.MESSAGES in sees(seat):
        note_reads(db, me, request, frozenset({Sees.MESSAGES}))
    return [_shown(me, seat, each) for each in found]


@router.post("/meetings/{meeting_id}/answer", summary="Say whether a meeting suits me")
def answer(
    request_id: UUID, meeting_id: UUID, ask: MeetingAnswerIn, me: Asker, db: Db
) -> MeetingOut:
    """Say whether it suits, was fit for you, and whether anybody had to pay. Only your side can."""
    found = usecases.answer(
        db,
        me,
        request_id,
        meeting_id,
        suits=ask.suits,
        access_met=ask.access_met,
        expenses=ask.expenses,
    )
    return _meeting(db, me, found)


@router.post("/meetings/{meeting_id}/notes", summary="Write down what was said")
def write_down(
    request_id: UUID, meeting_id: UUID, ask: MeetingNotesIn, me: Asker, db: Db
) -> MeetingOut:
    """Write down who was there and what was said, so that it is not forgotten."""
    found = usecases.write_down(db, me, request_id, meeting_id, present=ask.present, said=ask.said)
    return _meeting(db, me, found)


def _claim(me: Actor, row: Claimed) -> ClaimOut:
    return ClaimOut.model_validate(
        {
            **{name: getattr(row, name) for name in ("role", "rung", "score", "at")},
            "is_mine": row.by_id == me.person_id,
        }
    )


def _meeting(db: Db, me: Actor, row: Meeting) -> MeetingOut:
    request = db.get_one(Request, row.request_id)
    return _shown(me, seat_of(db, me, request), row)


def _shown(me: Actor, seat: Seat, row: Meeting) -> MeetingOut:
    # What the guardian and the maker of somebody under 18 write to each other, others do not read.
    reads = Sees.MESSAGES in sees(seat)
    notes = row.notes or {}
    return MeetingOut(
        id=row.id,
        called_as=row.called_as,
        is_mine=row.called_by_id == me.person_id,
        called_at=row.called_at,
        at=row.at,
        place=row.place if reads else None,
        invited=row.invited,
        expenses=row.expenses,
        suits=row.suits,
        access_met=row.access_met,
        present=notes.get("present", []) if reads else [],
        said=notes.get("said") if reads else None,
        noted_at=row.noted_at,
    )
