"""Somebody who looks at pages and sends their forms, without a browser: for what needs none."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.api.folk import Who
from tests.pages.test_foundation import HTML, token_of


@dataclass(frozen=True)
class Someone:
    """A browser of somebody's own, or of nobody known."""

    client: TestClient

    @classmethod
    def of(cls, who: Who | None, client: TestClient) -> Someone:
        """A browser in which somebody is signed in."""
        own = TestClient(client.app, raise_server_exceptions=False)
        if who is not None:
            own.cookies.set("signin", who.secret)
        return cls(own)

    def get(self, path: str) -> Response:
        """Look at a page; who is led on, is not followed."""
        return self.client.get(path, headers=HTML, follow_redirects=False)

    def see(self, path: str) -> str:
        """The words of a page, without its marks."""
        answer = self.client.get(path, headers=HTML)
        if answer.status_code != 200:
            pytest.fail(f"{path} answers {answer.status_code}")
        return words_of(answer.text)

    def post(self, path: str, **data: Any) -> Response:
        """Send a form of this visit; names with dots as ``a__b``."""
        token = token_of(self.client.get("/", headers=HTML).text)
        fields = {name.replace("__", "."): value for name, value in data.items()}
        return self.client.post(
            path, data={"csrf": token, **fields}, headers=HTML, follow_redirects=False
        )

    def do(self, path: str, **data: Any) -> str:
        """Send a form that must work, and return the words of the page that follows."""
        answer = self.post(path, **data)
        if answer.status_code != 303:
            pytest.fail(f"{path} answers {answer.status_code}: {words_of(answer.text)}")
        return self.see(answer.headers["location"])


def words_of(body: str) -> str:
    """What a page says in its main part."""
    main = body.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", f"<main{main}")).split())
