"""Adapting a design on pages: from "adapt this" to a version in the family tree."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from api import forking, samples
from api.pages.text import Words
from registry.adaptations.model import Certificate, Fork
from registry.fits.model import Fit
from tests.api.folk import Folk, Who
from tests.pages.conftest import Site
from tests.pages.forking import SLUG, forked
from tests.pages.posting import Someone
from tests.pages.test_viewer import VIEW_MS

ADAPT = "/designs/tube_clamp/versions/0.1.0/adapt"
DRAFT = f"/designs/{SLUG}/draft"
ABOUT = {"title": "Tall bottle clamp", "why": "Our bottles stand 20 cm high."}


@pytest.fixture
def anna(folk: Folk) -> Who:
    """Somebody who adapts."""
    return folk.person("Anna", age=30)


@pytest.fixture
def me(anna: Who, client: TestClient) -> Someone:
    """Her browser."""
    return Someone.of(anna, client)


def _draft(folk: Folk, slug: str = SLUG) -> Fork:
    with folk.sessions() as session:
        return session.get_one(Fork, slug)


def _begun(me: Someone) -> None:
    me.do(ADAPT, **ABOUT)


def _seen(folk: Folk) -> str:
    return str(_draft(folk).draft_version)


@pytest.mark.parametrize(
    ("language", "choices", "span", "length"),
    [
        ("es", "redondo, ovalado", "0-90 grados", "De 0,2 mm a 1 mm"),
        ("ar", "مستدير، بيضوي", "0 إلى 90 درجة", "من \u20660.2 mm\u2069 إلى \u20661 mm\u2069"),
    ],
)
def test_what_a_draft_can_be_stands_in_the_readers_words(
    me: Someone, language: str, choices: str, span: str, length: str
) -> None:
    """The same as where it is fitted; what somebody wrote keeps its own direction."""
    _begun(me)
    me.client.headers["Accept-Language"] = language
    words = me.see(DRAFT)
    assert choices in words
    assert span in words
    assert length in words
    assert f"<bdi>{ABOUT['why']}</bdi>" in me.get(DRAFT).text
    assert "round or oval" not in words
    assert "round or oval" not in me.see(f"{DRAFT}/parameters/tube_shape")


def test_somebody_adapts_and_publishes_a_design(
    site: Site, context: BrowserContext, page: Page, anna: Who
) -> None:
    """Sign in, name it, change a size, see both side by side, publish; by keyboard alone."""
    page.goto("/designs/tube_clamp")
    page.get_by_role("link", name="Adapt this design").press("Enter")
    expect(page).to_have_url(f"{site.url}/sign-in?next={ADAPT}")
    site.signed_in(context, anna)
    page.goto(f"/sign-in?next={ADAPT}")

    page.get_by_role("button", name="Begin").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("What do you call yours?").fill(ABOUT["title"])
    page.get_by_label("Why do you make it?").fill(ABOUT["why"])
    page.get_by_label("Whom shall we thank").fill("Team Bottle\nAnna")
    page.get_by_role("button", name="Begin").press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Your draft is here")
    page.get_by_role("link", name="Height of the cup").press("Enter")
    page.get_by_label("The least it can be").fill("150")
    page.get_by_label("What it is at first").fill("20 cm")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("It is saved")
    expect(page.locator("main")).to_contain_text("At first: 200 mm")

    page.get_by_role("link", name="Look it over and publish").press("Enter")
    above = page.get_by_role("button", name="From above")
    expect(above).to_have_count(2, timeout=VIEW_MS)
    above.first.press("Enter")
    for each in above.all():
        expect(each).to_have_attribute("aria-pressed", "true")
    expect(page.locator("main")).to_contain_text("Nobody can change it")
    page.get_by_label("What is new in it").fill("The first one.")
    page.get_by_role("button", name="Publish it").press("Enter")

    expect(page.locator(".notice")).to_contain_text("It is published")
    expect(page.locator("main")).to_contain_text("The big test of this one waits")
    expect(page.locator("main")).to_contain_text("Before: 150 mm")
    page.goto("/designs/tube_clamp/family")
    expect(page.locator("main")).to_contain_text(ABOUT["title"])
    expect(page.locator("main")).to_contain_text("Team Bottle and Anna")


def test_what_is_missing_is_said_and_nothing_is_lost(me: Someone, folk: Folk) -> None:
    """422, the field named, what was typed still there; no draft is begun."""
    answer = me.post(ADAPT, title="Tall", why="", authors="Team Bottle", licence="MIT")
    assert answer.status_code == 422
    assert 'href="#why"' in answer.text
    assert 'value="Tall"' in answer.text
    answer = me.post(ADAPT, title="Tall", why="It is tall.", licence="MIT")
    assert 'href="#licence"' in answer.text
    with folk.sessions() as session:
        assert session.scalars(select(Fork)).all() == []


def test_only_licences_that_go_with_the_parents_can_be_chosen(me: Someone) -> None:
    """The parent's own is chosen at first."""
    body = me.get(ADAPT).text
    assert body.count('name="licence"') == 2
    assert 'value="CERN-OHL-W-2.0" checked' in body
    assert "MIT" not in body


