"""The life of a request, driven by random sequences of what people and the clock may do.

An oracle beside it keeps its own book of what was said, in the order it was said, and knows nothing
of how the use cases work. It asks the table of moves who may do what, and nothing else.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from registry import clock
from registry.actor import Actor
from registry.audit import Event
from registry.decisions import usecases as decisions
from registry.errors import RegistryError
from registry.fits.model import Fit
from registry.jobs.ending import end_hold
from registry.jobs.model import Claim, Job
from registry.people.model import Consent, Guardianship, Person, Support
from registry.policies import Answer
from registry.requests import needs
from registry.requests.model import Request
from registry.requests.states import CLOSED_BECAUSE, MOVES, Move, Need, Role, State
from registry.requests.usecases import check_fit, move
from tests.thorough import THOROUGH

SEQUENCES = 2000 if THOROUGH else 320
SHARES = 4
STEPS = 10
STARTS = (State.DRAFT, State.OPEN, State.DESIGNING, State.DESIGNING, State.MAKING)
"""Half way in, so that short sequences reach the end as well."""

ROLES = {
    "person": Role.PERSON,
    "guardian": Role.GUARDIAN,
    "supporter": Role.SUPPORTER,
    "maker": Role.MAKER,
    "system": Role.SYSTEM,
}


@dataclass(frozen=True)
class Cast:
    """Everybody who may turn up, by name; of two families."""

    ids: dict[str, UUID]

    def actor(self, name: str) -> Actor:
        """One of them."""
        return Actor(person_id=self.ids[name], is_steward=name == "steward")


@dataclass
class Book:
    """What the oracle knows: recipes put, answers given, in order."""

    put: list[tuple[UUID, bytes]] = field(default_factory=list)
    said: list[tuple[str, UUID, bytes, str]] = field(default_factory=list)
    kit: bytes | None = None
    maker_holds: bool = False

    def is_yes(self, whose: set[str]) -> bool:
        """Whether everybody's newest word on the newest recipe is a yes to just that question."""
        if not self.put:
            return False
        question, recipe = self.put[-1]
        for who in whose:
            words = [each for each in self.said if each[0] == who and each[2] == recipe]
            if not words or words[-1][1] != question or words[-1][3] != "yes":
                return False
        return self.kit == recipe


class Broken(AssertionError):
    """Something happened that must never happen."""


@pytest.fixture
def cast(sessions: sessionmaker[Session]) -> Cast:
    """Two people who ask, one of them twelve, and those around them."""
    with sessions.begin() as session:
        people = {name: Person(name=name) for name in ("adult", "maker", "stranger", "steward")}
        people["child"] = Person(name="child", born=f"{clock.now().year - 12}-01-01")
        for name in ("guardian", "supporter"):
            people[name] = Person(name=name, born=date(1980, 1, 1).isoformat())
        session.add_all(people.values())
        session.flush()
        ids = {name: each.id for name, each in people.items()}
        session.add(
            Guardianship(
                young_person_id=ids["child"],
                guardian_id=ids["guardian"],
                invited_by_id=ids["child"],
                accepted_at=clock.now(),
            )
        )
        session.add_all(
            Support(person_id=ids[who], supporter_id=ids["supporter"], may=["see", "write"])
            for who in ("adult", "child")
        )
        session.add_all(
            Consent(
                person_id=ids[who],
                given_by_id=ids[by],
                purpose="share_with_makers",
                words_version="1",
            )
            for who, by in (("adult", "adult"), ("child", "child"), ("child", "guardian"))
        )
        return Cast(ids)


