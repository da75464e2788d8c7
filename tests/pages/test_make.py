"""The maker's way in a real browser, from an offer to a thing that was sent."""

from __future__ import annotations

import io
import re
import struct
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.pages.make.prints import prints_of
from parametric import coupon
from registry import clock
from registry.fits import usecases as fits
from registry.fits.model import Fit, FitFile
from registry.jobs.model import Job
from registry.people import makers
from registry.people.model import Maker, Read
from registry.requests.states import State
from tests.api.folk import Folk
from tests.pages import making
from tests.pages.conftest import Site

HTML = {"Accept": "text/html"}


def _cube(side: float) -> bytes:
    corners = [(x, y, z) for x in (0.0, side) for y in (0.0, side) for z in (0.0, side)]
    faces = [
        (0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1),
        (2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3),
    ]  # fmt: skip
    out = io.BytesIO()
    out.write(b"\0" * 80 + struct.pack("<I", len(faces)))
    for face in faces:
        out.write(struct.pack("<3f", 0.0, 0.0, 0.0))
        for corner in face:
            out.write(struct.pack("<3f", *corners[corner]))
        out.write(b"\0\0")
    return out.getvalue()


def test_somebody_offers_to_make_and_measures_their_printer(
    site: Site, context: BrowserContext, page: Page, folk: Folk
) -> None:
    """Offer, printer and test piece, each on a page of its own, and kept for the next kit."""
    ben = folk.person("Ben", age=40)
    site.signed_in(context, ben)

    page.goto("/make")
    page.get_by_role("link", name="Offer to make").click()
    page.get_by_label("What are you called here?").fill("Ben")
    page.get_by_label("Which town are you near?").fill("Leipzig")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Up to 100 km").check()
    page.get_by_label("Which tools do you have?").fill("drill، sewing machine")
    page.get_by_role("button", name="Save").click()

    page.get_by_role("link", name="Add a printer").click()
    page.get_by_label("Which printer is it?").select_option("Prusa MK4")
    page.get_by_role("button", name="Fill in its size").click()
    expect(page.get_by_label("Wide", exact=True)).to_have_value("250")
    page.get_by_label("What do you call it?").fill("The one in the shed")
    page.get_by_label("PETG").check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("The test piece")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the test piece").click()
    assert download.value.suggested_filename == "test_piece.3mf"
    page.get_by_label("first hole where the peg slides").select_option("30")
    page.get_by_label("last hole where the peg goes in").select_option("15")
    page.get_by_label("How wide is hole M?").fill("9,8")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_contain_text("New files for this printer")
    with folk.sessions() as session:
        maker = session.get_one(Maker, ben.id)
        printer = makers.printers_of(session, ben.id)[0]
    assert (maker.region, maker.sends_km, maker.tools) == (
        "Leipzig", 100, ["drill", "sewing machine"]
    )  # fmt: skip
    assert printer.materials == ["PLA", "PETG"]
    assert printer.profile["sliding_mm"] == pytest.approx(0.2)
    assert printer.profile["hole_shrink_mm"] == pytest.approx(0.2)
    assert printer.calibrated_on is not None


def test_a_job_goes_from_near_by_to_sent(
    site: Site, context: BrowserContext, page: Page, folk: Folk
) -> None:
    """Claim, their yes, the question, their yes again, the checklist, sent; by keyboard only."""
    anna, ben = folk.person("Anna", age=30), making.workshop(folk, "Ben")
    path = making.wish(folk, anna)
    site.signed_in(context, ben)

    page.goto("/make")
    page.get_by_role("link", name="Something new").press("Enter")
    expect(page.locator("main")).to_contain_text("Leipzig")
    expect(page.locator("main")).not_to_contain_text("ride my bicycle")
    page.get_by_role("button", name="I will make it").press("Enter")
    expect(page.get_by_text("Now it is their turn")).to_be_visible()

    job = making.job_of(folk, path)
    anna.post(f"/jobs/{job}/confirm", {"claim": 1})
    fit = making.made_kit(folk, path)
    page.reload()
    expect(page.locator("main")).to_contain_text("ride my bicycle")
    page.get_by_role("button", name="Ask them").press("Enter")
    expect(page.get_by_text("Wait for their answer")).to_be_visible()
    assert folk.state(path) == "designing"

    asked = anna.get(f"{path}/decisions").json()
    assert asked[0]["fit_id"] == fit
    anna.post(f"{path}/decisions/{asked[0]['id']}/answers", {"answer": "yes"})
    page.reload()
    page.get_by_role("button", name="Start making").press("Enter")
    page.get_by_label("It is printed").press(" ")
    page.get_by_role("button", name="Keep my ticks").press("Enter")
    expect(page.get_by_label("It is printed")).to_be_checked()
    page.get_by_label("It is put together").press(" ")
    page.get_by_role("button", name="I have sent it").press("Enter")

    expect(page.get_by_role("status")).to_contain_text("on its way")
    assert folk.state(path) == "sent"


