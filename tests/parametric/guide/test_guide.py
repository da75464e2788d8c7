"""A guide says everything once, to everybody: on paper, in the browser, to a screen reader."""

from __future__ import annotations

import base64
import io
import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Mapping
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from designs._template.design import DESIGN
from parametric.checks import check_kit
from parametric.clearance import DEFAULT_PRINTER
from parametric.design import Design
from parametric.guide import BadGuideText, Guide, KitPictures, guide_content, guide_html, guide_pdf
from parametric.guide.blocks import Bullets, Heading, Note, Paragraph, Run
from parametric.guide.markdown import read_markdown
from parametric.kit import make
from parametric.recipe import gather, write_recipe
from parametric.resolve import ResolvedValue

TEXTS = Path(__file__).parents[3] / "designs" / "_template" / "guide"


def _chunk(kind: bytes, data: bytes) -> bytes:
    whole = kind + data
    return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\xff"))
    + _chunk(b"IEND", b"")
)
"""One white pixel."""


def written(**entries: object) -> Guide:
    texts = {file.stem: file.read_text("utf-8") for file in TEXTS.glob("*.md")}
    return guide_of(DESIGN, {"pen_diameter": 8, **entries}, texts)


def guide_of(design: Design, entries: Mapping[str, object], texts: Mapping[str, str]) -> Guide:
    """A guide in which every picture is one white pixel."""
    ingredients = gather(design, entries)
    assembly = design.build(ingredients.resolved.params, DEFAULT_PRINTER)
    made = make(assembly)
    return guide_content(
        design=design,
        assembly=assembly,
        values=ingredients.resolved,
        printer=DEFAULT_PRINTER,
        report=check_kit(assembly, made, DEFAULT_PRINTER),
        recipe=write_recipe(design, ingredients, DEFAULT_PRINTER, 0.05, {}),
        texts=texts,
        pictures=KitPictures(
            {part.name: PNG for part in assembly.parts},
            dict.fromkeys(assembly.poses or ("rest",), PNG),
            [PNG] * len(assembly.steps),
        ),
    )


class Page(HTMLParser):
    """What is on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_is_for_everybody() -> None:
    """It names its language, has one h1, headings in order, words for every picture, no scripts."""
    page = Page(guide_html(written()))
    tags = [tag for tag, _ in page.tags]
    assert dict(page.tags)["html"]["lang"] == "en-GB"
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(pictures) == 4
    assert all((picture["alt"] or "").strip() for picture in pictures)
    assert "script" not in tags
    assert all(a.get("scope") for tag, a in page.tags if tag == "th")


def test_the_page_needs_nothing_from_anywhere() -> None:
    """Pictures and letters are inside; every link leads to a place on the page."""
    page = Page(guide_html(written()))
    places = {a["id"] for _, a in page.tags if a.get("id")}
    for _, attributes in page.tags:
        source, link = attributes.get("src"), attributes.get("href")
        assert source is None or source.startswith("data:image/webp;base64,")
        assert link is None or link.removeprefix("#") in places
    assert "http" not in guide_html(written()).replace("http-equiv", "")


def test_the_pages_pictures_are_small_and_the_same() -> None:
    """A picture keeps its size and looks, in far fewer bytes: a page is sent by mail."""
    down, across = np.mgrid[0:300, 0:400]
    ball = np.clip(255 - ((across - 200) ** 2 + (down - 150) ** 2) / 150, 20, 245)
    grain = (across * 7 + down * 13) % 5
    drawn = np.stack((ball, 0.7 * ball + grain, 255 - ball), axis=2).astype(np.uint8)
    png = io.BytesIO()
    Image.fromarray(drawn).save(png, "PNG")
    guide = written()
    name = guide.opening[0].picture
    page = guide_html(
        Guide(**{**vars(guide), "pictures": {**guide.pictures, name: png.getvalue()}})
    )
    sources = [a["src"] or "" for tag, a in Page(page).tags if tag == "img"]
    sent = base64.b64decode(max(sources, key=len).partition(",")[2])
    shown = np.asarray(Image.open(io.BytesIO(sent)).convert("RGB")).astype(float)
    assert shown.shape == drawn.shape
    assert np.abs(shown - drawn).mean() < 3.0
    assert len(sent) < len(png.getvalue()) / 4


def test_what_people_type_cannot_become_html() -> None:
    """A text with signs of HTML is shown as it was typed."""
    guide = written()
    told = (Paragraph((Run("<script>alert(1)</script>", "strong"),)),)
    section = guide.sections[0].__class__("x", "<b>x</b>", told)
    html = guide_html(Guide(**{**vars(guide), "sections": (section,)}))
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_same_guide_is_the_same_bytes() -> None:
    """No time and no chance goes into either rendering."""
    guide = written()
    assert guide_pdf(guide) == guide_pdf(guide)
    assert guide_html(guide) == guide_html(guide)


def test_the_pdf_is_tagged_and_says_the_same(tmp_path: Path) -> None:
    """Typst checked it as PDF/UA-1; every section and the licence are on paper too."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: apt-get install poppler-utils)")
    guide = written()
    file = tmp_path / "guide.pdf"
    file.write_bytes(guide_pdf(guide))
    text, info = (
        subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for command in (["pdftotext", "-layout", str(file), "-"], ["pdfinfo", str(file)])
    )
    assert re.search(r"Tagged:\s+yes", info)
    assert "CreationDate" not in info or "1970" in info
    for section in guide.sections:
        assert section.title in text
    for words in ("Grip", "CC-BY-SA-4.0", guide.mark, "Push the pen in", "What nobody has checked"):
        assert words in text


