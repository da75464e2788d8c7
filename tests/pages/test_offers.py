"""Offering an adaptation back on pages: from "offer this back" to what came of it."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page, expect

from tests.api.folk import Folk, Who
from tests.pages.conftest import Site
from tests.pages.offering import TALL, TALLER, WHY, offered, two_forks
from tests.pages.posting import Someone

FORM = f"/designs/{TALLER}/offer"
LIST = f"/designs/{TALL}/offers"


@pytest.fixture
def ada(folk: Folk) -> Who:
    """She looks after the tall clamp."""
    return folk.person("Ada", age=40)


@pytest.fixture
def bo(folk: Folk, ada: Who) -> Who:
    """He adapted it."""
    who = folk.person("Bo", age=40)
    two_forks(ada, who)
    return who


def test_what_somebody_made_better_flows_back(
    site: Site, context: BrowserContext, page: Page, ada: Who, bo: Who
) -> None:
    """One offers it, the other one takes it into her draft; by keyboard alone."""
    site.signed_in(context, bo)
    page.goto(f"/designs/{TALLER}")
    page.get_by_role("link", name="Offer this back").press("Enter")
    expect(page.locator("main")).to_contain_text("Bo and Cy")
    page.get_by_role("button", name="Offer it").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("What does it make better?").fill(WHY)
    page.get_by_role("button", name="Offer it").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("It is offered")

    site.signed_in(context, ada)
    page.goto(f"/designs/{TALL}")
    page.get_by_role("link", name="Offered changes (1)").press("Enter")
    page.get_by_role("link", name="Taller clamp 0.1.0").press("Enter")
    expect(page.locator("main")).to_contain_text("Before: 200 mm")
    expect(page.locator("main")).to_contain_text("Now: 210 mm")
    page.get_by_role("radio", name="Take it").press("Space")
    page.get_by_label("What do you say to them?").fill("Well seen!")
    page.get_by_role("button", name="Send the answer").press("Enter")

    expect(page.get_by_role("status")).to_contain_text("It is in your draft now")
    expect(page.locator("main")).to_contain_text("Well seen!")
    page.get_by_role("link", name="Go to my draft").press("Enter")
    expect(page.locator("main")).to_contain_text(re.compile("Ada, Bo,? and Cy"))
    expect(page.locator("main")).to_contain_text("At first: 210 mm")


def test_everybody_reads_what_came_of_it(client: TestClient, ada: Who, bo: Who) -> None:
    """Who offered what and why, what would change, and each answer on the way."""
    nobody = Someone.of(None, client)
    assert "Nobody has offered a change yet" in nobody.see(LIST)
    path = offered(bo)
    for words in ("Nobody has answered yet", WHY, "Bo and Cy", "Now: 210 mm", "Flask"):
        assert words in nobody.see(LIST)
        assert words in nobody.see(path)
    ada.post(f"{path}/answers", {"answer": "taken", "words": "Well seen!"}).raise_for_status()
    assert "It is not published yet" in nobody.see(path)
    ada.post(f"/designs/{TALL}/versions", {}).raise_for_status()
    for address in (path, LIST, f"/designs/{TALLER}/offers"):
        assert "It came with their version 0.2.0" in nobody.see(address)
        assert "Well seen!" in nobody.see(address)


def test_only_who_may_is_shown_a_way_to_answer(client: TestClient, ada: Who, bo: Who) -> None:
    """Others read; a form that they made up themselves is refused."""
    path = offered(bo)
    hers, his, nobody = (Someone.of(each, client) for each in (ada, bo, None))
    assert "Send the answer" in hers.see(path)
    assert "Send the answer" not in his.see(path)
    assert "Take my offer back" in his.see(path)
    assert "Take my offer back" not in hers.see(path)
    assert "Send the answer" not in nobody.see(path)
    refused = his.post(path, answer="taken")
    assert (refused.status_code, "Only who looks after" in refused.text) == (422, True)
    assert hers.post(f"{path}/withdrawal").status_code == 403
    assert nobody.post(path, answer="taken").headers["location"].startswith("/sign-in")
    assert hers.get(FORM).status_code == 404
    assert hers.post(FORM, version="0.1.0", why=WHY).status_code == 404
    assert "offered" in bo.get(path).text


def test_a_no_says_why_and_nothing_typed_is_lost(client: TestClient, ada: Who, bo: Who) -> None:
    """422 with the field named, then the words beside the offer for good."""
    path = offered(bo)
    hers = Someone.of(ada, client)
    bare = hers.post(path, answer="declined", words=" ")
    assert bare.status_code == 422
    assert 'href="#words"' in bare.text
    assert 'value="declined" checked' in bare.text
    nothing = hers.post(path, answer="", words="Hm.")
    assert 'href="#answer"' in nothing.text
    assert ">Hm.</textarea>" in nothing.text
    said = hers.do(path, answer="declined", words="Too tall for a child.")
    assert "Your answer is sent" in said
    assert "They said no. " in said
    assert "Too tall for a child." in Someone.of(None, client).see(LIST)
    assert hers.post(path, answer="taken").status_code == 422


def test_what_is_in_the_way_is_named_in_words(client: TestClient, ada: Who, bo: Who) -> None:
    """By the name that the comparison has for it; the offer waits on."""
    path = offered(bo)
    hers = Someone.of(ada, client)
    hers.do(
        f"/designs/{TALL}/draft/parameters/cup_height",
        seen="1",
        low="150",
        high="240",
        default="22cm",
    )
    refused = hers.post(path, answer="taken")
    assert refused.status_code == 422
    assert "Your draft has its own change here: Cup height." in refused.text
    assert "Nobody has answered yet" in hers.see(path)


def test_what_is_offered_can_be_taken_back_and_offered_again(client: TestClient, bo: Who) -> None:
    """It stays to be read; what is on offer cannot be chosen in the form."""
    his = Someone.of(bo, client)
    told = his.do(FORM, version="0.1.0", why=WHY)
    assert "You get news when somebody answers" in told
    assert "There is nothing new to offer" in his.see(FORM)
    assert his.post(FORM, version="0.1.0", why=WHY).status_code == 422
    path = bo.get(f"/designs/{TALLER}/offers").json()["offers"][0]["id"]
    assert "You took your offer back" in his.do(f"/offers/{path}/withdrawal")
    assert "Offer it" in his.see(FORM)


def test_what_the_library_takes_is_said_honestly(
    client: TestClient,
    folk: Folk,
    ada: Who,
    bo: Who,  # noqa: ARG001 (hers is released)
) -> None:
    """People work it in by hand; stewards find what waits for them."""
    mo = Someone.of(folk.person("Mo", age=50, is_steward=True), client)
    path = offered(ada, TALL)
    assert "Tall clamp 0.1.0" in mo.see("/stewards")
    assert "by hand" in mo.see(path)
    told = mo.do(path, answer="taken")
    assert "Your answer is sent" in told
    assert "People will work it into the library's own files by hand" in told
    assert "Tall clamp" not in mo.see("/stewards")
