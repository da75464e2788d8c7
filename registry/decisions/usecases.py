"""Proposing and answering. Answers are only ever added: the newest one counts."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.decisions import queries
from registry.decisions.model import Answer, Decision
from registry.errors import Conflict, Invalid, NotFound
from registry.fits.model import Fit
from registry.jobs.model import Job
from registry.notices import tell
from registry.policies import decisions as may
from registry.policies import require
from registry.policies.requests import Sees, may_see
from registry.requests.model import Request
from registry.requests.needs import has_yes, job_of
from registry.requests.queries import find
from registry.requests.roles import guardian_of, needs_guardian
from registry.requests.states import MOVES, Role, State, find_move
from registry.requests.usecases import move

ANSWERS: Final = ("yes", "no", "change", "stop", "not_sure")
KINDS: Final = (queries.RECIPE, queries.OTHER)
Because: TypeAlias = Literal[
    "not_safe", "cannot_be_made", "costs_too_much", "takes_too_long", "not_how_we_do_it", "other"
]
"""Why something that was suggested is turned down. The last but one is no reason, and is told."""

_DECIDES: Final = frozenset({Role.PERSON, Role.GUARDIAN})


def propose(
    session: Session,
    actor: Actor,
    request_id: UUID,
    *,
    kind: str,
    question: str,
    options: list[str],
    present: list[str],
    fit_id: UUID | None = None,
) -> Decision:
    """Put something to be decided. Either side may.

    Args:
        session: to write with.
        actor: who proposes.
        request_id: of which request.
        kind: ``recipe`` (may this exact recipe be made?) or ``other``.
        question: in plain words.
        options: what there is to choose from.
        present: who was there when it was talked over, as they want to be called.
        fit_id: for a recipe, the fit that it is: done, and every check held.

    Raises:
        NotFound: the actor may not know of the request, or it has no such fit.
        NotAllowed: the actor may not propose here.
        Invalid: a recipe without a fit, or a fit without a recipe.
        Conflict: the fit is not done, or not every check held.
    """
    request, seat = find(session, actor, request_id, lock=True)
    require(may.may_propose(seat))
    if (kind == queries.RECIPE) != (fit_id is not None):
        raise Invalid.field(
            "fit_id", fit_id, "A decision on a recipe names its fit; another names none."
        )
    recipe = _recipe(session, request, fit_id) if fit_id is not None else None
    decision = Decision(
        request_id=request.id,
        kind=kind,
        question=question,
        options={"options": options},
        present={"present": present},
        proposed_by_id=actor.person_id,
        proposed_as=str(may.proposes_as(seat)),
        fit_id=fit_id,
        recipe=recipe,
    )
    session.add(decision)
    session.flush()
    audit.record(
        session,
        actor.person_id,
        "decision.proposed",
        "request",
        request.id,
        decision=str(decision.id),
        about=kind,
    )
    if recipe is not None and request.state == State.AGREED:
        # A newer recipe is on the table: the older yes is not to it.
        move(session, actor, request, State.DESIGNING, as_system=True)
    _tell(session, actor, request, "decision", "There is something for you to decide.")
    return decision


def answer(
    session: Session,
    actor: Actor,
    request_id: UUID,
    decision_id: UUID,
    *,
    said: str,
    words: str = "",
    option: str | None = None,
    because: Because | None = None,
) -> Answer:
    """Add an answer, and let follow from it what follows.

    The last yes that it takes to the kit's recipe makes it agreed. Anything else than yes, to a
    recipe that was agreed or is being made, takes it back to designing; stop lets it rest.

    Args:
        session: to write with.
        actor: who answers.
        request_id: of which request.
        decision_id: of which decision.
        said: one of `ANSWERS`.
        words: their own words.
        option: which of the decision's options they choose, where they choose one.
        because: why not, where it is not.

    Raises:
        NotFound: the actor may not know of the request, or it has no such decision.
        NotAllowed: nobody answers for the person.
        Invalid: there is no such option.
        Conflict: the decision was taken back.
    """
    request, seat = find(session, actor, request_id, lock=True)
    require(may.may_answer(seat))
    decision = queries.decision(session, request.id, decision_id)
    if decision is None:
        raise NotFound("decision")
    if decision.withdrawn_at is not None:
        raise Conflict("taken_back", "This was taken back: there is nothing to answer any more.")
    options = decision.options.get("options", [])
    if option is not None and option not in options:
        raise Invalid.field(
            "option", "", "This is none of the options.", allowed=", ".join(options)
        )
    role = may.answers_as(seat)
    found = Answer(
        decision_id=decision.id,
        by_id=actor.person_id,
        role=str(role),
        answer=said,
        option=option,
        because=because,
        words=words.strip() or None,
    )
    session.add(found)
    session.flush()
    audit.record(
        session,
        actor.person_id,
        "decision.answered",
        "request",
        request.id,
        decision=str(decision.id),
        answer=said,
        role=str(role),
    )
    if role in _DECIDES:
        _follow(session, actor, request, decision, said)
    _tell(session, actor, request, "answer", "Somebody answered what was to be decided.")
    return found


def withdraw(
    session: Session, actor: Actor, request_id: UUID, decision_id: UUID, why: str = ""
) -> Decision:
    """Take back what one proposed. It stays to be read, with its answers and the reason.

    A recipe that was agreed or is being made goes back to designing with it.

    Raises:
        NotFound: the actor may not know of the request, or it has no such decision.
        NotAllowed: somebody else proposed it.
        Conflict: it was taken back before.
    """
    request, seat = find(session, actor, request_id, lock=True)
    decision = queries.decision(session, request.id, decision_id)
    if decision is None or not may_see(seat, Sees.DECISIONS):
        raise NotFound("decision")
    require(may.may_withdraw(seat, is_proposer=decision.proposed_by_id == actor.person_id))
    if decision.withdrawn_at is not None:
        raise Conflict("taken_back", "This was taken back before.")
    newest = queries.newest_recipe(session, request.id)
    was_newest = newest is not None and newest.id == decision.id
    decision.withdrawn_at = clock.now()
    decision.why_withdrawn = why.strip() or None
    session.flush()
    audit.record(
        session,
        actor.person_id,
        "decision.withdrawn",
        "request",
        request.id,
        decision=str(decision.id),
        about=decision.kind,
    )
    if was_newest and request.state == State.AGREED:
        move(session, actor, request, State.DESIGNING, as_system=True)
    elif was_newest and request.state == State.MAKING:
        move(session, actor, request, State.DESIGNING, "The recipe was taken back.")
    _tell(session, actor, request, "decision", "Something to be decided was taken back.")
    return decision


def seen(
    session: Session, actor: Actor, request_id: UUID
) -> tuple[Request, list[tuple[Decision, list[Answer]]]]:
    """Return the decisions of a request with their answers.

    Raises:
        NotFound: the actor may not know of the request.
        NotAllowed: its decisions are not for the actor to read.
    """
    request, seat = find(session, actor, request_id)
    require(may_see(seat, Sees.DECISIONS))
    return request, queries.decisions_of(session, request.id)


def _follow(
    session: Session, actor: Actor, request: Request, decision: Decision, said: str
) -> None:
    state = State(request.state)
    if said == "stop":
        if find_move(state, State.PAUSED) is not None:
            move(session, actor, request, State.PAUSED)
        return
    if decision.recipe is None:
        return
    if said == "yes":
        if state is State.DESIGNING and _may_agree(session, request):
            move(session, actor, request, State.AGREED, as_system=True)
    elif not queries.standing(session, request).is_yes:
        if state is State.AGREED:
            move(session, actor, request, State.DESIGNING, as_system=True)
        elif state is State.MAKING:
            move(session, actor, request, State.DESIGNING, f"The answer is now {said}.")


def _may_agree(session: Session, request: Request) -> bool:
    step = next(each for each in MOVES[State.DESIGNING] if each.to is State.AGREED)
    job = job_of(session, request)
    return (
        job is not None
        and job.confirmed_at is not None
        and bool(has_yes(session, request, step, ""))
    )


def _recipe(session: Session, request: Request, fit_id: UUID) -> bytes:
    job = select(Job.id).where(Job.request_id == request.id).scalar_subquery()
    kit = select(Job.kit_fit_id).where(Job.request_id == request.id).scalar_subquery()
    fit = session.scalars(
        select(Fit).where(
            Fit.id == fit_id,
            or_(Fit.person_id == request.person_id, Fit.job_id == job, Fit.id == kit),
        )
    ).first()
    if fit is None:
        raise NotFound("fit")
    if fit.state != "done" or fit.recipe is None:
        raise Conflict(
            "fit_not_done", "This fit is not done.", "Wait until it is done, then propose it."
        )
    if not fit.proved:
        raise Conflict(
            "fit_not_proved",
            "Not every check of this fit held, so it is not put to anybody.",
            "Its report says what to change.",
        )
    return fit.recipe


def _tell(session: Session, actor: Actor, request: Request, kind: str, says: str) -> None:
    job = job_of(session, request)
    told = {request.person_id}
    if job is not None and job.confirmed_at is not None and job.holder_id is not None:
        told.add(job.holder_id)
    guardian = guardian_of(session, request.person_id) if needs_guardian(session, request) else None
    tell(session, (told | {guardian}) - {actor.person_id}, kind, request.id, says)