def test_who_came_second_is_told_so(
    site: Site, context: BrowserContext, page: Page, folk: Folk
) -> None:
    """The first maker gets a job; the other is told in words, and nothing breaks."""
    anna, ben, cleo = (
        folk.person("Anna", age=30), making.workshop(folk, "Ben"), making.workshop(folk, "Cleo")
    )  # fmt: skip
    path = making.wish(folk, anna)
    site.signed_in(context, ben)
    page.goto(f"/make/jobs/{making.job_of(folk, path)}")
    folk.claimed(path, cleo)

    page.get_by_role("button", name="I will make it").click()

    expect(page.get_by_role("alert")).to_contain_text("Somebody else was first")


def test_a_job_is_handed_on_without_blame(
    site: Site, context: BrowserContext, page: Page, folk: Folk
) -> None:
    """The next maker reads what the one before them left; nobody is asked why."""
    anna, ben, cleo = (
        folk.person("Anna", age=30), making.workshop(folk, "Ben"), making.workshop(folk, "Cleo")
    )  # fmt: skip
    path, job = making.being_made(folk, anna, ben)
    site.signed_in(context, ben)

    page.goto(f"/make/jobs/{job}")
    page.get_by_role("link", name="I cannot go on with this").click()
    page.get_by_label("What should they know?").fill("The palm is in the bag.")
    page.get_by_role("button", name="Hand it on").click()

    expect(page.get_by_role("status")).to_contain_text("Thank you for what you did")
    assert folk.state(path) == "open"
    claimed = cleo.post(f"/jobs/{job}/claims").json()
    anna.post(f"/jobs/{job}/confirm", {"claim": claimed["claim"]})
    site.signed_in(context, cleo)
    page.goto(f"/make/jobs/{job}")
    expect(page.locator("main")).to_contain_text("The palm is in the bag.")