def test_what_was_not_measured_asks_to_be() -> None:
    """Estimates stand in a note of their own, each with how to measure it and its source."""
    ingredients = gather(DESIGN, {"pen_diameter": 8})
    values = tuple(
        ResolvedValue(v.name, v.value, v.unit, "estimated", "", "From a guess.")
        if v.name == "grip_diameter"
        else v
        for v in ingredients.resolved.values
    )
    assembly = DESIGN.build(ingredients.resolved.params, DEFAULT_PRINTER)
    guide = guide_content(
        design=DESIGN,
        assembly=assembly,
        values=type(ingredients.resolved)(ingredients.resolved.params, values),
        printer=DEFAULT_PRINTER,
        report=check_kit(assembly, make(assembly), DEFAULT_PRINTER),
        recipe=write_recipe(DESIGN, ingredients, DEFAULT_PRINTER, 0.05, {}),
        texts={},
        pictures=KitPictures({"grip": PNG}, {"rest": PNG}, ()),
    )
    (note,) = [block for block in guide.sections[0].blocks if isinstance(block, Note)]
    assert note.title == "Please measure these first"
    told = "".join(
        run.text for block in note.body if isinstance(block, Bullets) for run in block.items[0]
    )
    assert "Try bottles and brooms" in told
    assert "From a guess." in told


def test_nobody_is_named_who_gave_no_name() -> None:
    """Without a name the guide speaks of that person."""
    text = guide_html(written())
    assert "This was made for" not in text


@pytest.mark.parametrize(
    ("text", "title", "blocks"),
    [
        ("One *two* **three** `four`.", "", (
            Paragraph((Run("One "), Run("two", "em"), Run(" "), Run("three", "strong"),
                       Run(" "), Run("four", "code"), Run("."))),
        )),
        ("# Title\n\nText.\n\n## More", "Title", (Paragraph((Run("Text."),)), Heading("More"))),
        ("- a\n- b", "", (Bullets(((Run("a"),), (Run("b"),))),)),
        ("1. a\n2. b", "", (Bullets(((Run("a"),), (Run("b"),)), numbered=True),)),
        ("<b>x</b> [y](http://z)", "", (Paragraph((Run("<b>x</b> [y](http://z)"),)),)),
        ("", "", ()),
    ],
)  # fmt: skip
def test_a_text_is_paragraphs_lists_and_headings(
    text: str, title: str, blocks: tuple[object, ...]
) -> None:
    """The little markdown becomes blocks; everything else stays the words it is."""
    written_text = read_markdown(text)
    assert written_text.title == title
    assert written_text.blocks == blocks


def test_lists_within_lists_are_refused() -> None:
    """They are hard to read, and the error says what to do."""
    with pytest.raises(BadGuideText, match="make two lists"):
        read_markdown("- a\n  - b")
