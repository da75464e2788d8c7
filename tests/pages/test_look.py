"""Colours that carry words can be read, and nothing has a side that turns with the language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "api" / "pages" / "static" / "css"

# Words on grounds, as the components put them.
PAIRS = [
    ("ink", "paper"),
    ("ink", "sand"),
    ("ink", "sand-deep"),
    ("ink", "plum-soft"),
    ("ink", "leaf-soft"),
    ("ink", "brick-soft"),
    ("ink", "lake-soft"),
    ("ink", "honey-soft"),
    ("ink-soft", "paper"),
    ("ink-soft", "sand"),
    ("plum", "paper"),
    ("plum", "sand"),
    ("plum", "plum-soft"),
    ("plum-deep", "paper"),
    ("on-plum", "plum"),
    ("on-plum", "plum-deep"),
    ("visited", "paper"),
    ("on-marigold", "marigold"),
    ("leaf", "paper"),
    ("leaf", "leaf-soft"),
    ("brick", "paper"),
    ("brick", "brick-soft"),
    ("on-plum", "brick"),
    ("lake", "lake-soft"),
    ("honey", "honey-soft"),
]


def tokens(scheme: str) -> dict[str, str]:
    """Return the colours of a scheme by name; the dark one changes some of the light one's."""
    css = (CSS / "base.css").read_text("utf-8")
    start = css.index("color-scheme: dark") if scheme == "dark" else css.index(":root")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css[start : css.index("}", start)]))
    return {**tokens("light"), **found} if scheme == "dark" else found


def light_of(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio, 1 to 21."""
    dark, light = sorted((light_of(one), light_of(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21() -> None:
    """The measure itself is right."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_have_a_contrast_of_seven(scheme: str, words: str, ground: str) -> None:
    """AAA for every pair, in both schemes, for people whose eyes are tired or old."""
    colours = tokens(scheme)

    assert contrast(colours[words], colours[ground]) >= 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sand"])
def test_the_edges_of_fields_can_be_seen(scheme: str, ground: str) -> None:
    """Where something is typed has an edge with a contrast of 3 (WCAG 1.4.11)."""
    colours = tokens(scheme)

    assert contrast(colours["line-strong"], colours[ground]) >= 3


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda sheet: sheet.name)
def test_a_sheet_says_start_and_end(sheet: Path) -> None:
    """Left and right would be wrong in Arabic; rules that are for one direction say so."""
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)

    assert re.findall(r"^\s*[a-z-]*\b(?:left|right)\b[a-z-]*\s*:", css, flags=re.MULTILINE) == []
    assert re.findall(r":\s*(?:left|right)\s*[;}]", css) == []


def test_nothing_goes_away_by_itself() -> None:
    """Whoever reads slowly has the time they need (WCAG 2.2.1).

    No page loads itself anew, but one that waits for files where there are no scripts, and it says
    how to stop that. Clocks run in two scripts: one waits for typing to end, one asks how far files
    are. Whoever adds another one says here why nobody is hurried by it.
    """
    pages = CSS.parents[1]
    moving = {
        file.relative_to(pages).as_posix(): re.findall(r"{% if ([^%]+) %}<noscript><meta", text)
        for file in pages.glob("templates/**/*.j2")
        if 'http-equiv="refresh"' in (text := file.read_text("utf-8"))
    }
    clocks = {
        file.name
        for file in pages.glob("static/js/*.js")
        if re.search(r"set(Timeout|Interval)\(", file.read_text("utf-8"))
    }
    assert moving == {"templates/fit/kit.html.j2": ["is_waiting and not is_still"]}
    assert clocks == {"fit.js", "fit-progress.js"}
