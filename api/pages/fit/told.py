"""How a design's own words stand on a page: in the page's language where we have them in it.

A design is written in English, and its own translations lie beside it. What its parameters and
choices are called is in the catalogues as well, word for word in English; where a fork says it
otherwise, its own words count. Names that were only made of a program's get better ones here.
"""

from __future__ import annotations

import re
from typing import Any, Final

from markupsafe import Markup

from api.pages import own_words, static
from api.pages.fit.questions import COARSE, Odd, in_unit, mm_of
from api.pages.text import ENGLISH, Words
from parametric.design import Design
from parametric.entries import is_unknown
from parametric.params import ParameterInfo

UNITS: Final = ("mm", "cm", "in")


class Told:
    """Tells of one design in the words of one page."""

    def __init__(self, words: Words, design: Design, unit: str) -> None:
        """Tell of this design, with lengths in this unit."""
        self.words = words
        self.design = design
        self.unit = unit

    def label(self, info: ParameterInfo) -> str:
        """Return what a parameter is called."""
        key = f"fit.p_{info.name}"
        is_made_of_its_name = info.label == info.name.replace("_", " ").capitalize()
        if is_made_of_its_name and self.words.has(key):
            return self.words(key)
        return self._said(key, info.label)

    def help(self, info: ParameterInfo) -> str:
        """Return how it is measured."""
        return self.own(info.help)

    def sentences(self, info: ParameterInfo) -> list[str]:
        """Return how it is measured, a sentence a line."""
        said = self.help(info)
        if isinstance(said, Markup):
            return [said]
        return [each for each in re.split(r"(?<=[.!?؟]) ", said) if each]

    def options(self, info: ParameterInfo) -> list[dict[str, str]]:
        """Return the answers to choose from."""
        return [{"value": each, "text": self.choice(each)} for each in info.choices]

    def choice(self, choice: str) -> str:
        """Return what a choice is called."""
        return self._said(f"fit.c_{choice.replace(' ', '_')}", choice)

    def own(self, text: str) -> str:
        """Return what only the design says, marked as English where there are no other words."""
        return own_words.shown(self.words.language, text)

    def tight(self, info: ParameterInfo) -> str:
        """Return how tight the tape shall be, nothing where that is no question."""
        if info.kind != "length":
            return ""
        if "circumference" in info.name:
            return self.words("fit.tight_around")
        if info.group in ("sound hand", "residual limb") and info.name != "padding":
            return self.words("fit.tight_along")
        return self.words("fit.tight_across")

    def drawing(self, info: ParameterInfo) -> str:
        """Return the address of the drawing of this one measurement, nothing without one."""
        path = f"img/measures/{info.name}.svg"
        return static.address(path) if path in static.files() else ""

    def drawn(self, info: ParameterInfo) -> str:
        """Return in words what that drawing shows, nothing where no words are there for it."""
        key = f"drawings.{info.name}"
        return self.words(key) if self.words.has(key) else ""

    def answer(self, info: ParameterInfo, entry: str) -> str:
        """Return an answer as a page shows it."""
        if is_unknown(entry):
            return self.words("fit.unknown")
        if info.kind == "choice":
            return self.choice(entry)
        if info.kind == "flag":
            return self.words("fit.yes" if entry == "yes" else "fit.no")
        if info.kind == "length" and mm_of(info, entry) is not None:
            # As it was typed: what somebody read off a tape is easiest to check.
            return self.words.apart(entry)
        return f"{entry} {info.unit}".strip() if info.unit and entry.isdigit() else entry

    def value(self, info: ParameterInfo, value: Any) -> str:
        """Return a value that a device is made with."""
        if info.kind == "length":
            return self.words.size(in_unit(float(value), self.unit, COARSE))
        if isinstance(value, bool):
            return self.words("fit.yes" if value else "fit.no")
        if info.kind == "choice":
            return self.choice(str(value))
        number = f"{value:g}" if isinstance(value, float) else str(value)
        return f"{number} {'°' if info.unit == 'deg' else info.unit}".strip()

    def allowed(self, info: ParameterInfo) -> str:
        """Return what may be entered, in the page's unit."""
        if info.kind == "choice":
            return self.words.joined(self.choice(each) for each in info.choices)
        if info.kind == "flag":
            return self.words.joined(self.words(f"fit.{each}") for each in ("yes", "no"))
        if info.kind != "length" or info.low is None or info.high is None:
            return self.own(info.allowed)
        return self.words(
            "fit.from_to",
            low=self.words.size(in_unit(info.low, self.unit)),
            high=self.words.size(in_unit(info.high, self.unit)),
        )

    def odd(self, odd: Odd, entry: str) -> str:
        """Return the question that an odd answer is met with."""
        return self.words(
            f"fit.odd_{odd.kind}",
            given=self.words.apart(entry),
            expected=self.words.size(in_unit(odd.expected_mm, self.unit, COARSE)),
        )

    def _said(self, key: str, own: str) -> str:
        if self.words.language == ENGLISH:
            return own
        english = Words(ENGLISH, "fit")
        if english.has(key) and english(key) == own:
            return self.words(key)
        return self.own(own)
