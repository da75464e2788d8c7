"""Trying a draft: what it makes is seen before anything is published, by its makers alone."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from registry.adaptations.model import Fork, ForkVersion
from registry.fits.model import Fit
from tests.api.folk import Folk, Who
from tests.pages.conftest import SignsIn
from tests.pages.keyboard import Keys
from tests.pages.posting import Someone
from tests.pages.teaming import team_of
from tests.pages.test_viewer import VIEW_MS

SLUG = "tall_bottle_clamp"
DRAFT = f"/designs/{SLUG}/draft"
FLASK = {"label": "Flask", "values": {"cup_diameter": 90, "cup_height": 150}}


@pytest.fixture
def anna(folk: Folk) -> Who:
    """Somebody who adapts the clamp for tall bottles, and has published nothing."""
    anna = folk.person("Anna", age=30)
    ask = {
        "slug": SLUG,
        "title": "Tall bottle clamp",
        "why": "Our bottles stand 20 cm high.",
        "parameters": {"cup_height": {"default": 200}},
        "presets": {"flask": FLASK},
    }
    anna.post("/designs/tube_clamp/forks", ask).raise_for_status()
    return anna


@pytest.fixture
def me(anna: Who, client: TestClient) -> Someone:
    """Her browser."""
    return Someone.of(anna, client)


def test_somebody_tries_a_draft_by_keyboard_alone(
    page: Page, keys: Keys, signs_in: SignsIn, anna: Who
) -> None:
    """From the draft to its model, round it by its buttons, and on to one of its own sets."""
    signs_in(anna)
    page.goto(DRAFT)
    keys.skip()
    keys.enter(page.get_by_role("link", name="Try the draft"))

    above = page.get_by_role("button", name="Top")
    expect(above).to_be_visible(timeout=VIEW_MS)
    keys.enter(above)
    expect(above).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("definition").filter(has_text="200 mm")).to_be_visible()

    keys.pick(page.get_by_role("radio", name="Flask"))
    keys.enter(page.get_by_role("button", name="Show it"))
    expect(page).to_have_url(re.compile(r"/draft/try\?sizes=flask$"))
    expect(page.get_by_role("radio", name="Flask")).to_be_checked()
    expect(above).to_be_visible(timeout=VIEW_MS)
    keys.round()


def test_settings_of_the_draft_and_its_sets_make_the_model(me: Someone) -> None:
    """What the draft changes is marked; another set makes another model."""
    words = me.see(f"{DRAFT}/try")
    assert "Height of the cup Changed 200 mm" in words
    assert "Height of the cup Changed 150 mm" in me.see(f"{DRAFT}/try?sizes=flask")
    assert "How tight it grips 0.5 mm" in words
    models = {me.get(f"{DRAFT}/try/model.glb?sizes={each}").content for each in ("", "flask")}
    assert len(models) == 2
    assert all(each.startswith(b"glTF") for each in models)


def test_without_scripts_there_is_a_picture_of_the_draft(me: Someone) -> None:
    """It stands for who has none, with the sizes in words."""
    body = me.get(f"{DRAFT}/try?sizes=flask").text
    address = f"{DRAFT}/try/picture.png?sizes=flask&amp;v=1"
    assert f'<noscript><img src="{address}"' in body
    assert me.get(address.replace("&amp;", "&")).content.startswith(b"\x89PNG")


def test_what_is_wrong_is_said_with_the_way_to_change_it(anna: Who, me: Someone) -> None:
    """A range that shuts out the sample is named in words, and no model is promised."""
    ask = {
        "slug": "large_hands",
        "title": "For large hands",
        "why": "Ours are large.",
        "parameters": {"hand_breadth": {"low": 90}},
    }
    anna.post("/designs/wrist_hand/forks", ask).raise_for_status()
    body = me.get("/designs/large_hands/draft/try").text
    assert "It cannot be made like this" in body
    assert 'href="/designs/large_hands/draft/parameters/hand_breadth"' in body
    assert "model-viewer" not in body
    assert me.get("/designs/large_hands/draft/try/model.glb").status_code == 422


def test_it_is_tried_in_ones_own_sizes(me: Someone, folk: Folk, client: TestClient) -> None:
    """Those that lie in this browser for a fit of its parent; the rest comes from the sample."""
    own = f"/designs/tube_clamp/fit/trying/{SLUG}"
    assert f'href="{own}"' in me.get(f"{DRAFT}/try").text
    assert "You have measured nothing yet" in me.see(own)
    before = me.get(f"{own}/model.glb").content

    me.do("/designs/tube_clamp/fit/measure/tube_diameter", amount="30", unit="mm")
    me.do("/designs/tube_clamp/fit/measure/tube_diameter/again", way="skip")
    words = me.see(own)
    assert "It is in the sizes from your own fit" in words
    assert "Width of the tube 30 mm" in words
    assert "Height of the cup Changed 200 mm" in words
    assert "Width of the tube 22" in me.see(f"{DRAFT}/try")
    assert me.get(f"{own}/model.glb").content != before
    assert me.get(f"{own}/picture.png").content.startswith(b"\x89PNG")

    # Not through the fit of another design, and not by anybody else.
    assert me.get(f"/designs/wrist_hand/fit/trying/{SLUG}").status_code == 404
    ben = Someone.of(folk.person("Ben", age=40), client)
    for file in ("", "/model.glb", "/picture.png"):
        assert ben.get(f"{own}{file}").status_code == 404


def test_nothing_of_it_is_stored(me: Someone, folk: Folk) -> None:
    """No fit, no version, and the draft is as it was."""
    me.see(f"{DRAFT}/try?sizes=flask")
    with folk.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Fit)) == 0
        assert session.scalar(select(func.count()).select_from(ForkVersion)) == 0
        assert session.get_one(Fork, SLUG).draft_version == 1


@pytest.mark.parametrize("page", ["/try", "/try/model.glb", "/try/picture.png"])
def test_only_its_makers_see_it(page: str, me: Someone, folk: Folk, client: TestClient) -> None:
    """An outsider gets what a draft that is not there gives, and so does a set that is not."""
    ben = Someone.of(folk.person("Ben", age=40), client)
    unknown = ben.get(f"/designs/no_such_design/draft{page}")
    other = ben.get(f"{DRAFT}{page}")
    assert (other.status_code, unknown.status_code) == (404, 404)
    assert "Tall bottle" not in other.text
    assert me.get(f"{DRAFT}{page}?sizes=no_such_set").status_code == 404
    led = Someone.of(None, client).get(f"{DRAFT}{page}")
    assert led.headers["location"].startswith("/sign-in?next=/designs/")


def test_a_team_tries_its_draft_together(anna: Who, folk: Folk, client: TestClient) -> None:
    """Whoever is in the team sees it too."""
    ben = folk.person("Ben", age=40)
    team = team_of(anna, ben).rpartition("/")[2]
    anna.post(
        "/designs/tube_clamp/forks",
        {"slug": "ours", "title": "Ours", "why": "For us.", "team_id": team},
    ).raise_for_status()
    assert "Try it: Ours" in Someone.of(ben, client).see("/designs/ours/draft/try")
