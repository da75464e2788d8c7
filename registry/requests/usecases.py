"""Writing requests, moving them along, talking about them, and trying the device on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.fits.model import Fit
from registry.jobs.ending import end_hold
from registry.jobs.model import Job
from registry.matching import waiting
from registry.matching.places import find_town, is_country, mercator, rounded
from registry.notices import tell
from registry.outcomes import makings
from registry.outcomes.usecases import plan
from registry.people import makers
from registry.people import queries as people
from registry.people.ages import is_minor
from registry.people.model import Read
from registry.policies import No, require
from registry.policies import requests as may
from registry.policies.requests import Seat
from registry.requests import needs, queries
from registry.requests.model import FitCheck, Message, Picture, Request
from registry.requests.roles import granted, guardian_of, is_guardian, needs_guardian
from registry.requests.states import Need, Role, State, find_move

MOST_PICTURES: Final = 40
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
    _touch(request)
    audit.record(
        session,
        actor.person_id,
        "request.edited",
        "request",
        request.id,
        fields=" ".join(sorted(names)),
        version=request.version,
        role=_main_role(seat),
    )
    if names & _DESIGN_FIELDS and request.state == State.AGREED:
        # What was agreed to is no longer what would be asked for.
        move(session, actor, request, State.DESIGNING, as_system=True)
    return request


def move(
    session: Session,
    actor: Actor | None,
    request: Request,
    to: State | str,
    why: str = "",
    *,
    as_system: bool = False,
) -> Request:
    """Move a request to another state. Nothing else ever writes its state.

    Args:
        session: to write with; the request's row is held until the transaction ends.
        actor: who moves it, or who did that from which it follows; None is the clock.
        request: which one.
        to: the state it shall have.
        why: the reason, where one is needed.
        as_system: it follows from something else, such as a maker being confirmed.

    Raises:
        NotAllowed: it is not for the actor to do.
        Conflict: there is no such move from here, or something is missing for it.
    """
    job = lock(session, request)
    state, to = State(request.state), _state(to)
    step = find_move(state, to)
    if step is None:
        raise Conflict(
            "no_such_move",
            f"A request that is {state} cannot become {to}.",
            "Look at `next` of the request: it lists what can be done now.",
        )
    role = Role.SYSTEM
    if not as_system:
        if actor is None:
            raise NotAllowed("not_yours_to_move", "Somebody has to do this.")
        seat = queries.seat_of(session, actor, request)
        require(may.may_move(seat, step))
        role = _acting(seat, step.by)
    elif Role.SYSTEM not in step.by:
        raise NotAllowed("not_by_itself", f"Nothing becomes {to} from {state} by itself.")
    if state is State.PAUSED and to not in (State.CLOSED, queries.back_to(session, request)):
        raise Conflict(
            "not_where_it_was",
            f"A paused request goes on where it was: {queries.back_to(session, request)}.",
        )
    for missing in needs.lacks(session, request, step, why):
        raise Conflict(missing.code, missing.says, missing.advice)
    reason = why if Need.REASON in step.needs else ""
    _apply(session, actor, request, job=job, to=to, why=reason)
    audit.record(
        session,
        actor.person_id if actor is not None else "system",
        "request.moved",
        "request",
        request.id,
        to=str(to),
        version=request.version,
        role=str(role),
        **{"from": str(state)},
    )
    _tell_others(session, actor, request, job, to)
    return request


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
        session, actor.person_id, "message.said", "request", request.id, role=_main_role(seat)
    )
    job = needs.job_of(session, request)
    holder = job.holder_id if job is not None and job.confirmed_at is not None else None
    says = "Somebody wrote to you about a request."
    _tell(session, actor, request, maker=holder, kind="message", says=says)
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
        session, actor.person_id, "picture.added", "request", request.id, role=_main_role(seat)
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
        session, actor.person_id, "picture.removed", "request", request.id, role=_main_role(seat)
    )


def check_fit(
    session: Session, actor: Actor, request_id: UUID, *, fits: bool, answers: dict[str, str]
) -> Request:
    """Keep what the person said of the device on their body: it is in use, or made again.

    Raises:
        NotFound: the actor may not know of the request.
        NotAllowed: only the person, or their guardian, can say.
        Conflict: there is nothing to try on.
    """
    request, seat = queries.find(session, actor, request_id, lock=True)
    require(may.may_check_fit(seat))
    if request.state == State.RECEIVED:
        move(session, actor, request, State.FIT_CHECK)
    if request.state not in (State.FIT_CHECK, State.IN_USE) or (
        fits and request.state == State.IN_USE
    ):
        raise Conflict("nothing_to_try_on", f"There is nothing to try on: it is {request.state}.")
    session.add(FitCheck(request_id=request.id, by_id=actor.person_id, fits=fits, answers=answers))
    audit.record(
        session,
        actor.person_id,
        "fit.checked",
        "request",
        request.id,
        fits=fits,
        role=_main_role(seat),
    )
    if fits:
        return move(session, actor, request, State.IN_USE)
    return move(session, actor, request, State.REMAKE, "It does not fit.")


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


def lock(session: Session, request: Request) -> Job | None:
    """Hold the rows of a request and its job, read afresh, and return the job.

    The job's first, like everybody who claims: two that wait for each other would wait for ever.
    """
    session.flush()
    job = session.scalars(
        select(Job)
        .where(Job.request_id == request.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    session.refresh(request, with_for_update=True)
    return job


def _apply(
    session: Session,
    actor: Actor | None,
    request: Request,
    *,
    job: Job | None,
    to: State,
    why: str,
) -> None:
    state = State(request.state)
    request.paused_from = str(state) if to is State.PAUSED else None
    request.closed_because = why if to is State.CLOSED else None
    request.why = why.strip() if why and to is not State.CLOSED else None
    request.state = str(to)
    _touch(request)
    who = actor.person_id if actor is not None else None
    if to is State.OPEN:
        if job is not None and job.confirmed_at is not None:
            # While makers may come, none is confirmed.
            end_hold(session, who, job, "released")
        _open(session, request, job)
    elif job is not None and state is State.OPEN:
        job.is_offered = False
        if to is not State.MATCHED:
            request.opened_at = None
            end_hold(session, who, job, "request_left")
    if job is not None and to is State.CLOSED:
        job.is_offered = False
        end_hold(session, who, job, "request_closed")
    session.flush()
    if to is State.IN_USE:
        plan(session, request)
        if job is not None and job.holder_id is not None:
            makers.recount(session, job.holder_id)
            makings.note(session, request, job)


def _open(session: Session, request: Request, job: Job | None) -> None:
    # Of whoever turned 18 since it was written, nobody else decides any more.
    request.for_minor = is_minor(people.person(session, request.person_id)) or (
        request.for_minor and needs_guardian(session, request)
    )
    if job is None:
        session.add(Job(request_id=request.id))
    else:
        job.is_offered = True
    if request.opened_at is None:
        request.opened_at = clock.now()
    request.widened, request.widen_at = 0, clock.now() + waiting.WIDENS_AFTER[0]
    request.stewards_told_at = None


def _tell_others(
    session: Session, actor: Actor | None, request: Request, job: Job | None, to: State
) -> None:
    holder = job.holder_id if job is not None and job.confirmed_at is not None else None
    says = queries.says_of(to)
    _tell(session, actor, request, maker=holder, kind="request_moved", says=says)


def _tell(
    session: Session,
    actor: Actor | None,
    request: Request,
    *,
    maker: UUID | None,
    kind: str,
    says: str,
) -> None:
    people_told = {request.person_id, maker}
    if needs_guardian(session, request):
        people_told.add(guardian_of(session, request.person_id))
        if kind == "message":
            people_told.discard(request.person_id)
    people_told.discard(actor.person_id if actor is not None else None)
    tell(session, people_told, kind, request.id, says)


def _touch(request: Request) -> None:
    request.version += 1
    request.changed_at = clock.now()


def _state(to: State | str) -> State:
    try:
        return State(to)
    except ValueError:
        raise Invalid.field("to", to, "There is no such state.", allowed=", ".join(State)) from None


def _acting(seat: Seat, by: frozenset[Role]) -> Role:
    order = (Role.PERSON, Role.GUARDIAN, Role.MAKER, Role.SUPPORTER)
    return next(role for role in order if role in seat.roles & by)


def _main_role(seat: Seat) -> str:
    order = (Role.PERSON, Role.GUARDIAN, Role.MAKER, Role.SUPPORTER)
    return str(next((role for role in order if role in seat.roles), "other"))


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