def test_a_title_makes_a_name_that_is_free(me: Someone, folk: Folk) -> None:
    """Two of the same title have two names; letters of any script make one."""
    _begun(me)
    _begun(me)
    me.do(ADAPT, title="حامل الأكواب", why="It is for us.")
    with folk.sessions() as session:
        names = {row.slug for row in session.scalars(select(Fork))}
        credited = session.get_one(Fork, "tall_bottle_clamp").draft["authors"]
    assert names == {"tall_bottle_clamp", "tall_bottle_clamp_2", "tube_clamp_fork"}
    assert credited == [forking.NO_AUTHOR]


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Çup hölder 2!", "cup_holder_2"), ("12 x", "x_fork"), ("a" * 60, "a" * 40), ("", "x_fork")],
)
def test_names_are_made_of_letters_that_all_have(title: str, slug: str) -> None:
    """Short, in lower case, beginning with a letter."""
    assert forking.slug_of(title, "x_fork") == slug


def test_a_team_is_thanked_where_no_names_are_given(me: Someone, anna: Who, folk: Folk) -> None:
    """Whoever is in a team can say that it is the team's."""
    team = anna.post("/teams", {"name": "Team Bottle"}).json()["id"]
    assert "Team Bottle" in me.see(ADAPT)
    me.do(ADAPT, **ABOUT, team=team)
    fork = _draft(folk)
    assert (str(fork.team_id), fork.draft["authors"]) == (team, ["Team Bottle"])


def test_what_is_right_is_kept_and_what_is_not_is_said(me: Someone, folk: Folk) -> None:
    """A range that is right is saved beside a first size that is none."""
    _begun(me)
    path = f"{DRAFT}/parameters/cup_height"
    answer = me.post(path, seen=_seen(folk), low="150", default="tall")
    assert answer.status_code == 422
    assert 'href="#default"' in answer.text
    assert 'value="tall"' in answer.text
    assert "All else is saved." in answer.text
    # 150 mm is what it is at first already.
    assert _draft(folk).draft["parameters"] == {"cup_height": {"low": 150}}

    answer = me.post(path, seen=_seen(folk), low="210", high="100")
    assert answer.status_code == 422
    assert "All else is saved." not in answer.text
    assert _draft(folk).draft["parameters"] == {"cup_height": {"low": 150}}
    me.do(path, seen=_seen(folk), way="reset")
    assert _draft(folk).draft["parameters"] == {}


def test_words_and_choices_can_be_changed_and_taken_back(me: Someone, folk: Folk) -> None:
    """What is as the parent has it, is no change."""
    _begun(me)
    path = f"{DRAFT}/parameters/screw"
    me.do(path, seen=_seen(folk), default="M3", label="Screws", help="M3 is enough for us.")
    said = _draft(folk).draft["parameters"]
    assert said == {"screw": {"default": "M3", "label": "Screws", "help": "M3 is enough for us."}}
    me.do(path, seen=_seen(folk), default="M4")
    assert _draft(folk).draft["parameters"] == {}


