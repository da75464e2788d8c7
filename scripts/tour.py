"""Go the whole way as two people, on an empty folder, and keep a picture of every step.

    .venv/bin/python -m scripts.tour            # pictures into docs/tour, their page docs/tour.md

It starts the service as `make serve` does, opens a phone for Anna, who asks, and a laptop for Ben,
who makes, and presses what they would press. A step that fails ends it, and with it the tour.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT: Final = Path(__file__).parent.parent
DOCS: Final = ROOT / "docs"
LARGEST_BYTES: Final = 60_000
"""Of a picture; its quality goes down until it is smaller."""

SOON_MS: Final = 60_000
MADE_MS: Final = 600_000
"""How long a step, and how long a device, may take on a machine that has other things to do."""

FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
PASSWORD: Final = "boat lamp carrot"  # noqa: S105 (of invented people, on a folder that is thrown away)
HAND: Final = {
    "hand_breadth": "78",
    "palm_length": "104",
    "wrist_circumference": "152",
    "forearm_circumference": "246",
}
"""Millimetres of an invented child's hand and arm."""


@dataclass
class Tour:
    """Takes the pictures, and writes what each of them shows."""

    folder: Path
    steps: list[tuple[str, str, str]] = field(default_factory=list)

    def shows(self, page: Page, name: str, says: str) -> None:
        """Keep what a page shows just now.

        Args:
            page: as somebody sees it.
            name: of the picture.
            says: what is to be seen, as a sentence.
        """
        file = f"{len(self.steps) + 1:02d}-{name}.webp"
        with Image.open(io.BytesIO(page.screenshot())) as shot:
            picture = shot.convert("RGB")
        for quality in range(82, 8, -6):
            kept = io.BytesIO()
            picture.save(kept, "WEBP", quality=quality, method=6)
            if kept.tell() < LARGEST_BYTES:
                break
        else:
            raise RuntimeError(f"{file} cannot be made smaller than {LARGEST_BYTES} bytes")
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / file).write_bytes(kept.getvalue())
        self.steps.append((file, "Anna" if "phone" in page.url or _is_phone(page) else "Ben", says))
        print(f"{len(self.steps):2d}  {says}", flush=True)

    def write(self) -> None:
        """Write the page that shows all of it."""
        lines = [
            "# The whole way, in pictures",
            "",
            "Anna asks for a hand on her phone, Ben makes it at his laptop. Both are invented.",
            "The pictures are taken by `python -m scripts.tour`, which goes this way on an empty",
            "folder and fails where a step fails.",
            "",
        ]
        for number, (file, who, says) in enumerate(self.steps, 1):
            width = 260 if who == "Anna" else 640
            lines += [
                f"## {number}. {who}: {says}",
                "",
                f'<img src="tour/{file}" width="{width}" alt="{says}">',
                "",
            ]
        (self.folder.parent / "tour.md").write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    """Go the whole way."""
    tour = Tour(DOCS / "tour")
    if tour.folder.is_dir():
        shutil.rmtree(tour.folder)
    with _serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        anna, ben = _phone(browser, url), _laptop(browser, url)
        finds(tour, anna)
        request = asks(tour, anna, fits(tour, anna))
        job = offers_and_claims(tour, ben)
        says_yes_to_the_maker(tour, anna, request)
        gets_the_plates(tour, ben, job)
        says_yes_to_the_plan(tour, anna, request)
        makes_and_sends(tour, ben, job)
        tries_it_on(tour, anna, request)
        browser.close()
    tour.write()


def finds(tour: Tour, page: Page) -> None:
    """Say what one wants to do, and find a hand."""
    page.goto("/")
    page.get_by_role("checkbox", name="Hold").first.check()
    page.get_by_role("checkbox", name="Drink").first.check()
    tour.shows(page, "wish", "It begins with what you want to be able to do.")
    page.get_by_role("button", name="Show me").click()
    page.get_by_role("link", name="Wrist-driven hand").first.wait_for()
    tour.shows(page, "found", "What could help, with pictures of real parts.")
    page.get_by_role("link", name="Wrist-driven hand").first.click()
    page.get_by_role("heading", level=1, name="Wrist-driven hand").wait_for()
    tour.shows(page, "design", "A design: what it does, who made it, and who still uses it.")