class Life:
    """One request, and what random people do with it."""

    def __init__(self, session: Session, cast: Cast, chance: random.Random) -> None:
        self.session, self.cast, self.chance = session, cast, chance
        # The session looks up whom it holds already; nobody changes here.
        self.everybody = session.scalars(select(Person)).all()
        self.whose = chance.choice(["adult", "child"])
        start = chance.choice(STARTS)
        self.request = Request(
            person_id=cast.ids[self.whose],
            wish={"words": "x"},
            state=str(start),
            for_minor=self.whose == "child",
        )
        session.add(self.request)
        session.flush()
        self.book = Book()
        self.paused_from: State | None = None
        self.seen: Counter[str] = Counter()
        self.last_event = 0
        if start is not State.DRAFT:
            session.add(Job(request_id=self.request.id, is_offered=start is State.OPEN))
            session.flush()
        if start in (State.DESIGNING, State.MAKING):
            self._hold()

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.request.state)

    @property
    def needed(self) -> set[str]:
        """Whose yes it takes."""
        return {"person", "guardian"} if self.whose == "child" else {"person"}

    def actor(self, name: str) -> Actor:
        """Somebody, by what they are to the request."""
        return self.cast.actor(self.whose if name == "person" else name)

    def live(self) -> Counter[str]:
        """Do random things, and watch every one of them."""
        for _ in range(STEPS):
            before, version = self.state, self.request.version
            act, who = self._choose()
            point = self.session.begin_nested()
            try:
                act()
            except RegistryError as refused:
                point.rollback()
                if (self.state, self.request.version) != (before, version):
                    raise Broken(f"{refused.code} changed {before} to {self.state}") from None
                continue
            point.commit()
            self._watch(before, who, self._moves())
        return self.seen

    def _watch(self, before: State, who: str, moved: list[dict[str, Any]]) -> None:
        state = before
        for each in moved:
            was, to = State(each["from"]), State(each["to"])
            if was is not state:
                raise Broken(f"moved from {was}, but it was {state}")
            self._watch_one(was, to, Role(each["role"]), who)
            state = to
        if state is not self.state:
            raise Broken(f"{state} became {self.state} and no event tells of it")

    def _watch_one(self, was: State, to: State, role: Role, who: str) -> None:
        step = next((each for each in MOVES[was] if each.to is to), None)
        if step is None or role not in step.by:
            raise Broken(f"{role} moved {was} to {to}")
        if role is not Role.SYSTEM and ROLES.get(who) is not role:
            raise Broken(f"{who} moved {was} to {to} as {role}")
        if to in (State.AGREED, State.MAKING) and not (
            self.book.is_yes(self.needed) and self.book.maker_holds
        ):
            raise Broken(f"{was} became {to} without the yes")
        if was is State.PAUSED and to is not State.CLOSED:
            made = {State.SENT, State.RECEIVED, State.FIT_CHECK}
            began = {State.READY, State.OPEN}
            right = (
                State.FIT_CHECK
                if self.paused_from in made
                else State.READY
                if self.paused_from in began or not self.book.maker_holds
                else State.DESIGNING
            )
            if to is not right:
                raise Broken(f"paused from {self.paused_from}, it went on as {to}")
        self.paused_from = was if to is State.PAUSED else None
        if to is State.REMAKE:
            # Whatever was said before it was tried on says nothing about making it again.
            self.book.said.clear()
        if to in (State.CLOSED, State.OPEN) or (was is State.OPEN and to is not State.MATCHED):
            self.book.maker_holds, self.book.kit = False, None
        self.seen[str(to)] += 1

    def _choose(self) -> tuple[Callable[[], None], str]:
        if self.chance.random() < 0.6:
            return self._helpful()
        who = self.chance.choice([*ROLES, "stranger", "steward"])
        return self.chance.choice(
            [
                lambda: self._move(who),
                lambda: self._move(who),
                lambda: self._put(who),
                lambda: self._answer(who),
                lambda: self._answer(who),
                self._another_kit,
                self._release,
                lambda: self._try_on(who),
            ]
        ), who

    def _helpful(self) -> tuple[Callable[[], None], str]:
        """Something that leads on from here, so that late states are reached often."""
        person, state = "person", self.state
        if state is State.OPEN:
            return self._confirm, "system"
        if state is State.DESIGNING:
            if not self.book.put or self.book.kit != self.book.put[-1][1]:
                return lambda: self._put("maker"), "maker"
            who = self.chance.choice(sorted(self.needed))
            return lambda: self._answer(who, newest=True), who
        if state is State.FIT_CHECK:
            return lambda: self._try_on(person), person
        forward = next(iter(MOVES[state])).to
        who = "maker" if state in (State.AGREED, State.MAKING) else person
        return lambda: self._move(who, forward), who

    def _move(self, who: str, to: State | None = None) -> None:
        if to is None:
            near = [each.to for each in MOVES[self.state]]
            to = self.chance.choice(near if self.chance.random() < 0.7 else list(State))
        why = self.chance.choice(["", "it rubs", *CLOSED_BECAUSE[:1]])
        if who == "system":
            move(self.session, None, self.request, to, why, as_system=True)
        else:
            move(self.session, self.actor(who), self.request, to, why)

    def _put(self, who: str) -> None:
        if who == "system":
            return
        job = self._job()
        fit = self._fit(job) if self.chance.random() < 0.5 else None
        fit_id = fit.id if fit is not None else job.kit_fit_id if job is not None else None
        made = decisions.propose(
            self.session,
            self.actor(who),
            self.request.id,
            kind="recipe",
            question="?",
            options=[],
            present=[],
            fit_id=fit_id,
        )
        if fit is not None and job is not None and self.chance.random() < 0.5:
            job.kit_fit_id, self.book.kit = fit.id, fit.recipe
        self.book.put.append((made.id, made.recipe or b""))

    def _answer(self, who: str, *, newest: bool = False) -> None:
        if who == "system" or not self.book.put:
            return
        question, recipe = self.book.put[-1] if newest else self.chance.choice(self.book.put)
        said = self.chance.choice(["yes"] * 8 + ["no", "change", "stop", "not_sure"])
        # It counts from the moment it is said, and so for what follows from it.
        kept = list(self.book.said)
        self.book.said.append((who, question, recipe, said))
        try:
            decisions.answer(self.session, self.actor(who), self.request.id, question, said=said)
        except RegistryError:
            self.book.said[:] = kept
            raise

    def _another_kit(self) -> None:
        job = self._job()
        if job is not None and job.confirmed_at is not None:
            fit = self._fit(job)
            job.kit_fit_id, self.book.kit = fit.id, fit.recipe

    def _confirm(self) -> None:
        if self._job() is None:
            return
        self._hold()
        move(self.session, None, self.request, State.MATCHED, as_system=True)

    def _hold(self) -> None:
        job = self._job()
        if job is None:
            raise LookupError("There is no job.")
        job.claim += 1
        job.holder_id, job.confirmed_at = self.cast.ids["maker"], clock.now()
        self.session.add(Claim(job_id=job.id, maker_id=job.holder_id, claim=job.claim))
        self.session.flush()
        self.book.maker_holds = True
        self._another_kit()

    def _release(self) -> None:
        job = self._job()
        if job is None or job.confirmed_at is None:
            return
        end_hold(self.session, None, job, "released")
        self.book.maker_holds, self.book.kit = False, None
        if any(each.to is State.OPEN and Role.SYSTEM in each.by for each in MOVES[self.state]):
            move(self.session, None, self.request, State.OPEN, as_system=True)

    def _try_on(self, who: str) -> None:
        if who != "system":
            fits = self.chance.random() < 0.5
            check_fit(self.session, self.actor(who), self.request.id, fits=fits, answers={})

    def _fit(self, job: Job | None) -> Fit:
        fit = Fit(
            person_id=self.request.person_id,
            job_id=job.id if job is not None else None,
            design="x",
            design_version="1",
            entries={},
            printer={},
            formats=[],
            state="done",
            proved=True,
            known_by=os.urandom(16),
            recipe=os.urandom(16),
        )
        self.session.add(fit)
        self.session.flush()
        return fit

    def _job(self) -> Job | None:
        return needs.job_of(self.session, self.request)

    def _moves(self) -> list[dict[str, Any]]:
        """The moves that the trail tells of since it was last looked at."""
        rows = self.session.execute(
            select(Event.id, Event.detail)
            .where(
                Event.subject == str(self.request.id),
                Event.what == "request.moved",
                Event.id > self.last_event,
            )
            .order_by(Event.id)
        ).all()
        self.last_event = max([self.last_event, *(row.id for row in rows)])
        return [row.detail for row in rows]


