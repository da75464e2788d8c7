"""Looking up decisions, and what the person's newest word on a recipe is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.audit import Event
from registry.decisions.model import Answer, Decision
from registry.fits.model import Fit
from registry.requests.model import Request
from registry.requests.roles import guardian_of, needs_guardian
from registry.requests.states import Role, State

RECIPE: Final = "recipe"
OTHER: Final = "other"


@dataclass(frozen=True)
class Standing:
    """What has been said to the newest recipe of a request.

    Attributes:
        recipe: its keyed digest; None where none was put to the person.
        decision_id: of the newest decision on it.
        waits_for: whose yes is missing; empty where it may be made.
    """

    recipe: bytes | None
    decision_id: UUID | None
    waits_for: frozenset[Role]

    @property
    def is_yes(self) -> bool:
        """Whether everybody whose yes it takes said yes, and nothing else since."""
        return self.recipe is not None and not self.waits_for


def standing(session: Session, request: Request) -> Standing:
    """Return what has been said to the newest recipe.

    A yes is good for the recipe that it was said to, until the same person says something else to
    that recipe, a newer recipe is put to them, or the device was tried and has to be made again.
    """
    newest = newest_recipe(session, request.id)
    asked = {Role.PERSON: request.person_id}
    missing: set[Role] = set()
    if needs_guardian(session, request):
        guardian = guardian_of(session, request.person_id)
        if guardian is None:
            missing.add(Role.GUARDIAN)
        else:
            asked[Role.GUARDIAN] = guardian
    if newest is None or newest.recipe is None:
        return Standing(None, None, frozenset(asked) | missing)
    since = _last_remake(session, request.id)
    for role, who in asked.items():
        said = session.execute(
            select(Answer.answer, Answer.decision_id, Answer.at)
            .join(Decision, Decision.id == Answer.decision_id)
            .where(
                Decision.request_id == request.id,
                Decision.recipe == newest.recipe,
                Answer.by_id == who,
                Answer.role == role,
            )
            .order_by(Answer.at.desc(), Answer.id.desc())
            .limit(1)
        ).first()
        fresh = said is not None and (since is None or said.at > since)
        if said is None or not fresh or said.answer != "yes" or said.decision_id != newest.id:
            missing.add(role)
    return Standing(newest.recipe, newest.id, frozenset(missing))


def newest_recipe(session: Session, request_id: UUID) -> Decision | None:
    """Return the newest decision on a recipe that was not taken back."""
    return session.scalars(
        select(Decision)
        .where(
            Decision.request_id == request_id,
            Decision.kind == RECIPE,
            Decision.withdrawn_at.is_(None),
        )
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(1)
    ).first()


def recipe_of_fit(session: Session, fit_id: UUID | None) -> bytes | None:
    """Return the recipe of a fit that is done and proved; None for every other."""
    if fit_id is None:
        return None
    return session.scalars(
        select(Fit.recipe).where(Fit.id == fit_id, Fit.state == "done", Fit.proved.is_(True))
    ).first()


def decisions_of(session: Session, request_id: UUID) -> list[tuple[Decision, list[Answer]]]:
    """Return the decisions of a request, oldest first, each with its answers in order."""
    decisions = session.scalars(
        select(Decision).where(Decision.request_id == request_id).order_by(Decision.at, Decision.id)
    ).all()
    answers: dict[UUID, list[Answer]] = {each.id: [] for each in decisions}
    for answer in _answers(session, list(answers)):
        answers[answer.decision_id].append(answer)
    return [(each, answers[each.id]) for each in decisions]


def decision(session: Session, request_id: UUID, decision_id: UUID) -> Decision | None:
    """Return one decision of a request."""
    return session.scalars(
        select(Decision).where(Decision.id == decision_id, Decision.request_id == request_id)
    ).first()


def _answers(session: Session, decisions: list[UUID]) -> Sequence[Answer]:
    return session.scalars(
        select(Answer).where(Answer.decision_id.in_(decisions)).order_by(Answer.at, Answer.id)
    ).all()


def _last_remake(session: Session, request_id: UUID) -> datetime | None:
    return session.scalar(
        select(func.max(Event.at)).where(
            Event.subject == str(request_id),
            Event.what == "request.moved",
            Event.detail["to"].astext == State.REMAKE,
        )
    )
