"""What is refused, told or found stands in the reader's language, on the pages themselves."""

from __future__ import annotations

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect

from parametric.checks import check_file
from parametric.export.stl import stl_bytes
from parametric.solid import Box
from parametric.solid.mesh import mesh_of
from registry import clock
from registry.fits.model import Fit
from registry.requests.states import State
from tests.api.folk import Folk
from tests.pages import asked
from tests.pages.conftest import WAIT_MS, Site
from tests.pages.looking import barriers
from tests.pages.making import job_of
from tests.pages.offering import offered, two_forks
from tests.pages.posting import Someone, words_of


def page_in(language: str, browser: Browser, site: Site) -> Page:
    """A page in a browser that asks for a language."""
    context = browser.new_context(base_url=site.url, locale=language)
    context.set_default_timeout(WAIT_MS)
    return context.new_page()


def test_a_wrong_measurement_is_refused_in_spanish(browser: Browser, site: Site) -> None:
    """What is wrong, what is allowed, what was perhaps meant: in the summary and at the field."""
    page = page_in("es", browser, site)
    page.goto("/designs/wrist_hand/fit/measure/hand_breadth")
    for typed, says in (
        ("abc", "«abc» no es una longitud. Escribe un número"),
        ("3.07", "3,07 mm se sale de los límites: 40-110 mm."),
        ("500", "500 mm se sale de los límites: 40-110 mm."),
    ):
        page.locator("#amount").fill(typed)
        page.locator("main form button.govuk-button").first.click()
        expect(page.get_by_role("alert")).to_contain_text(says)
        expect(page.locator("#amount-error")).to_contain_text(says)
    assert page.locator("main [lang=en]").count() == 0
    assert barriers(page) == []


def test_a_move_that_cannot_be_is_refused_in_arabic(client: TestClient, folk: Folk) -> None:
    """On a page of its own, from right to left; a program still reads it in English."""
    anna = folk.person("Anna", age=30)
    request = asked.draft(anna)
    me = Someone.of(anna, client)
    me.client.headers["Accept-Language"] = "ar"

    answer = me.post(f"/requests/{request}/moves", to="sent")

    assert answer.status_code == 409
    assert 'dir="rtl"' in answer.text
    assert "لا يستطيع الطلب أن ينتقل إلى هناك من حيث هو الآن." in words_of(answer.text)
    assert "cannot go there" not in answer.text
    told = anna.post(f"/requests/{request}/moves", {"to": "sent"}).json()
    assert (told["code"], told["title"]) == (
        "no_such_move",
        "The request cannot go there from where it stands now.",
    )


def test_who_may_not_do_something_reads_why_in_french(client: TestClient, folk: Folk) -> None:
    """Names of roles in it are words, too."""
    anna, ben = folk.person("Anna", age=30), folk.maker("Ben")
    folk.consents(anna)
    request = asked.at(folk, anna, ben, State.MAKING)
    me = Someone.of(ben, client)
    me.client.headers["Accept-Language"] = "fr"
    answer = me.post(f"/requests/{request}/moves", to="paused")
    assert answer.status_code == 403
    assert "Seulement pour cela : son tuteur ou la personne" in words_of(answer.text)


def test_news_is_told_in_french_and_leads_to_what_it_is_about(
    browser: Browser, site: Site, folk: Folk
) -> None:
    """An offered change, by its link; an answer to it, to who offered it."""
    ada, bo = folk.person("Ada", age=40), folk.person("Bo", age=40)
    two_forks(ada, bo)
    path = offered(bo)
    ada.post(f"{path}/answers", {"answer": "later", "words": ""}).raise_for_status()
    for who, says in (
        (ada, "Un changement est proposé à un modèle."),
        (bo, "On a répondu à ce que vous avez proposé à un modèle."),
    ):
        page = page_in("fr", browser, site)
        site.signed_in(page.context, who)
        page.goto("/me/news")
        assert barriers(page) == []
        page.get_by_role("link", name=says).click()
        expect(page).to_have_url(f"{site.url}{path}")


def test_each_kind_of_news_leads_to_a_page_that_is_there(client: TestClient, folk: Folk) -> None:
    """From asking to a decision, for who asks and for who makes."""
    anna, ben = folk.person("Anna", age=30), folk.maker("Ben")
    folk.consents(anna)
    asked.offers(folk, ben)
    request = asked.opened(anna, design="wrist_hand")
    path, job = f"/requests/{request}", job_of(folk, f"/requests/{request}")
    asked.went_well(anna.post(f"{path}/asks", {"maker_ids": [str(ben.id)]}))
    claimed = ben.post(f"/jobs/{job}/claims").json()
    asked.went_well(anna.post(f"/jobs/{job}/confirm", {"claim": claimed["claim"]}))
    asked.went_well(ben.post(f"{path}/moves", {"to": "designing"}))
    asked.went_well(ben.post(f"{path}/messages", {"said": "Hello!"}))
    decision = asked.plan(folk, ben, request)
    asked.went_well(anna.post(f"{path}/decisions/{decision}/answers", {"answer": "no"}))

    of_anna, of_ben = (_links(Someone.of(who, client)) for who in (anna, ben))

    parts = {"", "/makers", "/messages", "/decisions"}
    assert of_anna == {f"{path}{part}" for part in parts}
    assert of_ben == {f"/make/jobs/{job}", path, f"{path}/decisions"}
    for who, links in ((anna, of_anna), (ben, of_ben)):
        for each in links:
            assert Someone.of(who, client).get(each).status_code == 200, each


def _links(me: Someone) -> set[str]:
    shown = me.get("/me/news").text.partition("<main")[2].partition("</main>")[0]
    return {part.partition('"')[0] for part in shown.split('link-alone" href="')[1:]}


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("pt", "Palma: Uma parede tem 0,5 mm de espessura, e são precisos 0,8 mm"),
        ("ar", "سمك جدار \u20660.5 mm\u2069، والمطلوب \u20660.8 mm\u2069"),
    ],
)
def test_what_a_check_found_is_told_on_the_page_of_a_fit(
    client: TestClient, folk: Folk, language: str, says: str
) -> None:
    """In words, with the part's name as its design calls it; what nobody translated is marked."""
    thin = check_file(stl_bytes(mesh_of(Box(30, 30, 0.5)), "palm"))
    found = [f"palm: {each.says}" for part in thin.parts for each in part.findings]
    assert found
    anna = folk.person("Anna", age=30)
    folk.consents(anna)
    fit = folk.kit(folk.request(anna))
    with folk.sessions.begin() as session:
        row = session.get_one(Fit, UUID(fit))
        row.report = {**asked.REPORT, "warnings": [*found, "My own words."]}
        row.person_id, row.proved, row.finished_at = anna.id, True, clock.now()
    me = Someone.of(anna, client)
    me.client.headers["Accept-Language"] = language

    answer = me.get(f"/fits/{fit}").text

    assert says in words_of(answer)
    assert "A wall is" not in answer
    assert '<span lang="en" dir="auto">My own words.</span>' in answer
