"""A guide in another language than it was put together in."""

from __future__ import annotations

import dataclasses
from typing import Any, Final, Literal

from parametric.guide.blocks import Guide, Note, Run, Section, say
from parametric.guide.words import capital
from parametric.translations import Translations

LANGUAGES: Final[dict[str, Literal["ltr", "rtl"]]] = {
    "ar": "rtl",
    "es": "ltr",
    "fr": "ltr",
    "pt": "ltr",
}
"""Languages that guides are translated to, and in which direction their lines are read."""

_NOT_WORDS: Final = frozenset(
    {"address", "direction", "kind", "language", "mark", "picture", "pictures", "style", "tone"}
)
_UNCHECKED: Final = (
    "Nobody who speaks this language has checked this translation yet. If something is not clear, "
    "look into the English guide before you go on."
)


def in_language(guide: Guide, words: Translations) -> Guide:
    """Return a guide in another language; what has no words in it stays English.

    It begins with a note that nobody checked the translation.

    Args:
        guide: in English, but for the design's own texts, which may be in the language already.
        words: of the language, one of `LANGUAGES`.

    Raises:
        KeyError: it is not one of them.
    """
    first, *others = guide.sections
    note = Note("care", "This translation was not checked", (say(_UNCHECKED),))
    opened = Section(first.address, first.title, (note, *first.blocks))
    told: Guide = _told(dataclasses.replace(guide, sections=(opened, *others)), words)
    return dataclasses.replace(told, language=words.language, direction=LANGUAGES[words.language])


def _told(value: Any, words: Translations) -> Any:
    """Return a block, or some, with all their words in the language."""
    if isinstance(value, str):
        return _text(value, words)
    if isinstance(value, tuple):
        return tuple(_told(each, words) for each in value)
    if isinstance(value, Run) and value.style in {"code", "formula"}:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        told = {
            each.name: _told(getattr(value, each.name), words)
            for each in dataclasses.fields(value)
            if each.name not in _NOT_WORDS
        }
        return dataclasses.replace(value, **told)
    return value


def _text(text: str, words: Translations) -> str:
    """Return words in the language, with the spaces that stood round them."""
    bare = text.strip()
    said = words.of(bare) if bare else None
    if said is None:
        return text
    return text.replace(bare, capital(said) if bare[0].isupper() else said, 1)
