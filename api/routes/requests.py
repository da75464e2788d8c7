"""Requests: what somebody wants to be able to do, and how it comes about."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response, Security, UploadFile
from sqlalchemy.orm import Session

from api import photos
from api.deps import Config, Db, Files, someone
from api.etags import IfMatch, matched, seen_version, version_etag
from api.kits import renew_kit
from api.paging import Cursor, Limit, cut, mark_of
from api.schemas.requests import (
    EventOut,
    FitCheckIn,
    FitCheckOut,
    MessageIn,
    MessageOut,
    MessagePage,
    MoveIn,
    NextOut,
    PictureOut,
    RequestIn,
    RequestLine,
    RequestOut,
    RequestPage,
    RequestPatch,
    TurnOut,
)
from api.transaction import Transaction
from registry.actor import Actor
from registry.policies import requests as may
from registry.policies import require
from registry.policies.requests import Sees
from registry.requests import needs, queries, usecases
from registry.requests.discarding import discard
from registry.requests.model import Message, Picture, Request
from registry.requests.sizes import size_band

router = APIRouter(prefix="/api/v1", tags=["requests"], route_class=Transaction)

Asker = Annotated[Actor, Security(someone, scopes=["requests"])]

_READ = frozenset({Sees.WISH, Sees.MEASUREMENTS, Sees.ADDRESS})
"""What is noted for the person when somebody else reads it."""


@router.post("/requests", status_code=201, summary="Write a request")
def write(ask: RequestIn, me: Asker, db: Db, response: Response) -> RequestOut:
    """Begin with what you want to be able to do. Nobody sees it before you open it."""
    request = usecases.write(db, me, usecases.Written(ask.written()), ask.person_id)
    response.headers["Location"] = f"/api/v1/requests/{request.id}"
    return _shown(db, me, request, response)


@router.get("/requests", summary="My requests")
def mine(
    me: Asker,
    db: Db,
    role: Annotated[
        queries.Mine,
        Query(description="Requests that are for me, that I support or guard, or that I make."),
    ] = "person",
    cursor: Cursor = None,
    limit: Limit = 20,
) -> RequestPage:
    """List requests, newest first: those for you, those you support, or those you make."""
    rows = queries.mine(db, me, role, mark_of(cursor), limit + 1)
    page, following = cut(rows, limit, lambda row: (row.created_at, row.id))
    return RequestPage(requests=[_line(db, me, row, role) for row in page], next=following)


@router.get("/requests/{request_id}", summary="A request")
def one(request_id: UUID, me: Asker, db: Db, response: Response) -> RequestOut:
    """Show a request, as far as you may see it. The person can see who read what."""
    request, _ = queries.find(db, me, request_id)
    return _shown(db, me, request, response)


@router.patch("/requests/{request_id}", summary="Change a request")
def edit(
    request_id: UUID,
    ask: RequestPatch,
    me: Asker,
    db: Db,
    *,
    settings: Config,
    response: Response,
    if_match: IfMatch = None,
) -> RequestOut:
    """Change what a request says. Send the ETag that you saw as If-Match.

    Where a maker is confirmed, the kit is made anew for what was changed of the device.
    """
    version = seen_version(if_match)
    with matched():
        request = usecases.edit(db, me, request_id, version, usecases.Written(ask.written()))
    renew_kit(db, settings, me, request, ask.written())
    return _shown(db, me, request, response)


@router.delete("/requests/{request_id}", status_code=204, summary="Throw a draft away")
def throw_away(request_id: UUID, me: Asker, db: Db) -> None:
    """Delete a draft that was never open. What others have seen is closed instead, with a why."""
    discard(db, me, request_id)


@router.post("/requests/{request_id}/moves", summary="Move a request along")
def move(request_id: UUID, ask: MoveIn, me: Asker, db: Db, response: Response) -> RequestOut:
    """Move it to another state. `next` of the request lists what you can do, and what it needs."""
    request, _ = queries.find(db, me, request_id)
    usecases.move(db, me, request, ask.to, ask.why)
    return _shown(db, me, request, response)


@router.get("/requests/{request_id}/history", summary="What happened to a request")
def history(request_id: UUID, me: Asker, db: Db) -> list[EventOut]:
    """List every change, oldest first. Nobody's words are in it."""
    request, seat = queries.find(db, me, request_id)
    require(may.may_see(seat, Sees.CLOCK))
    whole = bool(may.sees(seat) - {Sees.CLOCK, Sees.COARSE})
    return [
        EventOut(
            at=event.at,
            what=event.what,
            by=_by(db, me, request, event.actor),
            detail={key: value for key, value in event.detail.items() if key in _TOLD},
        )
        for event in queries.history(db, request.id)
        if whole or event.what == "request.moved"
    ]


@router.post("/requests/{request_id}/messages", status_code=201, summary="Say something")
def say(request_id: UUID, ask: MessageIn, me: Asker, db: Db) -> MessageOut:
    """Write to each other. For somebody under 18, the guardian and the maker do."""
    message = usecases.say(db, me, request_id, ask.said)
    request, _ = queries.find(db, me, request_id)
    return _said(db, me, request, message)


