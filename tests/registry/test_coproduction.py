"""The rung and the ten facts are computed from what happened, whatever anybody claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from registry.coproduction.facts import Fact, facts
from registry.coproduction.ladder import ORDER, Rung, standing
from registry.coproduction.record import Answered, Asked, Met, Proposed, Record, Said
from registry.requests.states import Role

PERSON, GUARDIAN, SUPPORTER, MAKER = Role.PERSON, Role.GUARDIAN, Role.SUPPORTER, Role.MAKER


def day(number: float) -> datetime:
    """Noon of one day of the story."""
    return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=number)


def said(at: float, by: Role, answer: str, **more: object) -> Answered:
    return Answered(day(at), by, answer, **more)  # type: ignore[arg-type]  # the fields' own types


TOGETHER = Record(
    now=day(100),
    begun_at=day(0),
    wish_at=day(0),
    design_at=day(3),
    needs_access=True,
    messages=(Said(day(4), PERSON), Said(day(5), MAKER)),
    proposals=(
        # Anna proposes a longer palm, and the maker says yes.
        Proposed(day(6), PERSON, options=2, answers=(said(7, MAKER, "yes"),)),
        # A cup ring was turned down, because it would not have been safe.
        Proposed(
            day(6.5), PERSON, answers=(said(7.5, MAKER, "no", because="not_safe", has_words=True),)
        ),
        Proposed(day(9), MAKER, is_recipe=True, options=2, answers=(said(10, PERSON, "yes"),)),
    ),
    meetings=(
        Met(
            day(4),
            day(8),
            MAKER,
            frozenset({PERSON, MAKER}),
            expenses="offered",
            access_met=True,
            is_recorded=True,
        ),
    ),
    acts=(Said(day(0), PERSON), Said(day(11), MAKER)),
    made_at=day(11),
    tried_at=day(20),
    outcomes=(Asked(day(27), day(27), day(28)), Asked(day(50), day(50))),
)
"""One story in which everything went well."""

BY_OTHERS = replace(
    TOGETHER,
    begun_by=SUPPORTER,
    acts=(Said(day(0), SUPPORTER), Said(day(11), MAKER)),
    messages=(Said(day(5), MAKER),),
    meetings=(),
    outcomes=(),
    tried_at=None,
)
"""A supporter wrote it, and the person comes in only where they are asked."""

RECIPE = Proposed(day(9), MAKER, is_recipe=True, options=2)


GOLDEN: dict[Rung, Record] = {
    # The person's last word was no, and it was made.
    Rung.COERCION: replace(
        BY_OTHERS, proposals=(replace(RECIPE, answers=(said(10, PERSON, "no"),)),)
    ),
    # The maker wrote how to wear it.
    Rung.EDUCATING: replace(BY_OTHERS, proposals=()),
    # The recipe was put to them when it was being made.
    Rung.INFORMING: replace(
        BY_OTHERS,
        proposals=(replace(RECIPE, at=day(12), answers=(said(13, PERSON, "yes"),)),),
    ),
    # "Which of these three colours?"
    Rung.CONSULTATION: replace(
        BY_OTHERS,
        proposals=(replace(RECIPE, options=3, answers=(said(10, PERSON, "yes"),)),),
    ),
    # They asked for a change of what was begun without them, and it was made so.
    Rung.ENGAGEMENT: replace(
        BY_OTHERS,
        proposals=(
            replace(RECIPE, at=day(6), answers=(said(7, PERSON, "change", has_words=True),)),
            replace(RECIPE, answers=(said(10, PERSON, "yes"),)),
        ),
    ),
    # Their own idea from their own wish; nobody asked afterwards how it goes.
    Rung.CO_DESIGN: replace(TOGETHER, tried_at=None, outcomes=()),
    Rung.CO_PRODUCTION: TOGETHER,
}


@pytest.mark.parametrize("rung", ORDER)
def test_seven_stories_stand_on_seven_rungs(rung: Rung) -> None:
    """One for each rung; every one but the highest says what is missing for the next."""
    found = standing(GOLDEN[rung])
    assert found.rung is rung
    assert bool(found.next_needs) == (rung is not Rung.CO_PRODUCTION)


@pytest.mark.parametrize("rung", ORDER)
def test_told_only_after_the_decision_is_never_above_informing(rung: Rung) -> None:
    """Whatever else happened, what comes after the making began is no say in it."""
    late = replace(GOLDEN[rung], made_at=day(0.5))
    found = standing(late).rung
    assert found is not None
    assert ORDER.index(found) <= ORDER.index(Rung.INFORMING)


def test_nothing_is_on_a_rung_before_anything_happened() -> None:
    """A wish alone, or a recipe that waits for its answer, is a beginning."""
    new = Record(now=day(1), begun_at=day(0), wish_at=day(0))
    assert standing(new).rung is None
    assert standing(replace(new, proposals=(replace(RECIPE, at=day(0.5)),))).rung is None
    assert {each.holds for each in facts(new)} == {True, None}


def test_all_ten_facts_hold_in_the_story_that_went_well() -> None:
    """And each says so in a sentence of its own."""
    found = facts(TOGETHER)
    assert [each.fact for each in found] == list(Fact)
    assert {each.holds for each in found} == {True}
    assert len({each.says for each in found}) == 10


(IDEA, RING, LAST) = TOGETHER.proposals
(MEETING,) = TOGETHER.meetings

BROKEN: dict[Fact, Record] = {
    # A design had been chosen before anybody asked what they want to be able to do.
    Fact.FROM_THE_START: replace(TOGETHER, design_at=day(-1)),
    # One drawing, yes or change: there was nothing to choose.
    Fact.OPEN_WHEN_ASKED: replace(
        TOGETHER,
        proposals=(
            replace(
                LAST,
                at=day(6),
                options=1,
                answers=(
                    said(7, PERSON, "change"),
                    said(8, MAKER, "no", because="not_safe"),
                    said(8.2, PERSON, "change"),
                ),
            ),
            replace(LAST, options=1),
        ),
    ),
    Fact.FAIRLY_TURNED_DOWN: replace(
        TOGETHER,
        proposals=(
            IDEA,
            replace(RING, answers=(said(7.5, MAKER, "no", because="not_how_we_do_it"),)),
            LAST,
        ),
    ),
    # The maker said yes to the idea, and made what they had drawn before it.
    Fact.IN_THE_RESULT: replace(TOGETHER, proposals=(replace(LAST, at=day(5.5)), IDEA, RING)),
    Fact.HEARD_AGAIN: replace(TOGETHER, outcomes=(Asked(day(27), None, None),)),
    Fact.EXPENSES: replace(TOGETHER, meetings=(replace(MEETING, expenses="not_covered"),)),
    Fact.IN_GOOD_TIME: replace(TOGETHER, meetings=(replace(MEETING, called_at=day(6)),)),
    Fact.ACCESS: replace(TOGETHER, meetings=(replace(MEETING, access_met=None),)),
    Fact.EVERYBODY_INVITED: replace(
        TOGETHER, meetings=(replace(MEETING, invited=frozenset({MAKER})),)
    ),
    Fact.WRITTEN_DOWN: replace(TOGETHER, meetings=(replace(MEETING, is_recorded=False),)),
}


@pytest.mark.parametrize("fact", Fact)
def test_ten_stories_each_break_one_fact(fact: Fact) -> None:
    """That one and no other; and none of them is co-production any more."""
    found = {each.fact: each.holds for each in facts(BROKEN[fact])}
    assert [name for name, holds in found.items() if holds is False] == [fact]
    assert standing(BROKEN[fact]).rung is not Rung.CO_PRODUCTION


def test_a_young_persons_guardian_is_invited_too() -> None:
    """And notice that is short is fine where the person says that it suits."""
    guarded = replace(TOGETHER, guarded=True)
    assert [each.fact for each in facts(guarded) if each.holds is False] == [Fact.EVERYBODY_INVITED]
    soon = replace(TOGETHER, meetings=(replace(MEETING, called_at=day(7), suits=True),))
    assert all(each.holds for each in facts(soon))
    impossible = replace(TOGETHER, meetings=(replace(MEETING, suits=False),))
    assert [each.fact for each in facts(impossible) if each.holds is False] == [Fact.IN_GOOD_TIME]


def test_a_question_that_nobody_answered_is_one_that_was_not_heard() -> None:
    """In two weeks somebody has to say something, as long as it is not closed."""
    alone = replace(TOGETHER, messages=(*TOGETHER.messages, Said(day(60), PERSON)))
    assert Fact.HEARD_AGAIN in {each.fact for each in facts(alone) if each.holds is False}
    answered = replace(alone, messages=(*alone.messages, Said(day(70), MAKER)))
    assert all(each.holds for each in facts(answered))
    closed = replace(alone, ended_at=day(62))
    assert all(each.holds for each in facts(closed))
