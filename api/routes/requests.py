"""Requests: what somebody wants to be able to do, and how it comes about."""

from __future__ import annotations

from typing import Annotated
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
    PictureOut,
    RequestIn,
    RequestOut,
    RequestPage,
    RequestPatch,
)
from api.transaction import Transaction
from api.views import requests as views
from registry.actor import Actor
from registry.policies import requests as may
from registry.policies import require
from registry.policies.requests import Sees
from registry.requests import queries, usecases
from registry.requests.discarding import discard
from registry.requests.model import Request

router = APIRouter(prefix="/api/v1", tags=["requests"], route_class=Transaction)

Asker = Annotated[Actor, Security(someone, scopes=["requests"])]


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
    return RequestPage(requests=[views.line(db, me, row, role) for row in page], next=following)


@router.get("/requests/{request_id}", summary="A request")
def one(request_id: UUID, me: Asker, db: Db, response: Response) -> RequestOut:
    """Show a request, as far as you may see it. The person can see who read what."""
    request, seat = queries.find(db, me, request_id)
    response.headers["ETag"] = version_etag(request.version)
    return views.shown(db, me, request, seat)


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
    return views.happened(db, me, request, seat)


@router.post("/requests/{request_id}/messages", status_code=201, summary="Say something")
def say(request_id: UUID, ask: MessageIn, me: Asker, db: Db) -> MessageOut:
    """Write to each other. For somebody under 18, the guardian and the maker do."""
    request, _ = queries.find(db, me, request_id)
    return views.said(db, me, request, usecases.say(db, me, request_id, ask.said))


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
    return MessagePage(
        messages=[views.said(db, me, request, each) for each in page], next=following
    )


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
    return views.pictured(db, request, usecases.add_picture(db, me, request_id, digest, about))


@router.get("/requests/{request_id}/pictures", summary="The pictures of a request")
def pictures(request_id: UUID, me: Asker, db: Db) -> list[PictureOut]:
    """List the pictures of a request, oldest first; there are at most 40."""
    request, seat = queries.find(db, me, request_id)
    require(may.may_see(seat, Sees.PICTURES))
    return [views.pictured(db, request, each) for each in queries.pictures(db, request.id)]


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


def _shown(db: Session, me: Actor, request: Request, response: Response) -> RequestOut:
    response.headers["ETag"] = version_etag(request.version)
    return views.shown(db, me, request)
