"""Writing a request, and changing what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.actor import Actor
from registry.errors import Conflict, Invalid, NotFound
from registry.fits.model import Fit
from registry.matching.places import find_town, is_country, mercator, rounded
from registry.people import queries as people
from registry.people.ages import is_minor
from registry.policies import No, require
from registry.policies import requests as may
from registry.policies.requests import Seat
from registry.requests import queries
from registry.requests.model import Request
from registry.requests.roles import granted, is_guardian
from registry.requests.states import Role, State
from registry.requests.usecases.moving import move
from registry.requests.usecases.noting import main_role, touch

MOST_OPEN: Final = 20
"""Requests of one person that are not closed."""

_DESIGN_FIELDS: Final = frozenset({"design", "design_version", "measurements", "fit_id"})


@dataclass(frozen=True)
class Written:
    """What was written of a request: only the fields that are to change, by name.

    Names are those of `registry.policies.requests.WRITABLE`. ``place`` is a mapping with
    ``country`` and ``town``, or ``country``, ``latitude``, ``longitude`` and ``region``.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)


def write(
    session: Session, actor: Actor, written: Written, person_id: UUID | None = None
) -> Request:
    """Begin a request, as a draft, and return it.

    Args:
        session: to write with.
        actor: who writes.
        written: what is known so far; the wish is enough, and even that may come later.
        person_id: for whom, unless it is for oneself.

    Raises:
        NotFound: there is no such person.
        NotAllowed: the actor may not write for them.
        Invalid: something written cannot be used.
        Conflict: there are too many already.
    """
    whose = person_id or actor.person_id
    if whose is None or actor.person_id is None:
        raise NotFound("person")
    is_self = whose == actor.person_id
    guards = not is_self and is_guardian(session, actor.person_id, whose)
    grants = granted(session, actor.person_id, whose)
    if not is_self and not guards and not grants:
        raise NotFound("person")
    require(may.may_ask_for(is_self=is_self, is_guardian=guards, grants=grants))
    person = people.person(session, whose)
    if person is None:
        raise NotFound("person")
    _room_for_one_more(session, whose)
    request = Request(
        person_id=whose,
        made_by_id=actor.person_id,
        for_minor=is_minor(person),
        languages=list(person.languages),
    )
    seat = Seat(_role_of_writer(is_self=is_self, guards=guards), grants, State.DRAFT)
    require(may.may_edit(seat, frozenset(written.fields)))
    _fill(session, request, written)
    session.add(request)
    session.flush()
    audit.record(
        session,
        actor.person_id,
        "request.written",
        "request",
        request.id,
        fields=" ".join(sorted(name for name, value in written.fields.items() if value)),
        role=str(next(iter(seat.roles))),
    )
    return request


def edit(
    session: Session, actor: Actor, request_id: UUID, version: int, written: Written
) -> Request:
    """Change what a request says, seen in this version.

    Raises:
        NotFound: the actor may not know of it.
        NotAllowed: the actor may not change this of it.
        Conflict: it changed since (``changed_meanwhile``), or is being made.
        Invalid: something written cannot be used.
    """
    request, seat = queries.find(session, actor, request_id, lock=True)
    names = frozenset(written.fields)
    require(may.may_edit(seat, names))
    if request.version != version:
        raise Conflict(
            "changed_meanwhile",
            f"This request is at version {request.version} now, you saw {version}.",
            "Look at it again, then write what you want to change.",
        )
    answer = may.can_change_now(seat.state, names)
    if isinstance(answer, No):
        raise Conflict(answer.code, answer.says, answer.advice)
    if not names:
        return request
    _fill(session, request, written)
    touch(request)
    audit.record(
        session,
        actor.person_id,
        "request.edited",
        "request",
        request.id,
        fields=" ".join(sorted(names)),
        version=request.version,
        role=main_role(seat),
    )
    if names & _DESIGN_FIELDS and request.state == State.AGREED:
        # What was agreed to is no longer what would be asked for.
        move(session, actor, request, State.DESIGNING, as_system=True)
    return request


def _role_of_writer(*, is_self: bool, guards: bool) -> frozenset[Role]:
    if is_self:
        return frozenset({Role.PERSON})
    return frozenset({Role.GUARDIAN if guards else Role.SUPPORTER})


def _room_for_one_more(session: Session, person_id: UUID) -> None:
    living = session.scalars(
        select(Request.id)
        .where(Request.person_id == person_id, Request.state != State.CLOSED)
        .limit(MOST_OPEN)
    ).all()
    if len(living) >= MOST_OPEN:
        raise Conflict(
            "too_many_requests",
            f"There are {MOST_OPEN} requests already.",
            "Close one that is done first.",
        )


def _fill(session: Session, request: Request, written: Written) -> None:
    unknown = sorted(set(written.fields) - may.WRITABLE)
    if unknown:
        raise Invalid.field(unknown[0], "", "A request has no such field.")
    for name, value in written.fields.items():
        if name == "place":
            _place(request, value)
        elif name == "fit_id":
            _fit(session, request, value)
        else:
            setattr(request, name, value)


def _fit(session: Session, request: Request, fit_id: UUID | None) -> None:
    request.fit_id = fit_id
    if fit_id is None:
        return
    fit = session.scalars(
        select(Fit).where(Fit.id == fit_id, Fit.person_id == request.person_id)
    ).first()
    if fit is None:
        raise Invalid.field("fit_id", fit_id, "This is not a fit of the person's own.")
    request.design, request.design_version = fit.design, fit.design_version
    request.measurements = fit.entries
    sizes = [part["facts"]["size_mm"] for part in (fit.report or {}).get("parts", ())]
    if sizes:
        # What matching must heed: a printer's bed must take the largest part.
        request.size_mm = max(sizes, key=max)


def _place(request: Request, place: Mapping[str, Any] | None) -> None:
    if place is None:
        request.country, request.region = "", ""
        request.at, request.latitude, request.longitude = None, None, None
        return
    country = str(place.get("country", "")).upper()
    if not is_country(country):
        raise Invalid.field("place.country", country, "There is no such country.", allowed="DE, PT")
    town = place.get("town")
    if town:
        found = find_town(str(town), country)
        if found is None:
            raise Invalid.field(
                "place.town", town, "We know no such town.", advice="Name a larger one nearby."
            )
        region, latitude, longitude = found.name, found.latitude, found.longitude
    elif place.get("latitude") is not None and place.get("longitude") is not None:
        latitude, longitude = rounded(place["latitude"], place["longitude"])
        region = str(place.get("region") or "")
    else:
        request.country, request.region = country, str(place.get("region") or "")
        request.at, request.latitude, request.longitude = None, None, None
        return
    request.country, request.region = country, region
    request.latitude, request.longitude = latitude, longitude
    request.at = mercator(latitude, longitude)
