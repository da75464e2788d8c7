"""Whoever looks at whichever page, on a small phone, with large text, without scripts, in Arabic:
axe finds nothing, all that can be pressed is large enough, and nothing scrolls sideways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, ConsoleMessage, Error, Page
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from api import pages
from api.app import create_app
from api.database import create_database
from api.settings import Settings
from registry import crypto
from registry.crypto import KeyRing
from registry.db import engine_for
from tests.api.folk import Folk
from tests.pages.conftest import WAIT_MS, Site, serving
from tests.pages.looking import barriers, large_text, sideways, small_targets
from tests.pages.rows import NOT_PAGES, ROWS, Row, World
from tests.thorough import THOROUGH

NARROW: Final = {"viewport": {"width": 320, "height": 640}}
WIDE: Final = {"viewport": {"width": 1280, "height": 800}}
SLOW_MS: Final = 120_000

WAYS: Final[dict[str, dict[str, Any]]] = {
    "no scripts": NARROW,
    "arabic": {**NARROW, "locale": "ar"},
    "large text": WIDE,
    "forced colours": {**WIDE, "forced_colors": "active"},
}


@pytest.fixture(scope="module")
def world(
    postgres: str, migrated: str, key_ring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Site]]:
    """People and things to look at, and the site that shows them."""
    crypto.install(key_ring)
    name = f"pages_{uuid4().hex[:8]}"
    url = create_database(postgres, name, migrated)
    settings = Settings.model_validate(
        {
            "DATABASE_URL": url,
            "data_dir": tmp_path_factory.mktemp("pages"),
            "keys": SecretStr(key_ring.text()),
            # Nobody mails anything here; pages say other things where nobody can.
            "mail_url": SecretStr("smtp://127.0.0.1:9"),
            "mail_from": "hello@example.org",
        }
    )
    app = create_app(settings, url)
    with TestClient(app) as client:
        folk = Folk(client, app.state.sessions)
        found = World(
            folk,
            anna=folk.person("Anna", age=30),
            ben=folk.maker("Ben"),
            mo=folk.person("Mo", age=50, is_steward=True),
        )
        serving_it = serving(settings, url)
        yield found, next(serving_it)
        next(serving_it, None)
    app.state.engine.dispose()
    server = create_engine(engine_for(postgres).url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


def test_every_page_has_a_row() -> None:
    """Whoever adds a page adds a row for it, and so it is looked at."""
    routes = {
        route.path
        for router in pages.ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    }
    assert routes - {row.route for row in ROWS} - NOT_PAGES == set()


def _looks() -> list[Any]:
    """Each row in one way, the next row in the next; in all of them where there is time."""
    return [
        pytest.param(row, way, id=f"{row.name}-{way}")
        for number, row in enumerate(ROWS)
        for place, way in enumerate(WAYS)
        if THOROUGH or place == number % len(WAYS)
    ]


@pytest.fixture(scope="module")
def shown() -> Iterator[dict[str, Page]]:
    """A page for each way of looking that was looked in, in a browser's context of its own."""
    found: dict[str, Page] = {}
    yield found
    for page in found.values():
        page.context.close()


@pytest.mark.parametrize(("row", "way"), _looks())
def test_everybody_can_use_it(
    row: Row, way: str, world: tuple[World, Site], browser: Browser, shown: dict[str, Page]
) -> None:
    """No barrier, no small target, no way sideways; one heading says what the page is."""
    who, site = world
    # Whatever goes wrong below, the next test that looks in this way begins with a new one.
    page = shown.pop(way, None) or _blank(browser, site, way)
    page.context.clear_cookies()
    if row.who:
        site.signed_in(page.context, getattr(who, row.who))
    if row.cookies:
        given = row.cookies(who)
        page.context.add_cookies(
            [{"name": name, "value": value, "url": site.url} for name, value in given.items()]
        )

    with _listening(page) as broken:
        # The first model waits for the processes that make models.
        answer = page.goto(row.address(who) if row.address else row.route, timeout=SLOW_MS)

        assert answer is not None
        assert answer.status == row.status
        if way == "large text":
            large_text(page)
        _holds(page, way)
    assert broken == []
    if way == "arabic":
        assert page.locator("html").get_attribute("dir") == "rtl"
    shown[way] = page


def _blank(browser: Browser, site: Site, way: str) -> Page:
    context = browser.new_context(base_url=site.url, **{"locale": "en-GB", **WAYS[way]})
    context.set_default_timeout(WAIT_MS)
    if way == "no scripts":
        # With scripts switched off axe could not look either.
        context.route(re.compile(r"\.js$"), lambda route: route.abort())
    return context.new_page()


@contextmanager
def _listening(page: Page) -> Iterator[list[str]]:
    """Hear what breaks in a page's scripts, or is said on its console to be an error."""
    broken: list[str] = []

    def thrown(error: Error) -> None:
        broken.append(str(error))

    def said(message: ConsoleMessage) -> None:
        if _is_broken(message):
            broken.append(message.text)

    page.on("pageerror", thrown)
    page.on("console", said)
    yield broken
    page.remove_listener("pageerror", thrown)
    page.remove_listener("console", said)


def _is_broken(said: ConsoleMessage) -> bool:
    # A page that is an error says so on the console, too.
    return said.type == "error" and "Failed to load resource" not in said.text


def _holds(page: Page, way: str) -> None:
    assert page.get_by_role("heading", level=1).count() == 1
    # Where the reader chooses the colours, axe is told those that they do not see.
    assert barriers(page, but="color-contrast" if way == "forced colours" else "") == []
    assert small_targets(page) == []
    assert sideways(page) == []
