"""What designs say stands in the reader's language; what somebody else says stays theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import parametric
from api.pages.fit.told import Told
from api.pages.own_words import in_words, shown
from api.pages.shelf import never_for
from api.pages.text import LANGUAGES, Words
from designs.discover import find, folder_of, slugs
from parametric.clearance import DEFAULT_PRINTER
from parametric.design import Design
from parametric.entries import read_person
from parametric.params import Rule, describe
from parametric.problems import BadParameters
from parametric.proof.certificate import NOT_CHECKED
from parametric.recipe import CODE_FIELD
from parametric.resolve import resolve

OTHERS = tuple(code for code in LANGUAGES if code != "en")
NAMED = re.compile(r"(ISO \d+|)")
"""What is called the same in every language."""

FINGERS = ("thumb", "index", "middle", "ring", "little")
ENTRIES: dict[str, tuple[dict[str, Any], ...]] = {
    "wrist_hand": (
        {"pins": "screws", "residual_palm_length": "85 mm"},
        {"hand_length": "?", "palm_length": "?", "wrist_circumference": "?"},
        {"hand_breadth": "?", "forearm_circumference": "?"},
        {"hand_breadth": "42 mm", "palm_length": "50 mm", "wrist_circumference": "95 mm"},
        {"hand_breadth": "45 mm", "palm_length": "130 mm", "hand_length": "230 mm"},
        {"hand_breadth": "?", "hand_length": "190 mm"},
        *({f"{finger}_length": f"{mm} mm"} for finger in FINGERS for mm in range(34, 66, 2)),
    ),
    "tube_clamp": (
        {"holder": "none"},
        {"liner": "1 mm", "cup_height": "220 mm"},
        {"drink_weight": "1000", "screw": "M3", "tube_angle": "90", "tube_diameter": "19 mm"},
        {"cup_base": "?"},
        {"drink_weight": "900", "tube_angle": "60"},
    ),
}
"""What is entered beside the sample person's, so that a design says all that it can."""


def _built(design: Design) -> Iterator[Any]:
    sample = read_person((folder_of(design.slug) / "sample.toml").read_text("utf-8"))
    for more in ({}, *ENTRIES[design.slug]):
        try:
            resolved = resolve(design.parameters, {**sample, **more})
            yield resolved, design.build(resolved.params, DEFAULT_PRINTER)
        except BadParameters as error:
            yield from (each.says for each in error.problems)


def _texts(design: Design) -> set[str]:
    """All that pages show of a design, as its sample and others get it."""
    said = {design.title, design.summary, *design.checked, *design.not_checked}
    said |= {*never_for(design.slug), *NOT_CHECKED}
    for each in _built(design):
        if isinstance(each, str):
            said.add(each)
            continue
        resolved, made = each
        said |= {value.source for value in resolved.values if value.origin == "estimated"}
        said |= set(made.warnings)
        for part in made.parts:
            said |= {part.label, part.advice.material, part.name.replace("_", " ").capitalize()}
        for item in made.hardware:
            said |= {item.name, item.note}
    for info in describe(design.parameters):
        if info.kind in {"length", "angle", "number"}:
            said |= {f"{_lower(info.label)} {way} 12.5 {info.unit}" for way in ("under", "over")}
    rules: tuple[Rule, ...] = getattr(design.parameters, "rules", ())
    for rule in rules:
        said |= {rule.says.format(**dict.fromkeys(rule.fields, 12.5)), rule.advice}
    return {each for each in said if not NAMED.fullmatch(each)}


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


@pytest.mark.parametrize("slug", slugs())
def test_all_that_pages_show_of_a_design_has_words_in_each_language(slug: str) -> None:
    """Its title, its parts, what to buy, what it warns of and what it refuses."""
    said = _texts(find(slug))
    assert len(said) > 40
    missing = [(code, each) for code in OTHERS for each in said if in_words(code, each) is None]
    assert missing == []


@pytest.mark.parametrize("slug", slugs())
def test_all_that_a_design_asks_for_has_words_in_each_language(slug: str) -> None:
    """What it is called, how it is measured, what can be chosen."""
    design = find(slug)
    english = []
    for told in (Told(Words(code, "fit"), design, "mm") for code in OTHERS):
        for info in describe(design.parameters):
            said = [told.label(info), told.help(info), *map(told.choice, info.choices)]
            english += [each for each in said if "<span" in each and info.name != CODE_FIELD]
    assert english == []


@pytest.mark.parametrize("slug", [*slugs(), "parametric"])
def test_each_language_says_the_same_of_a_design(slug: str) -> None:
    """The same texts with the same values in them, none empty, all marked as not checked."""
    folder = (folder_of(slug) if slug in slugs() else Path(parametric.__path__[0])) / "words"
    english = []
    for code in OTHERS:
        found = _read(folder / f"{code}.po")
        assert all(each.fuzzy for each in found)
        for each in found:
            assert _names(str(each.id)) == _names(str(each.string)), each.id
            assert each.string
        english.append({str(each.id) for each in found})
    assert english == [english[0]] * len(OTHERS)


def test_the_same_english_is_said_in_the_same_way_by_all() -> None:
    """A text is found by what it says, whichever design says it."""
    folders = [folder_of(slug) for slug in slugs()] + [Path(parametric.__path__[0])]
    for code in OTHERS:
        said: dict[str, str] = {}
        for folder in folders:
            for each in _read(folder / "words" / f"{code}.po"):
                assert said.setdefault(str(each.id), str(each.string)) == each.string


def test_numbers_are_written_as_in_the_language() -> None:
    """And names of sizes stay what they are."""
    assert in_words("fr", "3 x 17.9 mm steel rod") == "tige d’acier de 3 × 17,9 mm"
    assert in_words("fr", "M2.5 hexagon nut") == "écrou hexagonal M2.5"


def test_what_a_check_warns_of_names_its_part() -> None:
    """By the part's name in the design, which is no label yet."""
    said = in_words("es", "clamp_back: Only 45 mm² of it touch the bed: print it with a brim.")
    assert said is not None
    assert said.startswith("Abrazadera, mitad de atrás: solo 45 mm²")


def test_a_forks_own_words_stay_as_they_are() -> None:
    """They are marked as what they are, also where they look like a text with values in it."""
    assert (
        shown("fr", "Anna's <hand>") == '<span lang="en" dir="auto">Anna&#39;s &lt;hand&gt;</span>'
    )
    assert in_words("fr", "From my heart: to yours.") is None
    assert in_words("fr", "M3 hexagon nut " * 100) is None


def test_english_is_what_the_design_says() -> None:
    """Nothing is marked or changed."""
    assert shown("en", "Wrist-driven hand") == "Wrist-driven hand"


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _read(file: Path) -> list[Message]:
    with file.open("rb") as lines:
        return [each for each in read_po(lines) if each.id]
