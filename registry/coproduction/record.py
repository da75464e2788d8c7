"""What happened in one request, as far as it tells who had a say: facts, and nobody's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from registry.requests.states import Role

THEIRS: Final = frozenset({Role.PERSON, Role.GUARDIAN, Role.SUPPORTER})
"""The side of the person whose device it is."""

TURNED_DOWN: Final = "no"
TIME_TO_ANSWER: Final = timedelta(days=14)
"""Whoever waits longer than this has not been heard."""


@dataclass(frozen=True)
class Said:
    """A message, by whom."""

    at: datetime
    by: Role


@dataclass(frozen=True)
class Answered:
    """An answer to something proposed; `because` is the code of a reason, as people gave it."""

    at: datetime
    by: Role
    answer: str
    because: str | None = None
    has_words: bool = False


@dataclass(frozen=True)
class Proposed:
    """Something to be decided, with how many options, and its answers in order."""

    at: datetime
    by: Role
    is_recipe: bool = False
    options: int = 0
    answers: tuple[Answered, ...] = ()
    was_withdrawn: bool = False


@dataclass(frozen=True)
class Met:
    """A meeting: when it was called and when it was, who was asked to come, and how it was.

    Attributes:
        expenses: none_arise, paid, offered or not_covered.
        access_met: whether it was fit for everybody; None where nobody said.
        suits: whether the person said that they can come then; None where they did not say.
        is_recorded: what was said there is written down.
    """

    called_at: datetime
    at: datetime
    called_by: Role
    invited: frozenset[Role]
    expenses: str = "none_arise"
    access_met: bool | None = True
    suits: bool | None = None
    is_recorded: bool = False


@dataclass(frozen=True)
class Asked:
    """A question about how it goes: when it was due, asked and answered."""

    due_at: datetime
    asked_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Record:
    """Everything that the ladder and the ten facts are computed from.

    Attributes:
        now: when it is looked at.
        begun_at: when the request was written, `begun_by` by whom.
        wish_at: when it first said what the person wants to be able to do.
        design_at: when it first named a design.
        guarded: the person is under 18.
        needs_access: the person said what they need to take part.
        made_at: when the making began, the first time.
        tried_at: when the person said how it is on their body.
        ended_at: when it was closed.
    """

    now: datetime
    begun_at: datetime
    begun_by: Role = Role.PERSON
    wish_at: datetime | None = None
    design_at: datetime | None = None
    guarded: bool = False
    needs_access: bool = False
    messages: tuple[Said, ...] = ()
    proposals: tuple[Proposed, ...] = ()
    meetings: tuple[Met, ...] = ()
    acts: tuple[Said, ...] = ()
    made_at: datetime | None = None
    tried_at: datetime | None = None
    ended_at: datetime | None = None
    outcomes: tuple[Asked, ...] = ()

    @property
    def standing(self) -> tuple[Proposed, ...]:
        """What was proposed and not taken back."""
        return tuple(each for each in self.proposals if not each.was_withdrawn)

    def before_making(self, at: datetime) -> bool:
        """Whether something happened before the making began, or nothing is made yet."""
        return self.made_at is None or at < self.made_at


@dataclass(frozen=True)
class Suggestion:
    """Something that the person's side suggested, and what became of it.

    Attributes:
        turned_down: the maker's newest answer to it is no.
        because: the code of the reason for that; `has_reason` whether there is any, in words or
            as a code.
        taken_up: a recipe was put to them after it, and before the making began.
    """

    at: datetime
    turned_down: bool
    because: str | None
    has_reason: bool
    taken_up: bool


def own_answers(record: Record) -> tuple[Answered, ...]:
    """Return what the person themselves answered, in order. Nobody answers for them."""
    found = [
        answer
        for proposal in record.proposals
        for answer in proposal.answers
        if answer.by is Role.PERSON
    ]
    return tuple(sorted(found, key=lambda each: each.at))


def suggestions(record: Record) -> tuple[Suggestion, ...]:
    """Return what the person's side suggested: their proposals, and each "no" and "change"."""
    found = list(_suggested(record))
    return tuple(sorted(found, key=lambda each: each.at))


def _suggested(record: Record) -> Iterator[Suggestion]:
    for proposal in record.standing:
        if proposal.by in THEIRS:
            yield _suggestion(record, proposal, proposal.at)
            continue
        for answer in proposal.answers:
            if answer.by in THEIRS and answer.answer in ("change", "no"):
                yield _suggestion(record, proposal, answer.at)


def _suggestion(record: Record, proposal: Proposed, at: datetime) -> Suggestion:
    replies = [each for each in proposal.answers if each.by is Role.MAKER and each.at > at]
    last = max(replies, key=lambda each: each.at, default=None)
    turned_down = last is not None and last.answer == TURNED_DOWN
    later = any(
        each.is_recipe and each.at > at and record.before_making(each.at)
        for each in record.standing
    )
    return Suggestion(
        at,
        turned_down,
        last.because if last is not None and turned_down else None,
        last is not None and turned_down and (last.has_words or last.because is not None),
        later and not turned_down,
    )
