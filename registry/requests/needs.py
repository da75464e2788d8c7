"""What a move needs besides the right person to make it: one function for each need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from registry.decisions.queries import recipe_of_fit, standing
from registry.jobs.model import Job
from registry.people.model import Consent
from registry.policies import Answer, No
from registry.requests.model import Request
from registry.requests.roles import guardian_of, needs_guardian
from registry.requests.states import CLOSED_BECAUSE, Move, Need, Role, State

SHARE_WITH_MAKERS: Final = "share_with_makers"
"""The purpose of the consent that a request needs before makers see anything of it."""

_LONGEST_REASON = 1000


def lacks(session: Session, request: Request, move: Move, why: str) -> list[No]:
    """Return what is missing for a move, all of it; nothing where it may be made."""
    found = []
    for need in sorted(move.needs):
        answer = NEEDS[need](session, request, move, why)
        if isinstance(answer, No):
            found.append(answer)
    return found


def has_wish(session: Session, request: Request, move: Move, why: str) -> Answer:  # noqa: ARG001 (every need is asked the same)
    """The person has said, in words, choices or pictures, what they want to be able to do."""
    wish = request.wish or {}
    if any(wish.get(part) for part in ("words", "choices", "pictures")):
        return True
    return No(
        "needs_wish",
        "The request does not say yet what you want to be able to do.",
        "A few words, a choice or a picture are enough.",
    )


def has_consent(session: Session, request: Request, move: Move, why: str) -> Answer:  # noqa: ARG001 (every need is asked the same)
    """The person agreed that makers see what they must; for under-18s the guardian did as well."""
    given_by = set(
        session.scalars(
            select(Consent.given_by_id).where(
                Consent.person_id == request.person_id,
                Consent.purpose == SHARE_WITH_MAKERS,
                Consent.withdrawn_at.is_(None),
            )
        )
    )
    if request.person_id not in given_by:
        return No(
            "needs_consent",
            "The person has not agreed yet that makers see what they must know.",
            "They can say yes to it, and take that back at any time.",
        )
    if needs_guardian(session, request):
        guardian = guardian_of(session, request.person_id)
        if guardian is None:
            return No(
                "needs_guardian",
                "For somebody under 18 a guardian has to agree, and there is none just now.",
                "Invite one to stand by you.",
            )
        if guardian not in given_by:
            return No(
                "needs_consent",
                "The guardian has not agreed yet that makers see what they must know.",
                "They can say yes to it, and take that back at any time.",
            )
    return True


def has_maker(session: Session, request: Request, move: Move, why: str) -> Answer:  # noqa: ARG001 (every need is asked the same)
    """The person confirmed a maker, who still holds the job."""
    job = job_of(session, request)
    if job is None or job.holder_id is None or job.confirmed_at is None:
        return No(
            "needs_confirmed_maker",
            "No maker is confirmed for this request.",
            "Ask makers, or wait until one comes, and confirm them.",
        )
    return True


def has_yes(session: Session, request: Request, move: Move, why: str) -> Answer:  # noqa: ARG001 (every need is asked the same)
    """The newest answers are yes, to exactly the recipe that would be made."""
    said = standing(session, request)
    if said.recipe is None:
        return No(
            "needs_yes_to_recipe",
            "No exact recipe was put to the person yet.",
            "Propose one first.",
        )
    if said.waits_for:
        who = "The guardian" if said.waits_for == {Role.GUARDIAN} else "The person"
        return No(
            "needs_yes_to_recipe",
            f"{who} has not said yes to the newest recipe.",
            "Nothing is made without that yes.",
        )
    job = job_of(session, request)
    if recipe_of_fit(session, job.kit_fit_id if job else None) != said.recipe:
        return No(
            "needs_yes_to_recipe",
            "The kit to be made is not the recipe that the yes was said to.",
            "Put the kit's own recipe to the person.",
        )
    return True


def has_reason(session: Session, request: Request, move: Move, why: str) -> Answer:  # noqa: ARG001 (every need is asked the same)
    """The mover says why; for closing, one of the reasons that can be counted."""
    if move.to is State.CLOSED and why not in CLOSED_BECAUSE:
        return No(
            "needs_reason",
            "Closing a request needs a reason.",
            f"One of: {', '.join(CLOSED_BECAUSE)}. The first is a good ending.",
        )
    if not why.strip() or len(why) > _LONGEST_REASON:
        return No(
            "needs_reason",
            "This needs a reason.",
            f"A few words will do, {_LONGEST_REASON} characters at most.",
        )
    return True


def job_of(session: Session, request: Request) -> Job | None:
    """Return the job of a request, if it ever had one.

    As with `Session.get`, one that this session has looked up already is not looked up again.
    """
    known: dict[UUID, Job] = session.info.setdefault("jobs", {})
    if request.id not in known:
        found = session.scalars(_JOB, {"request": request.id}).first()
        if found is None:
            return None
        known[request.id] = found
    return known[request.id]


_JOB: Final = select(Job).where(Job.request_id == bindparam("request"))


NEEDS: Final[dict[Need, Callable[[Session, Request, Move, str], Answer]]] = {
    Need.WISH: has_wish,
    Need.CONSENT: has_consent,
    Need.CONFIRMED_MAKER: has_maker,
    Need.YES_TO_RECIPE: has_yes,
    Need.REASON: has_reason,
}
