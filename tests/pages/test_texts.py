"""What pages say: in every language all of it, and in English for a child of nine."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Final

import pytest
from fontTools.ttLib import TTFont
from markupsafe import Markup

import parametric
from api.pages.text import ENGLISH, FOLDER, LANGUAGES, Words, catalogue
from parametric.translations import together
from tests.reading import grade, sentences, words

JOURNEYS = sorted(file.stem for file in (FOLDER / ENGLISH).glob("*.po"))
TRANSLATED = [
    (file.parent.name, file.stem)
    for file in sorted(FOLDER.glob("*/*.po"))
    if file.parent.name != ENGLISH
]
ISOLATES: Final = ("\u2066", "\u2069")
"""What begins and ends words that read from the left among words from the right."""


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_child_of_nine_can_read_it(journey: str) -> None:
    """Flesch and Kincaid's grade is at most 5, read at 10; no sentence has over 20 words."""
    found = catalogue(ENGLISH, journey)
    assert found is not None
    plain = [re.sub(r"\{\w+\}", "it", text) for forms in found.texts.values() for text in forms]
    said = [each for text in plain for each in sentences(text)]
    assert [each for each in said if len(words(each)) > 20] == []
    # Labels of one or two words are no sentences, and would make all look hard or easy.
    assert grade([each for each in said if len(words(each)) > 3]) <= 5.0


@pytest.mark.parametrize(("language", "journey"), TRANSLATED)
def test_a_translation_is_whole(language: str, journey: str) -> None:
    """It has every text of the English one and no other, with the same names in it."""
    english, found = catalogue(ENGLISH, journey), catalogue(language, journey)
    assert english is not None
    assert found is not None
    assert set(found.texts) == set(english.texts)
    for key, forms in found.texts.items():
        assert all(forms), key
        assert _names("".join(forms)) == _names("".join(english.texts[key])), key


@pytest.mark.parametrize("journey", JOURNEYS)
def test_texts_stand_where_their_names_say(journey: str) -> None:
    """A text is found by the first part of its name."""
    found = catalogue(ENGLISH, journey)
    assert found is not None
    assert [key for key in found.texts if key.partition(".")[0] != journey] == []


def test_a_journey_without_a_translation_is_english_and_says_so() -> None:
    """The page's own words are English then, in an English direction."""
    words_of = Words("ar", "no_such_journey")
    assert words_of.direction == "rtl"
    assert not words_of.is_translated
    assert (words_of.body.language, words_of.body.direction) == ("en", "ltr")


def test_numbers_and_days_are_written_as_people_of_a_language_do() -> None:
    """Thousands in English have a comma, in Spanish of Spain a point."""
    assert Words("en", "common").number(12345) == "12,345"
    assert Words("es", "common").number(12345) == "12.345"


def test_every_language_has_the_head_and_foot() -> None:
    """Whatever else is missing."""
    assert all(catalogue(language, "common") is not None for language in LANGUAGES)


def test_lists_days_and_commas_are_those_of_the_language() -> None:
    """Nothing joins texts by itself; what is markup stays so, and nothing else becomes it."""
    french, arabic = Words("fr", "make"), Words("ar", "make")
    assert french.listed(["PLA", "PETG", "TPU"]) == "PLA, PETG et TPU"
    assert arabic.joined(["Porto", "", "PT"]) == "Porto، PT"
    assert french.joined([Markup("<b>1</b>"), "<2>"]) == "<b>1</b>, &lt;2&gt;"
    assert (french.apart("78 mm"), arabic.apart("78 mm")) == ("78 mm", "\u206678 mm\u2069")
    assert french.size("14.1 × 3 cm") == "14,1 × 3 cm"
    assert arabic.size("0.5 mm") == "\u20660.5 mm\u2069"
    assert french.day("2026-05-04T10:00:00+00:00") == "4 mai 2026"


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "28 November 2026", "28 November 2026, 09:05"),
        ("es", "28 de noviembre de 2026", "28 de noviembre de 2026, 09:05"),
        ("fr", "28 novembre 2026", "28 novembre 2026, 09:05"),
        ("pt", "28 de novembro de 2026", "28 de novembro de 2026, 09:05"),
        ("ar", "28 نوفمبر 2026", "28 نوفمبر 2026، 09:05"),
    ],
)
def test_a_day_is_written_in_one_way(language: str, day: str, moment: str) -> None:
    """Whether or not a time goes with it."""
    words_of, at = Words(language, "common"), datetime(2026, 11, 28, 9, 5, tzinfo=UTC)
    assert (words_of.day(at), words_of.moment(at)) == (day, moment)


@pytest.mark.parametrize(
    ("language", "close"),
    [
        ("fr", r"tu|toi|ton|tes"),
        ("pt", r"tu|teus?|tuas?|ti|contigo|podes|queres|quiseres|tens|consegues|precisas"),
    ],
)
def test_all_journeys_speak_to_somebody_in_the_same_way(language: str, close: str) -> None:
    """Politely: nowhere is the "you" that is for friends and children."""
    friendly = re.compile(rf"\b({close})\b", re.IGNORECASE)
    said = {
        form
        for speaks, journey in TRANSLATED
        if speaks == language and (found := catalogue(language, journey)) is not None
        for forms in found.texts.values()
        for form in forms
    }
    assert len(said) > 500
    assert {each for each in said if friendly.search(each)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_on_paper_has_every_letter(language: str) -> None:
    """Its typefaces have whatever the fit says: an empty box on paper helps nobody."""
    found = catalogue(language, "fit")
    assert found is not None
    said = set("".join(form for forms in found.texts.values() for form in forms))
    fonts = Path(parametric.__path__[0]) / "fonts"
    for face in ("Regular", "Bold"):
        letters: set[int] = set()
        for family in ("AtkinsonHyperlegible", "NotoSansArabic"):
            with TTFont(fonts / f"{family}-{face}.ttf") as font:
                letters |= set(font.getBestCmap())
        # What keeps a number and its unit together is never drawn.
        assert {each for each in said - set(ISOLATES) if ord(each) not in letters} == set()


def test_arabic_lengths_are_written_in_one_way() -> None:
    """As on a ruler, 78 mm, whole among words from the right; never in Arabic letters."""
    root = Path(parametric.__path__[0]).parent
    files = [*root.glob("api/pages/text/ar/*.po"), *root.glob("*/words/ar.po")]
    files += [*root.glob("designs/*/words/ar.po"), *root.glob("designs/*/guide/ar/*.md")]
    begin, end = ISOLATES
    wrong = [
        f"{file.relative_to(root)}: {line}"
        for file in files
        for line in file.read_text("utf-8").splitlines()
        if not line.startswith(("msgid", "#"))
        and (
            re.search(r"(?<![\u0600-\u06ff])(?:[مس]م|ك?غ)(?![\u0600-\u06ff])", line)
            or re.search(
                r"[\d}][ \u00a0]?(mm|cm|kg|g|MB|N m)\b", re.sub(f"{begin}[^{end}]*{end}", "", line)
            )
        )
    ]
    assert len(files) > 20
    assert wrong == []


def test_a_french_sign_stays_with_its_word() -> None:
    """It has a space before it that no line ends at; other languages are left as they are."""
    assert together("fr", "Vraiment ? Oui : « bien »\u2009!") == (
        "Vraiment\u00a0? Oui\u00a0: «\u00a0bien\u00a0»\u2009!"
    )
    assert together("es", "fin : ya") == "fin : ya"
    french = catalogue("fr", "fit")
    assert french is not None
    loose = re.compile(" [:;!?»]|« ")
    assert [said for forms in french.texts.values() for said in forms if loose.search(said)] == []
