"""Whoever forgot their password finds back into their account by a link, and nobody else does.

A real mail server takes the link, and a real worker mails it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from api.jobs.mail import NotMailed, send_way_back
from api.jobs.works import Works
from api.passwords import ASKS, ASKS_OF_ONE
from api.settings import Settings
from api.storage import Storage
from registry import clock
from registry.audit import Event
from registry.people.model import PasswordLink, Person
from registry.people.passwords import forget_links
from tests.api.post_office import PostOffice, all_that_waits, mailing, opened

ANNA = {"email": "anna@example.org", "password": "boat lamp carrot"}
NEW = "river stamp onion"

Work = Callable[[], None]


@pytest.fixture
def mailed(settings: Settings, office: PostOffice, app: FastAPI) -> Iterator[Settings]:
    """Settings of the service, with a post office that takes its mail."""
    with opened(office) as port:
        app.state.settings = mailing(settings, f"smtp://127.0.0.1:{port}")
        yield app.state.settings


@pytest.fixture
def work(mailed: Settings, sessions: sessionmaker[Session], database_url: str) -> Work:
    """A worker that does what waits, and comes back."""
    works = Works(sessions, Storage.of(mailed), mailed)
    return lambda: all_that_waits(works, database_url)


@pytest.fixture
def anna(client: TestClient) -> dict[str, str]:
    """Anna's headers, who speaks Portuguese and wants no news by mail."""
    client.post("/api/v1/accounts", json={**ANNA, "languages": ["pt"]})
    secret = client.post("/api/v1/sessions", json=ANNA).json()["secret"]
    return {"Authorization": f"Bearer {secret}"}


def _forgot(client: TestClient, email: str = ANNA["email"]) -> tuple[int, Any]:
    answer = client.post("/api/v1/password-links", json={"email": email})
    return answer.status_code, answer.json()


def _link(office: PostOffice) -> str:
    """What the newest message leads to."""
    found = re.search(r"http://[^ ]+/new-password\?link=(\S+)", office.took[-1][1].get_content())
    assert found is not None
    return found[1]


def _set(client: TestClient, link: str, password: str = NEW) -> int:
    return client.put("/api/v1/password", json={"link": link, "password": password}).status_code


def _comes_in(client: TestClient, password: str, **more: str) -> tuple[int, str]:
    answer = client.post("/api/v1/sessions", json={**ANNA, "password": password, **more})
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.usefixtures("anna")
def test_a_link_leads_back_in(
    client: TestClient, office: PostOffice, work: Work, db: Session
) -> None:
    """It goes to the account's address, in its language; the old password opens nothing now."""
    status, _ = _forgot(client, " ANNA@example.org ")
    work()

    ((to, message),) = office.took
    assert (status, to) == (202, [ANNA["email"]])
    assert message["Subject"] == "A sua ligação para fitcommons"
    assert _set(client, _link(office)) == 204
    assert _comes_in(client, ANNA["password"]) == (401, "wrong_password")
    assert _comes_in(client, NEW) == (201, "")
    trail = db.scalars(select(Event.what).where(Event.what.contains("password"))).all()
    assert trail == ["password_link.made", "password.set_by_link"]
    kept = db.scalars(select(PasswordLink.secret_hash)).one()
    assert _link(office).encode() not in kept


def test_nothing_from_before_opens_the_account(
    client: TestClient, anna: dict[str, str], office: PostOffice, work: Work
) -> None:
    """Whoever took it over could have signed in, and made tokens for themselves and for a team."""
    asked = {"name": "theirs", "scopes": ["me"]}
    token = client.post("/api/v1/tokens", headers=anna, json=asked).json()["secret"]
    team = client.post("/api/v1/teams", headers=anna, json={"name": "Hands"}).json()["id"]
    of_team = client.post(f"/api/v1/teams/{team}/tokens", headers=anna, json={"name": "press"})
    reaches = [
        ("/api/v1/me", anna["Authorization"]),
        ("/api/v1/me", f"Bearer {token}"),
        ("/api/v1/designs", f"Bearer {of_team.json()['secret']}"),
    ]

    def answers() -> list[int]:
        return [client.get(to, headers={"Authorization": key}).status_code for to, key in reaches]

    _forgot(client)
    work()
    assert answers() == [200, 200, 200]
    assert _set(client, _link(office)) == 204
    assert answers() == [401, 401, 401]


@pytest.mark.usefixtures("anna")
def test_nobody_learns_who_has_an_account(
    client: TestClient, office: PostOffice, work: Work, db: Session
) -> None:
    """The answer and the work that is put off are the same; nothing is mailed to strangers."""
    assert _forgot(client) == _forgot(client, "nobody@example.org")
    asked = text("SELECT queue_name FROM procrastinate_jobs WHERE task_name = 'mail:password'")
    first, second = db.execute(asked).all()
    assert first == second
    work()
    assert [to for to, _ in office.took] == [[ANNA["email"]]]
    assert db.scalar(select(func.count()).select_from(PasswordLink)) == 1