@router.get("/requests/{request_id}/messages", summary="What was said")
def messages(
    request_id: UUID, me: Asker, db: Db, cursor: Cursor = None, limit: Limit = 50
) -> MessagePage:
    """List what was said, newest first."""
    request, seat = queries.find(db, me, request_id)
    require(may.may_read_messages(seat))
    rows = queries.messages(db, request, mark_of(cursor), limit + 1)
    page, following = cut(rows, limit, lambda row: (row.at, row.id))
    if page:
        usecases.note_reads(db, me, request, frozenset({Sees.MESSAGES}))
    return MessagePage(messages=[_said(db, me, request, each) for each in page], next=following)


@router.post("/requests/{request_id}/pictures", status_code=201, summary="Add a picture")
def add_picture(
    request_id: UUID,
    me: Asker,
    db: Db,
    files: Files,
    *,
    picture: UploadFile,
    about: Annotated[str, Form(max_length=500)] = "",
) -> PictureOut:
    """Add a picture. It is made anew: where and when it was taken is not kept. It is private."""
    request, seat = queries.find(db, me, request_id)
    require(may.may_show_pictures(seat))
    data = photos.made_anew(picture.file.read(photos.MOST_BYTES + 1))
    digest = files.put(db, data)
    return _pictured(db, request, usecases.add_picture(db, me, request_id, digest, about))


@router.get("/requests/{request_id}/pictures", summary="The pictures of a request")
def pictures(request_id: UUID, me: Asker, db: Db) -> list[PictureOut]:
    """List the pictures of a request, oldest first; there are at most 40."""
    request, seat = queries.find(db, me, request_id)
    require(may.may_see(seat, Sees.PICTURES))
    return [_pictured(db, request, each) for each in queries.pictures(db, request.id)]


@router.get(
    "/requests/{request_id}/pictures/{picture_id}",
    summary="A picture",
    response_class=Response,
    responses={200: {"content": {photos.MEDIA_TYPE: {}}, "description": "The picture."}},
)
def picture(request_id: UUID, picture_id: UUID, me: Asker, db: Db, files: Files) -> Response:
    """Get a picture. The person can see who looked at it."""
    request, seat = queries.find(db, me, request_id)
    require(may.may_see(seat, Sees.PICTURES))
    found = queries.picture(db, request.id, picture_id)
    data = files.get(found.file_digest)
    usecases.note_reads(db, me, request, frozenset({Sees.PICTURES}))
    return Response(
        data,
        media_type=photos.MEDIA_TYPE,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{found.id}.jpg"',
        },
    )


@router.delete(
    "/requests/{request_id}/pictures/{picture_id}", status_code=204, summary="Take a picture away"
)
def remove_picture(request_id: UUID, picture_id: UUID, me: Asker, db: Db) -> None:
    """Take a picture away: one of yours, or any in a request that is for you."""
    usecases.remove_picture(db, me, request_id, picture_id)


@router.post("/requests/{request_id}/fit-check", summary="Say whether it fits")
def check_fit(
    request_id: UUID, ask: FitCheckIn, me: Asker, db: Db, response: Response
) -> RequestOut:
    """Say how it is on your body: then it is in use, or is made again."""
    request = usecases.check_fit(db, me, request_id, fits=ask.fits, answers=ask.answers)
    return _shown(db, me, request, response)


@router.get("/requests/{request_id}/fit-check", summary="What was said of the fit")
def fit_checks(request_id: UUID, me: Asker, db: Db) -> list[FitCheckOut]:
    """List what was said of the device on the body, oldest first."""
    request, seat = queries.find(db, me, request_id)
    require(may.may_see(seat, Sees.MEASUREMENTS))
    rows = queries.fit_checks(db, request.id)
    if rows:
        usecases.note_reads(db, me, request, frozenset({Sees.MEASUREMENTS}))
    return [FitCheckOut(fits=each.fits, answers=each.answers, at=each.at) for each in rows]


_TOLD = frozenset({"from", "to", "version", "role", "answer", "fits", "after", "fields", "about"})


def _shown(db: Session, me: Actor, request: Request, response: Response) -> RequestOut:
    seat = queries.seat_of(db, me, request)
    sees = may.sees(seat)
    usecases.note_reads(db, me, request, _with_something(request, sees & _READ))
    response.headers["ETag"] = version_etag(request.version)
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
        found["name"] = queries.name_of(db, request.person_id)
        job = needs.job_of(db, request)
        if job is not None and job.confirmed_at is not None:
            found["maker"] = queries.shown_name(db, job.holder_id)
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


def _line(db: Session, me: Actor, request: Request, role: queries.Mine) -> RequestLine:
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


def _by(db: Session, me: Actor, request: Request, actor: str) -> str:
    if actor == str(me.person_id):
        return "you"
    try:
        return queries.called(db, request, UUID(actor))
    except ValueError:
        return actor


def _said(db: Session, me: Actor, request: Request, message: Message) -> MessageOut:
    return MessageOut(
        id=message.id,
        by=queries.called(db, request, message.author_id),
        is_mine=message.author_id == me.person_id,
        said=message.said,
        at=message.at,
    )


def _pictured(db: Session, request: Request, found: Picture) -> PictureOut:
    return PictureOut(
        id=found.id,
        by=queries.called(db, request, found.owner_id),
        about=found.about or "",
        at=found.at,
        address=f"/api/v1/requests/{request.id}/pictures/{found.id}",
    )
