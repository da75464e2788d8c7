"""Asking: a draft that is kept, gone on with, checked, agreed to, and shown to makers."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.people.model import Consent, Person
from registry.requests.model import Request
from tests.api.folk import Folk, Who
from tests.pages import asked
from tests.pages.conftest import WAIT_MS, Site
from tests.pages.keyboard import Keys
from tests.pages.looking import barriers


@pytest.fixture
def anna(folk: Folk, site: Site, context: BrowserContext) -> Who:
    """Somebody with an account, signed in."""
    who = folk.person("Anna", age=30)
    site.signed_in(context, who)
    return who


def _heading(page: Page, says: str) -> Locator:
    return page.get_by_role("heading", level=1, name=says)


def _begin(page: Page) -> str:
    page.goto("/ask")
    page.get_by_role("button", name="Begin").click()
    expect(_heading(page, "What you ask for")).to_be_visible()
    return page.url.rpartition("/")[2]


def _save(page: Page) -> None:
    page.get_by_role("button", name="Save and go on").click()
    expect(_heading(page, "What you ask for")).to_be_visible()


def test_from_a_wish_to_makers_seeing_it(anna: Who, page: Page, db: Session) -> None:
    """Words and pictures, a place, languages, an agreement with the number of its words."""
    request = _begin(page)
    page.get_by_role("link", name="What you want to be able to do").click()
    page.get_by_label("In your own words").fill("I want to hold my cup.")
    page.get_by_role("checkbox", name="Eat").check()
    page.get_by_label("One line that all makers may read").fill("A hand for breakfast.")
    _save(page)
    page.get_by_role("link", name="A design, if you have one in mind").click()
    page.get_by_role("radio", name="Wrist-driven hand").check()
    _save(page)
    page.get_by_role("link", name="Roughly where you live").click()
    page.get_by_label("Country").select_option("GB")
    page.get_by_label("A town near you").fill("London")
    _save(page)
    page.get_by_role("link", name="How you want to talk").click()
    page.get_by_role("radio", name="By letter").check()
    page.get_by_label("First language").select_option("pt")
    page.get_by_label("Another language").select_option("en")
    page.get_by_label("Good times to reach you").fill("mornings")
    _save(page)
    page.get_by_role("link", name="Check your answers").or_(
        page.get_by_role("button", name="Check your answers")
    ).click()
    expect(page.get_by_text("This is still missing")).to_be_visible()
    expect(page.get_by_role("button", name="Show it to makers")).to_have_count(0)
    page.get_by_role("link", name="The person has to agree").click()
    page.get_by_role("radio", name="Makers near me may come by themselves").check()
    page.get_by_label("I agree to this").check()
    _save(page)
    page.goto(f"/ask/{request}/check")
    page.get_by_role("button", name="Show it to makers").click()
    expect(_heading(page, "Makers can see it now")).to_be_visible()
    expect(page.get_by_text("up to 300 km away")).to_be_visible()
    row = db.get_one(Request, UUID(request))
    assert (row.state, row.design, row.region, row.channel) == (
        "open",
        "wrist_hand",
        "London",
        "letter",
    )
    assert (row.languages, row.is_public) == (["pt", "en"], True)
    assert row.wish is not None
    assert (row.wish["words"], row.wish["pictures"]) == ("I want to hold my cup.", ["eat"])
    consent = db.scalars(select(Consent).where(Consent.person_id == anna.id)).one()
    assert (consent.purpose, consent.words_version) == ("share_with_makers", "1")
    assert (db.get_one(Person, anna.id).contact or {})["good_times"] == "mornings"


def test_a_draft_is_found_again_and_thrown_away(anna: Who, page: Page, db: Session) -> None:
    """What was begun stands on the first page of asking, until it is gone without a trace."""
    request = _begin(page)
    page.goto(f"/ask/{request}/wish")
    page.get_by_label("In your own words").fill("I want to peel an apple.")
    _save(page)
    page.goto("/ask")
    page.get_by_role("link", name="Something made for you").click()
    page.get_by_role("link", name="Throw this away").click()
    page.get_by_role("button", name="Yes, throw it away").click()
    expect(page.get_by_text("It is gone.")).to_be_visible()
    assert db.scalars(select(Request).where(Request.person_id == anna.id)).all() == []


@pytest.mark.usefixtures("anna")
def test_needing_no_device_after_all_is_a_good_ending(page: Page) -> None:
    """It is offered beside the tasks, and it is told as what it is."""
    _begin(page)
    page.get_by_role("link", name="I do not need anything made after all").click()
    page.get_by_role("radio", name="I do not need anything made after all").check()
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("That is a good ending.").first).to_be_visible()


@pytest.mark.usefixtures("anna")
def test_what_is_wrong_is_told_beside_the_field_and_nothing_is_lost(page: Page) -> None:
    """All of it at once, with links to the fields; and no barrier in that state."""
    request = _begin(page)
    page.goto(f"/ask/{request}/place")
    page.get_by_label("A town near you").fill("Nowhere at all")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_contain_text("Please choose a country.")
    expect(page.get_by_label("A town near you")).to_have_value("Nowhere at all")
    page.get_by_label("Country").select_option("PT")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_contain_text("We know no such town.")
    expect(page.get_by_label("Country")).to_have_value("PT")
    assert barriers(page) == []
    for task in ("contact", "share"):
        page.goto(f"/ask/{request}/{task}")
        page.get_by_role("button", name="Save and go on").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert barriers(page) == []


def test_two_who_write_at_once_do_not_undo_each_other(
    anna: Who, page: Page, context: BrowserContext
) -> None:
    """Who comes second is told, and what they typed is still there."""
    request = asked.draft(anna)
    other = context.new_page()
    for each in (page, other):
        each.goto(f"/ask/{request}/wish")
    other.get_by_label("In your own words").fill("I want to sew.")
    _save(other)
    page.get_by_label("In your own words").fill("I want to sing.")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_contain_text("Look at it again")
    expect(page.get_by_label("In your own words")).to_have_value("I want to sing.")


def test_by_keyboard_alone_and_without_scripts(
    folk: Folk, browser: Browser, site: Site, db: Session
) -> None:
    """Tab, space and enter are enough to say what one wants, with scripts off."""
    anna = folk.person("Anna", age=30)
    request = asked.draft(anna, wish={"words": ""})
    context = browser.new_context(base_url=site.url, locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(WAIT_MS)
    site.signed_in(context, anna)
    page = context.new_page()
    keys = Keys(page)
    page.goto(f"/ask/{request}")
    keys.enter(page.get_by_role("link", name="What you want to be able to do"))
    expect(_heading(page, "What do you want to be able to do?")).to_be_visible()
    keys.tick(page.get_by_role("checkbox", name="Make music"))
    keys.enter(page.get_by_role("button", name="Save and go on"))
    expect(_heading(page, "What you ask for")).to_be_visible()
    assert (db.get_one(Request, UUID(request)).wish or {})["pictures"] == ["music"]
    context.close()


def test_a_supporter_writes_and_the_person_decides_who_sees_it(
    folk: Folk, site: Site, context: BrowserContext, page: Page, db: Session
) -> None:
    """Whoever helps may write within what was granted; agreeing and showing is the person's."""
    anna, carer = folk.person("Anna", age=30), folk.person("Carla")
    folk.supports(carer, anna, "write")
    site.signed_in(context, carer)
    page.goto("/ask")
    page.get_by_role("radio", name="For Anna").check()
    page.get_by_role("button", name="Begin").click()
    request = page.url.rpartition("/")[2]
    expect(page.get_by_text("This is for Anna.")).to_be_visible()
    page.goto(f"/ask/{request}/wish")
    page.get_by_label("In your own words").fill("She wants to paint.")
    _save(page)
    page.goto(f"/ask/{request}/place")
    page.get_by_label("Country").select_option("GB")
    page.get_by_label("A town near you").fill("London")
    _save(page)
    page.goto(f"/ask/{request}/share")
    expect(page.get_by_label("I agree to this")).to_have_count(0)
    page.goto(f"/ask/{request}/check")
    page.get_by_role("button", name="Tell them that it is written").click()
    expect(page.get_by_text("Only they can show it to makers.")).to_be_visible()
    row = db.get_one(Request, UUID(request))
    assert (row.person_id, row.state) == (anna.id, "ready")


