"""Every route against everybody: who may is let in, who may not is turned away, and strangers
cannot tell whether there is anything at all.

The world is built once; every test has a copy of its database.
"""

from __future__ import annotations

import shutil
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from api.app import create_app
from api.database import create_database
from api.routes import ROUTERS
from api.settings import Settings
from api.storage import Storage
from parametric.clearance import DEFAULT_PRINTER
from registry import clock, crypto
from registry.adaptations.model import (
    Certificate,
    Fork,
    ForkVersion,
    Team,
    TeamInvitation,
    TeamMember,
)
from registry.coproduction.model import Meeting
from registry.crypto import KeyRing
from registry.db import engine_for, sessions_of
from registry.decisions.model import Decision
from registry.fits.model import Fit, FitFile
from registry.jobs.model import Claim, Job, Variant
from registry.offers.model import Offer
from registry.outcomes.model import Outcome
from registry.people.model import Consent, PasswordLink, Person, Printer, Token
from registry.people.secrets import hash_password, new_secret, secret_hash
from registry.people.usecases import email_index
from registry.recalls.model import Recall
from registry.reports.model import Report
from registry.requests.model import Asked, Picture, Request
from registry.requests.states import State
from tests.api.folk import Folk, Who
from tests.api.permissions.rows import (
    INVITATION,
    PASSWORD_LINK,
    PRINCIPALS,
    ROWS,
    STRANGERS,
    TOKENS,
    Row,
)

