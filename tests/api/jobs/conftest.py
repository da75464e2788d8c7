"""Invented people, makers and requests, straight in the test's database."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from parametric.clearance import PrinterProfile
from registry import clock
from registry.actor import EVERYTHING, Actor
from registry.jobs.model import Job
from registry.matching import places
from registry.people import makers
from registry.people.model import Consent, Guardianship, Maker, Person, SignIn, Support
from registry.people.secrets import new_secret, secret_hash
from registry.requests.model import Request
from registry.requests.states import State
from registry.requests.usecases import move

TOWNS = {
    "Leipzig": ("DE", 51.34, 12.37),
    "Halle": ("DE", 51.48, 11.97),
    "Berlin": ("DE", 52.52, 13.41),
    "Vienna": ("AT", 48.21, 16.37),
    "London": ("GB", 51.51, -0.13),
}


@dataclass(frozen=True)
class Somebody:
    """An invented person: their id, the headers they send, and as whom use cases know them."""

    id: UUID
    headers: dict[str, str]
    actor: Actor


@dataclass(frozen=True)
class Asked:
    """An invented request, and its job."""

    id: UUID
    job: UUID


class World:
    """Makes them."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions

    def somebody(self, *, steward: bool = False) -> Somebody:
        secret = new_secret("fcs")
        with self.sessions.begin() as session:
            person = Person(is_steward=steward, languages=["de"])
            session.add(person)
            session.flush()
            session.add(
                SignIn(
                    person_id=person.id,
                    secret_hash=secret_hash(secret),
                    expires_at=clock.now() + timedelta(days=400),
                    second_factor_at=clock.now() if steward else None,
                )
            )
            actor = Actor(person_id=person.id, scopes=EVERYTHING, is_steward=steward)
            return Somebody(person.id, {"Authorization": f"Bearer {secret}"}, actor)

    def maker(
        self,
        town: str = "Leipzig",
        *,
        bed: tuple[float, float, float] = (220, 220, 250),
        materials: tuple[str, ...] = ("PLA",),
        **what: Any,
    ) -> Somebody:
        who = self.somebody()
        country, latitude, longitude = TOWNS[town]
        latitude, longitude = places.rounded(latitude, longitude)
        values = {
            "shown_name": f"maker in {town}",
            "region": town,
            "country": country,
            "at": places.mercator(latitude, longitude),
            "latitude": latitude,
            "longitude": longitude,
            "sends_km": 2000,
            "languages": ["de"],
            "most_jobs": 3,
            **what,
        }
        with self.sessions.begin() as session:
            session.add(Maker(person_id=who.id, **values))
            session.flush()
            profile = asdict(PrinterProfile(bed_x_mm=bed[0], bed_y_mm=bed[1], bed_z_mm=bed[2]))
            makers.add_printer(session, who.actor, profile=profile, materials=materials)
        return who

    def request(
        self, of: Somebody, town: str = "Leipzig", *, state: State = State.OPEN, **what: Any
    ) -> Asked:
        country, latitude, longitude = TOWNS[town]
        latitude, longitude = places.rounded(latitude, longitude)
        values = {
            "person_id": of.id,
            "made_by_id": of.id,
            "state": "ready",
            "wish": {"words": "hold my bow"},
            "design": "wrist_hand",
            "size_mm": [90.0, 120.0, 60.0],
            "material": "PLA",
            "country": country,
            "region": town,
            "at": places.mercator(latitude, longitude),
            "latitude": latitude,
            "longitude": longitude,
            "languages": ["de"],
            "is_public": True,
            **what,
        }
        with self.sessions.begin() as session:
            request = Request(**values)
            session.add(request)
            session.flush()
            if state is State.OPEN:
                self._consented(session, request)
                move(session, of.actor, request, State.OPEN)
            job = session.scalars(select(Job.id).where(Job.request_id == request.id)).first()
            return Asked(request.id, job or UUID(int=0))

    @staticmethod
    def _consented(session: Session, request: Request) -> None:
        guardians = session.scalars(
            select(Guardianship.guardian_id).where(
                Guardianship.young_person_id == request.person_id
            )
        )
        for who in (request.person_id, *guardians):
            session.add(
                Consent(
                    person_id=request.person_id,
                    given_by_id=who,
                    purpose="share_with_makers",
                    words_version="1",
                )
            )
        session.flush()

    def guardian(self, young: Somebody) -> Somebody:
        who = self.somebody()
        with self.sessions.begin() as session:
            session.add(
                Guardianship(young_person_id=young.id, guardian_id=who.id, accepted_at=clock.now())
            )
        return who

    def supporter(self, of: Somebody, *may: str) -> Somebody:
        who = self.somebody()
        with self.sessions.begin() as session:
            session.add(Support(person_id=of.id, supporter_id=who.id, may=list(may)))
        return who

    def state(self, asked: Asked, to: State | None = None) -> str:
        """Return where a request stands; or let it stand there, however it came to."""
        with self.sessions.begin() as session:
            request = session.get_one(Request, asked.id)
            if to is not None:
                request.state = to
            return request.state

    def job(self, asked: Asked) -> Job:
        with self.sessions() as session:
            return session.get_one(Job, asked.job)

    def holding(self, client: TestClient, maker: Somebody, of: Somebody, **what: Any) -> Asked:
        """Return a request that this maker was confirmed for."""
        asked = self.request(of, **what)
        claimed = client.post(f"/api/v1/jobs/{asked.job}/claims", headers=maker.headers)
        assert claimed.status_code == 201, claimed.text
        said = client.post(
            f"/api/v1/jobs/{asked.job}/confirm",
            headers=of.headers,
            json={"claim": claimed.json()["claim"]},
        )
        assert said.status_code == 200, said.text
        return asked


@pytest.fixture
def world(sessions: sessionmaker[Session]) -> World:
    """Makes invented people, makers and requests."""
    return World(sessions)
