"""From the click that changes a measurement to the new model on the screen, in a real browser.

    python -m bench.preview [--times N]

A real `fitcommons serve` with its web servers and their children, and a chromium that shows the
page of the sample hand. One measurement after another is changed, each time to a value that was not
seen before; the page itself notes when it asked, when the new model was there and when its viewer
showed it. A browser without a graphics card, as here, draws with the very processors that the
server needs: how much of the time that is has a row of its own. The named alternative is the same
server, in the same run, making the whole fit as files (`POST /api/v1/fits`), which is how a change
would be seen without a preview.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from api.pages.fit.draft import Draft, seal
from bench.measure import Row, main, sample_entries, seconds
from bench.service import serving
from registry import crypto

_TARGET_S: Final = 0.5
_TIMES: Final = 3
_LONGEST_S: Final = 30.0

CHANGES: Final = {
    "hand_breadth": 1.0,
    "palm_length": -1.0,
    "wrist_circumference": 2.0,
    "forearm_circumference": 3.0,
}
"""The measurements that the page lets change beside the model, and by how much at a time (mm)."""

_SHOWN: Final = "() => performance.getEntriesByName('fit-shown').map((each) => each.duration)"
_DRAWN: Final = """() => {
  const came = performance.getEntriesByType("resource").filter((e) => e.name.includes("model.glb"));
  return performance.getEntriesByName("fit-shown").map((shown) => {
    const end = shown.startTime + shown.duration;
    return end - Math.max(...came.map((e) => e.responseEnd).filter((at) => at <= end));
  });
}"""
"""How long after the new model was there its viewer showed it, each time (ms)."""


def rows(times: int) -> list[Row]:
    """Change each measurement `times` times."""
    entries = {name: str(value) for name, value in sample_entries().items()}
    with serving() as (address, process), sync_playwright() as playwright:
        data = Path(process.environ()["FITCOMMONS_DATA_DIR"])
        crypto.install(crypto.KeyRing.parse((data / "keys").read_text()))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox"],
        )
        context = browser.new_context(base_url=address)
        cookie = {
            "name": "fit-wrist_hand",
            "value": seal("wrist_hand", Draft(entries)),
            "domain": "127.0.0.1",
            "path": "/designs/wrist_hand/fit",
        }
        context.add_cookies([cookie])  # type: ignore[list-item]  # all that it needs is there
        page = context.new_page()
        page.goto("/designs/wrist_hand/fit/device")
        page.locator("#viewer").wait_for(state="visible", timeout=60_000)
        taken = {name: _changed(page, name, step, times) for name, step in CHANGES.items()}
        drawing = statistics.median(page.evaluate(_DRAWN)) / 1000.0
        browser.close()
        files = _as_files(address, entries)
    slowest = max(taken, key=lambda name: taken[name])
    return [
        *(
            Row(f"model after changing {name}", seconds(taken[name]), seconds(files))
            for name in taken
        ),
        Row("of it, drawing without a graphics card", seconds(drawing)),
        Row(
            f"slowest ({slowest})",
            seconds(taken[slowest]),
            f"{seconds(files)} for the files",
            files / taken[slowest],
            f"<= {_TARGET_S:g} s",
            taken[slowest] <= _TARGET_S,
        ),
    ]


def _changed(page: Page, name: str, step: float, times: int) -> float:
    """Change a measurement step by step; return the median from asking to showing (s)."""
    field = page.locator(f"#fit-change [name={name}]")
    own = field.input_value()
    number = float(own.removesuffix("mm")) if own.endswith("mm") else 10.0 * float(own[:-2])
    before = len(page.evaluate(_SHOWN))
    for i in range(times):
        value = f"{number + step * (i + 1):g} mm"
        count = len(page.evaluate(_SHOWN))
        field.fill(value)
        field.press("Enter")
        until = time.monotonic() + _LONGEST_S
        while len(page.evaluate(_SHOWN)) == count:
            if time.monotonic() > until:
                raise TimeoutError(f"No model came after {name} was {value}.")
            page.wait_for_timeout(20)
        # What is typed is asked for again when the field is left calm: let that pass.
        page.wait_for_timeout(600)
    shown: list[float] = page.evaluate(_SHOWN)
    field.fill(own)
    field.press("Enter")
    page.wait_for_timeout(1500)
    return statistics.median(shown[before:]) / 1000.0


def _as_files(address: str, entries: dict[str, str]) -> float:
    """Return how long it takes until the files of a hand that nobody asked for yet are there."""
    asked = {"design": "wrist_hand", "entries": {**entries, "hand_breadth": "77 mm"}}
    began = time.perf_counter()
    said = _ask(f"{address}/api/v1/fits", asked)
    while said["state"] not in ("done", "failed"):
        time.sleep(0.1)
        said = _ask(f"{address}/api/v1/fits/{said['id']}")
    if said["state"] != "done":
        raise RuntimeError(str(said))
    return time.perf_counter() - began


def _ask(url: str, body: Any = None) -> Any:
    request = urllib.request.Request(  # noqa: S310 (our own server)
        url,
        json.dumps(body).encode() if body else None,
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (our own server)
        return json.load(answer)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.preview")
    parser.add_argument("--times", type=int, default=_TIMES)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sys.exit(main(lambda: rows(asked.times), __doc__))
