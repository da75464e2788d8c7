"""Somebody looks for what helps: from what they want to do, in words or pictures."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from api.designs import library
from api.pages import wishes
from api.pages.text import LANGUAGES, Words
from designs.discover import slugs
from registry.outcomes.model import Outcome
from registry.outcomes.queries import FEWEST, of_design
from registry.requests.model import Request
from tests.api.folk import Folk
from tests.pages.looking import barriers


def test_the_first_page_names_no_device(client: TestClient) -> None:
    """It asks for what somebody wants to do. What helps comes afterwards."""
    said = re.sub(r"<[^>]+>", " ", client.get("/").text).lower()
    named = [library(slug) for slug in slugs()]
    assert len(named) >= 2
    assert not [each for each in named if each and each.title.lower() in said]
    for word in ("prosthe", "device", "disab", "3d print"):
        assert word not in said


def test_words_lead_to_a_design(page: Page) -> None:
    """The words are shown again, and stand in no address."""
    page.goto("/")
    page.get_by_label("In my words").fill("I want to drink TEA with both hands")
    page.get_by_role("button", name="Show me what may help").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("This may help")
    expect(page.get_by_text("I want to drink TEA with both hands")).to_be_visible()
    assert "tea" not in page.url.lower()
    page.get_by_role("link", name="Wrist-driven hand", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wrist-driven hand")
    expect(page.get_by_text("Too few people told us yet if they still use it.")).to_be_visible()
    page.get_by_role("link", name="See its family tree").click()
    expect(page.get_by_text("this one")).to_be_visible()


def test_nothing_said_is_told_gently(page: Page) -> None:
    """Who said nothing is asked again, without a barrier."""
    page.goto("/")
    page.get_by_role("button", name="Show me what may help").click()

    expect(page.get_by_role("alert")).to_contain_text("Say it in words, or choose a picture.")
    assert barriers(page) == []


def test_what_nobody_has_made_can_be_asked_for(page: Page) -> None:
    """A wish that no design answers is no dead end."""
    page.goto("/")
    page.get_by_label("In my words").fill("I want to feed my horse")
    page.get_by_role("button", name="Show me what may help").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing for this yet")
    link = page.get_by_role("link", name="Ask for something new")
    expect(link).to_have_attribute("href", "/ask")


def test_a_wish_is_sealed_in_the_browser(context: BrowserContext, page: Page) -> None:
    """It may tell of somebody's health: the cookie does not show it."""
    page.goto("/")
    page.get_by_label("In my words").fill("feed my horse")
    page.get_by_role("button", name="Show me what may help").click()

    cookie = next(each for each in context.cookies() if each["name"] == "wish")
    assert "horse" not in cookie["value"]
    assert cookie["httpOnly"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_topic_is_found_by_its_own_words(language: str) -> None:
    """Whoever types the words of a topic finds it, in every language."""
    for topic in wishes.TOPICS:
        words = Words(language, "find")
        said = words(f"find.words_{topic}").split()[0]
        assert topic in wishes.topics_of(said.upper(), words)


def test_under_five_people_nothing_is_told_of_how_it_went(folk: Folk, db: Session) -> None:
    """With five the card says how many still use it; with four it says nothing."""
    design = library("tube_clamp")
    assert design is not None
    for number in range(FEWEST):
        counted = of_design(db, "tube_clamp")
        assert counted == []
        _still_uses_it(folk, number)
        db.expire_all()
    counted = of_design(db, "tube_clamp")
    assert [(each.answered, each.still_in_use) for each in counted] == [(5, 3)]
    answer = folk.client.get("/designs/tube_clamp").text
    assert "3 of 5 people still use it after 3 months." in answer


def _still_uses_it(folk: Folk, number: int) -> None:
    person = folk.person(f"p{number}", age=30)
    with folk.sessions.begin() as session:
        request = Request(person_id=person.id, wish={"words": "x"}, design="tube_clamp")
        session.add(request)
        session.flush()
        session.add(
            Outcome(
                request_id=request.id,
                after="3_months",
                due_at=request.created_at,
                answered_at=request.created_at,
                still_in_use=number < 3,
            )
        )
