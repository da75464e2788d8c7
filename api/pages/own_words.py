"""Words of designs in the language of a reader: see `parametric.translations`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markupsafe import Markup

import designs
from api.pages.text import ENGLISH
from parametric.translations import FOLDER, HERE, Translations, translations


def in_words(language: str, english: str) -> str | None:
    """Return a text of a design in a language, None where it has no words in it."""
    return _known(language, tuple(designs.__path__)).of(english)


def shown(language: str, text: str) -> str:
    """Return a text of a design as a page shows it, marked as English where it stays so."""
    if language == ENGLISH or not text:
        return text
    said = in_words(language, text)
    return said if said is not None else Markup('<span lang="en" dir="auto">{}</span>').format(text)


@cache
def _known(language: str, shelves: tuple[str, ...]) -> Translations:
    """Read every catalogue of a language; what a design says goes before what others say."""
    folders = sorted(folder for shelf in shelves for folder in Path(shelf).glob(f"*/{FOLDER}"))
    return translations(language, (*folders, HERE))
