"""What a field is called, in the reader's words, where a page tells of one that it does not show.

Names of fields are a program's: nobody who reads a page shall have to guess what they stand for.
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

from api.pages import own_words
from api.pages.text import Words
from parametric.translations import label_of

_OF_PARAMETERS: Final = ("parameters", "presets")
_VALUES: Final = "values"
_FLAGS: Final = {"True": "fit.yes", "False": "fit.no"}
_FIGURE: Final = re.compile(r"-?\d")


def called(words: Words, field: str) -> str:
    """Return what a field is called; nothing where no words are there for it.

    Args:
        words: of the page.
        field: its name, such as ``place.town``, or ``parameters.hand_breadth.low`` of a fork.
    """
    name = _name(field)
    for key in (f"fields.{name}", f"fit.p_{name}"):
        if words.has(key):
            return words(key)
    label = label_of(name)
    return own_words.in_words(words.language, label) or ""


def named(words: Words, about: str) -> str:
    """Return what something is called, somebody's own word for it where there is no other.

    Args:
        words: of the page.
        about: a field's name, or, as Markup, what it is called.
    """
    if isinstance(about, Markup):
        return about
    return called(words, about) or own_words.shown(words.language, label_of(_name(about)))


def about(words: Words, name: str, says: str) -> str:
    """Return what is said of something, with its name before it where there is one."""
    return Markup("{}{}{}").format(name, words("common.colon"), says) if name else says


def valued(words: Words, value: object) -> str:
    """Return what a parameter is set to, such as ``150 mm``, ``none`` or True."""
    said = f"{value:g}" if isinstance(value, float) else str(value)
    if said in _FLAGS:
        return words(_FLAGS[said])
    key = f"fit.c_{said}".replace(" ", "_")
    if words.has(key):
        return words(key)
    return words.size(said) if _FIGURE.match(said) else own_words.shown(words.language, said)


def _name(field: str) -> str:
    """Return the one word of a field's name that says most; the whole name of several fields."""
    parts = [part for part in field.split(".") if not part.isdigit()] or [""]
    if parts[0] in _OF_PARAMETERS and len(parts) > 1:
        return parts[-1] if _VALUES in parts[2:-1] else parts[1]
    return parts[-1]