def _live(sessions: sessionmaker[Session], cast: Cast, seed: int) -> Counter[str]:
    """One life, which leaves nothing behind."""
    with sessions() as session:
        try:
            # Chance, not secrecy.
            return Life(session, cast, random.Random(seed)).live()  # noqa: S311 (see above)
        except Broken as broken:
            raise Broken(f"seed {seed}: {broken}") from None
        finally:
            session.rollback()


@pytest.mark.parametrize("share", range(SHARES))
def test_no_sequence_leaves_the_table_or_makes_without_the_yes(
    sessions: sessionmaker[Session], cast: Cast, share: int
) -> None:
    """Every change is one of the table's, by whom it names; and every one is in the trail."""
    reached: Counter[str] = Counter()
    for seed in range(share, SEQUENCES, SHARES):
        reached += _live(sessions, cast, seed)
    # It is not for want of trying: each state was reached, and making often.
    assert set(reached) == {str(state) for state in State}
    assert reached["making"] >= SEQUENCES // SHARES // 10
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Request)) == 0


def test_without_its_guard_the_same_sequences_fail(
    sessions: sessionmaker[Session], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Take the question for the yes out, and the oracle notices."""

    def always(_session: Session, _request: Request, _move: Move, _why: str) -> Answer:
        return True

    monkeypatch.setitem(needs.NEEDS, Need.YES_TO_RECIPE, always)
    with pytest.raises(Broken, match="without the yes"):
        sum((_live(sessions, cast, seed) for seed in range(200)), Counter())
