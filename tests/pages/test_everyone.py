"""What this place says of itself, in plain words, in easy read and in large print."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect

from api.pages.everyone import EASY, WORDS
from api.pages.text import ENGLISH, catalogue
from tests.pages.posting import Someone
from tests.reading import sentences, words


@pytest.mark.parametrize("name", WORDS)
def test_each_page_of_words_has_its_words(client: TestClient, name: str) -> None:
    """All sections that the catalogue has, and a way to say what is wrong with it."""
    said = Someone.of(None, client).see(f"/about/{name}")
    found = catalogue(ENGLISH, "everyone")
    assert found is not None
    sections = [key for key in found.texts if re.match(rf"everyone\.{WORDS[name]}_\d+$", key)]
    assert len(sections) >= 3
    for key in sections:
        assert all(line in said for line in found.texts[key][0].splitlines())
    assert "Tell us what is wrong" in said


def test_easy_read_has_short_sentences_beside_pictures() -> None:
    """At most eight words each: one idea, one picture."""
    found = catalogue(ENGLISH, "everyone")
    assert found is not None
    easy = {key: text[0] for key, text in found.texts.items() if re.search(r"easy_\w+_\d$", key)}
    assert len(easy) == sum(map(len, EASY.values()))
    for text in easy.values():
        assert max(len(words(each)) for each in sentences(text)) <= 10


def test_easy_pages_lead_from_one_to_the_next(page: Page) -> None:
    """Each picture is there, and the ways go round."""
    page.goto("/easy-read")
    page.get_by_role("link", name="What this is").click()
    for _ in EASY:
        pictures = page.locator(".easy img")
        for at in range(pictures.count()):
            expect(pictures.nth(at)).to_have_js_property("complete", value=True)
            assert pictures.nth(at).evaluate("each => each.naturalWidth") > 0
        page.get_by_role("link", name=re.compile("^Next:")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What this is")


def test_large_print_makes_letters_larger(page: Page) -> None:
    """By a button on every page, and back by the same button."""
    page.goto("/about/privacy")
    size = "getComputedStyle(document.querySelector('main p')).fontSize"
    before = float(page.evaluate(size).removesuffix("px"))
    page.get_by_role("button", name="Large print").click()
    expect(page.get_by_role("button", name="Normal print")).to_be_visible()
    assert float(page.evaluate(size).removesuffix("px")) > before * 1.25


def test_on_paper_only_words_and_pictures_are_left(page: Page) -> None:
    """What can only be pressed is not printed."""
    page.goto("/about/how-it-works")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for hidden in ("nav", "select", "button"):
        for at in range(page.locator(hidden).count()):
            expect(page.locator(hidden).nth(at)).to_be_hidden()