@pytest.mark.usefixtures("anna")
def test_a_link_works_once(client: TestClient, office: PostOffice, work: Work) -> None:
    """Used and made up ones are refused alike."""
    _forgot(client)
    work()
    link = _link(office)
    assert (_set(client, link), _set(client, link, "another fine word")) == (204, 404)
    assert _comes_in(client, NEW) == (201, "")
    said = [
        client.put("/api/v1/password", json={"link": each, "password": NEW}).json()
        for each in (link, "fcp_made_up")
    ]
    assert said[0]["title"] == said[1]["title"] == "There is no such link."


@pytest.mark.usefixtures("anna")
def test_a_password_that_cannot_be_leaves_the_link_as_it_is(
    client: TestClient, office: PostOffice, work: Work
) -> None:
    """The same rules as when an account is opened, and another try."""
    _forgot(client)
    work()
    link = _link(office)
    refused = client.put("/api/v1/password", json={"link": link, "password": "short"})
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["problems"]] == ["password"]
    assert _set(client, link, ANNA["email"]) == 422
    assert _set(client, link) == 204


@pytest.mark.usefixtures("anna")
def test_a_link_ends_after_an_hour(client: TestClient, office: PostOffice, work: Work) -> None:
    """Mail lies about for long."""
    _forgot(client)
    work()
    with clock.later(timedelta(minutes=61)):
        assert _set(client, _link(office)) == 404
    with clock.later(timedelta(minutes=58)):
        assert _set(client, _link(office)) == 204


@pytest.mark.usefixtures("anna")
def test_what_is_kept_of_links_is_forgotten(client: TestClient, db: Session, work: Work) -> None:
    """Of those that ended before, and of no others."""
    _forgot(client)
    work()
    forget_links(db, clock.now())
    assert len(db.scalars(select(PasswordLink)).all()) == 1
    forget_links(db, clock.now() + timedelta(hours=2))
    assert db.scalars(select(PasswordLink)).all() == []


@pytest.mark.usefixtures("anna")
def test_an_older_link_ends_when_there_is_a_newer_one(
    client: TestClient, office: PostOffice, work: Work
) -> None:
    """Only the newest leads anywhere."""
    links = []
    for _ in range(2):
        _forgot(client)
        work()
        links.append(_link(office))
    assert [_set(client, each) for each in links] == [404, 204]


def test_a_second_factor_is_still_asked_for(
    client: TestClient, anna: dict[str, str], office: PostOffice, work: Work
) -> None:
    """Whoever reads somebody's mail does not have their code app."""
    address = client.put("/api/v1/me/second-factor", headers=anna).json()["address"]
    app = pyotp.parse_uri(address)
    assert isinstance(app, pyotp.TOTP)
    confirm = "/api/v1/me/second-factor/confirm"
    client.post(confirm, headers=anna, json={"code": app.at(clock.now())}).raise_for_status()
    _forgot(client)
    work()
    assert _set(client, _link(office)) == 204
    assert _comes_in(client, NEW) == (401, "code_needed")
    with clock.later(timedelta(seconds=60)):
        assert _comes_in(client, NEW, code=app.at(clock.now())) == (201, "")


def test_too_many_are_refused(client: TestClient, mailed: Settings) -> None:
    """For one address of mail, whether anybody has it or not, and from one address of the net."""
    assert mailed.mail_url is not None
    of_one = [_forgot(client, "nobody@example.org")[0] for _ in range(ASKS_OF_ONE.most + 1)]
    assert of_one == [202] * ASKS_OF_ONE.most + [429]
    left = ASKS.most - len(of_one)
    of_many = [_forgot(client, f"n{each}@example.org")[0] for each in range(left + 1)]
    assert of_many == [202] * left + [429]


@pytest.mark.usefixtures("anna")
def test_without_a_mail_server_the_answer_is_the_same(client: TestClient, db: Session) -> None:
    """And nothing waits for one."""
    assert _forgot(client)[0] == 202
    waiting = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail:password'")
    assert db.scalar(waiting) == 0


@pytest.mark.usefixtures("anna")
def test_a_server_that_is_away_ends_no_link(
    office: PostOffice,
    settings: Settings,
    sessions: sessionmaker[Session],
    db: Session,
) -> None:
    """The job says so without naming anybody, and is done again in a minute."""
    person = db.scalars(select(Person.id)).one()
    with ExitStack() as here:
        port = here.enter_context(opened(office))
        works = Works(sessions, Storage.of(settings), mailing(settings, f"smtp://127.0.0.1:{port}"))
        assert send_way_back(works, person)
    with pytest.raises(NotMailed) as told:
        send_way_back(works, person)
    assert ANNA["email"] not in str(told.value)
    (link,) = db.scalars(select(PasswordLink)).all()
    assert link.expires_at > clock.now()


@pytest.mark.usefixtures("anna")
def test_a_link_that_was_not_taken_is_mailed_again(
    client: TestClient,
    office: PostOffice,
    work: Work,
    db: Session,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A full mailbox is asked again in a minute, and the log names nobody."""
    office.refuses = {ANNA["email"]: "452 mailbox full"}
    _forgot(client)
    work()
    waits = text(
        "SELECT status::text, attempts, scheduled_at > now() FROM procrastinate_jobs "
        "WHERE task_name = 'mail:password'"
    )
    assert db.execute(waits).one() == ("todo", 1, True)
    assert "could not be handed over" in caplog.text
    assert ANNA["email"] not in caplog.text

    office.refuses = {}
    db.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL"))
    db.commit()
    work()

    assert _set(client, _link(office)) == 204