def test_a_set_goes_with_the_draft(me: Someone, folk: Folk) -> None:
    """It is made, refused where its sizes do not go together, changed, and taken away."""
    _begun(me)
    sizes = {"value.cup_diameter": "73", "value.cup_height": "18 cm"}
    wrong = {**sizes, "value.cup_diameter": "900"}
    answer = me.post(f"{DRAFT}/sets/new", seen=_seen(folk), label="Flask", **wrong)
    assert answer.status_code == 422
    assert 'href="#value.cup_diameter"' in answer.text
    me.do(f"{DRAFT}/sets/new", seen=_seen(folk), label="Flask", **sizes)
    flask = {"label": "Flask", "values": {"cup_diameter": 73, "cup_height": 180}}
    assert _draft(folk).draft["presets"] == {"flask": flask}
    assert 'value="180"' in me.get(f"{DRAFT}/sets/flask").text
    answer = me.post(f"{DRAFT}/sets/flask", seen=_seen(folk), label="")
    assert answer.status_code == 422
    me.do(f"{DRAFT}/sets/flask", seen=_seen(folk), way="remove")
    assert _draft(folk).draft["presets"] == {}
    assert me.get(f"{DRAFT}/sets/flask").status_code == 404


def test_nothing_that_somebody_else_changed_is_lost(me: Someone, folk: Folk) -> None:
    """A form for an older state is shown again, and nothing is published unseen."""
    _begun(me)
    old = _seen(folk)
    me.do(f"{DRAFT}/about", seen=old, title="A better name", why=ABOUT["why"])
    for path, more in (
        ("parameters/screw", {"default": "M3"}),
        ("about", ABOUT),
        ("publish", {"notes": ""}),
    ):
        answer = me.post(f"{DRAFT}/{path}", seen=old, **more)
        assert answer.status_code == 422, path
        assert "Somebody changed this draft" in answer.text
        # The page that is shown again was made for the state as it is now.
        assert f'name="seen" value="{_seen(folk)}"' in answer.text
    assert _draft(folk).draft["title"] == "A better name"


def test_a_draft_is_for_its_makers_alone(me: Someone, folk: Folk, client: TestClient) -> None:
    """Nobody else learns that it is there; who is not signed in is asked who it is."""
    _begun(me)
    other = Someone.of(folk.person("Ben", age=40), client)
    nobody = Someone.of(None, client)
    pages = ("", "/about", "/parameters/screw", "/sets/new", "/publish", "/model.glb")
    for path in pages:
        assert other.get(f"{DRAFT}{path}").status_code == 404, path
        led = nobody.get(f"{DRAFT}{path}")
        assert led.headers["location"].startswith("/sign-in?next=/designs/"), path
    for path in ("/about", "/parameters/screw", "/sets/new", "/publish", "/parent"):
        assert other.post(f"{DRAFT}{path}", seen="1", **ABOUT).status_code == 404, path
    assert "Tall bottle clamp" not in other.see("/me/designs")
    assert "Tall bottle clamp" in me.see("/me/designs")


def test_nothing_new_is_not_published_twice(me: Someone, anna: Who, folk: Folk) -> None:
    """The page says so, and no version is made."""
    forked(folk, anna)
    answer = me.post(f"{DRAFT}/publish", seen=_seen(folk), notes="Again.")
    assert answer.status_code == 422
    assert "Nothing was changed since version 0.1.0" in answer.text


def test_the_shape_is_said_to_be_the_same_where_only_words_are_new(
    me: Someone, anna: Who, folk: Folk, client: TestClient
) -> None:
    """No viewer is loaded then; with another size both are there, and without scripts too."""
    parent = {"version": "0.1.0", "title": "In my words", "why": "For my team."}
    words = {"cup_height": {"label": "Bottle height", "low": 100}}
    anna.post("/designs/tube_clamp/forks", {**parent, "slug": "my_words", "parameters": words})
    anna.post("/designs/my_words/versions", {})
    body = me.get("/designs/my_words/versions/0.1.0").text
    assert "the shape is the same" in body
    assert "viewer.js" not in body

    path = f"/designs/{forked(folk, anna)}"
    body = Someone.of(None, client).get(path).text
    for address in ("/designs/tube_clamp/versions/0.1.0", path):
        assert f'src="{address}/picture.png"' in body
        assert f'data-src="{address}/model.glb"' in body
    model = client.get(f"{path}/model.glb")
    assert model.content.startswith(b"glTF")
    assert client.get(f"{path}/picture.png").content.startswith(b"\x89PNG")
    assert model.content != client.get("/designs/tube_clamp/versions/0.1.0/model.glb").content


