"""No sentence reaches readers in English only: none that is refused, told or found by a check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from api.pages.forms import wrong_of
from api.pages.news import PAGES, WITHOUT
from api.pages.own_words import in_words
from api.pages.text import LANGUAGES
from designs.discover import find, folder_of, slugs
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.entries import read_person
from parametric.params import Rule, describe
from parametric.problems import Problem
from parametric.resolve import resolve
from tests.words.reader import Reader, Said
from tests.words.sources import ROOT, Modules, read

OTHERS: Final = tuple(code for code in LANGUAGES if code != "en")
CATALOGUES: Final = ("registry/words", "api/words", "parametric/words")

FOR_PROGRAMS: Final = ("api.cli", "api.staging", "api.schemas", "api.seed", "registry.migrations")
"""What only the command line, or a program that reads the API, is told."""

NOT_SHOWN: Final = (
    "registry.audit.Verdict",
    "registry.matching.reasons.Reason",
    "registry.matching.queries.Match",
    "registry.requests.queries.Next",
    "registry.coproduction.facts.Found",
    "registry.coproduction.ladder.Standing",
    "parametric.proof.certificate.Certificate",
)
"""Which pages say in texts of their own."""

SOMEBODYS_OWN: Final = (
    "registry.adaptations.model.Review",
    "registry.people.makers.Offer",
    "registry.people.model.Maker",
)
"""What people typed."""

NO_SENTENCE: Final = ("parametric.part.Part",)
"""Advice for a printer, which is no sentence."""

ALSO: Final = {
    "against.append": {"says": 0},
    "api.fitting._failure": {"says": 2},
    "api.jobs.fits._failed": {"says": 0},
    "api.problems.problem": {"says": 2, "advice": 3},
    "findings.add": {"says": 2},
    "parametric.units.NotALength": {"says": 0},
    "parametric.units.NotANumber": {"says": 0},
    "registry.adaptations.document._Unfit": {"says": 0},
    "registry.errors.Invalid.field": {"says": 2, "allowed": -1, "advice": -1},
    "registry.fits.usecases.give_up": {"says": 2},
    "registry.notices.tell": {"says": 4},
}
"""Where sentences end whose argument is not called so, or that are not found by their name."""

WORDS: Final = frozenset({("registry.errors.NotFound", "what")})
TABLES_OF_WORDS: Final = (
    ("registry.policies.requests", "_CALLED"),
    ("parametric.checks.readers", "_STRANGERS"),
    ("api.intake.reading", "_not_allowed"),
    ("parametric.checks.readers", "_refuse_text"),
)
"""Where words come from that stand in sentences as their values."""


@cache
def _modules() -> Modules:
    return read("registry", "api", "parametric", but=FOR_PROGRAMS)


@cache
def _said() -> tuple[list[Said], list[str]]:
    reader = Reader(_modules(), ALSO, WORDS)
    for each in (*NOT_SHOWN, *SOMEBODYS_OWN, *NO_SENTENCE):
        del reader.takes[each]
    return reader.read()


def _shape(text: str) -> str:
    return re.sub(r"\{\w+\}", "{}", text)


def _entries(file: Path) -> list[Message]:
    with file.open("rb") as lines:
        return [each for each in read_po(lines) if each.id and each.string]


def test_every_sentence_can_be_followed_to_its_words() -> None:
    """One that is put together from pieces by a program cannot be translated either."""
    said, lost = _said()
    assert lost == []
    assert len(said) > 600


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_has_words_in_each_language(language: str) -> None:
    """What is refused, what people are told, what a check finds, what is wrong with an entry."""
    said = {_with_values(each.text): each.where for each in _said()[0]}
    ours = {text: where for text, where in said.items() if re.search(r"[^\W\d_]{2}", text)}
    assert len(ours) > 550
    missing = {text: at for text, at in ours.items() if in_words(language, text) is None}
    assert missing == {}


def _with_values(text: str) -> str:
    # How to measure something is a sentence itself, which is the design's.
    return re.sub(r"\{\w+\}", "7", text.replace("{help}", "Measure it."))


@pytest.mark.parametrize("language", OTHERS)
def test_words_that_sentences_are_put_together_with_are_known(language: str) -> None:
    """Who may do something; what a file is that is none of ours."""
    words = [word for module, name in TABLES_OF_WORDS for word in _strings(module, name)]
    assert len(words) >= 20
    assert [each for each in words if in_words(language, each) is None] == []


def _strings(module: str, name: str) -> Iterator[str]:
    """Yield the texts of a table, or those that a function is called with."""
    found = _modules()[module]
    if name in found.constants:
        nodes = list(ast.walk(found.constants[name]))
    else:
        calls = (each for each in ast.walk(found.tree) if isinstance(each, ast.Call))
        nodes = [c.args[0] for c in calls if isinstance(c.func, ast.Name) and c.func.id == name]
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("asks", [*slugs(), "printer"])
def test_what_may_be_entered_is_said_in_each_language(asks: str, language: str) -> None:
    """With its units, whatever a design or a printer asks for."""
    for info in describe(PrinterProfile if asks == "printer" else find(asks).parameters):
        wrong = wrong_of(Problem(info.name, "x", "This is needed.", info.allowed))
        assert in_words(language, wrong.advice) is not None, wrong.advice


@pytest.mark.parametrize("slug", slugs())
def test_what_findings_name_of_a_design_has_words(slug: str) -> None:
    """Its holes and cords, what moves, what must meet."""
    design = find(slug)
    entries = read_person((folder_of(slug) / "sample.toml").read_text("utf-8"))
    made = design.build(resolve(design.parameters, entries).params, DEFAULT_PRINTER)
    names = {each.name for part in made.parts for each in part.holes}
    names |= {each.name for each in made.motions} | {each.name for each in made.cords}
    names |= {each.name for each in made.reaches} | {each.name for each in made.hand_checks}
    missing = [(code, name) for code in OTHERS for name in names if in_words(code, name) is None]
    assert missing == []


def test_a_finding_names_its_parts_as_the_design_does() -> None:
    """One part or two, before what is said of them and in it."""
    met = "palm and gauntlet run into each other in “closed”: 0.50 mm3 in common."
    told = in_words("es", f"palm and gauntlet: {met}")
    assert told is not None
    assert told.startswith("Palma y ")
    assert told.endswith("se meten una en otra en «closed»: 0,5 mm³ en común.")


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("slug", slugs())
def test_why_a_certificate_does_not_cover_somebody_is_said(slug: str, language: str) -> None:
    """With what the reason is about, and without the figures of the one who was refused."""
    rules: tuple[Rule, ...] = find(slug).parameters.rules
    assert rules
    for rule in rules:
        says = rule.says.format(**dict.fromkeys(rule.fields, 12.5))
        about = ", ".join(rule.fields).replace("_", " ")
        reason = re.sub(r"\d+(\.\d+)?", "…", f"{about}: {says}")
        assert in_words(language, reason) is not None, reason


@pytest.mark.parametrize("folder", CATALOGUES)
def test_each_language_says_the_same(folder: str) -> None:
    """The same texts with the same values in them, all marked as checked by nobody yet."""
    ids = []
    for language in OTHERS:
        entries = _entries(ROOT / folder / f"{language}.po")
        assert all(each.fuzzy for each in entries)
        for each in entries:
            assert _values(str(each.id)) == _values(str(each.string)), each.id
        ids.append([str(each.id) for each in entries])
    assert ids == [ids[0]] * len(OTHERS)


def _values(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("folder", CATALOGUES[:2])
def test_no_words_are_kept_for_what_nobody_says(folder: str) -> None:
    """A sentence that was changed leaves nothing behind."""
    said = {_shape(each.text) for each in _said()[0]}
    said |= {word for module, name in TABLES_OF_WORDS for word in _strings(module, name)}
    sentences = {part for text in said for part in re.split(r"(?<=[.!?}]) (?=\S)", text)}
    entries = _entries(ROOT / folder / "fr.po")
    assert [e.id for e in entries if _shape(str(e.id)) not in said | sentences] == []


def test_every_kind_of_news_has_its_page_or_says_why_not() -> None:
    """A kind that is new must say where it leads."""
    kinds, lost = Reader(_modules(), {"registry.notices.tell": {"kind": 2}}, spoken=()).read()
    assert lost == []
    assert {each.text for each in kinds} == {*PAGES, *WITHOUT}