def test_a_changed_part_is_checked_and_told_in_words(
    site: Site, context: BrowserContext, page: Page, folk: Folk, tmp_path: Path
) -> None:
    """What is no model is refused and nothing typed is lost; a model comes with its report."""
    anna, ben = folk.person("Anna", age=30), making.workshop(folk, "Ben")
    _, job = making.being_made(folk, anna, ben)
    (tmp_path / "bad.stl").write_text("<html>no model</html>")
    (tmp_path / "cube.stl").write_bytes(_cube(20.0))
    site.signed_in(context, ben)

    page.goto(f"/make/jobs/{job}/variants")
    page.get_by_label("The file").set_input_files(tmp_path / "bad.stl")
    page.get_by_label("Why did you change it?").fill("Thicker, because it broke.")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Why did you change it?")).to_have_value("Thicker, because it broke.")

    page.get_by_label("The file").set_input_files(tmp_path / "cube.stl")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="cube.stl")).to_be_visible()
    expect(page.get_by_text("What our checks say")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the checked file").click()
    assert download.value.suggested_filename.endswith(".stl")


def test_a_guess_says_that_it_is_one_until_the_slicer_was_asked(folk: Folk) -> None:
    """Time and grams come from the parts' sizes, or from the slicer, and the page knows which."""
    anna, ben = folk.person("Anna", age=30), making.workshop(folk, "Ben")
    path = making.wish(folk, anna)
    folk.matched(path, ben)
    fit_id = UUID(making.made_kit(folk, path))
    with folk.sessions.begin() as session:
        fit = session.get_one(Fit, fit_id)
        guessed = prints_of(fit.report, {})
        said = {"state": "done", "plates": {"plates/plate_1.3mf": {
            "seconds": 3600, "grams": 90.5, "warnings": ["Loose"]}}}  # fmt: skip
        fits.note_prints(session, fit, said)
        sliced = prints_of(fit.report, {})

    assert not guessed.is_sliced
    assert guessed.grams == pytest.approx(95.7, rel=0.1)
    assert guessed.seconds == pytest.approx(31_320, rel=0.3)
    assert sliced.is_sliced
    assert (sliced.seconds, sliced.grams, sliced.warnings) == (3600, 90.5, ("Loose",))
    assert prints_of({"parts": []}, {}).seconds is None


def test_before_a_claim_nothing_tells_whose_it_is(client: TestClient, folk: Folk) -> None:
    """Somebody else's job, a job that was lost, and somebody who is no maker: 404 or coarse."""
    anna, ben, cleo = (
        folk.person("Anna", age=30), making.workshop(folk, "Ben"), making.workshop(folk, "Cleo")
    )  # fmt: skip
    _, job = making.being_made(folk, anna, ben)
    paths = [f"/make/jobs/{job}{more}" for more in ("", "/plates", "/variants", "/let-go")]
    for who, seen in ((cleo, 404), (anna, 404), (ben, 200)):
        client.cookies.set("signin", who.secret)
        assert {client.get(path, headers=HTML).status_code for path in paths} == {seen}
    client.cookies.clear()
    answer = client.get(paths[0], headers=HTML, follow_redirects=False)
    assert answer.headers["location"].startswith("/sign-in")


def test_plates_can_be_taken_home_and_opened_without_a_cookie(
    app: FastAPI, client: TestClient, folk: Folk, db: Session
) -> None:
    """A plate is downloaded, or fetched by a slicer; whose measurements it holds can see that."""
    anna, ben = folk.person("Anna", age=30), making.workshop(folk, "Ben")
    path, job = making.being_made(folk, anna, ben)
    fit_id = _plates(app, folk, path)
    client.cookies.set("signin", ben.secret)

    seen = client.get(f"/make/jobs/{job}/plates", headers=HTML).text

    assert "palm.stl" in seen
    here = f"/fits/{fit_id}/files/plates/plate_1.3mf"
    assert here in seen
    assert client.get(here).content == b"plates/plate_1.3mf"
    assert client.get(f"/fits/{fit_id}/everything.zip").content.startswith(b"PK")
    address = _for_slicers(seen)
    assert address.endswith(".3mf")
    client.cookies.clear()
    before = len(db.scalars(select(Read)).all())
    assert client.get(address).content == b"plates/plate_1.3mf"
    db.rollback()
    reads = db.scalars(select(Read).where(Read.what == "fit_file")).all()
    assert len(db.scalars(select(Read)).all()) == before + 1
    assert {(each.owner_id, each.reader_id) for each in reads} == {(anna.id, ben.id)}


@pytest.mark.parametrize("how", ["handed on", "given back", "ran out", "made up"])
def test_an_address_for_slicers_ends_with_the_job(
    how: str, app: FastAPI, client: TestClient, folk: Folk, db: Session
) -> None:
    """Who made it until now is told no more by it than by an address that never was one."""
    anna, ben, cleo = (
        folk.person("Anna", age=30), making.workshop(folk, "Ben"), making.workshop(folk, "Cleo")
    )  # fmt: skip
    path, job = making.being_made(folk, anna, ben)
    _plates(app, folk, path)
    client.cookies.set("signin", ben.secret)
    address = _for_slicers(client.get(f"/make/jobs/{job}/plates", headers=HTML).text)
    client.cookies.clear()
    assert client.get(address).status_code == 200

    row = db.get_one(Job, job)
    if how == "handed on":
        ask = {"claim": row.claim, "notes": "The palm is done.", "to_maker": str(cleo.id)}
        ben.post(f"/jobs/{job}/hand-over", ask).raise_for_status()
    elif how == "given back":
        ben.delete(f"/jobs/{job}/claim?claim={row.claim}").raise_for_status()
    elif how == "ran out":
        # A claim that runs out was never said yes to.
        row.confirmed_at, row.held_until = None, clock.now() - timedelta(hours=1)
        db.commit()
    else:
        address = address.replace("/open/", "/open/A")

    ended, never = client.get(address), client.get("/open/AAAA/plate_1.3mf")
    assert (ended.status_code, ended.json()) == (404, never.json())


def _plates(app: FastAPI, folk: Folk, path: str) -> UUID:
    fit_id = UUID(making.made_kit(folk, path))
    with folk.sessions.begin() as session:
        for name in ("plates/plate_1.3mf", "stl/palm.stl"):
            digest = app.state.storage.put(session, name.encode())
            session.add(
                FitFile(fit_id=fit_id, name=name, digest=digest, size=9, media_type="model/3mf")
            )
    return fit_id


def _for_slicers(seen: str) -> str:
    link = re.search(r'href="orcaslicer://open\?file=([^"]+)"', seen)
    assert link is not None
    return urlsplit(unquote(link[1])).path


def test_the_test_piece_is_the_same_for_everybody(client: TestClient) -> None:
    """No account is needed, and its bytes do not change from one download to the next."""
    one, two = (client.get("/make/test-piece/test_piece.3mf") for _ in range(2))

    assert one.content == two.content
    assert one.content.startswith(b"PK")
    assert coupon.PEG_MM == 10.0


def test_a_kit_that_cannot_be_made_is_told(client: TestClient, folk: Folk) -> None:
    """Then the two of them look at the numbers together."""
    anna, ben = folk.person("Anna", age=30), making.workshop(folk, "Ben")
    path = making.wish(folk, anna)
    folk.matched(path, ben)
    job = making.job_of(folk, path)
    client.cookies.set("signin", ben.secret)
    assert "There are no files yet" in client.get(f"/make/jobs/{job}", headers=HTML).text
    folk.kit(path, state="running", proved=False)
    assert "are being made" in client.get(f"/make/jobs/{job}", headers=HTML).text
    folk.kit(path, state="refused", proved=False)
    assert "could not be made" in client.get(f"/make/jobs/{job}", headers=HTML).text
    folk.at(path, State.AGREED)
    assert "Start making" in client.get(f"/make/jobs/{job}", headers=HTML).text