def test_what_there_is_to_take_home(me: Someone, anna: Who, folk: Folk, client: TestClient) -> None:
    """The document and the test as JSON; the kit of the sample is nobody's, in this version."""
    path = f"/designs/{forked(folk, anna)}"
    said = client.get(f"{path}/fork.json")
    assert said.json()["parameters"]["cup_height"]["default"] == 200
    assert "attachment" in said.headers["content-disposition"]
    assert client.get("/designs/tube_clamp/versions/0.1.0/fork.json").status_code == 404
    assert f'href="/api/v1{path}/certificate"' in me.get(path).text
    me.do(f"{path}/files")
    with folk.sessions() as session:
        fit = session.scalars(select(Fit)).one()
    assert (fit.design, fit.design_version, fit.person_id) == (SLUG, "0.1.0", None)
    assert "cup_height" not in fit.entries


@pytest.mark.parametrize("state", ["waiting", "proving", "proved", "not_proved", "crashed"])
def test_the_test_can_be_asked_for_by_whose_it_is(
    state: str, me: Someone, anna: Who, folk: Folk, client: TestClient
) -> None:
    """Where it broke off or found something; not while it waits or runs. Others cannot."""
    path = f"/designs/{forked(folk, anna)}"
    with folk.sessions.begin() as session:
        row = session.get_one(Certificate, (SLUG, "0.1.0"))
        row.state, row.done, row.total = state, 40, 200
    said = me.see(path)
    waits = state in ("waiting", "proving")
    assert Words("en", "designs")(f"designs.certificate_{state}") in said
    assert ("40 of 200 are done" in said) == waits
    assert ("Ask for the big test" in said) != waits
    other = Someone.of(folk.person("Ben", age=40), client)
    assert "Ask for the big test" not in other.see(path)
    assert other.post(f"{path}/proof").status_code == 403
    assert "The test is asked for" in me.do(f"{path}/proof")


def test_each_version_is_shown_with_its_own_settings() -> None:
    """The sample gives what must be measured, and nothing that a design sets by itself."""
    from api.designs import Source, load

    source = Source("tube_clamp", "0.1.0")
    assert set(samples.entries_for(source, load(source))) == {"tube_diameter", "cup_base"}


def test_a_small_size_is_told_exactly(me: Someone) -> None:
    """Half a millimetre is not none."""
    _begun(me)
    assert "From 0.2 mm to 1 mm . At first: 0.5 mm" in me.see(DRAFT).replace("mm.", "mm .")


def test_a_draft_is_moved_to_the_version_that_is_here(me: Someone, folk: Folk) -> None:
    """When what it grew out of moved on, it is looked at but not made, until it is moved too."""
    _begun(me)
    with folk.sessions.begin() as session:
        fork = session.get_one(Fork, SLUG)
        fork.parent_version = "0.0.9"
        fork.draft = {**fork.draft, "parent": {"slug": "tube_clamp", "version": "0.0.9"}}
    said = me.see(DRAFT)
    assert "Until you move your draft, it cannot be made." in said
    assert "a new version of what it grew out of: 0.1.0" in said
    for path in ("/parameters/screw", "/sets/new", "/publish", "/picture.png"):
        assert me.get(f"{DRAFT}{path}").status_code == 404, path
    assert me.get(f"{DRAFT}/about").status_code == 200
    assert "Width of the tube" in me.do(f"{DRAFT}/parent", seen=_seen(folk))
    assert _draft(folk).draft["parent"]["version"] == "0.1.0"


def test_where_the_sample_does_not_fit_the_page_says_so(me: Someone, folk: Folk) -> None:
    """It has no picture then, and can be published all the same."""
    me.do("/designs/wrist_hand/versions/1.0.0/adapt", title="Small hands", why="For children.")
    draft = "/designs/small_hands/draft"
    me.do(f"{draft}/parameters/hand_breadth", seen="1", high="70")
    assert "cannot be made for our made-up person" in me.see(f"{draft}/publish")
    said = me.do(f"{draft}/publish", seen=str(_draft(folk, "small_hands").draft_version), notes="")
    assert "It is published." in said
