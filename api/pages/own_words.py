"""What is said in English, in the language of a reader: see `parametric.translations`.

Designs have words of their own, the core has some of what it finds and refuses, the registry of
what it refuses and tells people, and the API of what is wrong with what it was sent.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markupsafe import Markup

import api
import designs
import registry
from api.pages.text import ENGLISH
from parametric.translations import FOLDER, HERE, Translations, translations


def in_words(language: str, english: str) -> str | None:
    """Return what is said in English in a language, None where it has no words in it."""
    return _known(language, tuple(designs.__path__)).of(english)


def shown(language: str, text: str) -> str:
    """Return what is said in English as a page shows it, marked where it stays English."""
    if language == ENGLISH or not any(map(str.isalpha, text)):
        return text
    said = in_words(language, text)
    return said if said is not None else Markup('<span lang="en" dir="auto">{}</span>').format(text)


@cache
def _known(language: str, shelves: tuple[str, ...]) -> Translations:
    """Read every catalogue of a language; what a design says goes before what others say."""
    folders = sorted(folder for shelf in shelves for folder in Path(shelf).glob(f"*/{FOLDER}"))
    ours = (Path(each.__path__[0]) / FOLDER for each in (registry, api))
    return translations(language, (*folders, HERE, *ours))
