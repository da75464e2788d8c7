"""From what somebody wants to be able to do to designs that may help with it.

Pictures and words lead to the same few topics. Which designs answer a topic is said by each design
itself, in `helps-with` of its manifest; a fork answers what the design it grew out of does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from typing import Any, Final

from api.pages.text import ENGLISH, Words
from designs.discover import NoSuchDesign, folder_of, slugs
from designs.manifest import OWN_TABLE, BadManifest, read_manifest

TOPICS: Final = ("hold", "drink", "eat", "carry", "play", "write", "dress", "roll")
"""What people want to be able to do, in the order in which the pictures stand."""


def topics_of(said: str, words: Words) -> tuple[str, ...]:
    """Return the topics that words speak of, in the visitor's language or in English."""
    spoken = {_plain(each) for each in re.findall(r"\w+", said)}
    return tuple(
        topic
        for topic in TOPICS
        if any(
            word.startswith(stem)
            for language in {words.language, ENGLISH}
            for stem in _stems(language, topic)
            for word in spoken
        )
    )


def designs_for(topics: Collection[str]) -> list[str]:
    """Return the library's designs that answer most of the topics, those that answer more first."""
    wanted = frozenset(topics)
    found = [(slug, len(wanted & helps_with(slug))) for slug in slugs()]
    return [slug for slug, hits in sorted(found, key=lambda each: -each[1]) if hits]


def helps_with(slug: str) -> frozenset[str]:
    """Return the topics that one of the library's designs answers."""
    return frozenset(own_table(slug).get("helps-with", ())) & frozenset(TOPICS)


@cache
def own_table(slug: str) -> dict[str, Any]:
    """Return what one of the library's designs says in our own table of its manifest."""
    try:
        return dict(read_manifest(folder_of(slug)).everything[OWN_TABLE])
    except (NoSuchDesign, BadManifest):
        return {}


def _stems(language: str, topic: str) -> tuple[str, ...]:
    return tuple(_plain(each) for each in Words(language, "find")(f"find.words_{topic}").split())


def _plain(word: str) -> str:
    # Accents, and the vowel marks of Arabic, are left out by many who type.
    split = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in split if not unicodedata.combining(each))
