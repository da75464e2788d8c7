"""What is said and shown within a request: messages and pictures."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api import photos
from api.deps import Db, Files
from api.pages.forms import Form, Sent, Wrong, files, tried
from api.pages.render import go
from api.pages.telling import Seen, page
from api.pages.visitor import Me
from api.paging import cut, mark_of
from api.problems import HttpError
from api.schemas.requests import MessageIn
from api.storage import Storage
from api.transaction import Transaction
from api.views import requests as views
from registry.policies import No, require
from registry.policies import requests as may
from registry.policies.requests import Sees
from registry.requests import queries, usecases
from registry.requests.model import Picture

router = APIRouter(include_in_schema=False, route_class=Transaction)

PAGE = 30


@router.get("/requests/{request_id}/messages")
def messages(
    request: Request,
    request_id: UUID,
    me: Me,
    db: Db,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Show what was said, newest first, and let somebody write."""
    return _messages(request, Seen(db, me, request_id), Form(), cursor=cursor)


@router.post("/requests/{request_id}/messages")
def say(request: Request, request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Write to each other."""
    form = Form.of(sent)
    with tried(db, form) as done:
        usecases.say(db, me, request_id, form.read(MessageIn).said)
    if done.went_wrong:
        return _messages(request, Seen(db, me, request_id), done.form)
    return go(f"/requests/{request_id}/messages", "said")


@router.get("/requests/{request_id}/pictures")
def pictures(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Show the pictures of a request, and let somebody add one."""
    return _pictures(request, Seen(db, me, request_id), Form())


@router.post("/requests/{request_id}/pictures")
def add_picture(  # noqa: PLR0917 (FastAPI gives them by name)
    request: Request, request_id: UUID, me: Me, db: Db, stored: Files, sent: Sent
) -> Response:
    """Add a picture. It is made anew: where and when it was taken is not kept."""
    form = Form.of(sent)
    given = files(sent, "picture")
    if not given:
        form = form.but(Wrong("picture", key="requests.pictures_wrong"))
        return _pictures(request, Seen(db, me, request_id), form)
    with tried(db, form, also=(HttpError,)) as done:
        data = given[0].file.read(photos.MOST_BYTES + 1)
        keep_picture(Seen(db, me, request_id), stored, data, form.given("about"))
    if done.went_wrong:
        return _pictures(request, Seen(db, me, request_id), done.form)
    return go(f"/requests/{request_id}/pictures", "added")


@router.get("/requests/{request_id}/pictures/{picture_id}")
def picture(request_id: UUID, picture_id: UUID, me: Me, db: Db, stored: Files) -> Response:
    """Give a picture. The person can see who looked at it."""
    row, seat = queries.find(db, me, request_id)
    require(may.may_see(seat, Sees.PICTURES))
    found = queries.picture(db, row.id, picture_id)
    data = stored.get(found.file_digest)
    usecases.note_reads(db, me, row, frozenset({Sees.PICTURES}))
    return Response(
        data, media_type=photos.MEDIA_TYPE, headers={"Cache-Control": "private, no-store"}
    )


@router.post("/requests/{request_id}/pictures/{picture_id}/remove")
def remove_picture(request_id: UUID, picture_id: UUID, me: Me, db: Db) -> Response:
    """Take a picture away."""
    usecases.remove_picture(db, me, request_id, picture_id)
    return go(f"/requests/{request_id}/pictures", "removed")


def keep_picture(seen: Seen, stored: Storage, data: bytes, about: str) -> None:
    """Keep a picture of a request, made anew, with what it shows in words.

    Raises:
        HttpError: it is none that can be read, or too large.
        RegistryError: as `usecases.add_picture`.
    """
    require(may.may_show_pictures(seen.seat))
    digest = stored.put(seen.db, photos.made_anew(data))
    usecases.add_picture(seen.db, seen.me, seen.row.id, digest, about[:500])


def _messages(request: Request, seen: Seen, form: Form, *, cursor: str | None = None) -> Response:
    writes, reads = may.may_say(seen.seat), may.may_read_messages(seen.seat)
    shown, following = [], None
    if reads:
        rows = queries.messages(seen.db, seen.row, mark_of(cursor), PAGE + 1)
        rows, following = cut(rows, PAGE, lambda row: (row.at, row.id))
        shown = [views.said(seen.db, seen.me, seen.row, each) for each in rows]
    if shown:
        usecases.note_reads(seen.db, seen.me, seen.row, frozenset({Sees.MESSAGES}))
    no = writes if isinstance(writes, No) else reads
    return page(
        request,
        "requests/messages.html.j2",
        seen=seen,
        messages=shown,
        may_read=reads is True,
        may_say=writes is True,
        why_not=_WHY_NOT.get(no.code, "not_yours") if isinstance(no, No) else "",
        cursor=cursor,
        following=following,
        form=form,
    )


_WHY_NOT = {"nobody_there": "not_now", "guardian_writes": "guardian", "guardian_reads": "guardian"}


def _pictures(request: Request, seen: Seen, form: Form) -> Response:
    require(may.may_see(seen.seat, Sees.PICTURES))
    rows = queries.pictures(seen.db, seen.row.id)
    return page(
        request,
        "requests/pictures.html.j2",
        seen=seen,
        pictures=[
            (
                views.pictured(seen.db, seen.row, each),
                may.may_remove_picture(seen.seat, is_owner=each.owner_id == seen.me.person_id)
                is True,
            )
            for each in rows
        ],
        may_add=may.may_show_pictures(seen.seat) is True,
        form=form,
    )


def _removes(seen: Seen, each: Picture) -> bool:
    is_owner = each.owner_id == seen.me.person_id
    return may.may_remove_picture(seen.seat, is_owner=is_owner) is True