def fits(tour: Tour, page: Page) -> str:
    """Measure, look at it in 3D, and have the files made; return which fit it is."""
    page.goto("/designs/wrist_hand/fit")
    page.get_by_label("left").check()
    page.get_by_role("button", name="Begin").click()
    for number, (name, amount) in enumerate(HAND.items()):
        page.goto(f"/designs/wrist_hand/fit/measure/{name}")
        if number == 0:
            tour.shows(page, "measure", "One measurement a page, with a drawing of it.")
        page.get_by_label("What do you read?").fill(amount)
        page.get_by_role("button", name="Save and go on").click()
        page.get_by_role("button", name="Leave out the second time").click()
    page.goto("/designs/wrist_hand/fit/device")
    expect(page.get_by_role("button", name="Top")).to_be_visible(timeout=MADE_MS)
    # The model turns to its first view by itself.
    page.wait_for_timeout(1500)
    tour.shows(page, "fitted", "The hand for these measurements, to turn around.")
    # Its pictures take longest of all, and are not looked at here.
    guide = page.get_by_label("Guide in English (PDF)")
    guide.evaluate("box => { const more = box.closest('details'); if (more) more.open = true; }")
    guide.uncheck()
    page.get_by_role("button", name="Make the files").click()
    page.get_by_role("link", name="Ask somebody to make it").wait_for(timeout=MADE_MS)
    tour.shows(page, "files", "Every check held. All files are there, without an account.")
    return page.url.rpartition("/")[2].partition("?")[0]


def asks(tour: Tour, page: Page, fit: str) -> str:
    """Open an account, ask, check, agree, and show it to makers; return the request's address."""
    page.get_by_role("link", name="Ask somebody to make it").click()
    tour.shows(page, "ask", "Asking: how it goes, before anything has to be said.")
    page.get_by_role("link", name="Open an account").click()
    _signs_up(page, "anna", born=("4", "5", "1990"))
    page.get_by_role("button", name="Begin").click()
    # What was fitted before is taken over.
    page.get_by_role("radio", name="What you just fitted").check()
    _saves(page)
    page.get_by_role("link", name="What you want to be able to do").click()
    page.get_by_label("In your own words").fill("I want to hold my cup and read the paper.")
    page.get_by_role("checkbox", name="Drink").check()
    page.get_by_label("One line that all makers may read").fill("A hand for breakfast.")
    tour.shows(page, "words", "In your own words, with pictures, or both.")
    _saves(page)
    page.get_by_role("link", name="Roughly where you live").click()
    page.get_by_label("Country", exact=True).select_option("GB")
    page.get_by_label("A town near you").fill("London")
    _saves(page)
    page.get_by_role("link", name="How you want to talk").click()
    page.get_by_role("radio", name="Here, on this site").check()
    page.get_by_label("First language").select_option("en")
    _saves(page)
    page.get_by_role("link", name="Who may see it").click()
    page.get_by_role("radio", name="Makers near me may come by themselves").check()
    page.get_by_label("I agree to this").check()
    tour.shows(page, "agree", "Who may see it, and what you agree to, in plain words.")
    _saves(page)
    tour.shows(page, "tasks", "All that is asked for, in any order, kept until you come back.")
    request = f"/requests/{page.url.partition('?')[0].rpartition('/')[2]}"
    page.get_by_role("link", name="Check your answers").click()
    page.get_by_role("button", name="Show it to makers").click()
    page.get_by_role("heading", level=1, name="Makers can see it now").wait_for()
    tour.shows(page, "next", "What happens next, and by when.")
    if not fit:
        raise RuntimeError("The fit has no address.")
    return request


def offers_and_claims(tour: Tour, page: Page) -> str:
    """Offer to make, with a printer, and claim the job; return the job's address."""
    page.goto("/sign-up?next=/make")
    _signs_up(page, "ben", born=("1", "2", "1980"))
    page.get_by_role("link", name="Offer to make").click()
    page.get_by_label("What are you called here?").fill("Ben")
    page.get_by_label("A few words about you").fill("I like small and fiddly things.")
    page.get_by_label("Which town are you near?").fill("Slough")
    page.get_by_label("Country", exact=True).select_option("GB")
    page.get_by_label("Up to 100 km").check()
    page.get_by_label("English").check()
    page.get_by_role("button", name="Save").click()
    page.goto("/make/printers/new")
    page.get_by_label("Which printer is it?").select_option("Prusa MK4")
    page.get_by_role("button", name="Fill in its size").click()
    page.get_by_label("What do you call it?").fill("The one in the shed")
    page.get_by_label("PLA", exact=False).first.check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", level=1, name="The test piece").wait_for()
    page.goto("/make")
    page.get_by_role("heading", name="Jobs near you").evaluate("title => title.scrollIntoView()")
    tour.shows(page, "board", "Jobs near by that fit on the printer, told roughly.")
    page.get_by_role("link", name="Wrist-driven hand").first.click()
    job = page.url.partition("?")[0]
    page.get_by_role("button", name="I will make it").click()
    expect(page.get_by_text("Now it is their turn")).to_be_visible()
    tour.shows(page, "claimed", "The job is held for two days, while the other decides.")
    return job


def says_yes_to_the_maker(tour: Tour, page: Page, request: str) -> None:
    """Look at the maker who came, and say yes."""
    page.goto(request)
    tour.shows(page, "turn", "Where it stands, and whose turn it is.")
    page.get_by_role("link", name="Look at the maker").click()
    tour.shows(page, "maker", "The maker who came, with reasons for and against.")
    page.get_by_role("button", name="Yes, Ben shall make it").click()
    expect(page.get_by_role("status")).to_be_visible()


