"""A demonstration: invented makers across Europe, invented people and what they want to do.

Nobody here exists. Everything goes through the use cases that the API uses, so what comes out can
come about. All of them sign in with the password that is printed.
"""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from parametric.clearance import printers
from registry.actor import EVERYTHING, Actor
from registry.errors import RegistryError
from registry.jobs import usecases as jobs
from registry.jobs.model import Job
from registry.people import makers
from registry.people.model import Maker, Person
from registry.people.usecases import email_index, open_account
from registry.relations.usecases import consent
from registry.requests import usecases as requests
from registry.requests.model import Request
from registry.requests.states import State

PASSWORD: Final = "boat lamp carrot"  # noqa: S105 (everybody's in the demonstration)

TOWNS: Final = (
    ("GB", "London", "en"),
    ("GB", "Slough", "en"),
    ("DE", "Leipzig", "de"),
    ("DE", "Berlin", "de"),
    ("AT", "Vienna", "de"),
    ("FR", "Lyon", "fr"),
    ("FR", "Lille", "fr"),
    ("ES", "Valencia", "es"),
    ("PT", "Porto", "pt"),
    ("IT", "Bologna", "it"),
    ("NL", "Utrecht", "nl"),
    ("PL", "Gdansk", "pl"),
)
NAMES: Final = (
    "Ada",
    "Bo",
    "Cem",
    "Dina",
    "Eli",
    "Fay",
    "Gus",
    "Hana",
    "Ida",
    "Jon",
    "Kaya",
    "Lev",
)
WISHES: Final[tuple[tuple[str, str | None, dict[str, Any]], ...]] = (
    ("I want to hold my viola bow again.", None, {}),
    (
        "I want to carry my cup and steer my chair at the same time.",
        "tube_clamp",
        {"tube_diameter": "25 mm"},
    ),
    (
        "I want to ride my bicycle with two hands.",
        "wrist_hand",
        {
            "side": "left",
            "hand_breadth": "78mm",
            "palm_length": "104mm",
            "wrist_circumference": "152mm",
            "forearm_circumference": "246mm",
        },
    ),
    ("I want to hold all my cards without showing them.", None, {}),
)


class NotEmpty(Exception):
    """There are people here already: a demonstration must not mix with them."""


@dataclass(frozen=True)
class Seeded:
    """What was made."""

    makers: int
    requests: int
    matched: int


def seed(sessions: sessionmaker[Session], how_many: int = 24) -> Seeded:
    """Fill an empty database with a demonstration.

    Args:
        sessions: of a migrated database.
        how_many: makers; half as many people ask for something.

    Raises:
        NotEmpty: there is an account already.
    """
    with sessions.begin() as session:
        if session.scalars(select(Person.id).limit(1)).first() is not None:
            raise NotEmpty("This database holds accounts already: nothing was added.")
    beds = itertools.cycle(printers().values())
    for n in range(how_many):
        country, town, language = TOWNS[n % len(TOWNS)]
        with sessions.begin() as session:
            who = _account(session, f"maker{n + 1}", NAMES[n % len(NAMES)], language)
            _offer(session, who, NAMES[n % len(NAMES)], (country, town, language), next(beds))
    matched = 0
    for n in range(how_many // 2):
        with sessions.begin() as session:
            matched += _ask(session, n)
    return Seeded(how_many, how_many // 2, matched)


def _account(session: Session, email: str, name: str, language: str) -> Actor:
    address = f"{email}@example.org"
    open_account(session, address, PASSWORD, name=name, languages=(language,))
    found = session.scalars(
        select(Person.id).where(Person.email_index == email_index(address))
    ).one()
    return Actor(person_id=found, scopes=EVERYTHING)


def _offer(
    session: Session, who: Actor, name: str, where: tuple[str, str, str], printer: Any
) -> None:
    country, town, language = where
    makers.offer(
        session,
        who,
        makers.Offer(
            shown_name=name,
            says="Invented for the demonstration.",
            town=town,
            country=country,
            sends_km=600,
            sends_to=(country,),
            languages=(language, "en"),
            channels=("email",),
            most_jobs=3,
        ),
    )
    makers.add_printer(session, who, profile=dataclasses.asdict(printer), materials=("PLA", "PETG"))


def _ask(session: Session, n: int) -> int:
    """Let somebody ask, open it, and for every third let the first maker who can be confirmed."""
    country, town, language = TOWNS[(5 * n) % len(TOWNS)]
    who = _account(session, f"person{n + 1}", NAMES[-1 - n % len(NAMES)], language)
    words, design, measured = WISHES[n % len(WISHES)]
    written: dict[str, Any] = {
        "wish": {"words": words},
        "place": {"country": country, "town": town},
        "languages": [language, "en"],
        "is_public": True,
    }
    if design is not None:
        written |= {"design": design, "measurements": measured}
    consent(session, who, "share_with_makers", "1")
    request = requests.write(session, who, requests.Written(written))
    for to in (State.READY, State.OPEN)[: 1 + n % 4]:
        requests.move(session, who, request, to)
    return _match(session, who, request) if request.state == State.OPEN and n % 3 == 2 else 0


def _match(session: Session, who: Actor, request: Request) -> int:
    job = session.scalars(select(Job).where(Job.request_id == request.id)).one()
    for maker in session.scalars(select(Maker.person_id)).all():
        actor = Actor(person_id=maker, scopes=EVERYTHING)
        try:
            held, _ = jobs.claim(session, actor, job.id)
        except RegistryError:
            # Too far away, or busy: the next one.
            continue
        jobs.confirm(session, who, job.id, held.claim)
        requests.move(session, actor, request, State.DESIGNING)
        return 1
    return 0
