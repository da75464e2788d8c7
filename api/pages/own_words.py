"""Words of designs in the language of a reader.

A design says everything in English. Translations lie beside what says it, in a folder ``words``
of each design with one file for a language, ``fr.po``, and of `parametric` for what is bought and
where estimates come from; their ids are the English texts themselves. Where a text has no
translation it stays as its author wrote it: so a fork's own words are never touched, and what it
took over from its parent is translated.

A text with numbers in it has ``{names}`` in their places. A value that has words of its own is
translated as well; other values of more than one word are somebody's own, and so is the text then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final

from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup

import designs
import parametric
from api.pages.text import ENGLISH

FOLDER: Final = "words"

LONGEST: Final = 500
"""Characters of a text with values in it: a longer one is somebody's own, and slow to look at."""

_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_PLACE: Final = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class OwnWords:
    """What there is in one language.

    Attributes:
        said: translations by the English text.
        patterns: the same for texts with values in them; those that say most come first.
    """

    said: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]


def in_words(language: str, english: str) -> str | None:
    """Return a text of a design in a language, None where it has no words in it."""
    known = _known(language, tuple(designs.__path__))
    if english in known.said:
        return known.said[english]
    for pattern, said in known.patterns if len(english) <= LONGEST else ():
        found = pattern.fullmatch(english)
        if found is not None:
            values = {name: _value(language, each) for name, each in found.groupdict().items()}
            if None not in values.values():
                return said.format(**values)
    return None


def shown(language: str, text: str) -> str:
    """Return a text of a design as a page shows it, marked as English where it stays so."""
    if language == ENGLISH or not text:
        return text
    said = in_words(language, text)
    return said if said is not None else Markup('<span lang="en" dir="auto">{}</span>').format(text)


def label_of(name: str) -> str:
    """Return the name of a part or a measurement as a label, for those that have no other."""
    return name.replace("_", " ").capitalize()


def _value(language: str, value: str) -> str | None:
    if _NUMBER.fullmatch(value):
        return str(format_decimal(value, locale=language))
    said = in_words(language, value) or in_words(language, label_of(value))
    return value if said is None and not re.search(r"\s", value) else said


@cache
def _known(language: str, shelves: tuple[str, ...]) -> OwnWords:
    """Read every catalogue of a language; what a design says goes before what others say."""
    folders = sorted(file for shelf in shelves for file in Path(shelf).glob(f"*/{FOLDER}"))
    said: dict[str, str] = {}
    for folder in (*folders, Path(parametric.__path__[0]) / FOLDER):
        file = folder / f"{language}.po"
        if file.is_file():
            with file.open("rb") as lines:
                for each in read_po(lines, locale=language):
                    if each.id and each.string:
                        said.setdefault(str(each.id), str(each.string))
    with_values = sorted(
        (text for text in said if _names(text)), key=lambda text: -len(_PLACE.sub("", text))
    )
    return OwnWords(said, tuple((_pattern(text), said[text]) for text in with_values))


def _names(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _pattern(text: str) -> re.Pattern[str]:
    parts = (
        re.escape(before) + (f"(?P<{name}>.+?)" if name else "")
        for before, name, _, _ in Formatter().parse(text)
    )
    return re.compile("".join(parts))
