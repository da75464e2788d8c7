"""Who makes, adapts, looks after the place or reads, by keyboard alone: no mouse anywhere."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.adaptations.model import Fork
from registry.people.model import Maker, Person
from tests.api.folk import Folk
from tests.pages import making
from tests.pages.conftest import SignsIn
from tests.pages.keyboard import Keys
from tests.pages.test_viewer import VIEW_MS


def test_make(page: Page, keys: Keys, signs_in: SignsIn, folk: Folk, db: Session) -> None:
    """An offer, a printer, its test piece, a claim, the question, and ticks until it is sent."""
    anna, ben = folk.person("Anna", age=30), folk.person("Ben", age=40)
    path = making.wish(folk, anna)
    signs_in(ben)
    page.goto("/make")
    keys.skip()
    keys.enter(page.get_by_role("link", name="Offer to make"))
    keys.write(page.get_by_label("What are you called here?"), "Ben")
    keys.write(page.get_by_label("Which town are you near?"), "Leipzig")
    keys.choose(page.get_by_label("Country"), "Germ")
    keys.pick(page.get_by_label("Up to 300 km"))
    keys.tick(page.get_by_label("English", exact=True))
    keys.enter(page.get_by_role("button", name="Save"))
    keys.enter(page.get_by_role("link", name="Add a printer"))
    keys.choose(page.get_by_label("Which printer is it?"), "Prusa MK4")
    keys.enter(page.get_by_role("button", name="Fill in its size"))
    keys.write(page.get_by_label("What do you call it?"), "The one in the shed")
    keys.tick(page.get_by_label("PETG", exact=True))
    keys.enter(page.get_by_role("button", name="Save"))
    expect(page.get_by_role("heading", level=1)).to_have_text("The test piece")
    with page.expect_download() as download:
        keys.enter(page.get_by_role("link", name="Download the test piece"))
    assert download.value.suggested_filename == "test_piece.3mf"
    assert db.get_one(Maker, ben.id).sends_km == 300

    page.goto("/make")
    keys.enter(page.get_by_role("link", name="Something new"))
    keys.enter(page.get_by_role("button", name="I will make it"))
    expect(page.get_by_text("Now it is their turn")).to_be_visible()
    anna.post(f"/jobs/{making.job_of(folk, path)}/confirm", {"claim": 1})
    making.made_kit(folk, path)
    page.reload()
    keys.round()
    keys.enter(page.get_by_role("button", name="Ask them"))
    expect(page.get_by_text("Wait for their answer")).to_be_visible()
    [question] = anna.get(f"{path}/decisions").json()
    anna.post(f"{path}/decisions/{question['id']}/answers", {"answer": "yes"})
    page.reload()
    keys.enter(page.get_by_role("button", name="Start making"))
    keys.tick(page.get_by_label("It is printed"))
    keys.enter(page.get_by_role("button", name="Keep my ticks"))
    keys.tick(page.get_by_label("It is put together"))
    keys.enter(page.get_by_role("button", name="I have sent it"))
    expect(page.get_by_role("status")).to_contain_text("on its way")
    assert folk.state(path) == "sent"


def test_designs_and_forks(
    page: Page, keys: Keys, signs_in: SignsIn, folk: Folk, db: Session
) -> None:
    """Adapt, one size, both seen from the same side, published."""
    signs_in(folk.person("Anna", age=30))
    # What shows a model waits for the processes that make models.
    page.set_default_timeout(VIEW_MS)
    page.goto("/designs")
    keys.skip()
    keys.enter(page.get_by_role("link", name="Tube clamp with cup holder", exact=True))
    keys.enter(page.get_by_role("link", name="Adapt this design"))
    keys.write(page.get_by_label("What do you call yours?"), "Tall bottle clamp")
    keys.write(page.get_by_label("Why do you make it?"), "Our bottles stand 20 cm high.")
    keys.enter(page.get_by_role("button", name="Begin"))
    keys.enter(page.get_by_role("link", name="Height of the cup"))
    keys.write(page.get_by_label("What it is at first"), "16 cm")
    keys.enter(page.get_by_role("button", name="Save"))
    expect(page.locator("main")).to_contain_text("At first: 160 mm")
    keys.enter(page.get_by_role("link", name="Look it over and publish"))
    above = page.get_by_role("button", name="From above")
    expect(above).to_have_count(2, timeout=VIEW_MS)
    keys.enter(above.first)
    for each in above.all():
        expect(each).to_have_attribute("aria-pressed", "true")
    keys.write(page.get_by_label("What is new in it"), "The first one.")
    keys.enter(page.get_by_role("button", name="Publish it"))
    expect(page.locator(".notice")).to_contain_text("It is published")
    assert db.scalars(select(Fork.slug)).one() == "tall_bottle_clamp"


def test_stewards(page: Page, keys: Keys, signs_in: SignsIn, folk: Folk, db: Session) -> None:
    """Anybody tells what is wrong; a steward answers, and vets a maker until a day."""
    ben = folk.maker("Ben")
    page.goto("/designs/tube_clamp")
    keys.enter(page.get_by_role("link", name="Tell us what is wrong"))
    keys.pick(page.get_by_label("Somebody could get hurt"))
    keys.write(page.get_by_label("In your own words"), "It opened while I was riding.")
    keys.enter(page.get_by_role("button", name="Tell us"))
    expect(page.get_by_role("status")).to_contain_text("Thank you. We will look at it.")

    signs_in(folk.person("Mo", age=50, is_steward=True))
    page.goto("/stewards")
    keys.round()
    keys.enter(page.get_by_role("link", name=re.compile("Somebody could get hurt")))
    keys.pick(page.get_by_label("We did something about it"))
    keys.write(page.get_by_label("What do you tell them?"), "We took it off the shelf.")
    keys.enter(page.get_by_role("button", name="Send the answer"))
    expect(page.get_by_role("status")).to_contain_text("Your answer was sent.")
    page.goto("/stewards/vetting")
    keys.write(page.locator("#maker_id"), str(ben.id))
    until = clock.now().date() + timedelta(days=300)
    for part, number in (("Day", until.day), ("Month", until.month), ("Year", until.year)):
        keys.write(page.get_by_label(part, exact=True), str(number))
    keys.enter(page.get_by_role("button", name="Keep"))
    expect(page.get_by_role("status")).to_be_visible()
    assert db.get_one(Maker, ben.id).vetted_until == until


def test_for_everyone(page: Page, keys: Keys, signs_in: SignsIn, folk: Folk, db: Session) -> None:
    """Another language and back, large print, a copy of all about oneself, and then nothing."""
    anna = folk.person("Anna", age=30)
    signs_in(anna)
    page.goto("/me/data")
    keys.choose(page.locator("#site-language"), "Fran")
    keys.enter(page.locator(".site-language button"))
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    keys.to(page.locator("#site-language")).press("End")
    keys.enter(page.locator(".site-language button"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    keys.round()
    keys.choose(page.locator("#site-language"), "Engl")
    keys.enter(page.locator(".site-language button"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    keys.enter(page.get_by_role("button", name="Large print"))
    expect(page.locator("html")).to_have_class(re.compile("large-print"))
    keys.skip()
    with page.expect_download() as download:
        keys.enter(page.get_by_role("link", name="Get my copy"))
    assert download.value.suggested_filename.endswith(".json")
    keys.enter(page.get_by_role("link", name="Go on to erase"))
    keys.tick(page.locator("#sure"))
    keys.enter(page.get_by_role("button", name="Erase it now"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("erased")
    assert db.get_one(Person, anna.id).erased_at is not None
