"""Looking up requests. Whoever may not know of one does not find it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import Select, any_, bindparam, literal, select, tuple_
from sqlalchemy.orm import Session

from registry.actor import Actor
from registry.audit import Event
from registry.decisions.queries import standing
from registry.errors import NotFound
from registry.jobs.model import Job
from registry.people.model import Guardianship, Maker, Person, Support
from registry.policies import No
from registry.policies.requests import Seat, may_move, sees
from registry.requests import needs
from registry.requests.model import FitCheck, Message, Picture, Request
from registry.requests.roles import granted, guardian_of, needs_guardian, standing_of
from registry.requests.states import MOVES, Role, State

Mine: TypeAlias = Literal["person", "supporter", "maker"]
Mark: TypeAlias = tuple[datetime, UUID]
"""Where a page ends: the time and id of its last row."""


@dataclass(frozen=True)
class Next:
    """A move that somebody may make: what it is, and what is still missing for it."""

    to: State
    says: str
    missing: tuple[No, ...]


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, and what is waited for, as a sentence."""

    whose: Literal["person", "guardian", "maker", "makers", "both", "nobody"]
    says: str


def find(
    session: Session, actor: Actor, request_id: UUID, *, lock: bool = False
) -> tuple[Request, Seat]:
    """Return a request and what the actor is to it.

    Args:
        session: to read with.
        actor: who asks.
        request_id: which one.
        lock: hold it until the transaction ends, for whoever changes it.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    if lock:
        # The job's row first, like everybody who claims it: see `usecases.lock`.
        session.execute(select(Job.id).where(Job.request_id == request_id).with_for_update())
    request = session.get(Request, request_id, with_for_update=lock or None, populate_existing=lock)
    if request is None:
        raise NotFound("request")
    seat = seat_of(session, actor, request)
    if not sees(seat):
        raise NotFound("request")
    return request, seat


def seat_of(session: Session, actor: Actor, request: Request) -> Seat:
    """Return what the actor is to a request."""
    roles, grants = standing_of(session, actor, request)
    return Seat(
        roles,
        grants,
        State(request.state),
        guarded=needs_guardian(session, request),
        wrote_address=bool(request.address),
    )


def mine(
    session: Session, actor: Actor, as_what: Mine, before: Mark | None, most: int
) -> Sequence[Request]:
    """Return requests for me, those I support (or guard), or those I make; newest first."""
    me = actor.person_id
    if as_what == "person":
        chosen = select(Request).where(Request.person_id == me)
    elif as_what == "supporter":
        supported = select(Support.person_id).where(
            Support.supporter_id == me,
            Support.withdrawn_at.is_(None),
            literal("see") == any_(Support.may),
        )
        guarded = select(Guardianship.young_person_id).where(
            Guardianship.guardian_id == me,
            Guardianship.is_primary,
            Guardianship.accepted_at.is_not(None),
            Guardianship.frozen_at.is_(None),
            Guardianship.ended_at.is_(None),
        )
        chosen = select(Request).where(
            Request.person_id.in_(supported)
            | (Request.person_id.in_(guarded) & Request.for_minor.is_(True))
        )
    else:
        chosen = (
            select(Request)
            .join(Job, Job.request_id == Request.id)
            .where(Job.holder_id == me, Job.confirmed_at.is_not(None))
        )
    found = session.scalars(_page(chosen, before, most)).all()
    if as_what != "supporter":
        return found
    # Whoever turned 18 has no guardian any more, which only their date of birth tells.
    return [each for each in found if sees(seat_of(session, actor, each))]


def _page(chosen: Select[Request], before: Mark | None, most: int) -> Select[Request]:
    if before is not None:
        chosen = chosen.where(tuple_(Request.created_at, Request.id) < before)
    return chosen.order_by(Request.created_at.desc(), Request.id.desc()).limit(most)


def next_moves(session: Session, request: Request, seat: Seat) -> list[Next]:
    """Return the moves this asker may make from here, derived from the table of moves."""
    state = State(request.state)
    found = []
    for move in MOVES[state]:
        if not may_move(seat, move):
            continue
        if state is State.PAUSED and move.to not in (State.CLOSED, back_to(session, request)):
            continue
        # Any reason will do for looking whether the rest is there.
        why = "no_device_after_all" if move.to is State.CLOSED else "…"
        found.append(
            Next(move.to, _says(state, move.to), tuple(needs.lacks(session, request, move, why)))
        )
    return found


def back_to(session: Session, request: Request) -> State:
    """Return the one state that a paused request returns to, by where it was paused.

    Nothing is made without a fresh look, so what was being made or agreed returns to designing;
    where the maker has left meanwhile, to looking for one.
    """
    came_from = State(request.paused_from or State.READY)
    if came_from in (State.SENT, State.RECEIVED, State.FIT_CHECK):
        return State.FIT_CHECK
    if came_from in (State.DRAFT, State.READY, State.OPEN):
        return State.READY
    job = needs.job_of(session, request)
    held = job is not None and job.holder_id is not None and job.confirmed_at is not None
    return State.DESIGNING if held else State.READY


def turn(session: Session, request: Request) -> Turn:
    """Return whose turn it is."""
    state = State(request.state)
    if state is State.OPEN:
        job = needs.job_of(session, request)
        if job is not None and job.holder_id is not None and job.confirmed_at is None:
            return Turn("person", "A maker has come. Look at them and confirm, or wait for others.")
        return Turn("makers", "Makers can come now. You can also ask some.")
    if state is State.DESIGNING:
        said = standing(session, request)
        if said.recipe is None or said.is_yes:
            return Turn("both", "Work out together what exactly it shall be, and propose it.")
        if said.waits_for == {Role.GUARDIAN}:
            return Turn("guardian", "The guardian has not said yes to the newest recipe.")
        return Turn("person", "Look at the newest recipe: yes, no, change, stop or not sure.")
    return _TURNS[state]


_TURNS: dict[State, Turn] = {
    State.DRAFT: Turn("person", "Write what you want to be able to do."),
    State.READY: Turn("person", "Open it when makers may see it."),
    State.MATCHED: Turn("both", "Say hello and begin to design."),
    State.AGREED: Turn("maker", "The maker can begin to make exactly what was agreed."),
    State.MAKING: Turn("maker", "It is being made."),
    State.SENT: Turn("person", "It is on its way. Say when it has arrived."),
    State.RECEIVED: Turn("person", "Try it on when you have time."),
    State.FIT_CHECK: Turn("person", "Say whether it fits."),
    State.IN_USE: Turn("nobody", "It is in use. We ask now and then how it goes."),
    State.REMAKE: Turn("both", "Measure again and decide again."),
    State.PAUSED: Turn("person", "It rests until you go on."),
    State.CLOSED: Turn("nobody", "It is closed. You can open it again."),
}

_SAYS: dict[State, str] = {
    State.DRAFT: "Go back to writing.",
    State.READY: "Say that it is written and you looked at all of it once more.",
    State.OPEN: "Let makers see it roughly, and come.",
    State.MATCHED: "A maker is confirmed.",
    State.DESIGNING: "Work out together what exactly it shall be.",
    State.AGREED: "The exact recipe is agreed.",
    State.MAKING: "Begin to make exactly what was agreed.",
    State.SENT: "Say that it was sent.",
    State.RECEIVED: "Say that it has arrived.",
    State.FIT_CHECK: "Try it on.",
    State.IN_USE: "Say that it fits and is in use.",
    State.REMAKE: "Say that it does not fit and must be made again.",
    State.PAUSED: "Let it rest. Nobody does anything until you go on.",
    State.CLOSED: "Close it, with a reason. Needing no device after all is a good ending.",
}


def _says(state: State, to: State) -> str:
    if state is State.CLOSED and to is State.DRAFT:
        return "Open it again, from the beginning."
    if state is State.PAUSED and to is not State.CLOSED:
        return f"Go on. {_SAYS[to]}"
    return _SAYS[to]


def says_of(state: State) -> str:
    """Return what a request's new state means, for a notice."""
    return _TURNS[state].says if state in _TURNS else _SAYS[state]