TURNED_AWAY = {401, 403, 404}
LOST = "claim_lost"
_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class World:
    """A database to copy, the secrets of all principals, and what paths are filled with."""

    database: str
    secrets: dict[str, str | None]
    names: dict[str, str]
    young: dict[str, str]
    settings: Settings


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    """A route that nobody thought about fails here."""
    there = {
        f"{method} {route.path.replace(':path', '')}"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    # The same place in a path is filled with other things in other rows.
    rows = {
        name.replace("{fork}", "{slug}")
        .replace("{reviewed}", "{slug}")
        .replace("{offering}", "{slug}")
        .replace("{own_offer_id}", "{offer_id}")
        .replace("{team_token_id}", "{token_id}")
        .partition("?")[0]
        for name in ROWS
    }
    assert sorted(there - rows) == []
    assert sorted(rows - there) == []


@pytest.fixture(scope="module")
def world(
    postgres: str, migrated: str, key_ring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> World:
    """Anna's request that a maker holds, a young person's that is open, and everybody else."""
    crypto.install(key_ring)
    name = f"world_{uuid4().hex[:8]}"
    url = create_database(postgres, name, migrated)
    settings = _settings(url, tmp_path_factory.mktemp("world"), key_ring)
    app = create_app(settings, url)
    engine = engine_for(url)
    with TestClient(app) as client:
        built = _build(Folk(client, sessions_of(engine)), app)
    engine.dispose()
    app.state.engine.dispose()
    return World(name, *built, settings)


@dataclass(frozen=True)
class Copy:
    """A copy of the world, with files of its own, that the one application is put on."""

    app: FastAPI
    client: TestClient
    settings: Settings
    engine: Engine

    def request(self, *asked: Any, **more: Any) -> Response:
        """Ask the application on this copy."""
        self.app.state.settings, self.app.state.engine = self.settings, self.engine
        self.app.state.sessions = sessions_of(self.engine)
        self.app.state.storage = Storage.of(self.settings)
        # Who is signed in is in a header: no cookie of one may help another.
        self.client.cookies.clear()
        return self.client.request(*asked, **more)


@pytest.fixture(scope="module")
def one_app(world: World, postgres: str) -> Iterator[tuple[FastAPI, TestClient]]:
    """An application and who asks it; making one takes longer than copying the world."""
    app = create_app(world.settings, postgres)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield app, client


@pytest.fixture
def copy(
    world: World, postgres: str, one_app: tuple[FastAPI, TestClient], tmp_path: Path
) -> Iterator[Callable[[], Copy]]:
    """Makes fresh copies of the world."""
    made: list[Copy] = []

    def fresh() -> Copy:
        name = f"copy_{uuid4().hex[:10]}"
        url = create_database(postgres, name, world.database)
        # What is deleted from one copy is still there in the others.
        folder = Path(shutil.copytree(world.settings.folder, tmp_path / name))
        settings = world.settings.model_copy(update={"database_url": url, "data_dir": folder})
        # A cached folder would be the world's.
        settings.__dict__.pop("folder", None)
        made.append(Copy(*one_app, settings, engine_for(url)))
        return made[-1]

    yield fresh
    server = create_engine(engine_for(postgres).url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for each in made:
            each.engine.dispose()
            connection.execute(text(f'DROP DATABASE "{each.engine.url.database}" WITH (FORCE)'))
    server.dispose()


@pytest.mark.parametrize("route", ROWS)
def test_who_may_and_who_may_not(route: str, world: World, copy: Callable[[], Copy]) -> None:
    """The row says it; a token reaches what its owner may, where the route is of its scope."""
    row = ROWS[route]
    wrong = []
    untouched = None
    for principal in PRINCIPALS:
        may = _may(row, principal)
        untouched = untouched or copy()
        status, code = _ask(untouched, route, row, world.secrets[principal], world.names)
        if status < 400 and not route.startswith("GET "):
            # It changed the world. What is refused is rolled back.
            untouched = None
        if may and status in TURNED_AWAY and not _by_chance(route, code):
            wrong.append(f"{principal} is turned away: {status} {code}")
        if not may and status not in TURNED_AWAY and code != LOST:
            wrong.append(f"{principal} is let in: {status} {code}")
        if code == LOST and principal == "former_maker":
            # Who held it knows that it is there, and is told that it is no longer theirs.
            continue
        if row.hidden and principal in STRANGERS - row.may and status != 404:
            wrong.append(f"{principal} learns that it is there: {status} {code}")
        if status >= 500:
            wrong.append(f"{principal} meets a mistake of ours: {status} {code}")
    if wrong:
        pytest.fail("\n".join((route, *wrong)), pytrace=False)


@pytest.mark.parametrize("route", [name for name, row in ROWS.items() if row.young is not None])
def test_who_may_with_a_young_persons_request(
    route: str, world: World, copy: Callable[[], Copy]
) -> None:
    """The young person and their guardian, and makers only as far as they were asked."""
    row = ROWS[route]
    wrong = []
    untouched = None
    for principal in ("young_person", "guardian", "requester", "maker", "other", "steward"):
        may = principal in (row.young or ())
        untouched = untouched or copy()
        status, code = _ask(untouched, route, row, world.secrets[principal], world.young)
        if status < 400 and not route.startswith("GET "):
            untouched = None
        if may and status in TURNED_AWAY and not _by_chance(route, code):
            wrong.append(f"{principal} is turned away: {status} {code}")
        if not may and status not in TURNED_AWAY:
            wrong.append(f"{principal} is let in: {status} {code}")
    if wrong:
        pytest.fail("\n".join((route, *wrong)), pytrace=False)


def _may(row: Row, principal: str) -> bool:
    if row.scope is None:
        return True
    if principal in TOKENS:
        return TOKENS[principal] == row.scope and "requester" in row.may
    return principal in row.may


def _by_chance(route: str, code: str) -> bool:
    """Whether this no is not about who asks."""
    return (route.endswith("/sessions") and code == "wrong_password") or code in {
        # A token may look at tokens, and make none.
        "sign_in_needed",
        "has_second_factor",
        "last_lead",
        # For a young person's request the guardian and the maker write to each other.
        "nobody_there",
    }


def _ask(
    client: Copy, route: str, row: Row, secret: str | None, names: dict[str, str]
) -> tuple[int, str]:
    method, _, path = route.partition(" ")
    headers = {"If-Match": '"1"'}
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    more: dict[str, Any] = {} if row.body is None else {"json": row.body}
    if row.form is not None:
        more = {"data": row.form, "files": {row.file: ("a.png", _PNG, "image/png")}}
    answer = client.request(method, path.format(**names), headers=headers, **more)
    is_json = answer.content and answer.headers.get("content-type", "").endswith("json")
    body = answer.json() if is_json else {}
    return answer.status_code, str(body.get("code", "")) if isinstance(body, dict) else ""


def _settings(url: str, folder: Path, ring: KeyRing) -> Settings:
    return Settings.model_validate(
        {"DATABASE_URL": url, "data_dir": folder, "keys": SecretStr(ring.text())}
    )


def _build(
    folk: Folk, app: FastAPI
) -> tuple[dict[str, str | None], dict[str, str], dict[str, str]]:
    anna, other, young = folk.person("anna", age=40), folk.person("other"), folk.person("y", age=12)
    guardian, supporter = folk.person("guardian"), folk.person("supporter")
    makers = {name: folk.maker(name) for name in ("maker", "former", "asked", "another")}
    steward = folk.person("steward", is_steward=True)
    reviewer = folk.person("reviewer", is_reviewer=True)
    guardianship = folk.guards(guardian, young)
    support = folk.supports(supporter, anna, "write", "measure", "message")
    folk.consents(anna)
    folk.consents(young)
    folk.consents(young, guardian)
    path = folk.request(anna)
    young_path = folk.request(young, by=guardian)
    folk.matched(path, makers["maker"], to=State.DESIGNING)
    with folk.sessions.begin() as session:
        known = session.get_one(Person, anna.id)
        known.email_index = email_index("anna@example.org")
        known.password_hash = hash_password("boat lamp carrot")
        session.get_one(Person, other.id).email_index = email_index("other@example.org")
        names = _things(session, app, path, anna, makers)
        hers = _young_things(session, young_path)
        team, secret = _team(session, other)
    secrets: dict[str, str | None] = {
        "nobody": None,
        "requester": anna.secret,
        "other": other.secret,
        "supporter": supporter.secret,
        "guardian": guardian.secret,
        "young_person": young.secret,
        "maker": makers["maker"].secret,
        "former_maker": makers["former"].secret,
        "asked_maker": makers["asked"].secret,
        "other_maker": makers["another"].secret,
        "team_token": secret,
        "reviewer": reviewer.secret,
        "steward": steward.secret,
        **_tokens(folk.sessions, anna),
    }
    names |= team | {
        "guardianship_id": str(guardianship),
        "support_id": str(support),
        "maker_id": str(makers["another"].id),
        "person_id": str(other.id),
        "slug": "tube_clamp",
        "fork": "team_clamp",
        "reviewed": "others_clamp",
        "offering": "offered_clamp",
        "version": "0.1.0",
        "after": "1_week",
        "name": "stl/clamp.stl",
    }
    return secrets, names, names | hers


def _things(
    session: Session, app: FastAPI, path: str, anna: Who, makers: dict[str, Who]
) -> dict[str, str]:
    request_id = path.rpartition("/")[2]
    request = session.get_one(Request, request_id)
    job = session.query(Job).filter_by(request_id=request.id).one()
    digest = app.state.storage.put(session, b"solid nothing")
    fit = Fit(
        person_id=anna.id,
        job_id=job.id,
        design="tube_clamp",
        design_version="0.1.0",
        entries={},
        printer={},
        formats=["stl"],
        state="done",
        proved=True,
        known_by=b"known",
        recipe=b"recipe",
    )
    session.add(fit)
    session.flush()
    job.kit_fit_id = request.fit_id = fit.id
    token = Token(
        person_id=anna.id, name="x", scopes=["me"], secret_hash=secret_hash(new_secret("fct"))
    )
    picture = Picture(request_id=request.id, owner_id=anna.id, file_digest=digest)
    decision = Decision(
        request_id=request.id,
        kind="other",
        question="Which?",
        options={"options": ["a", "b"]},
        proposed_by_id=anna.id,
        present={"present": []},
    )
    variant = Variant(
        job_id=job.id,
        maker_id=makers["maker"].id,
        why="Thicker",
        name="slider.stl",
        kind="stl",
        status="accepted",
        rebuilt_digest=digest,
    )
    printer = Printer(maker_id=makers["maker"].id, name="Mine", profile=asdict(DEFAULT_PRINTER))
    link = PasswordLink(
        person_id=anna.id,
        secret_hash=secret_hash(PASSWORD_LINK),
        expires_at=clock.now() + timedelta(days=1),
    )
    consent = Consent(
        person_id=anna.id, given_by_id=anna.id, purpose="share_pictures", words_version="1"
    )
    recall = Recall(digest=b"another", because="breaks", reason="Thin.", told=0)
    report = Report(reporter_id=anna.id, kind="page", subject="/", why="wrong", said="")
    meeting = Meeting(
        request_id=request.id,
        called_by_id=anna.id,
        called_as="person",
        at=clock.now(),
        place="",
        invited=["person", "maker"],
        expenses="none_arise",
    )
    session.add(meeting)
    session.add_all((token, link, picture, decision, variant, printer, consent, recall, report))
    session.add_all(
        (
            FitFile(
                fit_id=fit.id, name="stl/clamp.stl", digest=digest, size=13, media_type="model/stl"
            ),
            Outcome(request_id=request.id, after="1_week", due_at=clock.now()),
            Asked(request_id=request.id, maker_id=makers["asked"].id),
            Claim(
                job_id=job.id,
                maker_id=makers["former"].id,
                claim=0,
                ended_at=clock.now() - timedelta(days=1),
                ended_because="given_back",
            ),
        )
    )
    session.flush()
    return {
        "request_id": request_id,
        "job_id": str(job.id),
        "fit_id": str(fit.id),
        "token_id": str(token.id),
        "picture_id": str(picture.id),
        "decision_id": str(decision.id),
        "variant_id": str(variant.id),
        "printer_id": str(printer.id),
        "consent_id": str(consent.id),
        "recall_id": str(recall.id),
        "report_id": str(report.id),
        "meeting_id": str(meeting.id),
    }


def _young_things(session: Session, path: str) -> dict[str, str]:
    request_id = path.rpartition("/")[2]
    job = session.query(Job).filter_by(request_id=request_id).one()
    session.add(Outcome(request_id=job.request_id, after="1_week", due_at=clock.now()))
    return {"request_id": request_id, "job_id": str(job.id)}


def _team(session: Session, lead: Who) -> tuple[dict[str, str], str]:
    secret = new_secret("fcm")
    team = Team(name="Six hours")
    session.add(team)
    session.flush()
    session.add(TeamMember(team_id=team.id, person_id=lead.id, role="lead"))
    token = Token(
        team_id=team.id, name="hackathon", scopes=["designs"], secret_hash=secret_hash(secret)
    )
    more = Token(
        team_id=team.id,
        name="another",
        scopes=["designs"],
        secret_hash=secret_hash(new_secret("fcm")),
    )
    invitation = TeamInvitation(
        team_id=team.id,
        made_by_id=lead.id,
        secret_hash=secret_hash(INVITATION),
        expires_at=clock.now() + timedelta(days=7),
    )
    session.add_all((token, more, invitation, Certificate(slug="tube_clamp", version="0.1.0")))
    session.add(
        Fork(
            slug="team_clamp",
            team_id=team.id,
            parent_slug="tube_clamp",
            parent_version="0.1.0",
            draft={},
        )
    )
    _released(session, "others_clamp", owner_id=lead.id)
    # The team's own design, what it offers to the library, and what is offered to the team.
    for slug, parent in (
        ("offered_clamp", "tube_clamp"),
        ("waiting_clamp", "tube_clamp"),
        ("bettered_clamp", "offered_clamp"),
    ):
        _released(session, slug, parent, team_id=team.id)
    offers = {
        "offer_id": Offer(**_offer("waiting_clamp", "tube_clamp")),
        "own_offer_id": Offer(**_offer("bettered_clamp", "offered_clamp")),
    }
    session.add_all(offers.values())
    session.flush()
    ids = {name: str(each.id) for name, each in offers.items()}
    ids |= {"team_token_id": str(more.id), "invitation_id": str(invitation.id)}
    return {"team_id": str(team.id), **ids}, secret


def _offer(slug: str, parent: str) -> dict[str, str]:
    named = {"slug": slug, "parent_slug": parent, "why": "It holds better."}
    return {**named, "version": "0.1.0", "parent_version": "0.1.0", "licence": "CERN-OHL-W-2.0"}


def _released(session: Session, slug: str, of: str = "tube_clamp", **owner: UUID) -> None:
    parent = {"slug": of, "version": "0.1.0"}
    document = {
        "schema": 1,
        "parent": parent,
        "title": "A clamp",
        "summary": "",
        "why": "For a viola.",
        "authors": ["Somebody"],
        "licence": "CERN-OHL-W-2.0",
        "parameters": {"cup_height": {"default": 160 if of == "tube_clamp" else 170}},
    }
    named = {"slug": slug, "parent_slug": of, "parent_version": "0.1.0"}
    session.add(Fork(**named, **owner, draft=document))
    session.flush()
    credit = {"title": "A clamp", "authors": ["Somebody"], "licence": "CERN-OHL-W-2.0"}
    session.add(
        ForkVersion(
            **named,
            version="0.1.0",
            document=document,
            digest=b"digest",
            licence="CERN-OHL-W-2.0",
            credits={"lineage": [{"slug": s, "version": "0.1.0", **credit} for s in (of, slug)]},
        )
    )


def _tokens(sessions: sessionmaker[Session], anna: Who) -> dict[str, str]:
    made = {}
    with sessions.begin() as session:
        for principal, scope in TOKENS.items():
            made[principal] = new_secret("fct")
            session.add(
                Token(
                    person_id=anna.id,
                    name=principal,
                    scopes=[scope],
                    secret_hash=secret_hash(made[principal]),
                )
            )
    return made