def gets_the_plates(tour: Tour, page: Page, job: str) -> None:
    """Get the files for one's own printer, and ask for a yes to exactly this."""
    ask = page.get_by_role("button", name="Ask them")
    _until_there(page, job, ask)
    page.goto(f"{job}/plates")
    tour.shows(page, "plates", "The plates, made for this printer, ready to print.")
    page.goto(job)
    ask.click()
    expect(page.get_by_text("Wait for their answer")).to_be_visible()
    tour.shows(page, "asked", "Nothing is printed before a yes to exactly this.")


def says_yes_to_the_plan(tour: Tour, page: Page, request: str) -> None:
    """Look at what exactly would be made, and say yes."""
    page.goto(request)
    page.get_by_role("link", name="Look and answer").click()
    expect(page.get_by_role("button", name="Top")).to_be_visible(timeout=MADE_MS)
    page.wait_for_timeout(1500)
    tour.shows(page, "plan", "What exactly would be made, in 3D and in words.")
    page.get_by_role("radio", name="Yes", exact=True).check()
    page.get_by_role("group", name="What do you say?").scroll_into_view_if_needed()
    tour.shows(page, "five", "Yes, no, change, stop or not sure: as words and pictures.")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", level=1, name="Have I understood you?").wait_for()
    tour.shows(page, "understood", "Have I understood you? Only then it is kept.")
    page.get_by_role("button", name="Yes, that is what I mean").click()
    expect(page.get_by_text("It is agreed what will be made.")).to_be_visible()


def makes_and_sends(tour: Tour, page: Page, job: str) -> None:
    """Make it, tick what is done, and send it."""
    page.goto(job)
    page.get_by_role("button", name="Start making").click()
    page.get_by_label("It is printed").check()
    page.get_by_label("It is put together").check()
    tour.shows(page, "checklist", "A checklist, one tick for each step.")
    page.get_by_role("button", name="I have sent it").click()
    expect(page.get_by_role("status")).to_contain_text("on its way")


def tries_it_on(tour: Tour, page: Page, request: str) -> None:
    """Say that it has arrived, and how it fits."""
    page.goto(request)
    page.get_by_role("button", name="It has arrived").click()
    page.get_by_role("link", name="Does it fit?").first.click()
    page.get_by_role("radio", name="Yes, it fits").check()
    tour.shows(page, "fit-check", "Does it fit? What is good, and what is not.")
    page.get_by_role("checkbox", name="It does what I wanted").check()
    page.get_by_label("Anything else?").fill("My cup stays up!")
    page.get_by_role("button", name="That is how it is").click()
    expect(page.get_by_text("It is in use now.")).to_be_visible()
    tour.shows(page, "in-use", "It is in use. In a week we ask how it goes.")


def _signs_up(page: Page, name: str, born: tuple[str, str, str]) -> None:
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("What shall we call you?").fill(name.title())
    for part, value in zip(("Day", "Month", "Year"), born, strict=True):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Open my account").click()
    page.get_by_role("heading", level=1, name="Sign in").wait_for()
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Me", exact=True).wait_for()


def _saves(page: Page) -> None:
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("heading", level=1, name="What you ask for").wait_for()


def _until_there(page: Page, address: str, wanted: Locator) -> None:
    """Load a page again until what a worker makes for it is there."""
    ends = time.monotonic() + MADE_MS / 1000.0
    while True:
        page.goto(address)
        if wanted.is_visible():
            return
        if time.monotonic() > ends:
            raise TimeoutError(f"{address} still waits")
        page.wait_for_timeout(2000)


def _is_phone(page: Page) -> bool:
    size = page.viewport_size
    return size is not None and size["width"] < 600


def _phone(browser: Browser, url: str) -> Page:
    context = browser.new_context(
        base_url=url,
        locale="en-GB",
        viewport={"width": 375, "height": 760},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
    )
    context.set_default_timeout(SOON_MS)
    return context.new_page()


def _laptop(browser: Browser, url: str) -> Page:
    context = browser.new_context(
        base_url=url, locale="en-GB", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(SOON_MS)
    return context.new_page()


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        sys.exit("No Chromium is installed. Debian: apt-get install chromium; or set CHROMIUM.")
    return found


@contextmanager
def _serving() -> Iterator[str]:
    """Serve the site from a folder that is empty, as `make serve` does, and stop it at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="fitcommons-tour-")
    environment = {
        **os.environ,
        "FITCOMMONS_DATA_DIR": folder,
        # On a machine that has other things to do, everything takes longer.
        "FITCOMMONS_FIT_SECONDS": str(MADE_MS // 1000),
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603 (our own program)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/readyz", process)
        yield url
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            sys.exit("The service ended before it was ready.")
        try:
            with urlopen(address, timeout=2) as answer:  # noqa: S310 (our own address)
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    sys.exit("The service was not ready in two minutes.")


if __name__ == "__main__":
    main()
