"""What the guide tells wearer and maker is there, and can be read by nearly everybody."""

from __future__ import annotations

import pytest

from parametric.guide.markdown import read_markdown
from tests.designs.wrist_hand.hands import FOLDER
from tests.reading import grade, sentences, words

TEXTS = {file.stem: file.read_text("utf-8") for file in (FOLDER / "guide").glob("*.md")}

# What nobody may be left without.
MUST_SAY = {
    "fit": ("wrist", "strap", "one finger", "foam", "elastic", "screw", "every 6 months"),
    "before_you_wear": ("steel rod", "glued", "red mark", "20 minutes", "stop", "tell the person"),
    "care": ("red mark", "20 minutes", "steel rod", "glue", "crack", "measure again"),
    "safety": ("bike", "climbing", "hot", "machines", "red marks", "20 minutes", "nobody knows"),
}


def test_there_is_a_text_for_each_section() -> None:
    """The guide has these four sections, and each text brings its title."""
    assert set(TEXTS) == set(MUST_SAY)
    for text in TEXTS.values():
        written = read_markdown(text)
        assert written.title
        assert written.blocks


@pytest.mark.parametrize("name", MUST_SAY)
def test_what_must_be_said_is_said(name: str) -> None:
    """Fit, foam, straps, skin, glue, growth and what it is not for."""
    folded = " ".join(TEXTS[name].lower().split())
    assert [words for words in MUST_SAY[name] if words not in folded] == []


@pytest.mark.parametrize("name", MUST_SAY)
def test_a_child_of_nine_can_read_it(name: str) -> None:
    """Flesch and Kincaid's grade is at most 4, which is read at 9 to 10; no sentence is long."""
    said = sentences(TEXTS[name])
    assert grade(said) <= 4.0
    assert max(len(words(each)) for each in said) <= 20


@pytest.mark.parametrize("name", MUST_SAY)
def test_no_strength_is_claimed(name: str) -> None:
    """Nobody has measured what it can hold: no weight is named, and no word that promises."""
    folded = TEXTS[name].lower()
    for word in (
        "kg",
        "newton",
        "strong",
        "unbreakable",
        "guarantee",
        "tested to",
        "medical grade",
    ):
        assert word not in folded
