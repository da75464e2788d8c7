"""My requests: two people, two browsers, from a maker's offer to the fit check and beyond."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.decisions.model import Answer
from registry.jobs.model import Job
from registry.outcomes.model import Outcome
from registry.requests.model import FitCheck, Picture
from registry.requests.states import State
from tests.api.folk import Folk, Who
from tests.pages import asked
from tests.pages.conftest import PHONE, WAIT_MS, Site
from tests.pages.looking import barriers

As = Callable[..., Page]


@pytest.fixture
def anna(folk: Folk) -> Who:
    """Somebody who asks."""
    who = folk.person("Anna", age=30)
    folk.consents(who)
    return who


@pytest.fixture
def ben(folk: Folk) -> Who:
    """Somebody who makes."""
    who = folk.maker("Ben")
    asked.offers(folk, who)
    return who


@pytest.fixture
def as_(browser: Browser, site: Site) -> Iterator[As]:
    """Opens a browser of somebody's own, signed in; a phone's, with scripts."""
    opened = []

    def found(who: Who, **more: object) -> Page:
        given = {"base_url": site.url, "locale": "en-GB", "viewport": PHONE, **more}
        context = browser.new_context(**given)  # type: ignore[arg-type]  # as Playwright names them
        context.set_default_timeout(WAIT_MS)
        site.signed_in(context, who)
        opened.append(context)
        return context.new_page()

    yield found
    for each in opened:
        each.close()


def _see(page: Page, says: str) -> None:
    expect(page.get_by_text(says).first).to_be_visible()


def _answer(page: Page, says: str) -> None:
    """Answer with one symbol, and say that it was understood."""
    page.get_by_role("radio", name=says, exact=True).check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Have I understood you?")).to_be_visible()
    page.get_by_role("button", name="Yes, that is what I mean").click()


def test_from_a_wish_to_the_fit_check(
    folk: Folk, anna: Who, ben: Who, as_: As, db: Session
) -> None:
    """Anna asks Ben, says yes to him and to the exact plan; he makes it; she tells how it fits."""
    request = asked.opened(anna, design="wrist_hand")
    at = f"/requests/{request}"
    hers, his = as_(anna), as_(ben)
    job = db.scalars(select(Job).where(Job.request_id == UUID(request))).one()

    _asks(hers, at)
    asked.went_well(ben.post(f"/jobs/{job.id}/claims"))
    _says_yes_to_the_maker(hers, at)
    his.goto(f"{at}/messages")
    his.get_by_label("Your message").fill("Hello! Is teal right?")
    his.get_by_role("button", name="Send").click()
    hers.goto(f"{at}/messages")
    _see(hers, "Hello! Is teal right?")

    asked.plan(folk, ben, request)
    _says_yes_to_the_plan(hers, at)
    his.goto(at)
    his.get_by_role("button", name="Begin to make it").click()
    _see(his, "Make it, and say how far you are.")
    db.rollback()
    db.refresh(job)
    done = {"claim": job.claim, "printed": True, "sent": True}
    asked.went_well(ben.call("PATCH", f"/jobs/{job.id}", json=done))

    _tries_it_on(hers, at)
    check = db.scalars(select(FitCheck)).one()
    assert (check.fits, check.answers) == (
        False,
        {"problem_presses": "yes", "where": "at the thumb", "nearly": "yes"},
    )
    his.goto(f"{at}/fit-check")
    _see(his, "It presses")
    _see(his, "at the thumb")


def _asks(hers: Page, at: str) -> None:
    hers.goto(at)
    _see(hers, "We wait for makers")
    _see(hers, "We look for makers up to 100 km away.")
    hers.get_by_role("link", name="Who could make it").first.click()
    _see(hers, "Speaks English, as you do.")
    hers.get_by_role("checkbox", name="Ask Ben's workshop").check()
    hers.get_by_role("button", name="Ask the ones I ticked").click()
    _see(hers, "They have not answered yet.")


def _says_yes_to_the_maker(hers: Page, at: str) -> None:
    hers.goto(at)
    _see(hers, "It is your turn")
    hers.get_by_role("link", name="Look at the maker").click()
    hers.get_by_role("button", name="Yes, Ben's workshop shall make it").click()
    _see(hers, "You can write to each other now.")
    hers.get_by_role("button", name="Begin to plan").click()
    _see(hers, "Done. This is where it stands now.")


def _says_yes_to_the_plan(hers: Page, at: str) -> None:
    hers.goto(at)
    hers.get_by_role("link", name="Look and answer").click()
    _see(hers, "print it with a brim")
    _see(hers, "Nobody has measured it.")
    hers.get_by_role("radio", name="Yes", exact=True).check()
    hers.get_by_role("radio", name="teal").check()
    hers.get_by_label("Your own words").fill("Teal, please!")
    hers.get_by_role("button", name="Go on").click()
    _see(hers, "It will be made exactly like this.")
    assert barriers(hers) == []
    hers.get_by_role("button", name="Yes, that is what I mean").click()
    _see(hers, "It is agreed what will be made.")


def _tries_it_on(hers: Page, at: str) -> None:
    hers.goto(at)
    hers.get_by_role("button", name="It has arrived").click()
    hers.get_by_role("link", name="Does it fit?").first.click()
    hers.get_by_role("radio", name="Nearly").check()
    hers.get_by_role("checkbox", name="It presses").check()
    hers.get_by_label("Where?").fill("at the thumb")
    hers.get_by_role("button", name="That is how it is").click()
    _see(hers, "It does not fit. It will be made again.")


def test_the_whole_way_with_five_symbols(
    folk: Folk, anna: Who, ben: Who, as_: As, db: Session
) -> None:
    """Not sure, change, no, stop and yes, without a word; the same five for the fit check."""
    request = asked.designing(folk, anna, ben)
    at = f"/requests/{request}"
    decision = asked.plan(folk, ben, request)
    page = as_(anna)
    for says, then in {
        "Not sure": "designing",
        "Change": "designing",
        "No": "designing",
        "Stop": "paused",
        "Yes": "agreed",
    }.items():
        page.goto(f"{at}/decisions/{decision}")
        _answer(page, says)
        expect(page.get_by_role("status")).to_be_visible()
        assert folk.state(at) == then
        if then == "paused":
            page.get_by_role("button", name="Go on").click()
            expect(page.get_by_role("status")).to_be_visible()
    given = [each.answer for each in db.scalars(select(Answer).order_by(Answer.at))]
    assert given == ["not_sure", "change", "no", "stop", "yes"]
    folk.at(at, State.RECEIVED)
    for says, then in {"Not sure": "received", "Yes, it fits": "in_use"}.items():
        page.goto(f"{at}/fit-check")
        page.get_by_role("radio", name=says).check()
        page.get_by_role("button", name="That is how it is").click()
        expect(page.get_by_role("status")).to_be_visible()
        assert folk.state(at) == then


def test_who_was_not_understood_answers_again(
    folk: Folk, anna: Who, ben: Who, as_: As, db: Session
) -> None:
    """Nothing is kept then, and what was chosen and written is still there."""
    request = asked.designing(folk, anna, ben)
    decision = asked.plan(folk, ben, request)
    page = as_(anna, java_script_enabled=False)
    page.goto(f"/requests/{request}/decisions/{decision}")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("Please choose one of the five.")
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_label("Your own words").fill("I meant the other one.")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="No, let me answer again").click()
    expect(page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    expect(page.get_by_label("Your own words")).to_have_value("I meant the other one.")
    assert db.scalars(select(Answer)).all() == []


def test_no_to_a_maker_and_letting_makers_come(
    folk: Folk, anna: Who, ben: Who, as_: As, db: Session
) -> None:
    """Without blame; then others may come by themselves."""
    request = asked.opened(anna)
    folk.claimed(f"/requests/{request}", ben)
    page = as_(anna)
    page.goto(f"/requests/{request}/makers")
    page.get_by_role("button", name="No, not Ben's workshop").click()
    _see(page, "You said no to this maker.")
    assert db.scalars(select(Job.holder_id)).one() is None
    page.get_by_role("button", name="Ask the ones I ticked").click()
    expect(page.get_by_role("alert")).to_contain_text("Please tick at least one maker.")
    assert barriers(page) == []
    page.get_by_role("button", name="Let makers come").click()
    _see(page, "Makers near you may come by themselves now.")


def test_a_question_of_either_side_is_answered(folk: Folk, anna: Who, ben: Who, as_: As) -> None:
    """Anna asks, with options and who was there; Ben answers, and she may take it back."""
    request = asked.designing(folk, anna, ben)
    hers, his = as_(anna), as_(ben)
    hers.goto(f"/requests/{request}/decisions/new")
    hers.get_by_role("button", name="Ask").click()
    expect(hers.get_by_role("alert")).to_be_visible()
    assert barriers(hers) == []
    hers.get_by_label("Your question").fill("Shall we meet on Thursday?")
    hers.get_by_label("What there is to choose from").fill("morning\nevening")
    hers.get_by_label("Who was there").fill("Anna\nAnna's sister")
    hers.get_by_role("button", name="Ask").click()
    _see(hers, "Who was there: Anna and Anna's sister")
    his.goto(f"/requests/{request}")
    his.get_by_role("link", name="Shall we meet on Thursday?").click()
    his.get_by_role("radio", name="evening").check()
    _answer(his, "Yes")
    hers.goto(f"/requests/{request}/decisions")
    _see(hers, "My choice: evening.")
    hers.get_by_role("link", name="Shall we meet on Thursday?").click()
    hers.get_by_text("Take this question back").click()
    hers.get_by_role("button", name="Take it back").click()
    _see(hers, "Taken back")


def test_a_picture_is_added_seen_and_taken_away(
    anna: Who, as_: As, db: Session, tmp_path: Path
) -> None:
    """With words for who cannot see it; what is no picture is told beside the field."""
    request = asked.draft(anna)
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    Image.new("RGB", (60, 40), "teal").save(good)
    bad.write_text("no picture at all")
    page = as_(anna)
    page.goto(f"/requests/{request}/pictures")
    page.get_by_label("A picture").set_input_files(bad)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("A picture").set_input_files(good)
    page.get_by_label("What does it show?").fill("My hand on the table")
    page.get_by_role("button", name="Add it").click()
    shown = page.get_by_role("img", name="My hand on the table")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    page.get_by_role("button", name="Take this picture away").click()
    _see(page, "There are no pictures yet.")
    assert db.scalars(select(Picture)).all() == []


def test_how_it_goes_is_told_in_a_minute(
    folk: Folk, anna: Who, ben: Who, as_: As, db: Session
) -> None:
    """Asked when its time has come; that it is not in use any more can be told at any time."""
    request = asked.at(folk, anna, ben, State.IN_USE)
    asked.a_week_later(folk, request)
    page = as_(anna)
    page.goto(f"/requests/{request}")
    page.get_by_role("link", name="Answer the questions").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Please say whether you still use it.")
    assert barriers(page) == []
    page.get_by_role("radio", name="Yes", exact=True).first.check()
    page.get_by_role("group", name="Does it feel good?").get_by_label("Sometimes").check()
    page.get_by_label("Anything else?").fill("I use it every morning.")
    page.get_by_role("button", name="Send").click()
    _see(page, "Your answer helps others too.")
    told = db.scalars(select(Outcome).where(Outcome.answered_at.is_not(None))).one()
    assert (told.after, told.still_in_use) == ("1_week", True)
    assert told.answers == {"comfortable": "some", "words": "I use it every morning."}
    page.get_by_role("link", name="I do not use it any more").click()
    page.get_by_role("radio", name="No", exact=True).first.check()
    page.get_by_role("button", name="Send").click()
    _see(page, "Not in use any more")


def test_a_supporter_sees_what_was_granted_and_no_more(
    folk: Folk, anna: Who, ben: Who, as_: As
) -> None:
    """Not the measurements, not the messages; and nobody answers for the person."""
    carer = folk.person("Carla")
    folk.supports(carer, anna)
    request = asked.designing(folk, anna, ben)
    decision = asked.plan(folk, ben, request)
    asked.went_well(ben.post(f"/requests/{request}/messages", {"said": "canary 4711"}))
    page = as_(carer)
    page.goto(f"/requests/{request}/decisions/{decision}")
    _see(page, "You may see what was asked, but not the measurements.")
    _see(page, "But only the person it is for gives the answer.")
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(page.get_by_text("238.3")).to_have_count(0)
    page.goto(f"/requests/{request}/messages")
    expect(page.get_by_text("canary 4711")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Your message")).to_have_count(0)
    page.goto(f"/requests/{request}")
    expect(page.get_by_role("button", name="Let it rest")).to_have_count(0)
    answer = page.goto(f"/requests/{request}/address")
    assert answer is not None
    assert answer.status == 403


def test_a_childs_no_stops_it_though_the_guardian_said_yes(folk: Folk, ben: Who, as_: As) -> None:
    """Both are asked, each in their own browser; the plan is agreed when both said yes."""
    child, guardian = folk.person("Kim", age=12), folk.person("Gil", age=40)
    folk.guards(guardian, child)
    folk.consents(child)
    folk.consents(child, guardian)
    path = folk.request(child, by=guardian, design="wrist_hand")
    folk.matched(path, ben, to=State.DESIGNING)
    decision = asked.plan(folk, ben, path.rpartition("/")[2])
    for who, says, then in (
        (guardian, "Yes", "designing"),
        (child, "No", "designing"),
        (child, "Yes", "agreed"),
        (child, "No", "designing"),
    ):
        page = as_(who)
        page.goto(f"{path}/decisions/{decision}")
        _answer(page, says)
        expect(page.get_by_role("status")).to_be_visible()
        assert folk.state(path) == then
    page = as_(child)
    page.goto(f"{path}/messages")
    _see(page, "the guardian writes with the maker")
