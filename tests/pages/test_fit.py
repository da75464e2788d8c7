"""Fitting in a real browser: from the first measurement to the files, in every way people come."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.pages.conftest import Site

ROOT = Path(__file__).parents[2]
HAND = {"hand_breadth": "78", "palm_length": "98", "wrist_circumference": "150"}
MAKING_MS = 240_000
"""How long a fit may take on a machine that has other things to do."""

MODEL_MS = 150_000


def _save(page: Page) -> None:
    page.get_by_role("button", name="Save and go on").click()


def _answer(page: Page, name: str, amount: str, *, is_odd: bool = False) -> None:
    """Give one measurement, read once."""
    page.goto(f"/designs/wrist_hand/fit/measure/{name}")
    page.get_by_label("What do you read?").fill(amount)
    _save(page)
    if is_odd:
        page.get_by_role("button", name="Yes, it is right").click()
    page.get_by_role("button", name="Leave out the second time").click()


def _hand(page: Page) -> None:
    """Give all that the hand needs."""
    # What follows waits for the processes that make models.
    page.set_default_timeout(MODEL_MS)
    page.goto("/designs/wrist_hand/fit")
    page.get_by_label("left").check()
    page.get_by_role("button", name="Begin").click()
    for name, amount in {**HAND, "forearm_circumference": "230"}.items():
        _answer(page, name, amount)


def _clamp(page: Page) -> None:
    """Give all that the clamp needs."""
    page.set_default_timeout(MODEL_MS)
    page.goto("/designs/tube_clamp/fit/measure/tube_diameter")
    page.get_by_label("What do you read?").fill("25")
    _save(page)
    page.get_by_role("button", name="Leave out the second time").click()


def _sees_it(page: Page) -> None:
    """Wait until the model is there: only then there are buttons for where to look from."""
    page.set_default_timeout(MODEL_MS)
    expect(page.get_by_role("button", name="Top")).to_be_visible(timeout=MODEL_MS)


def _model(page: Page) -> str:
    """The address of the model that is shown."""
    found: str = page.locator("model-viewer").evaluate("viewer => viewer.src")
    return found


@pytest.fixture
def worker(site: Site, database_url: str) -> Iterator[None]:
    """A worker beside the site, which makes what is asked for."""
    keys = site.settings.keys
    assert keys is not None
    # It stops when its standard input is closed.
    with subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "worker", "--until-closed"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database_url,
            "FITCOMMONS_DATA_DIR": str(site.settings.data_dir),
            "FITCOMMONS_KEYS": keys.get_secret_value(),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield
        process.communicate(timeout=60)


def test_one_measurement_a_page(page: Page) -> None:
    """From the side to all answers: a drawing, its words, how tight, each read twice."""
    page.goto("/designs/wrist_hand/fit")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose left or right.")
    page.get_by_label("right").check()
    page.get_by_role("button", name="Begin").click()

    for number, (name, first, second) in enumerate(
        (
            ("Width of the hand", "78", "79"),
            ("Length of the palm", "98", "98"),
            ("Round the wrist", "150", "152"),
            ("Round the forearm", "230", "233"),
        ),
        1,
    ):
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        expect(page.get_by_text(f"Size {number} of 4")).to_be_visible()
        expect(page.locator("figure.drawing img")).to_have_js_property("complete", value=True)
        expect(page.get_by_text("How tight?")).to_be_visible()
        page.get_by_text("What the picture shows").click()
        expect(page.locator(".govuk-details__text")).to_contain_text(
            "The arrow" if number < 3 else "A tape"
        )
        page.get_by_label("What do you read?").fill(first)
        _save(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Once more: {name}")
        page.get_by_label("What do you read this time?").fill(second)
        _save(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.get_by_text("78.5 mm")).to_be_visible()
    expect(page.get_by_text("The middle of 78 mm and 79 mm")).to_be_visible()
    expect(page.get_by_role("link", name="See it in 3D")).to_be_visible()


def test_two_readings_that_differ_are_taken_again(page: Page) -> None:
    """More than 3 mm apart: both are shown, with how far they may differ, and asked for anew."""
    page.goto("/designs/wrist_hand/fit/measure/hand_breadth")
    page.get_by_label("What do you read?").fill("78")
    _save(page)
    page.get_by_label("What do you read this time?").fill("85")
    _save(page)

    expect(page.get_by_role("status")).to_contain_text(
        "First you read 78 mm, then 85 mm. They may differ by 3 mm."
    )
    page.goto("/designs/wrist_hand/fit")
    expect(page.get_by_text("Measure again")).to_be_visible()


def test_what_cannot_be_used_is_told_as_on_the_command_line(page: Page) -> None:
    """The field, what is wrong, what is allowed; what was typed is still there."""
    page.goto("/designs/wrist_hand/fit/measure/hand_breadth")
    for typed, says in (
        ("", "Write a number, or say that you cannot measure it."),
        ("abc", "“abc” is not a length."),
        ("-5", "“-5 mm” is negative. A length is zero or more."),
        ("1e9", "“1e9” is not a length that can be read"),
        ("3.07", "3.07 mm is outside 40-110 mm. If you meant millimetres"),
        ("500", "500 mm is outside 40-110 mm."),
    ):
        page.get_by_label("What do you read?").fill(typed)
        _save(page)
        expect(page.get_by_role("alert")).to_contain_text(says.partition(" If")[0])
        expect(page.get_by_label("What do you read?")).to_have_value(typed)
        expect(page.get_by_label("What do you read?")).to_have_attribute("aria-invalid", "true")


def test_an_odd_value_is_asked_about_gently(page: Page) -> None:
    """Larger than most: yes keeps it, another number takes its place; the same for odd ones out."""
    page.goto("/designs/wrist_hand/fit/measure/hand_breadth")
    page.get_by_label("What do you read?").fill("108")
    _save(page)
    expect(page.get_by_role("status")).to_contain_text("108 mm is larger than most people's.")
    page.get_by_role("button", name="Yes, it is right").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Once more: Width of the hand")

    page.goto("/designs/wrist_hand/fit/measure/hand_breadth")
    page.get_by_label("What do you read?").fill("108")
    _save(page)
    page.get_by_label("What do you read?").fill("78")
    page.get_by_role("button", name="Use the number that I changed").click()
    page.get_by_role("button", name="Leave out the second time").click()
    page.get_by_label("What do you read?").fill("140")
    _save(page)
    expect(page.get_by_role("status")).to_contain_text(re.compile("larger than most|of about"))


def test_somebody_who_cannot_measure_something(page: Page) -> None:
    """It is worked out from the others, marked, and its source is told, also beside the model."""
    _hand(page)
    page.goto("/designs/wrist_hand/fit/measure/palm_length")
    page.get_by_role("button", name="I cannot measure this").click()
    page.goto("/designs/wrist_hand/fit/check")

    row = page.locator(".govuk-summary-list__row", has_text="Length of the palm")
    expect(row).to_contain_text(re.compile(r"Worked out: 1\d\d mm"))
    expect(row).to_contain_text("ANSUR II survey of 2012")
    page.get_by_role("link", name="See it in 3D").click()
    page.get_by_text(re.compile(r"\d+ sizes were worked out")).click()
    expect(page.locator(".fit-sources")).to_contain_text("Length of the palm")


def test_inches_are_remembered(page: Page) -> None:
    """A fraction with inches is read, and the next page asks in inches."""
    page.goto("/designs/wrist_hand/fit/measure/hand_breadth")
    page.get_by_label("Unit").select_option("in")
    page.get_by_label("What do you read?").fill("3 1/16")
    _save(page)
    page.get_by_label("What do you read this time?").fill("3.1")
    expect(page.get_by_label("Unit")).to_have_value("in")
    _save(page)

    expect(page.get_by_label("Unit")).to_have_value("in")
    expect(page.get_by_text("From 1.77 in to 5.71 in")).to_be_visible()
    page.goto("/designs/wrist_hand/fit")
    expect(page.get_by_text("3.08 in")).to_be_visible()


def test_what_does_not_go_together_leads_to_where_it_can_be_changed(page: Page) -> None:
    """A wrist thicker than the forearm is told in words, with a link to the measurement."""
    _hand(page)
    _answer(page, "forearm_circumference", "149", is_odd=True)
    page.goto("/designs/wrist_hand/fit/check")

    problem = page.get_by_role("alert").get_by_role("link")
    expect(problem).to_contain_text("cannot be thicker than the forearm")
    expect(page.get_by_role("link", name="See it in 3D")).to_have_count(0)
    problem.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Round the wrist")


def test_a_changed_measurement_changes_what_is_seen(page: Page, context: BrowserContext) -> None:
    """Facts and model change in place, errors too; measurements are in no address."""
    addresses: list[str] = []
    context.on("request", lambda request: addresses.append(request.url))
    _hand(page)
    page.goto("/designs/wrist_hand/fit/device")
    _sees_it(page)
    before = page.locator(".fit-facts dd").first.inner_text()
    first = _model(page)

    page.get_by_label("Width of the hand").fill("91")
    page.get_by_label("Width of the hand").blur()
    expect(page.locator("#fit-state")).to_have_text("Here is the new one.", timeout=MODEL_MS)
    after = page.locator(".fit-facts dd").first.inner_text()
    page.get_by_label("Width of the hand").fill("7")
    page.get_by_label("Width of the hand").blur()

    expect(page.locator("#fit-state")).to_contain_text("could not be used")
    expect(page.locator("#fit-facts")).to_contain_text("7 mm is outside 40-110 mm.")
    expect(page.get_by_label("Width of the hand")).to_have_attribute("aria-invalid", "true")
    assert before != after
    assert _model(page) != first
    assert [url for url in addresses if re.search(r"[=/](78|91|98|150|230)\b", url)] == []
    page.reload()
    expect(page.get_by_label("Width of the hand")).to_have_value("91")


def test_colours_and_side_change_the_model(page: Page) -> None:
    """Another side and another colour are another model, and stay chosen."""
    _hand(page)
    page.goto("/designs/wrist_hand/fit/device")
    _sees_it(page)
    page.locator("#colour").select_option(label="Plum")
    expect(page.locator("#fit-state")).to_have_text("Here is the new one.", timeout=MODEL_MS)
    first = _model(page)
    page.get_by_label("right", exact=True).check()
    expect(page.locator("model-viewer")).not_to_have_js_property("src", first, timeout=MODEL_MS)

    page.reload()
    expect(page.get_by_label("right", exact=True)).to_be_checked()
    expect(page.locator("#colour")).to_have_value("#6d3b5e")


def test_without_scripts(site: Site, browser: Browser) -> None:
    """The same journey by forms alone; a still picture is drawn of the very device."""
    context = browser.new_context(base_url=site.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    _clamp(page)
    page.get_by_role("link", name="See it in 3D").click()
    picture = page.locator(".viewer-stage noscript img")
    address = picture.get_attribute("src") or ""
    first = context.request.get(address)
    page.get_by_label("Width of the tube").fill("31")
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_label("Width of the tube")).to_have_value("31")
    changed = picture.get_attribute("src") or ""
    second = context.request.get(changed)
    page.get_by_label("Width of the tube").fill("99")
    page.get_by_role("button", name="Show it").click()

    assert (first.headers["content-type"], second.status) == ("image/png", 200)
    assert first.body() != second.body()
    for each in (address, changed):
        assert re.fullmatch(r"/designs/tube_clamp/fit/picture\.png\?\w+=[0-9a-f]{16}", each)
    expect(page.get_by_role("alert")).to_contain_text("99 mm is outside 19-32 mm.")
    context.close()


def test_answers_are_the_browsers_own_and_can_be_erased(
    page: Page, context: BrowserContext
) -> None:
    """The cookie is sealed, goes only to these pages, and is gone when somebody says so."""
    _clamp(page)
    [cookie] = [each for each in context.cookies() if each["name"].startswith("fit-")]
    page.goto("/designs/tube_clamp/fit")
    page.get_by_role("button", name="Erase my answers").click()

    assert cookie["path"] == "/designs/tube_clamp/fit"
    assert cookie["httpOnly"]
    assert "tube_diameter" not in cookie["value"]
    expect(page.get_by_role("status")).to_have_text("Your answers are erased.")
    assert [each for each in context.cookies() if each["name"].startswith("fit-")] == []
    expect(page.get_by_role("button", name="Begin")).to_be_visible()


def test_a_cookie_of_another_design_is_no_answer(page: Page, context: BrowserContext) -> None:
    """It does not open there."""
    _clamp(page)
    [cookie] = [each for each in context.cookies() if each["name"].startswith("fit-")]
    context.add_cookies(
        [
            {
                "name": "fit-wrist_hand",
                "value": cookie["value"],
                "domain": cookie["domain"],
                "path": "/designs/wrist_hand/fit",
            }
        ]
    )
    page.goto("/designs/wrist_hand/fit")
    expect(page.get_by_role("button", name="Begin")).to_be_visible()


def test_from_the_device_to_its_files(site: Site, browser: Browser, worker: None) -> None:  # noqa: ARG001 (it works)
    """No account, no scripts: asked for, waited for, all at once, one part, and for a slicer."""
    context = browser.new_context(base_url=site.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    _clamp(page)
    page.get_by_role("link", name="See it in 3D").click()
    for name in ("Model (GLB)", "Guide in English (PDF)"):
        page.get_by_label(name).uncheck()
    page.get_by_label("For which printer?").select_option("Prusa MK4")
    page.get_by_role("button", name="Make the files").click()
    # The page loads itself anew until they are made.
    expect(page.get_by_role("heading", name="Your files are ready")).to_be_visible(
        timeout=MAKING_MS
    )

    expect(page.get_by_text("Every check holds")).to_be_visible()
    everything = page.get_by_role("link", name="Download everything").get_attribute("href")
    packed = zipfile.ZipFile(io.BytesIO(context.request.get(everything or "").body()))
    assert {"stl/cup_holder.stl", "plates/plate_1.3mf", "recipe.json"} <= set(packed.namelist())
    part = page.get_by_role("link", name="clamp_back.stl").get_attribute("href")
    assert context.request.get(part or "").body() == packed.read("stl/clamp_back.stl")
    link = page.get_by_role("link", name="Open in OrcaSlicer").first.get_attribute("href") or ""
    program, _, address = link.partition("://open?file=")
    assert program == "orcaslicer"
    assert unquote(address).endswith("/plate_1.3mf")
    # As a program fetches it: without a cookie. Its host is the one that people are told.
    path = urlsplit(unquote(address)).path
    with urlopen(f"{site.url}{path}") as answer:  # noqa: S310 (the test's own site)
        assert answer.read() == packed.read("plates/plate_1.3mf")
    context.close()


def test_whoever_waits_learns_by_itself_and_can_stop(page: Page, context: BrowserContext) -> None:
    """Without a worker a fit waits; stopped on one page, the other one says so by itself."""
    _clamp(page)
    page.get_by_role("link", name="See it in 3D").click()
    page.get_by_role("button", name="Make the files").click(timeout=MODEL_MS)
    expect(page.get_by_role("heading", name="Your files wait their turn")).to_be_visible(
        timeout=MODEL_MS
    )
    other = context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Stop it").click()

    expect(other.get_by_role("heading", name="You stopped it")).to_be_visible()
    expect(page.get_by_role("heading", name="You stopped it")).to_be_visible(timeout=MODEL_MS)


def test_a_made_up_address_opens_nothing(page: Page) -> None:
    """Whoever changes a letter of an address for slicers gets nothing."""
    answer = page.goto("/open/AAAA/plate_1.3mf")
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize(("paper", "language"), [("a4", "en"), ("letter", "en"), ("a4", "ar")])
def test_the_measuring_sheet_is_in_true_scale(
    page: Page, paper: str, language: str, tmp_path: Path
) -> None:
    """At 254 dots per inch a millimetre is ten dots: the check line is 1,000 of them long."""
    from PIL import Image

    answer = page.request.get(
        f"/designs/wrist_hand/measuring-sheet.pdf?paper={paper}",
        headers={"Accept-Language": language},
    )
    file = tmp_path / "sheet.pdf"
    file.write_bytes(answer.body())
    subprocess.run(
        ["pdftoppm", "-r", "254", "-gray", "-png", "-f", "1", "-l", "1", file, tmp_path / "page"],
        check=True,
    )
    [made] = tmp_path.glob("page*.png")
    picture = Image.open(made).convert("L")
    size = {"a4": (2100, 2970), "letter": (2159, 2794)}[paper]
    assert (abs(picture.width - size[0]), abs(picture.height - size[1])) <= (1, 1)
    runs = {_longest_run(picture, row) for row in range(picture.height // 2)}
    assert any(abs(run - 1000) <= 6 for run in runs), sorted(runs)[-5:]
    assert any(abs(run - 1016) <= 6 for run in runs), sorted(runs)[-5:]


def _longest_run(picture: object, row: int) -> int:
    """How many dark dots stand side by side in a row, at most."""
    line = bytes(picture.crop((0, row, picture.width, row + 1)).tobytes())  # type: ignore[attr-defined]  # pillow's Image
    return max((len(run) for run in re.findall(rb"[\x00-\x60]+", line)), default=0)


def test_how_to_measure_in_easy_words(page: Page) -> None:
    """Every measurement has its drawing and its words, in large letters."""
    page.goto("/designs/wrist_hand/how-to-measure")
    sections = page.locator(".fit-easy-one")
    expect(sections).to_have_count(14)
    for name in ("Width of the hand", "Round the wrist", "Length of the thumb"):
        section = sections.filter(has_text=name).first
        expect(section.get_by_role("heading")).to_be_visible()
        expect(section.locator("img")).to_have_attribute("alt", re.compile("hand|arm"))
    size = sections.first.locator("p").first.evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    )
    assert size >= 20
