"""Ten facts: what people most often say went wrong, each turned into a rule about the record.

After Kevin Minier's "co-production police": not involved until the end; already decided;
suggestions rejected for not fitting the model; listened to, but nothing of it in the result; never
heard again; no expenses; two days' notice and impossible times; no thought for access; key people
not invited; comments not recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from registry.coproduction.record import (
    THEIRS,
    TIME_TO_ANSWER,
    Met,
    Record,
    Suggestion,
    own_answers,
    suggestions,
)
from registry.requests.states import Role

NOTICE: Final = timedelta(days=3)
"""A meeting that is called later than this is short notice, unless the person says it suits."""

NOT_HOW_WE_DO_IT: Final = "not_how_we_do_it"
"""The reason for turning something down that is none."""

COVERED: Final = frozenset({"none_arise", "paid", "offered"})


class Fact(StrEnum):
    """The ten, each as it should be."""

    FROM_THE_START = "from_the_start"
    OPEN_WHEN_ASKED = "open_when_asked"
    FAIRLY_TURNED_DOWN = "fairly_turned_down"
    IN_THE_RESULT = "in_the_result"
    HEARD_AGAIN = "heard_again"
    EXPENSES = "expenses"
    IN_GOOD_TIME = "in_good_time"
    ACCESS = "access"
    EVERYBODY_INVITED = "everybody_invited"
    WRITTEN_DOWN = "written_down"


@dataclass(frozen=True)
class Found:
    """One fact: whether it holds; None where there is nothing to tell it from yet."""

    fact: Fact
    holds: bool | None
    says: str


def facts(record: Record) -> tuple[Found, ...]:
    """Return all ten, in order, each with a sentence."""
    return tuple(
        Found(fact, holds, _SAYS[fact][0 if holds is None else 1 if holds else 2])
        for fact, rule in RULES.items()
        for holds in (rule(record),)
    )


def from_the_start(record: Record) -> bool | None:
    """The person's own word comes before any design, and before what others propose."""
    own = [each.at for each in record.acts if each.by is Role.PERSON]
    own += [each.at for each in record.messages if each.by is Role.PERSON]
    own += [each.at for each in own_answers(record)]
    own += [each.at for each in record.proposals if each.by is Role.PERSON]
    if record.begun_by is Role.PERSON:
        own.append(record.begun_at)
    others = [each.at for each in record.proposals if each.by not in THEIRS]
    if record.wish_at is None and not others and record.made_at is None:
        return None
    first = min(own, default=None)
    if first is None or record.wish_at is None:
        return False
    limits = [*others, *([record.made_at] if record.made_at is not None else [])]
    if record.design_at is not None and record.design_at < record.wish_at:
        return False
    return all(max(first, record.wish_at) <= each for each in limits)


def open_when_asked(record: Record) -> bool | None:
    """There was something to choose, or they proposed something, before it was made."""
    if not record.standing:
        return None if record.made_at is None else False
    return any(
        record.before_making(each.at) and (each.options > 1 or each.by in THEIRS)
        for each in record.standing
    )


def fairly_turned_down(record: Record) -> bool | None:
    """Whatever was turned down was so for a reason, and not because it is not how it is done."""
    down = [each for each in suggestions(record) if each.turned_down]
    if not down:
        return None
    return all(each.has_reason and each.because != NOT_HOW_WE_DO_IT for each in down)


def in_the_result(record: Record) -> bool | None:
    """Something that they suggested was taken up, and nothing that was not turned down is lost."""
    made = suggestions(record)
    if not made or (record.made_at is None and not any(_is_old(record, each) for each in made)):
        return None
    due = [
        each
        for each in made
        if not each.turned_down and (record.made_at is not None or _is_old(record, each))
    ]
    return all(each.taken_up for each in due) and any(each.taken_up for each in made)


def heard_again(record: Record) -> bool | None:
    """Whatever they said was answered in two weeks, and they are asked how it goes."""
    overdue = [
        each
        for each in record.outcomes
        if each.asked_at is None
        and each.answered_at is None
        and each.due_at + TIME_TO_ANSWER < record.now
    ]
    waits = [
        at
        for at in _spoken(record)
        if min(record.now, record.ended_at or record.now) - at > TIME_TO_ANSWER
        and not any(at < each <= at + TIME_TO_ANSWER for each in _replied(record))
    ]
    if not record.outcomes and not _spoken(record):
        return None
    return not overdue and not waits


def expenses(record: Record) -> bool | None:
    """Nobody pays to take part."""
    return _of_meetings(record, lambda met: met.expenses in COVERED)


def in_good_time(record: Record) -> bool | None:
    """They had three days' notice, or said that it suits, and nobody met when they cannot."""

    def fair(met: Met) -> bool:
        if met.suits is not None:
            return met.suits
        return met.called_by in THEIRS or met.at - met.called_at >= NOTICE

    return _of_meetings(record, fair)


