"""Requests as they are shown, by the API and on pages alike: as far as each may see them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.schemas.requests import (
    EventOut,
    MessageOut,
    NextOut,
    PictureOut,
    RequestLine,
    RequestOut,
    TurnOut,
)
from registry.actor import Actor
from registry.policies import requests as may
from registry.policies.requests import Seat, Sees
from registry.requests import needs, queries, usecases
from registry.requests.model import Message, Picture, Request
from registry.requests.sizes import size_band

_READ = frozenset({Sees.WISH, Sees.MEASUREMENTS, Sees.ADDRESS})
"""What is noted for the person when somebody else reads it."""


_TOLD = frozenset({"from", "to", "version", "role", "answer", "fits", "after", "fields", "about"})


def shown(db: Session, me: Actor, request: Request, seat: Seat | None = None) -> RequestOut:
    """Return a request as far as somebody may see it, and note for the person that they did.

    `seat` is what they are to it, where that was looked up and nothing was changed since.
    """
    seat = seat or queries.seat_of(db, me, request)
    sees = may.sees(seat)
    usecases.note_reads(db, me, request, _with_something(request, sees & _READ))
    turn = queries.turn(db, request)
    found: dict[str, Any] = {
        "id": request.id,
        "state": request.state,
        "version": request.version,
        "created_at": request.created_at,
        "changed_at": request.changed_at,
        "opened_at": request.opened_at,
        "you_are": sorted(seat.roles),
        "sees": sorted(sees),
        "turn": TurnOut(whose=turn.whose, says=turn.says),
        "next": [
            NextOut.model_validate(each, from_attributes=True)
            for each in queries.next_moves(db, request, seat)
        ],
    }
    for part, fields in _FIELDS.items():
        if part in sees:
            found |= {name: getattr(request, name) for name in fields}
    wish = request.wish or {}
    if Sees.COARSE in sees:
        found["size_band"] = size_band(request.size_mm)
        found["for_makers"] = wish.get("for_makers") or None
    if Sees.WISH in sees and not (seat.guarded and may.is_maker_only(seat)):
        found["why"] = request.why
    if Sees.NAME in sees:
        job = needs.job_of(db, request)
        holder = job.holder_id if job is not None and job.confirmed_at is not None else None
        found |= queries.names_of(db, request.person_id, holder)
    if not may.is_own_side(seat):
        found.pop("person_id", None)
    return RequestOut(**found)


_FIELDS: dict[Sees, tuple[str, ...]] = {
    Sees.COARSE: (
        "design",
        "design_version",
        "country",
        "region",
        "material",
        "languages",
        "for_minor",
        "is_public",
    ),
    Sees.WISH: ("wish", "channel", "paused_from", "closed_because"),
    Sees.NAME: ("person_id",),
    Sees.MEASUREMENTS: ("measurements", "fit_id", "size_mm"),
    Sees.ADDRESS: ("address",),
}


def _with_something(request: Request, sees: frozenset[Sees]) -> frozenset[Sees]:
    # Reading a field in which there is nothing is no read.
    held = {
        Sees.WISH: request.wish,
        Sees.MEASUREMENTS: request.measurements,
        Sees.ADDRESS: request.address,
    }
    return frozenset(each for each in sees if held.get(each))


def line(db: Session, me: Actor, request: Request, role: queries.Mine) -> RequestLine:
    """Return a request as it stands in a list of those that are this to somebody."""
    # Only the list of those whom somebody helps holds two kinds.
    roles = {str(role)} if role != "supporter" else queries.seat_of(db, me, request).roles
    turn = queries.turn(db, request)
    return RequestLine(
        id=request.id,
        state=request.state,
        version=request.version,
        created_at=request.created_at,
        changed_at=request.changed_at,
        you_are=sorted(roles),
        design=request.design,
        turn=TurnOut(whose=turn.whose, says=turn.says),
    )


def happened(db: Session, me: Actor, request: Request, seat: Seat) -> list[EventOut]:
    """Return what happened to a request, oldest first, as far as somebody may know of it."""
    whole = bool(may.sees(seat) - {Sees.CLOCK, Sees.COARSE})
    return [
        EventOut(
            at=event.at,
            what=event.what,
            by=by(db, me, request, event.actor),
            detail={key: value for key, value in event.detail.items() if key in _TOLD},
        )
        for event in queries.history(db, request.id)
        if whole or event.what == "request.moved"
    ]


def by(db: Session, me: Actor, request: Request, actor: str) -> str:
    """Return who did something, in a word that names nobody."""
    if actor == str(me.person_id):
        return "you"
    try:
        return queries.called(db, request, UUID(actor))
    except ValueError:
        return actor


def said(db: Session, me: Actor, request: Request, message: Message) -> MessageOut:
    """Return a message, and what its author was to the request."""
    return MessageOut(
        id=message.id,
        by=queries.called(db, request, message.author_id),
        is_mine=message.author_id == me.person_id,
        said=message.said,
        at=message.at,
    )


def pictured(db: Session, request: Request, found: Picture) -> PictureOut:
    """Return a picture, and where it is."""
    return PictureOut(
        id=found.id,
        by=queries.called(db, request, found.owner_id),
        about=found.about or "",
        at=found.at,
        address=f"/api/v1/requests/{request.id}/pictures/{found.id}",
    )
