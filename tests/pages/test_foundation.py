"""What holds for every page: forms are ours, errors can be read, nothing foreign is loaded."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page, expect

from api import pages
from api.pages import static
from api.pages.forms import CSRF
from api.pages.render import own_path
from api.settings import Settings
from tests.api.folk import Folk

HTML = {"Accept": "text/html"}


def token_of(body: str) -> str:
    """The token of a page's forms."""
    found = re.search(rf'name="{CSRF}" value="([0-9a-f]+)"', body)
    assert found is not None
    return found[1]


def _changing() -> list[str]:
    return sorted(
        route.path
        for router in pages.ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in (route.methods or ())
    )


@pytest.mark.parametrize("route", _changing())
def test_nothing_changes_without_the_token_of_this_visit(client: TestClient, route: str) -> None:
    """No token, a token of another visit, or a form from another site: 403, and nothing done."""
    path = re.sub(r"\{\w+\}", str(uuid4()), route)
    other = TestClient(client.app)
    foreign = token_of(other.get("/").text)
    token = token_of(client.get("/").text)
    for body, headers in (
        ({}, {}),
        ({CSRF: foreign}, {}),
        ({CSRF: token}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        answer = client.post(path, data=body, headers={**HTML, **headers}, follow_redirects=False)
        assert answer.status_code == 403
        assert "earlier visit" in answer.text


def test_a_token_is_of_the_sign_in_too(client: TestClient, folk: Folk) -> None:
    """What was made before somebody signed in does not count afterwards."""
    token = token_of(client.get("/").text)
    client.cookies.set("signin", folk.person("anna").secret)

    answer = client.post("/look", data={CSRF: token}, headers=HTML)

    assert answer.status_code == 403


def test_a_programs_token_signs_nobody_in(client: TestClient, folk: Folk) -> None:
    """The cookie takes the secret of a sign-in, and no token that a program was given."""
    made = folk.person("anna").post("/tokens", {"name": "mine", "scopes": ["me"]}).json()

    client.cookies.set("signin", made["secret"])

    assert "/sign-in" in client.get("/").text


def test_people_get_pages_and_programs_documents(client: TestClient) -> None:
    """The same mistake, in the form that who asked can read."""
    page = client.get("/nothing-is-here", headers=HTML)
    assert page.status_code == 404
    assert "We cannot find this page" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for path, headers in (("/nothing-is-here", {}), ("/api/v1/designs/none", HTML)):
        answer = client.get(path, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_too_big_is_told_as_a_page(client: TestClient) -> None:
    """Also what stops before any route does."""
    answer = client.post("/look", data={"back": "x" * (2 << 20)}, headers=HTML)
    assert answer.status_code == 413
    assert "This file is too big" in answer.text


def test_our_own_mistakes_tell_nothing(app: FastAPI) -> None:
    """A page with plain words, and with the headers of every other answer."""

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the secret of anna@example.org")

    answer = TestClient(app, raise_server_exceptions=False).get("/broken", headers=HTML)

    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "anna" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_no_page_holds_a_script_or_a_style(client: TestClient) -> None:
    """All of them are files of ours, which the policy demands."""
    body = client.get("/").text
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", body)
    policy = client.get("/").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_files_are_kept_for_good_and_none_beside_them_is_given(client: TestClient) -> None:
    """An address stands for bytes; a name that is no file of ours is 404."""
    answer = client.get(static.address("css/base.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" not in client.get("/static/older/css/base.css").headers["cache-control"]
    for path in ("../render.py", "..%2frender.py", "css/none.css"):
        assert client.get(f"/static/{static.fingerprint()}/{path}").status_code == 404


def test_cookies_of_a_site_with_https_stay_there(settings: Settings, app: FastAPI) -> None:
    """No other host can set them, no script read them, no other site send them along."""
    settings.public_url = "https://example.org"
    client = TestClient(app, base_url="https://example.org")
    said = client.get("/").headers["set-cookie"]
    assert said.startswith("__Host-visit=")
    for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert word in said


@pytest.mark.parametrize(
    ("path", "is_own"),
    [
        ("/requests?done=asked", True),
        ("//example.org", False),
        ("/\\example.org", False),
        ("https://example.org", False),
        ("/\t/example.org", False),
        ("", False),
    ],
)
def test_nobody_is_led_away(path: str, *, is_own: bool) -> None:
    """A way back is a path of this site, or the first page."""
    assert own_path(path) == (path if is_own else "/")


def test_somebody_chooses_their_language_and_print(page: Page, context: BrowserContext) -> None:
    """Both are kept in the browser, and Arabic is read from the right."""
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "What would you like to be able to do?"
    )

    page.get_by_label("Language").select_option("ar")
    page.get_by_role("button", name="Change").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("button", name="خط كبير").click()

    other = context.new_page()
    other.goto("/")
    expect(other.locator("html")).to_have_attribute("lang", "ar")
    expect(other.locator("html")).to_have_class(re.compile("large-print"))
