"""The site as people see it: a real service on a port of its own, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from api.app import create_app
from api.settings import Settings
from registry import crypto
from tests.api.folk import Who
from tests.api.waiting import until
from tests.pages.keyboard import Keys

SignsIn: TypeAlias = Callable[[Who], None]

FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
]
"""Root may run it, and 3D is drawn without a graphics card."""

PHONE: Final[ViewportSize] = {"width": 375, "height": 740}
"""Pixels of a small phone that many people have."""

WAIT_MS: Final = 60_000
"""How long something may take to show up on a page of a busy machine."""

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The command of an installed Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium; or set CHROMIUM)")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser, for all tests of this process."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()


@dataclass(frozen=True)
class Site:
    """A service that runs, at an address of this machine."""

    url: str
    settings: Settings

    def signed_in(self, context: BrowserContext, who: Who) -> None:
        """Let somebody be signed in, in a browser's context."""
        context.add_cookies([{"name": "signin", "value": who.secret, "url": self.url}])


def serving(settings: Settings, database_url: str) -> Iterator[Site]:
    """Serve the site until the iterator is closed."""
    crypto.install(settings.key_ring())
    app = create_app(settings, database_url)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until(lambda: server.started)
        yield Site(f"http://127.0.0.1:{port}", settings)
        server.should_exit = True
        thread.join(20)
    app.state.engine.dispose()


@pytest.fixture
def site(settings: Settings, database_url: str) -> Iterator[Site]:
    """The site on the test's own database."""
    yield from serving(settings, database_url)


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A phone's browser, in English, with nothing in it."""
    found = browser.new_context(base_url=site.url, locale="en-GB", viewport=PHONE)
    found.set_default_timeout(WAIT_MS)
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that shows nothing yet."""
    return context.new_page()


@pytest.fixture
def signs_in(site: Site, context: BrowserContext) -> SignsIn:
    """Lets somebody be signed in, in the browser of this test's page."""
    return lambda who: site.signed_in(context, who)


@pytest.fixture
def keys(page: Page) -> Keys:
    """The keys of somebody who has no mouse."""
    return Keys(page)
