"""Whoever forgot their password finds back in on pages, with a link from a real mail server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, sessionmaker

from api.jobs.works import Works
from api.settings import Settings
from api.storage import Storage
from tests.api.post_office import PostOffice, all_that_waits, mailing, opened
from tests.pages.posting import Someone

ANNA = {"email": "anna@example.org", "password": "boat lamp carrot"}
NEW = "river stamp onion"


@pytest.fixture
def office() -> PostOffice:
    """A post office that has nothing yet."""
    return PostOffice()


@pytest.fixture
def settings(settings: Settings, office: PostOffice) -> Iterator[Settings]:
    """Settings of a service whose mail the post office takes."""
    with opened(office) as port:
        yield mailing(settings, f"smtp://127.0.0.1:{port}")


@pytest.fixture
def link(
    office: PostOffice, settings: Settings, sessions: sessionmaker[Session], database_url: str
) -> Callable[[], str]:
    """Lets a worker mail what waits; gives the path of the newest link."""
    works = Works(sessions, Storage.of(settings), settings)

    def newest() -> str:
        all_that_waits(works, database_url)
        found = re.search(r"/new-password\?link=\S+", office.took[-1][1].get_content())
        assert found is not None
        return found[0]

    return newest


def test_somebody_who_forgot_finds_back_in(
    page: Page, client: TestClient, link: Callable[[], str]
) -> None:
    """From the sign-in to the mail, to a new password, and in; a slip on the way is told."""
    client.post("/api/v1/accounts", json=ANNA).raise_for_status()
    page.goto("/sign-in")
    page.get_by_role("link", name="I forgot my password").click()
    page.get_by_label("E-mail address").fill("anna")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_label("E-mail address")).to_have_value("anna")
    page.get_by_label("E-mail address").fill(ANNA["email"])
    page.get_by_role("button", name="Send me a link").click()
    expect(page.locator("main")).to_contain_text("If we know this address, we sent a link to it.")

    path = link()
    page.goto(path)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Keep this password").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Keep this password").click()

    expect(page.get_by_role("status")).to_contain_text("You have a new password.")
    page.get_by_label("E-mail address").fill(ANNA["email"])
    page.get_by_label("Password").fill(NEW)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Me", exact=True)).to_be_visible()
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work any more")


def test_nobody_learns_who_has_an_account(client: TestClient, office: PostOffice) -> None:
    """What comes next is the same for an address that nobody has."""
    client.post("/api/v1/accounts", json=ANNA).raise_for_status()
    nobody = Someone.of(None, client)
    said = {
        nobody.do("/forgotten-password", email=email)
        for email in (ANNA["email"], "nobody@example.org")
    }
    assert len(said) == 1
    assert office.took == []


def test_looking_at_a_link_does_not_use_it_up(client: TestClient, link: Callable[[], str]) -> None:
    """Programs that look through mail open links; sent twice, the form sets one password."""
    client.post("/api/v1/accounts", json=ANNA).raise_for_status()
    nobody = Someone.of(None, client)
    nobody.do("/forgotten-password", email=ANNA["email"])
    path = link()
    for _ in range(2):
        assert "Choose a new password" in nobody.see(path)
    form = {"link": path.partition("?link=")[2], "password": NEW}
    assert [nobody.post("/new-password", **form).status_code for _ in range(2)] == [303, 404]
    assert nobody.post("/new-password", link="x" * 101, password=NEW).status_code == 404


def test_where_nothing_is_mailed_the_page_says_so(client: TestClient, app: FastAPI) -> None:
    """And asks for nothing: the people who run the site can help."""
    app.state.settings = app.state.settings.model_copy(update={"mail_url": None})
    nobody = Someone.of(None, client)
    assert "Please ask the people who run it." in nobody.see("/forgotten-password")
    assert 'name="email"' not in nobody.get("/forgotten-password").text
    told = nobody.do("/forgotten-password", email=ANNA["email"])
    assert "This site cannot send mail." in told