def history(session: Session, request_id: UUID) -> Sequence[Event]:
    """Return what happened to a request, from the audit trail, oldest first."""
    return session.scalars(
        select(Event)
        .where(Event.subject == str(request_id), Event.kind == "request")
        .order_by(Event.id)
    ).all()


def messages(
    session: Session, request: Request, before: Mark | None, most: int
) -> Sequence[Message]:
    """Return what was said, newest first."""
    chosen = select(Message).where(Message.request_id == request.id)
    if before is not None:
        chosen = chosen.where(tuple_(Message.at, Message.id) < before)
    return session.scalars(chosen.order_by(Message.at.desc(), Message.id.desc()).limit(most)).all()


def pictures(session: Session, request_id: UUID) -> Sequence[Picture]:
    """Return the pictures of a request, oldest first."""
    return session.scalars(
        select(Picture).where(Picture.request_id == request_id).order_by(Picture.at, Picture.id)
    ).all()


def picture(session: Session, request_id: UUID, picture_id: UUID) -> Picture:
    """Return one picture of a request.

    Raises:
        NotFound: it has none of this id.
    """
    found = session.scalars(
        select(Picture).where(Picture.id == picture_id, Picture.request_id == request_id)
    ).first()
    if found is None:
        raise NotFound("picture")
    return found


def fit_checks(session: Session, request_id: UUID) -> Sequence[FitCheck]:
    """Return what was said of the device on the body, oldest first."""
    return session.scalars(
        select(FitCheck).where(FitCheck.request_id == request_id).order_by(FitCheck.at, FitCheck.id)
    ).all()


def called(session: Session, request: Request, person_id: UUID | None) -> str:
    """Return what somebody is within a request, in a word that names nobody."""
    if person_id is None:
        return "someone who left"
    if person_id == request.person_id:
        return "person"
    if person_id == guardian_of(session, request.person_id):
        return "guardian"
    job = needs.job_of(session, request)
    if job is not None and person_id == job.holder_id:
        return "maker"
    if granted(session, person_id, request.person_id):
        return "supporter"
    return "former"


def name_of(session: Session, person_id: UUID | None) -> str | None:
    """Return the name that somebody gave."""
    person = session.get(Person, person_id) if person_id is not None else None
    return person.name if person is not None else None


_NAMES: Final = (
    select(Person.name, Maker.shown_name)
    .select_from(select(literal(1)).subquery())
    .outerjoin(Person, Person.id == bindparam("person"))
    .outerjoin(Maker, Maker.person_id == bindparam("maker"))
)


def names_of(
    session: Session, person_id: UUID | None, maker_id: UUID | None
) -> dict[str, str | None]:
    """Return the `name` that a person gave and the one that a `maker` shows, in one look."""
    name, shown = session.execute(_NAMES, {"person": person_id, "maker": maker_id}).one()
    return {"name": name, "maker": shown}
