"""Who asks, by keyboard alone: from a wish to a device that fits, without a mouse anywhere."""

from __future__ import annotations

from uuid import UUID

from fastapi import FastAPI
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from registry.decisions.model import Answer
from registry.fits.model import Fit, FitFile
from registry.jobs.model import Job
from registry.requests.model import FitCheck, Request
from registry.requests.states import State
from tests.api.folk import Folk
from tests.pages import asked
from tests.pages.conftest import SignsIn
from tests.pages.keyboard import Keys
from tests.pages.test_viewer import VIEW_MS

PASSWORD = "boat lamp carrot"  # noqa: S105 (made up)


def test_find(page: Page, keys: Keys) -> None:
    """From the first page, in words, to a design and its family; the whole page by Tab and back."""
    page.goto("/")
    keys.skip()
    keys.write(page.get_by_label("In my words"), "I want to drink tea on my wheelchair")
    keys.enter(page.get_by_role("button", name="Show me what may help"))
    expect(page.get_by_role("heading", level=1)).to_have_text("This may help")
    keys.enter(page.get_by_role("link", name="Tube clamp with cup holder", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Tube clamp with cup holder")
    keys.enter(page.get_by_role("link", name="See its family tree"))
    expect(page.get_by_text("this one")).to_be_visible()
    page.goto("/")
    keys.round()
    keys.tick(page.get_by_label("Use a wheelchair"))
    keys.enter(page.get_by_role("button", name="Show me"))
    expect(page.get_by_role("link", name="Tube clamp with cup holder", exact=True)).to_be_visible()


def test_fit(page: Page, keys: Keys, app: FastAPI, sessions: sessionmaker[Session]) -> None:
    """One measurement a page, the 3D view, another size, side and colour, and the files."""
    page.set_default_timeout(VIEW_MS)
    page.goto("/designs/tube_clamp/fit")
    keys.skip()
    keys.pick(page.get_by_label("right"))
    keys.enter(page.get_by_role("button", name="Begin"))
    keys.enter(page.locator("summary", has_text="What the picture shows"))
    expect(page.locator(".govuk-details__text")).to_be_visible()
    for label in ("What do you read?", "What do you read this time?"):
        keys.write(page.get_by_label(label), "25")
        keys.enter(page.get_by_role("button", name="Save and go on"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    keys.enter(page.get_by_role("link", name="See it in 3D"))

    top = page.get_by_role("button", name="Top")
    expect(top).to_be_visible(timeout=VIEW_MS)
    keys.enter(top)
    expect(top).to_have_attribute("aria-pressed", "true")
    keys.to(page.locator("model-viewer"), key="Shift+Tab").press("ArrowLeft")
    expect(top).to_have_attribute("aria-pressed", "false")
    done = page.locator("#fit-state")
    keys.write(page.get_by_label("Width of the tube"), "30")
    page.keyboard.press("Enter")
    expect(done).to_have_text("Here is the new one.")
    keys.pick(page.get_by_label("left", exact=True))
    keys.choose(page.locator("#colour"), "Plum")
    expect(page.locator("#colour")).to_have_value("#6d3b5e")
    keys.tick(page.get_by_label("STEP", exact=False))
    keys.enter(page.get_by_role("button", name="Make the files"))
    expect(page.get_by_role("heading", name="Your files wait their turn")).to_be_visible()

    _made(app, sessions, page.url.rpartition("/")[2].partition("?")[0])
    expect(page.get_by_role("heading", name="Your files are ready")).to_be_visible()
    with page.expect_download() as download:
        keys.enter(page.get_by_role("link", name="Download everything"))
    assert download.value.suggested_filename == "tube_clamp.zip"


def _made(app: FastAPI, sessions: sessionmaker[Session], fit: str) -> None:
    with sessions.begin() as session:
        digest = app.state.storage.put(session, b"a plate")
        session.add(FitFile(fit_id=UUID(fit), name="plates/plate_1.3mf", digest=digest, size=7,
                            media_type="model/3mf"))  # fmt: skip
        session.execute(
            update(Fit).where(Fit.id == UUID(fit)).values(state="done", report=asked.REPORT)
        )


def test_ask(page: Page, keys: Keys, db: Session) -> None:
    """An account, every task, what is agreed to, and then makers see it."""
    page.goto("/sign-up?next=/ask")
    _sign_up(page, keys)
    keys.skip()
    keys.enter(page.get_by_role("button", name="Begin"))
    keys.round()
    _task(page, keys, "What you want to be able to do")
    keys.write(page.get_by_label("In your own words"), "I want to hold my cup.")
    keys.tick(page.get_by_role("checkbox", name="Eat"))
    _save(page, keys)
    _task(page, keys, "A design, if you have one in mind")
    keys.pick(page.get_by_role("radio", name="Wrist-driven hand"))
    _save(page, keys)
    _task(page, keys, "Roughly where you live")
    keys.choose(page.get_by_label("Country"), "United K")
    keys.write(page.get_by_label("A town near you"), "London")
    _save(page, keys)
    _task(page, keys, "How you want to talk")
    keys.pick(page.get_by_role("radio", name="By letter"))
    keys.choose(page.get_by_label("First language"), "Port")
    _save(page, keys)
    _task(page, keys, "Who may see it")
    keys.enter(page.get_by_role("button", name="Save and go on"))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    keys.pick(page.get_by_role("radio", name="Makers near me may come by themselves"))
    keys.tick(page.get_by_label("I agree to this"))
    _save(page, keys)
    keys.enter(page.get_by_role("link", name="Check your answers"))
    keys.enter(page.get_by_role("button", name="Show it to makers"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Makers can see it now")
    row = db.scalars(select(Request)).one()
    assert (row.state, row.design, row.region, row.channel) == (
        "open", "wrist_hand", "London", "letter",
    )  # fmt: skip
    assert row.languages == ["pt"]


def _sign_up(page: Page, keys: Keys) -> None:
    keys.write(page.get_by_label("E-mail address"), "anna@example.org")
    keys.write(page.get_by_label("Password"), PASSWORD)
    keys.write(page.get_by_label("What shall we call you?"), "Anna")
    for part, number in (("Day", "4"), ("Month", "5"), ("Year", "1990")):
        keys.write(page.get_by_label(part, exact=True), number)
    keys.enter(page.get_by_role("button", name="Open my account"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    keys.write(page.get_by_label("E-mail address"), "anna@example.org")
    keys.write(page.get_by_label("Password"), PASSWORD)
    keys.enter(page.locator("main").get_by_role("button", name="Sign in"))
    expect(page.get_by_role("button", name="Begin")).to_be_visible()


def _task(page: Page, keys: Keys, name: str) -> None:
    keys.enter(page.get_by_role("link", name=name))
    expect(page.get_by_role("heading", level=1)).not_to_have_text("What you ask for")


def _save(page: Page, keys: Keys) -> None:
    keys.enter(page.get_by_role("button", name="Save and go on"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What you ask for")


def test_my_requests(page: Page, keys: Keys, signs_in: SignsIn, folk: Folk, db: Session) -> None:
    """A maker is asked and said yes to, written with; yes to the plan; how it fits."""
    anna, ben = folk.person("Anna", age=30), folk.maker("Ben")
    folk.consents(anna)
    asked.offers(folk, ben)
    request = asked.opened(anna, design="wrist_hand")
    signs_in(anna)
    page.goto("/requests")
    keys.skip()
    keys.enter(page.get_by_role("link", name="Wrist-driven hand"))
    keys.enter(page.get_by_role("link", name="Who could make it").first)
    keys.tick(page.get_by_role("checkbox", name="Ask Ben's workshop"))
    keys.enter(page.get_by_role("button", name="Ask the ones I ticked"))
    expect(page.get_by_text("They have not answered yet.")).to_be_visible()

    job = db.scalars(select(Job.id).where(Job.request_id == UUID(request))).one()
    asked.went_well(ben.post(f"/jobs/{job}/claims"))
    page.goto(f"/requests/{request}")
    keys.enter(page.get_by_role("link", name="Look at the maker"))
    keys.enter(page.get_by_role("button", name="Yes, Ben's workshop shall make it"))
    keys.enter(page.get_by_role("button", name="Begin to plan"))
    expect(page.get_by_text("Done. This is where it stands now.")).to_be_visible()
    keys.enter(page.get_by_role("link", name="Messages"))
    keys.write(page.get_by_label("Your message"), "Hello!")
    keys.enter(page.get_by_role("button", name="Send"))
    expect(page.get_by_text("Hello!")).to_be_visible()

    asked.plan(folk, ben, request)
    page.goto(f"/requests/{request}")
    keys.enter(page.get_by_role("link", name="Look and answer"))
    keys.round()
    keys.pick(page.get_by_role("radio", name="Yes", exact=True))
    keys.pick(page.get_by_role("radio", name="amber"))
    keys.enter(page.get_by_role("button", name="Go on"))
    keys.enter(page.get_by_role("button", name="Yes, that is what I mean"))
    expect(page.get_by_text("It is agreed what will be made.")).to_be_visible()
    said = db.scalars(select(Answer)).one()
    assert (said.answer, said.option) == ("yes", "amber")

    folk.at(f"/requests/{request}", State.SENT)
    page.goto(f"/requests/{request}")
    keys.enter(page.get_by_role("button", name="It has arrived"))
    keys.enter(page.get_by_role("link", name="Does it fit?").first)
    keys.pick(page.get_by_role("radio", name="Nearly"))
    keys.tick(page.get_by_role("checkbox", name="It presses"))
    keys.enter(page.get_by_role("button", name="That is how it is"))
    expect(page.get_by_text("It does not fit. It will be made again.")).to_be_visible()
    assert db.scalars(select(FitCheck.fits)).one() is False
