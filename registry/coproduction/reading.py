"""Gathering the record of a request from what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.audit import Event
from registry.coproduction.model import Meeting
from registry.coproduction.record import Answered, Asked, Met, Proposed, Record, Said
from registry.decisions.model import Answer, Decision
from registry.decisions.queries import RECIPE, decisions_of
from registry.jobs.model import Claim, Job
from registry.outcomes.queries import outcomes_of
from registry.people.model import Consent, Guardianship, Person
from registry.requests.model import FitCheck, Message, Request
from registry.requests.roles import needs_guardian
from registry.requests.states import Role, State

RoleOf: TypeAlias = Callable[[UUID | None], Role | None]


def record_of(session: Session, request: Request) -> Record:
    """Return what happened in a request, by whom as what, without anybody's words."""
    job = session.scalars(select(Job).where(Job.request_id == request.id)).first()
    role_of = _roles(session, request, job)
    events = _events(session, request, job)
    moved = [each for each in events if each.what == "request.moved"]
    made = [each.at for each in moved if each.detail.get("to") == State.MAKING]
    closed = [each.at for each in moved if each.detail.get("to") == State.CLOSED]
    tried = session.scalars(
        select(FitCheck.at).where(FitCheck.request_id == request.id).order_by(FitCheck.at).limit(1)
    ).first()
    begun_by = next(
        (_named(each.detail.get("role")) for each in events if each.what == "request.written"), None
    )
    return Record(
        now=clock.now(),
        begun_at=request.created_at,
        begun_by=begun_by or Role.PERSON,
        wish_at=_first(events, request, {"wish"}, is_there=bool(request.wish)),
        design_at=_first(events, request, {"design", "fit_id"}, is_there=bool(request.design)),
        guarded=needs_guardian(session, request),
        needs_access=_needs_access(session.get(Person, request.person_id)),
        messages=_messages(session, request, role_of),
        proposals=tuple(
            _proposed(decision, answers, role_of)
            for decision, answers in decisions_of(session, request.id)
        ),
        meetings=tuple(_met(each) for each in meetings_of(session, request.id)),
        acts=(*_acts(events, role_of), *_consents(session, request)),
        made_at=min(made, default=None),
        tried_at=tried,
        ended_at=max(closed, default=None) if request.state == State.CLOSED else None,
        outcomes=tuple(
            Asked(each.due_at, each.asked_at, each.answered_at)
            for each in outcomes_of(session, request.id)
        ),
    )


def meetings_of(session: Session, request_id: UUID) -> Sequence[Meeting]:
    """Return the meetings of a request, in order."""
    return session.scalars(
        select(Meeting).where(Meeting.request_id == request_id).order_by(Meeting.at, Meeting.id)
    ).all()


def _roles(session: Session, request: Request, job: Job | None) -> RoleOf:
    guardians = set(
        session.scalars(
            select(Guardianship.guardian_id).where(
                Guardianship.young_person_id == request.person_id,
                Guardianship.accepted_at.is_not(None),
            )
        )
    )
    makers: set[UUID | None] = set()
    if job is not None:
        makers = {job.holder_id} | set(
            session.scalars(select(Claim.maker_id).where(Claim.job_id == job.id))
        )

    def role_of(person_id: UUID | None) -> Role | None:
        if person_id is None:
            return None
        if person_id == request.person_id:
            return Role.PERSON
        if person_id in guardians:
            return Role.GUARDIAN
        return Role.MAKER if person_id in makers else Role.SUPPORTER

    return role_of


def _events(session: Session, request: Request, job: Job | None) -> Sequence[Event]:
    subjects = [str(request.id), *([str(job.id)] if job is not None else [])]
    return session.scalars(
        select(Event).where(Event.subject.in_(subjects)).order_by(Event.id)
    ).all()


def _first(
    events: Sequence[Event], request: Request, fields: set[str], *, is_there: bool
) -> datetime | None:
    for each in events:
        if each.what not in ("request.written", "request.edited"):
            continue
        if fields & set(str(each.detail.get("fields", "")).split()):
            return each.at
    # Of what was written before the trail named fields: it was there from the beginning.
    return request.created_at if is_there else None


def _needs_access(person: Person | None) -> bool:
    contact = (person.contact if person is not None else None) or {}
    return bool(contact.get("interpreter") or contact.get("formats"))


def _messages(session: Session, request: Request, role_of: RoleOf) -> tuple[Said, ...]:
    rows = session.execute(
        select(Message.at, Message.author_id)
        .where(Message.request_id == request.id)
        .order_by(Message.at)
    )
    return tuple(Said(at, role) for at, author in rows if (role := role_of(author)) is not None)


def _proposed(decision: Decision, answers: Sequence[Answer], role_of: RoleOf) -> Proposed:
    by = _named(decision.proposed_as) or role_of(decision.proposed_by_id) or Role.MAKER
    return Proposed(
        decision.at,
        by,
        is_recipe=decision.kind == RECIPE,
        options=len(decision.options.get("options", [])),
        answers=tuple(
            Answered(
                each.at,
                _named(each.role) or Role.SUPPORTER,
                each.answer,
                because=each.because,
                has_words=bool(each.words),
            )
            for each in answers
        ),
        was_withdrawn=decision.withdrawn_at is not None,
    )


def _met(row: Meeting) -> Met:
    return Met(
        called_at=row.called_at,
        at=row.at,
        called_by=_named(row.called_as) or Role.MAKER,
        invited=frozenset(role for each in row.invited if (role := _named(each)) is not None),
        expenses=row.expenses,
        access_met=row.access_met,
        suits=row.suits,
        is_recorded=row.noted_at is not None,
    )


def _acts(events: Sequence[Event], role_of: RoleOf) -> tuple[Said, ...]:
    found = []
    for each in events:
        role = _named(each.detail.get("role")) or _of_actor(each.actor, role_of)
        if role is not None:
            found.append(Said(each.at, role))
    return tuple(found)


def _consents(session: Session, request: Request) -> tuple[Said, ...]:
    # That somebody agreed themselves is a word of their own, also where others wrote the rest.
    rows = session.scalars(
        select(Consent.given_at).where(
            Consent.person_id == request.person_id, Consent.given_by_id == request.person_id
        )
    )
    return tuple(Said(at, Role.PERSON) for at in rows if at >= request.created_at)


def _of_actor(actor: str, role_of: RoleOf) -> Role | None:
    try:
        return role_of(UUID(actor))
    except ValueError:
        return None


def _named(name: object) -> Role | None:
    return Role(name) if isinstance(name, str) and name in set(Role) else None
