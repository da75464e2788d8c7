"""Every text of the pages, from gettext catalogues: ``text/<language>/<journey>.po``.

Ids are names such as ``find.title``, whose first part is the journey; English is a catalogue like
the others. A journey has a catalogue in a language or none: then its pages are in English, and say
so. Entries that no person has checked are marked ``fuzzy``, and pages that show them say so too.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from parametric.translations import together

FOLDER: Final = Path(__file__).parent / "text"

ENGLISH: Final = "en"

LANGUAGES: Final[Mapping[str, str]] = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "pt": "Português",
    "ar": "العربية",
}
"""Languages of the site by their codes, as who speaks them calls them."""

DATED: Final[Mapping[str, str]] = {"en": "en_GB", "pt": "pt_PT"}
"""Whose days are written, where a language alone means those of another country to Babel."""

COMMON: Final = "common"
"""The texts that every page has: its head and its foot."""


class NoSuchText(KeyError):
    """A page asks for a text that the English catalogue does not have."""


@dataclass(frozen=True)
class Catalogue:
    """The texts of one journey in one language.

    Attributes:
        texts: by id; a text that depends on a number has several forms.
        form: which of them belongs to a number.
        is_checked: whether a person has checked all of them.
    """

    texts: Mapping[str, tuple[str, ...]]
    form: Callable[[int], int]
    is_checked: bool


@cache
def catalogue(language: str, journey: str) -> Catalogue | None:
    """Return the texts of a journey in a language, None where it has none in it."""
    file = FOLDER / language / f"{journey}.po"
    if not file.is_file():
        return None
    with file.open("rb") as lines:
        found = read_po(lines, locale=language)
    texts: dict[str, tuple[str, ...]] = {}
    for message in found:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            said = message.string or ""
            forms = (said,) if isinstance(said, str) else tuple(said)
            texts[key] = tuple(together(language, each) for each in forms)
    is_checked = not any(message.fuzzy for message in found if message.id)
    return Catalogue(texts, gettext.c2py(found.plural_expr), is_checked)


@dataclass(frozen=True)
class Words:
    """The texts of one page.

    Attributes:
        language: which was asked for.
        journey: whose page it is.
    """

    language: str
    journey: str

    @property
    def locale(self) -> Locale:
        """How numbers and dates are written in it, and in which direction it is read."""
        return _locale(self.language)

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return str(self.locale.text_direction)

    @property
    def is_translated(self) -> bool:
        """Whether the journey has a catalogue in this language."""
        return catalogue(self.language, self.journey) is not None

    @property
    def is_checked(self) -> bool:
        """Whether a person has checked all that the page may say in this language."""
        used = (catalogue(self.language, each) for each in (COMMON, self.journey))
        return all(each.is_checked for each in used if each is not None)

    @property
    def body(self) -> Words:
        """The language that the journey itself is told in: English where it has no other."""
        return self if self.is_translated else Words(ENGLISH, self.journey)

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its ``{names}`` filled in.

        Values that are Markup stay markup, and everything else is escaped then.

        Raises:
            NoSuchText: see there.
        """
        return _filled(self._found(key)[1].texts[key][0], values)

    def count(self, key: str, count: int, **values: object) -> str:
        """Return the form of a text that belongs to a number; ``{count}`` is the number.

        Raises:
            NoSuchText: see there.
        """
        language, found = self._found(key)
        said = found.texts[key][found.form(count)]
        return _filled(said, {"count": format_decimal(count, locale=language), **values})

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        found = catalogue(ENGLISH, key.partition(".")[0])
        return found is not None and key in found.texts

    def day(self, at: date | datetime | str) -> str:
        """Return a day in words; it may be given as a program writes it, such as in JSON."""
        day = datetime.fromisoformat(at) if isinstance(at, str) else at
        return format_date(day, "long", locale=self._dated)

    def moment(self, at: datetime) -> str:
        """Return a day, as `day` does, and a time."""
        both = str(get_datetime_format("medium", locale=self._dated))
        return both.format(format_time(at, "HH:mm", locale=self._dated), self.day(at))

    def number(self, value: float) -> str:
        """Return a number as it is written in this language."""
        return format_decimal(value, locale=self.locale)

    def apart(self, said: str) -> str:
        """Return what reads from the left, such as ``78 mm``, whole among words from the right."""
        return f"\u2066{said}\u2069" if self.direction == "rtl" else said

    def size(self, said: str) -> str:
        """Return a length or size, such as ``7.8 × 3 cm``, with this language's numbers; whole."""
        return self.apart(re.sub(r"\d+\.\d+", lambda found: self.number(float(found[0])), said))

    def listed(self, names: Iterable[str]) -> str:
        """Return names as a list in words: one, two and three."""
        return format_list(list(names), locale=self.locale)

    def joined(self, said: Iterable[str]) -> Markup:
        """Return what there is of several short texts, with this language's comma between them."""
        return escape(self("common.comma")).join(each for each in said if each)

    @property
    def _dated(self) -> Locale:
        return _locale(DATED.get(self.language, self.language))

    def _found(self, key: str) -> tuple[str, Catalogue]:
        journey = key.partition(".")[0]
        for language in (self.language, ENGLISH):
            found = catalogue(language, journey)
            if found is not None and key in found.texts:
                return language, found
        raise NoSuchText(key)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _filled(said: str, values: Mapping[str, Any]) -> str:
    if any(isinstance(each, Markup) for each in values.values()):
        return escape(said).format(**values)
    return said.format(**values)
