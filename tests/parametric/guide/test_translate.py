"""A guide says the same in every language, and what is somebody's own stays theirs."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from api.fitting import EVERY_KIND, FORMATS, GUIDE
from designs.discover import find, folder_of, slugs
from parametric.entries import read_person
from parametric.guide import (
    LANGUAGES,
    Guide,
    guide_html,
    guide_pdf,
    in_language,
)
from parametric.guide.blocks import Bullets, Paragraph, Run, say
from parametric.guide.markdown import read_markdown
from parametric.translations import FOLDER, HERE, Translations, translations
from tests.parametric.guide.test_guide import guide_of

OWN_TEXTS = ("fit", "before_you_wear", "care", "safety")
SAME_EVERYWHERE = re.compile(r"[:.]|\d+( %)?|ISO \d+|\w+\.stl|[A-Z0-9]{8}")
"""Numbers, standards, files and a recipe's code."""


@cache
def _english(slug: str) -> Guide:
    """A guide of the sample person; the design's own texts are looked at apart."""
    entries = read_person((folder_of(slug) / "sample.toml").read_text("utf-8"))
    return guide_of(find(slug), entries, dict.fromkeys(OWN_TEXTS, "A text of its own."))


def _words(slug: str, language: str) -> Translations:
    return translations(language, (folder_of(slug) / FOLDER, HERE))


@dataclass(frozen=True)
class _Noting(Translations):
    """Notes what it is asked for and has no words for."""

    words: Translations
    missing: list[str] = field(default_factory=list)

    def of(self, english: str) -> str | None:
        found = self.words.of(english)
        if found is None:
            self.missing.append(english)
        return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", slugs())
def test_every_word_of_a_guide_is_translated(slug: str, language: str) -> None:
    """Steps, settings, what was checked and why it is made so; not only the headings."""
    words = _Noting(language, {}, (), _words(slug, language))

    in_language(_english(slug), words)

    english = {each for each in words.missing if not SAME_EVERYWHERE.fullmatch(each)}
    assert english == {"A text of its own."}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", slugs())
def test_a_designs_own_texts_have_the_same_shape_in_every_language(
    slug: str, language: str
) -> None:
    """The same headings, paragraphs and steps: nothing about safety gets lost on the way."""
    folder = folder_of(slug) / "guide"
    texts = sorted(folder.glob("*.md"))
    assert {each.stem for each in texts} == set(OWN_TEXTS)
    for text in texts:
        other = folder / language / text.name
        assert list(_shape(text)) == list(_shape(other)), other


def _shape(file: Path) -> Iterator[tuple[str, int]]:
    written = read_markdown(file.read_text("utf-8"))
    yield "title", bool(written.title)
    for block in written.blocks:
        yield block.kind, len(block.items) if isinstance(block, Bullets) else 1


def test_every_guide_can_be_asked_for() -> None:
    """What may be asked for is written out, so that the API's description names it."""
    assert {*FORMATS} - {*EVERY_KIND} == {f"{GUIDE}-{language}" for language in LANGUAGES}


def test_it_says_that_nobody_checked_it_and_how_to_read_it() -> None:
    """First of all, in the language itself; its lines run from right to left where they should."""
    words = _words("tube_clamp", "ar")
    guide = in_language(_english("tube_clamp"), words)

    page = guide_html(guide)
    paper = guide_pdf(guide)

    note = guide.sections[0].blocks[0]
    assert note.kind == "note"
    assert note.title == words.of("This translation was not checked")
    assert '<html lang="ar" dir="rtl">' in page
    assert "Noto Sans Arabic" in page.partition("</style>")[0]
    assert re.search(rb"/Lang\s?\(ar\)", paper)


def test_what_is_somebodys_own_stays_theirs() -> None:
    """A name, a fork's own note and a formula are never touched; the text around them is."""
    words = _words("tube_clamp", "fr")
    own = (
        say("This was made for Anna Maria Ring."),
        say("Our own note, of which nobody has words."),
        Paragraph((Run("Tighten", "code"), Run("Tighten", "formula"), Run(" Tighten "))),
    )
    english = _english("tube_clamp")
    first = dataclasses.replace(english.sections[0], blocks=own)

    guide = in_language(dataclasses.replace(english, sections=(first,)), words)

    said: list[Any] = [[run.text for run in each.runs] for each in guide.sections[0].blocks[1:]]  # type: ignore[union-attr]
    assert "Anna Maria Ring" in said[0][0]
    assert "made" not in said[0][0]
    assert said[1] == ["Our own note, of which nobody has words."]
    assert said[2] == ["Tighten", "Tighten", f" {words.of('Tighten')} "]
