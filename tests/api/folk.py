"""People for tests, who signed in, and what happens between them: rows of the real tables."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from registry import clock
from registry.actor import EVERYTHING, Actor
from registry.fits.model import Fit
from registry.jobs.model import Claim, Job
from registry.people.model import Consent, Guardianship, Maker, Person, SignIn, Support
from registry.people.secrets import new_secret, secret_hash
from registry.people.usecases import email_index
from registry.requests.model import Request
from registry.requests.states import State
from registry.requests.usecases import move


@dataclass(frozen=True)
class Who:
    """Somebody who signed in."""

    id: UUID
    secret: str
    client: TestClient = field(repr=False)

    def call(self, method: str, path: str, **more: Any) -> Response:
        """Ask the API something as them."""
        headers = {"Authorization": f"Bearer {self.secret}", **more.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def get(self, path: str) -> Response:
        """GET as them."""
        return self.call("GET", path)

    def post(self, path: str, ask: Any = None, **more: Any) -> Response:
        """POST as them."""
        return self.call("POST", path, json=ask if ask is not None else {}, **more)

    def delete(self, path: str) -> Response:
        """DELETE as them."""
        return self.call("DELETE", path)

    @property
    def actor(self) -> Actor:
        """They, as use cases know them."""
        return Actor(person_id=self.id, scopes=EVERYTHING, sign_in_id=uuid4())


@dataclass(frozen=True)
class Folk:
    """Makes people, and lets things happen to them."""

    client: TestClient
    sessions: sessionmaker[Session]

    def person(self, name: str, *, age: int | None = None, **more: Any) -> Who:
        """Somebody with an account who signed in; stewards showed a second factor."""
        secret, email = new_secret("fcs"), f"{name}-{uuid4().hex[:6]}@example.org"
        born = None
        if age is not None:
            today = clock.now().date()
            born = date(today.year - age, 1, 1).isoformat()
        with self.sessions.begin() as session:
            person = Person(
                email=email, email_index=email_index(email), name=name, born=born, **more
            )
            session.add(person)
            session.flush()
            session.add(
                SignIn(
                    person_id=person.id,
                    secret_hash=secret_hash(secret),
                    expires_at=clock.now() + timedelta(days=900),
                    second_factor_at=clock.now() if more.get("is_steward") else None,
                )
            )
            return Who(person.id, secret, self.client)

    def maker(self, name: str) -> Who:
        """Somebody who offers to make."""
        who = self.person(name, age=40)
        with self.sessions.begin() as session:
            session.add(Maker(person_id=who.id, shown_name=f"{name}'s workshop"))
        return who

    def consents(self, person: Who, by: Who | None = None) -> None:
        """Somebody agrees that makers see what they must, for themselves or beside a child."""
        with self.sessions.begin() as session:
            session.add(
                Consent(
                    person_id=person.id,
                    given_by_id=(by or person).id,
                    purpose="share_with_makers",
                    words_version="1",
                )
            )

    def guards(self, guardian: Who, child: Who) -> UUID:
        """Somebody is the accepted, primary guardian of a child."""
        with self.sessions.begin() as session:
            row = Guardianship(
                young_person_id=child.id,
                guardian_id=guardian.id,
                invited_by_id=child.id,
                accepted_at=clock.now(),
            )
            session.add(row)
            session.flush()
            return row.id

    def supports(self, supporter: Who, person: Who, *may: str) -> UUID:
        """Somebody supports somebody."""
        with self.sessions.begin() as session:
            row = Support(person_id=person.id, supporter_id=supporter.id, may=["see", *may])
            session.add(row)
            session.flush()
            return row.id

    def request(self, person: Who, *, by: Who | None = None, **more: Any) -> str:
        """Somebody writes a request and opens it."""
        ask = {"wish": {"words": "I want to ride my bicycle."}, **more}
        if by is not None:
            ask["person_id"] = str(person.id)
        made = (by or person).post("/requests", ask)
        _went_well(made, 201)
        path = f"/requests/{made.json()['id']}"
        for to in ("ready", "open"):
            moved = (by or person).post(f"{path}/moves", {"to": to})
            _went_well(moved, 200)
        return path

    def matched(self, path: str, maker: Who, *, to: State = State.MATCHED) -> None:
        """The person confirmed a maker, and perhaps they began to design."""
        with self.sessions.begin() as session:
            request, job = self._rows(session, path)
            if job.holder_id != maker.id:
                job.claim += 1
                session.add(Claim(job_id=job.id, maker_id=maker.id, claim=job.claim))
                session.flush()
            job.holder_id, job.confirmed_at = maker.id, clock.now()
            held = update(Claim).where(Claim.job_id == job.id, Claim.ended_at.is_(None))
            session.execute(held.values(confirmed_at=clock.now()))
            session.flush()
            move(session, maker.actor, request, State.MATCHED, as_system=True)
            if to is State.DESIGNING:
                move(session, maker.actor, request, State.DESIGNING)

    def claimed(self, path: str, maker: Who) -> None:
        """A maker claimed the job and waits."""
        with self.sessions.begin() as session:
            _, job = self._rows(session, path)
            job.holder_id, job.held_until = maker.id, clock.now() + timedelta(hours=24)
            job.claim += 1
            session.add(Claim(job_id=job.id, maker_id=maker.id, claim=job.claim))

    def kit(
        self, path: str, *, proved: bool = True, state: str = "done", is_kit: bool = True
    ) -> str:
        """A fit of the request, which is the kit to be made unless it is said otherwise."""
        with self.sessions.begin() as session:
            request, job = self._rows(session, path)
            fit = Fit(
                person_id=request.person_id,
                job_id=job.id,
                design="wrist_hand",
                design_version="1.0",
                entries={"hand_breadth_mm": 80},
                printer={},
                formats=["stl"],
                state=state,
                proved=proved,
                known_by=os.urandom(32),
                recipe=os.urandom(32),
            )
            session.add(fit)
            session.flush()
            if is_kit:
                job.kit_fit_id = fit.id
            return str(fit.id)

    def put(self, who: Who, path: str, fit: str) -> str:
        """Somebody puts a recipe to be decided; its answers go to what is returned."""
        made = who.post(
            f"{path}/decisions", {"kind": "recipe", "question": "Like this?", "fit_id": fit}
        )
        _went_well(made, 201)
        return f"{path}/decisions/{made.json()['id']}/answers"

    def state(self, path: str) -> str:
        """Where a request stands."""
        with self.sessions() as session:
            return self._rows(session, path)[0].state

    def at(self, path: str, state: State) -> None:
        """Put a request where it stands for a test that is not about how it came there."""
        with self.sessions.begin() as session:
            self._rows(session, path)[0].state = str(state)

    @staticmethod
    def _rows(session: Session, path: str) -> tuple[Request, Job]:
        request = session.get_one(Request, UUID(path.rpartition("/")[2]))
        job = session.scalars(select(Job).where(Job.request_id == request.id)).one()
        return request, job


def _went_well(answer: Response, status: int) -> None:
    if answer.status_code != status:
        raise AssertionError(answer.text)
