"""Anybody tells what is wrong; stewards answer, settle, vet and recall."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from registry.people.model import Guardianship, Maker
from tests.api.folk import Folk
from tests.pages.conftest import Site
from tests.pages.looking import barriers
from tests.pages.posting import Someone


def test_anybody_tells_what_is_wrong_and_reads_what_came_of_it(
    page: Page, context: BrowserContext, site: Site, folk: Folk
) -> None:
    """Without an account: the address of the page is the way back to it."""
    page.goto("/designs/tube_clamp")
    page.get_by_role("link", name="Tell us what is wrong").click()
    expect(page.get_by_label("Which one?")).to_have_value("/designs/tube_clamp")
    page.get_by_role("button", name="Tell us").click()
    expect(page.get_by_role("alert")).to_contain_text("Please fill this in.")
    assert barriers(page) == []
    page.get_by_label("Somebody could get hurt").check()
    page.get_by_label("In your own words").fill("It opened while I was riding.")
    page.get_by_role("button", name="Tell us").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you. We will look at it.")
    address = page.url.partition("?")[0]

    site.signed_in(context, folk.person("Mo", age=50, is_steward=True))
    page.goto("/stewards")
    page.get_by_role("link", name=re.compile("Somebody could get hurt")).click()
    expect(page.get_by_text("It opened while I was riding.")).to_be_visible()
    page.get_by_label("We did something about it").check()
    page.get_by_label("What do you tell them?").fill("We took it off the shelf.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("status")).to_contain_text("Your answer was sent.")

    context.clear_cookies()
    page.goto(address)
    expect(page.get_by_text("We did something about it")).to_be_visible()
    expect(page.get_by_text("We took it off the shelf.")).to_be_visible()


def test_only_stewards_see_what_stewards_see(client: TestClient, folk: Folk) -> None:
    """A steward without a second factor is none, and of the rest nobody is."""
    anna = folk.person("Anna", age=30)
    for path in ("/stewards", "/stewards/vetting", "/stewards/recalls"):
        assert Someone.of(anna, client).get(path).status_code == 403
        assert Someone.of(None, client).get(path).status_code == 303


def test_a_dispute_is_settled(client: TestClient, folk: Folk, db: Session) -> None:
    """A guardianship that rests holds again."""
    mo = folk.person("Mo", age=50, is_steward=True)
    row = folk.guards(folk.person("Pat", age=40), folk.person("Kim", age=12))
    found = db.get_one(Guardianship, row)
    found.frozen_at = found.accepted_at
    db.commit()
    me = Someone.of(mo, client)
    assert "Guardians in dispute (1)" in me.see("/stewards")

    said = me.do(f"/stewards/disputes/{row}", reason="all_agree")

    assert "It holds again." in said
    db.expire_all()
    assert db.get_one(Guardianship, row).frozen_at is None


def test_a_maker_is_vetted_and_no_longer(client: TestClient, folk: Folk, db: Session) -> None:
    """Until a day, for a reason; a wrong number is told at its field."""
    mo, ben = folk.person("Mo", age=50, is_steward=True), folk.maker("Ben")
    me = Someone.of(mo, client)
    year = {"until__day": "1", "until__month": "6", "until__year": "2027"}
    wrong = me.post("/stewards/vetting", maker_id="Ben", reason="identity_checked", **year)
    assert wrong.status_code == 422
    assert "This is not a code of ours." in wrong.text
    assert 'value="2027"' in wrong.text
    me.do("/stewards/vetting", maker_id=str(ben.id), reason="identity_checked", **year)
    until = db.get_one(Maker, ben.id).vetted_until
    assert until is not None
    assert until.isoformat() == "2027-06-01"
    me.do("/stewards/vetting", maker_id=str(ben.id), reason="was_reported", end="yes")
    db.expire_all()
    assert db.get_one(Maker, ben.id).vetted_until is None


def test_a_file_is_recalled_and_let_go_again(client: TestClient, folk: Folk) -> None:
    """By its digest, which stands with each file."""
    me = Someone.of(folk.person("Mo", age=50, is_steward=True), client)
    wrong = me.post("/stewards/recalls", digest="abc", because="breaks", reason="Too thin.")
    assert wrong.status_code == 422
    said = me.do("/stewards/recalls", digest="ab" * 32, because="breaks", reason="Too thin.")
    assert "0 people were told." in said
    ends = re.findall(r"/stewards/recalls/[0-9a-f-]+/end", me.get("/stewards/recalls").text)
    assert "Taken back" in me.do(ends[0])
