"""What a design says, in another language.

A design says everything in English. Translations lie beside what says it, in a folder ``words`` of
each design with one file for a language, ``fr.po``, and of this package for what is bought, how
guides speak and where estimates come from; their ids are the English texts themselves. Where a
text has no translation it stays as its author wrote it: so a fork's own words are never touched,
and what it took over from its parent is translated.

A text with values in it has ``{names}`` in their places. A value that has words of its own is
translated as well; other values of more than one word are somebody's own, and so is the text then.
A name that begins with ``own_`` says that its value always is, and that the text around it is
translated all the same; one that begins with ``called_`` that its value is shown in words where
there are some, and as it is where there are none. `_LISTS` are values that name several things,
`_NUMBERS` are never anything but numbers.
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
_CALLED: Final = "called_"
_LISTS: Final = ("allowed", "choices", "who")
_NUMBERS: Final = ("count", "high", "least", "low", "most", "number")
_APART: Final = "; "
_ABOUT: Final = ": "
_ABOUT_IN: Final = {"fr": "\u00a0: "}
_APART_IN: Final = {"ar": "؛ ", "fr": "\u00a0; "}
_BEFORE_A_SIGN: Final = re.compile(r" (?=[:;!?»])|(?<=«) ")
_NAMES_APART: Final = re.compile(r"(, | and | or )")
_NAMES_APART_IN: Final = {
    ", ": {"ar": "، "},
    " and ": {"ar": " و", "es": " y ", "fr": " et ", "pt": " e "},
    " or ": {"ar": " أو ", "es": " o ", "fr": " ou ", "pt": " ou "},
}
_SENTENCES_APART: Final = re.compile(r"(?<=[.!?]) (?=\S)")


@dataclass(frozen=True)
class Pattern:
    """A text with values in it.

    Attributes:
        longest: the longest piece between the values.
        whole: the text with a group for each value.
        said: its translation, with a name for each value.
    """

    longest: str
    whole: re.Pattern[str]
    said: str

    def found_in(self, english: str) -> Mapping[str, str] | None:
        """Return the values where a text is this one, None where it is another."""
        # Quick, and nearly always the end of it: trying where values begin and end takes long.
        if self.longest not in english:
            return None
        found = self.whole.fullmatch(english)
        return None if found is None else found.groupdict()


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
    patterns: tuple[Pattern, ...]

    def of(self, english: str) -> str | None:
        """Return a text in this language, None where it has no words in it.

        A list with semicolons has them when each of its texts has, several sentences when each
        has, and a text that begins with a capital letter when it has them with a small one. What
        is said of a part, with its name and a colon before it, has them when that has.
        """
        said = self._one(english)
        if said is None and english[:1].isupper():
            small = self._one(english[:1].lower() + english[1:])
            said = small and small[:1].upper() + small[1:]
        if said is None and _APART in english:
            each = [self.of(one) for one in english.split(_APART)]
            if None not in each:
                said = _APART_IN.get(self.language, _APART).join(map(str, each))
        said = self._sentences(english) if said is None else said
        return self._about(english) if said is None else said

    def _about(self, english: str) -> str | None:
        name, colon, rest = english.partition(_ABOUT)
        said = self.of(rest) if colon and len(english) <= LONGEST else None
        named = None if said is None else self._named(name) or self._each(name)
        return named and f"{named}{_ABOUT_IN.get(self.language, _ABOUT)}{said}"

    def _sentences(self, english: str) -> str | None:
        each = _SENTENCES_APART.split(english) if len(english) <= LONGEST else ()
        # What says most comes first: two sentences may be one text.
        for count in range(len(each) - 1, 0, -1):
            first = self._one(" ".join(each[:count]))
            rest = None if first is None else self.of(" ".join(each[count:]))
            if rest is not None:
                return f"{first} {rest}"
        return None

    def _one(self, english: str) -> str | None:
        if english in self.said:
            return self.said[english]
        for pattern in self.patterns if len(english) <= LONGEST else ():
            found = pattern.found_in(english)
            if found is not None:
                values = {name: self._value(name, each) for name, each in found.items()}
                if None not in values.values():
                    return pattern.said.format(**values)
        return None

    def _value(self, name: str, value: str) -> str | None:
        if name.startswith(_OWN):
            return value
        if _NUMBER.fullmatch(value):
            return str(format_decimal(value, locale=self.language))
        said = self._named(value)
        if said is None and name in _LISTS:
            said = self._each(value)
        return value if said is None and name.startswith(_CALLED) else said

    def _named(self, value: str) -> str | None:
        said = self.of(value) or self.of(label_of(value))
        return value if said is None and not re.search(r"\s", value) else said

    def _each(self, value: str) -> str | None:
        said = [
            _NAMES_APART_IN[each].get(self.language, each)
            if each in _NAMES_APART_IN
            else self._named(each)
            for each in _NAMES_APART.split(value)
        ]
        return None if None in said else "".join(map(str, said))


def label_of(name: str) -> str:
    """Return the name of a part or a measurement as a label, for those that have no other."""
    return name.replace("_", " ").capitalize()


def together(language: str, said: str) -> str:
    """Return a text whose signs stay with their words: French has a space before a colon.

    Where a line ends there, the sign would stand alone on the next one.
    """
    return _BEFORE_A_SIGN.sub("\u00a0", said) if language == "fr" else said


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
                        said.setdefault(str(each.id), together(language, str(each.string)))
    with_values = sorted(
        (text for text in said if _names(text)), key=lambda text: -len(_PLACE.sub("", text))
    )
    patterns = tuple(_pattern(text, said[text]) for text in with_values)
    return Translations(language, said, patterns)


def _names(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _pattern(text: str, said: str) -> Pattern:
    parts = list(Formatter().parse(text))
    whole = "".join(
        re.escape(before) + (f"(?P<{name}>{_value_of(name)})" if name else "")
        for before, name, _, _ in parts
    )
    return Pattern(max((each[0] for each in parts), key=len), re.compile(whole, re.DOTALL), said)


def _value_of(name: str) -> str:
    # A certificate that says a rule once for many people leaves out their figures.
    return r"-?\d[\d.,]*(?:e[+-]?\d+)?|…" if name in _NUMBERS else ".+?"
