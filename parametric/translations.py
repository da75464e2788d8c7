"""What a design says, in another language.

A design says everything in English. Translations lie beside what says it, in a folder ``words`` of
each design with one file for a language, ``fr.po``, and of this package for what is bought, how
guides speak and where estimates come from; their ids are the English texts themselves. Where a
text has no translation it stays as its author wrote it: so a fork's own words are never touched,
and what it took over from its parent is translated.

A text with values in it has ``{names}`` in their places. A value that has words of its own is
translated as well; other values of more than one word are somebody's own, and so is the text then.
A name that begins with ``own_`` says that its value always is, and that the text around it is
translated all the same.
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

FOLDER: Final = "words"
HERE: Final = Path(__file__).parent / FOLDER
"""Where the words of this package are."""

LONGEST: Final = 500
"""Characters of a text with values in it: a longer one is somebody's own, and slow to look at."""

_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_PLACE: Final = re.compile(r"\{\w+\}")
_OWN: Final = "own_"
_APART: Final = "; "
_APART_IN: Final = {"ar": "؛ ", "fr": " ; "}


@dataclass(frozen=True)
class Translations:
    """What there is in one language.

    Attributes:
        language: its code, such as "fr".
        said: translations by the English text.
        patterns: the same for texts with values in them; those that say most come first.
    """

    language: str
    said: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    def of(self, english: str) -> str | None:
        """Return a text in this language, None where it has no words in it.

        A list with semicolons has them when each of its texts has, and a text that begins with a
        capital letter has them when it has them with a small one.
        """
        said = self._one(english)
        if said is None and english[:1].isupper():
            small = self._one(english[:1].lower() + english[1:])
            said = small and small[:1].upper() + small[1:]
        if said is None and _APART in english:
            each = [self.of(one) for one in english.split(_APART)]
            if None not in each:
                said = _APART_IN.get(self.language, _APART).join(map(str, each))
        return said

    def _one(self, english: str) -> str | None:
        if english in self.said:
            return self.said[english]
        for pattern, said in self.patterns if len(english) <= LONGEST else ():
            found = pattern.fullmatch(english)
            if found is not None:
                values = {name: self._value(name, each) for name, each in found.groupdict().items()}
                if None not in values.values():
                    return said.format(**values)
        return None

    def _value(self, name: str, value: str) -> str | None:
        if name.startswith(_OWN):
            return value
        if _NUMBER.fullmatch(value):
            return str(format_decimal(value, locale=self.language))
        said = self.of(value) or self.of(label_of(value))
        return value if said is None and not re.search(r"\s", value) else said


def label_of(name: str) -> str:
    """Return the name of a part or a measurement as a label, for those that have no other."""
    return name.replace("_", " ").capitalize()


@cache
def translations(language: str, folders: tuple[Path, ...]) -> Translations:
    """Read what there is of a language in some folders; what stands in an earlier one holds."""
    said: dict[str, str] = {}
    for folder in folders:
        file = folder / f"{language}.po"
        if file.is_file():
            with file.open("rb") as lines:
                for each in read_po(lines, locale=language):
                    if each.id and each.string:
                        said.setdefault(str(each.id), str(each.string))
    with_values = sorted(
        (text for text in said if _names(text)), key=lambda text: -len(_PLACE.sub("", text))
    )
    patterns = tuple((_pattern(text), said[text]) for text in with_values)
    return Translations(language, said, patterns)


def _names(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _pattern(text: str) -> re.Pattern[str]:
    parts = (
        re.escape(before) + (f"(?P<{name}>.+?)" if name else "")
        for before, name, _, _ in Formatter().parse(text)
    )
    return re.compile("".join(parts))
