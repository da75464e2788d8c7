"""Opening an account, signing in with and without a code, and signing out."""

from __future__ import annotations

import pyotp
import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from registry import clock
from registry.people.model import Person, SignIn
from tests.pages.test_foundation import token_of

PASSWORD = "boat lamp carrot"  # noqa: S105 (made up)


def _open(page: Page, email: str) -> None:
    page.goto("/sign-up")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open my account").click()


def _sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_somebody_opens_an_account_and_signs_in_and_out(
    page: Page, context: BrowserContext, db: Session
) -> None:
    """From nothing to signed in; signed out, the secret opens nothing any more."""
    _open(page, "anna@example.org")
    expect(page.get_by_role("status")).to_contain_text("Your account is open.")
    _sign_in(page, "anna@example.org")
    expect(page.get_by_role("link", name="Me", exact=True)).to_be_visible()
    secret = next(each for each in context.cookies() if each["name"] == "signin")
    assert secret["httpOnly"]
    assert secret["sameSite"] == "Lax"

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("status")).to_contain_text("You are signed out.")
    assert not [each for each in context.cookies() if each["name"] == "signin"]
    assert db.scalars(select(SignIn.ended_at)).one() is not None


def test_what_was_typed_is_not_lost(page: Page) -> None:
    """All that is wrong is told at once, and all but the password is there again."""
    page.goto("/sign-up")
    page.get_by_label("E-mail address").fill("anna")
    page.get_by_label("Password").fill("short")
    page.get_by_label("What shall we call you?").fill("Anna")
    page.get_by_label("Day").fill("31")
    page.get_by_label("Month").fill("2")
    page.get_by_label("Year").fill("2001")
    page.get_by_role("button", name="Open my account").click()

    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_label("What shall we call you?")).to_have_value("Anna")
    expect(page.get_by_label("E-mail address")).to_have_value("anna")
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page).to_have_title("Problem: Open an account – fitcommons")


def test_nobody_learns_who_has_an_account(page: Page) -> None:
    """Opening one twice looks the same, and so do a wrong address and a wrong password."""
    for _ in range(2):
        _open(page, "anna@example.org")
        expect(page.get_by_role("status")).to_contain_text("Your account is open.")
    said = set()
    for email in ("anna@example.org", "nobody@example.org"):
        page.goto("/sign-in")
        _sign_in(page, email, "not this one at all")
        said.add(page.get_by_role("alert").inner_text())
    assert len(said) == 1


def test_a_code_is_asked_for_where_there_is_one(
    page: Page, sessions: sessionmaker[Session]
) -> None:
    """With a second factor the password alone is not enough."""
    _open(page, "anna@example.org")
    expect(page.get_by_role("status")).to_be_visible()
    secret = pyotp.random_base32()
    with sessions.begin() as session:
        person = session.scalars(select(Person)).one()
        person.totp_secret, person.totp_confirmed_at = secret, clock.now()
    page.goto("/sign-in")
    _sign_in(page, "anna@example.org")
    expect(page.get_by_role("alert")).to_contain_text("asks for a code too")

    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code from your app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("link", name="Me", exact=True)).to_be_visible()


@pytest.mark.parametrize("there", ["https://example.org", "//example.org/", "/\\example.org"])
def test_signing_in_leads_nowhere_else(client: TestClient, there: str) -> None:
    """A link that somebody sent leads to no other site after the sign-in."""
    token = token_of(client.get("/sign-up").text)
    client.post("/sign-up", data={"csrf": token, "email": "anna@example.org", "password": PASSWORD})
    page = client.get("/sign-in", params={"next": there}).text
    assert 'name="next" value="/"' in page
    answer = client.post(
        "/sign-in",
        data={
            "csrf": token_of(page),
            "email": "anna@example.org",
            "password": PASSWORD,
            "next": there,
        },
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