def test_a_young_person_and_their_guardian_both_agree(
    folk: Folk, site: Site, context: BrowserContext, page: Page
) -> None:
    """Each from their own account; until both did, it cannot be shown to makers."""
    young, guardian = folk.person("Kim", age=12), folk.person("Gil", age=40)
    folk.guards(guardian, young)
    request = asked.draft(young)
    site.signed_in(context, young)
    page.goto(f"/ask/{request}/share")
    expect(page.get_by_text("Your guardian has not agreed yet.")).to_be_visible()
    page.get_by_role("radio", name="Only makers that I ask").check()
    page.get_by_label("I agree to this").check()
    _save(page)
    page.goto(f"/ask/{request}/check")
    expect(page.get_by_role("button", name="Show it to makers")).to_have_count(0)
    site.signed_in(context, guardian)
    page.goto(f"/ask/{request}/share")
    page.get_by_role("radio", name="Only makers that I ask").check()
    page.get_by_label("I agree to this for Kim").check()
    _save(page)
    page.goto(f"/ask/{request}/check")
    page.get_by_role("button", name="Show it to makers").click()
    expect(_heading(page, "Makers can see it now")).to_be_visible()


def test_strangers_find_nothing(
    folk: Folk, site: Site, context: BrowserContext, page: Page
) -> None:
    """Not that it is there, on no page; and who is not signed in is led to the sign-in."""
    anna, other = folk.person("Anna", age=30), folk.person("Otto")
    request = asked.draft(anna)
    site.signed_in(context, other)
    for rest in ("", "/wish", "/place", "/share", "/check", "/throw-away"):
        assert context.request.get(f"/ask/{request}{rest}").status == 404
    context.clear_cookies()
    page.goto(f"/ask/{request}")
    assert page.url.startswith(f"{site.url}/sign-in")
