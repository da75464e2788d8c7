"""How hard a text is to read, by Flesch and Kincaid."""

from __future__ import annotations

import re
from collections.abc import Sequence


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line of a list is one, with or without its full stop."""
    lines = (re.sub(r"^(\d+\.|-|#+) ", "", line).strip() for line in text.splitlines())
    return [each for line in lines for each in re.split(r"(?<=[.!?:]) ", line) if each]


def words(sentence: str) -> list[str]:
    """The words of a sentence."""
    return re.findall(r"[A-Za-z']+", sentence)


def syllables(word: str) -> int:
    """About how many syllables a word has."""
    groups = re.findall(r"[aeiouy]+", word.lower())
    silent = word.lower().endswith("e") and not word.lower().endswith("le")
    return max(1, len(groups) - int(silent))


def grade(said: Sequence[str]) -> float:
    """The school year in which sentences are read; 5 years more is the age.

    Kincaid et al., Derivation of New Readability Formulas, 1975.
    """
    each_words = [found for found in map(words, said) if found]
    total = sum(map(len, each_words))
    spoken = sum(syllables(word) for each in each_words for word in each)
    return 0.39 * total / len(each_words) + 11.8 * spoken / total - 15.59