def access(record: Record) -> bool | None:
    """What people need to take part was there; where somebody needs something, somebody looked."""

    def fit(met: Met) -> bool:
        if met.access_met is None:
            return not record.needs_access
        return met.access_met

    return _of_meetings(record, fit)


def everybody_invited(record: Record) -> bool | None:
    """The person was asked to come, and for somebody under 18 the guardian as well."""
    needed = {Role.PERSON, Role.GUARDIAN} if record.guarded else {Role.PERSON}
    return _of_meetings(record, lambda met: needed <= met.invited)


def written_down(record: Record) -> bool | None:
    """What was said where people met is written down."""
    past = [met for met in record.meetings if met.at < record.now]
    return all(met.is_recorded for met in past) if past else None


def _of_meetings(record: Record, rule: Callable[[Met], bool]) -> bool | None:
    return all(rule(met) for met in record.meetings) if record.meetings else None


def _is_old(record: Record, suggestion: Suggestion) -> bool:
    return record.now - suggestion.at > TIME_TO_ANSWER


def _spoken(record: Record) -> list[datetime]:
    """When the person's side said something that is waiting for a reply."""
    found = [each.at for each in record.messages if each.by in THEIRS]
    found += [each.at for each in record.proposals if each.by in THEIRS]
    found += [
        answer.at
        for proposal in record.proposals
        for answer in proposal.answers
        if answer.by in THEIRS and answer.answer in ("change", "no", "not_sure")
    ]
    return found


def _replied(record: Record) -> list[datetime]:
    """When the other side did anything that they can see."""
    found = [each.at for each in (*record.messages, *record.acts) if each.by not in THEIRS]
    found += [each.at for each in record.proposals if each.by not in THEIRS]
    found += [met.called_at for met in record.meetings if met.called_by not in THEIRS]
    found += [
        answer.at
        for proposal in record.proposals
        for answer in proposal.answers
        if answer.by not in THEIRS
    ]
    return found


RULES: Final[dict[Fact, Callable[[Record], bool | None]]] = {
    Fact.FROM_THE_START: from_the_start,
    Fact.OPEN_WHEN_ASKED: open_when_asked,
    Fact.FAIRLY_TURNED_DOWN: fairly_turned_down,
    Fact.IN_THE_RESULT: in_the_result,
    Fact.HEARD_AGAIN: heard_again,
    Fact.EXPENSES: expenses,
    Fact.IN_GOOD_TIME: in_good_time,
    Fact.ACCESS: access,
    Fact.EVERYBODY_INVITED: everybody_invited,
    Fact.WRITTEN_DOWN: written_down,
}
"""In the order in which they are told."""

_SAYS: Final[dict[Fact, tuple[str, str, str]]] = {
    Fact.FROM_THE_START: (
        "It has not begun yet.",
        "It began with what the person wants to be able to do.",
        "The person was not there from the start.",
    ),
    Fact.OPEN_WHEN_ASKED: (
        "Nothing was put to be decided yet.",
        "There was something to choose before it was made.",
        "It was decided before anybody was asked.",
    ),
    Fact.FAIRLY_TURNED_DOWN: (
        "Nothing was turned down.",
        "Whatever was turned down was so for a reason that was told.",
        "Something was turned down without a reason, or because it is not how it is done.",
    ),
    Fact.IN_THE_RESULT: (
        "There is no result yet, or nothing was suggested.",
        "What was suggested can be seen in the result.",
        "They were listened to, and nothing of it is in the result.",
    ),
    Fact.HEARD_AGAIN: (
        "There is nothing to answer yet.",
        "Whatever they said was answered, and they are asked how it goes.",
        "They said something and never heard of it again, or nobody asked how it goes.",
    ),
    Fact.EXPENSES: (
        "Nobody met.",
        "Nobody had to pay to take part.",
        "Somebody had to pay for taking part.",
    ),
    Fact.IN_GOOD_TIME: (
        "Nobody met.",
        "Meetings were called in good time, when people can come.",
        "A meeting was called too late, or when the person cannot come.",
    ),
    Fact.ACCESS: (
        "Nobody met.",
        "What people need to take part was there.",
        "What people need to take part was not there, or nobody thought of it.",
    ),
    Fact.EVERYBODY_INVITED: (
        "Nobody met.",
        "Those whom it is about were asked to come.",
        "People met without those whom it is about.",
    ),
    Fact.WRITTEN_DOWN: (
        "Nobody has met yet.",
        "What was said where people met is written down.",
        "People met, and what was said is written down nowhere.",
    ),
}
"""Of each fact: nothing to tell yet, it holds, it does not."""
