"""On which rung of the ladder a device came about, from what happened in its request.

The ladder is that of Think Local Act Personal (TLAP): coercion, educating, informing,
consultation, engagement, co-design, co-production. Each rung here is a question about the record
that can be answered yes or no; the highest one whose questions, and those below it, are all
answered yes is the rung. What anybody claims does not enter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry.coproduction.facts import facts, from_the_start, open_when_asked
from registry.coproduction.record import Record, own_answers, suggestions
from registry.requests.states import Role


class Rung(StrEnum):
    """From the lowest to the highest."""

    COERCION = "coercion"
    """It was made against the person's no, or without a word to them."""
    EDUCATING = "educating"
    """They were told how to use it, and nothing was put to them."""
    INFORMING = "informing"
    """They were told what was decided, when it was."""
    CONSULTATION = "consultation"
    """They were asked in time, and chose from what others had thought of."""
    ENGAGEMENT = "engagement"
    """Something that they suggested changed what others had begun."""
    CO_DESIGN = "co_design"
    """It began with them, and what they suggested shaped it; not all the way through."""
    CO_PRODUCTION = "co_production"
    """Together from the wish to how it goes in daily life."""


ORDER: Final[tuple[Rung, ...]] = tuple(Rung)

SAYS: Final[dict[Rung, str]] = {
    Rung.COERCION: "It was made against their no, or without a word to them.",
    Rung.EDUCATING: "They were told how to use it. Nothing was put to them to decide.",
    Rung.INFORMING: "They were told what it would be, but asked too late or not at all.",
    Rung.CONSULTATION: "They were asked in time, and chose from what others had thought of.",
    Rung.ENGAGEMENT: "Something that they suggested changed it. It was begun by others.",
    Rung.CO_DESIGN: "It began with them, and what they suggested shaped it.",
    Rung.CO_PRODUCTION: "It was made together, from the wish to how it goes in daily life.",
}


@dataclass(frozen=True)
class Standing:
    """The rung; None while nothing has happened yet. `next_needs` is what the next one takes."""

    rung: Rung | None
    says: str
    next_needs: tuple[str, ...]


def standing(record: Record) -> Standing:
    """Return the rung of a request's record, and what is missing for the one above it."""
    rung, missing = _climb(record)
    if rung is None:
        return Standing(None, "Nothing has been decided yet.", missing)
    return Standing(rung, SAYS[rung], missing)


def _climb(record: Record) -> tuple[Rung | None, tuple[str, ...]]:
    told = any(each.by is Role.MAKER for each in record.messages) or bool(record.proposals)
    if record.made_at is not None and (_against_their_no(record) or not told):
        return Rung.COERCION, ("Nothing is made against somebody's no, nor behind their back.",)
    if not _asked_in_time(record):
        if record.proposals:
            return _below_asking(record, Rung.INFORMING)
        if told:
            return _below_asking(record, Rung.EDUCATING)
        return None, ("Say what you want to be able to do, and decide together what it shall be.",)
    if not _had_influence(record):
        return Rung.CONSULTATION, ("Something that they suggest themselves is taken up.",)
    missing = _missing_for_design(record)
    if missing:
        return Rung.ENGAGEMENT, missing
    missing = _missing_for_all(record)
    if missing:
        return Rung.CO_DESIGN, missing
    return Rung.CO_PRODUCTION, ()


def _below_asking(record: Record, rung: Rung) -> tuple[Rung | None, tuple[str, ...]]:
    missing = ("The person is asked, and answers themselves, before anything is made.",)
    # While nothing is made, to be told of it is a beginning and no rung.
    return (rung, missing) if record.made_at is not None else (None, missing)


def _against_their_no(record: Record) -> bool:
    before = [each for each in own_answers(record) if record.before_making(each.at)]
    return bool(before) and before[-1].answer in ("no", "stop")


def _asked_in_time(record: Record) -> bool:
    return any(record.before_making(each.at) for each in own_answers(record))


def _had_influence(record: Record) -> bool:
    # To choose from what others thought of is to be consulted.
    return any(each.taken_up for each in suggestions(record))


def _missing_for_design(record: Record) -> tuple[str, ...]:
    missing = []
    if from_the_start(record) is False:
        missing.append("It begins with what the person wants to be able to do.")
    if open_when_asked(record) is False:
        missing.append("There is something to choose before it is made.")
    answers = [each for each in own_answers(record) if record.before_making(each.at)]
    if not answers or answers[-1].answer != "yes":
        missing.append("The person says yes to what it shall be.")
    return tuple(missing)


def _missing_for_all(record: Record) -> tuple[str, ...]:
    missing = []
    if record.tried_at is None:
        missing.append("The person tries it on and says how it is.")
    if not any(each.answered_at is not None for each in record.outcomes):
        missing.append("They are asked how it goes in daily life, and have answered.")
    missing += [each.says for each in facts(record) if each.holds is False]
    return tuple(missing)
