"""Saying something within a request, and showing pictures."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from registry import audit
from registry.actor import Actor
from registry.errors import Conflict, Invalid
from registry.policies import requests as may
from registry.policies import require
from registry.requests import needs, queries
from registry.requests.model import Message, Picture
from registry.requests.usecases.noting import main_role, tell_others

MOST_PICTURES: Final = 40


def say(session: Session, actor: Actor, request_id: UUID, said: str) -> Message:
    """Say something within a request.

    Raises:
        NotFound: the actor may not know of it.
        NotAllowed: the actor may not write here.
        Invalid: nothing was said.
    """
    request, seat = queries.find(session, actor, request_id)
    require(may.may_say(seat))
    if not said.strip():
        raise Invalid.field("said", "", "There is nothing in it.")
    message = Message(request_id=request.id, author_id=actor.person_id, said=said.strip())
    session.add(message)
    session.flush()
    audit.record(
        session, actor.person_id, "message.said", "request", request.id, role=main_role(seat)
    )
    job = needs.job_of(session, request)
    holder = job.holder_id if job is not None and job.confirmed_at is not None else None
    says = "Somebody wrote to you about a request."
    tell_others(session, actor, request, maker=holder, kind="message", says=says)
    return message


def add_picture(
    session: Session, actor: Actor, request_id: UUID, digest: bytes, about: str
) -> Picture:
    """Add a picture that is stored already, made anew without its metadata.

    Raises:
        NotFound: the actor may not know of the request.
        NotAllowed: the actor may not add pictures.
        Conflict: there are as many as there may be.
    """
    request, seat = queries.find(session, actor, request_id, lock=True)
    require(may.may_show_pictures(seat))
    if len(queries.pictures(session, request.id)) >= MOST_PICTURES:
        raise Conflict("full", f"A request has at most {MOST_PICTURES} pictures.")
    picture = Picture(
        request_id=request.id,
        owner_id=actor.person_id,
        file_digest=digest,
        about=about.strip() or None,
    )
    session.add(picture)
    session.flush()
    audit.record(
        session, actor.person_id, "picture.added", "request", request.id, role=main_role(seat)
    )
    return picture


def remove_picture(session: Session, actor: Actor, request_id: UUID, picture_id: UUID) -> None:
    """Take a picture away: one's own, or any in a request that is for oneself.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: it is somebody else's.
    """
    request, seat = queries.find(session, actor, request_id)
    require(may.may_see(seat, may.Sees.PICTURES))
    picture = queries.picture(session, request.id, picture_id)
    require(may.may_remove_picture(seat, is_owner=picture.owner_id == actor.person_id))
    session.delete(picture)
    audit.record(
        session, actor.person_id, "picture.removed", "request", request.id, role=main_role(seat)
    )
