"""Why this maker: each reason is a plain sentence and a share of the score; one table weighs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

WEIGHTS: Final[Mapping[str, float]] = {
    "distance": 30.0,
    "language": 25.0,
    "made": 20.0,
    "reply": 10.0,
    "room": 10.0,
    "channel": 5.0,
}
"""How much each reason counts; together 100."""

HALF_KM: Final = 40.0
"""At this distance a maker gets half of what distance is worth."""

FEWEST_PEOPLE: Final = 5
"""How devices turned out is told, and counts, from this many people on."""

LANGUAGES: Final[Mapping[str, str]] = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "it": "Italian",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pa": "Punjabi",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "so": "Somali",
    "sr": "Serbian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""Names for sentences; other languages are told by their code."""


@dataclass(frozen=True)
class Reason:
    """One reason: `share` is 0 to 1 of what it can be worth, `says` a plain sentence.

    `kind` names the sentence and `facts` what stands in it, for whoever says it in another
    language.
    """

    name: str
    share: float
    says: str
    kind: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """What it adds to the score."""
        return self.share * WEIGHTS[self.name]


@dataclass(frozen=True)
class Wanted:
    """What reasons compare makers with."""

    design: str | None
    languages: tuple[str, ...]
    channel: str | None


def reasons_for(wanted: Wanted, maker: Mapping[str, Any], km: float | None) -> tuple[Reason, ...]:
    """Return every reason for or against a maker, in the table's order.

    Args:
        wanted: what the request says.
        maker: languages, channels, made, most_jobs, holds_jobs, usual_reply_hours.
        km: how far away, None where one of both has no place.
    """
    return (
        _distance(km),
        _language(wanted.languages, maker["languages"]),
        _made(wanted.design, maker["made"]),
        _reply(maker["usual_reply_hours"]),
        _room(maker["most_jobs"], maker["holds_jobs"]),
        _channel(wanted.channel, maker["channels"]),
    )


def score(reasons: tuple[Reason, ...]) -> float:
    """Return the sum of what the reasons are worth, 0 to 100."""
    return sum(each.points for each in reasons)


def _distance(km: float | None) -> Reason:
    if km is None:
        return Reason("distance", 0.0, "How far away they are is not known.", "unknown")
    share = HALF_KM / (HALF_KM + km)
    if km < 10.0:
        return Reason("distance", share, "Lives less than 10 km away.", "near")
    shown = 10 * round(km / 10.0) if km < 200.0 else 50 * round(km / 50.0)
    return Reason("distance", share, f"Lives about {shown} km away.", "about", {"km": shown})


def _language(wanted: tuple[str, ...], spoken: list[str]) -> Reason:
    shared = [each for each in wanted if each in spoken]
    if not wanted:
        return Reason("language", 0.5, "You have not said which languages you speak.", "not_said")
    if not shared:
        return Reason("language", 0.0, "Speaks none of your languages.", "none")
    names = [LANGUAGES.get(each, each) for each in shared[:3]]
    told = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    # Your first language counts most.
    share = 1.0 if shared[0] == wanted[0] else 0.7
    return Reason(
        "language", share, f"Speaks {told}, as you do.", "shared", {"languages": shared[:3]}
    )


def _made(design: str | None, made: Mapping[str, Any]) -> Reason:
    if design is None:
        return Reason("made", 0.0, "You have not chosen a design yet.", "no_design")
    of_it = made.get(design, {})
    times, told = int(of_it.get("times", 0)), int(of_it.get("told", 0))
    if times == 0:
        return Reason("made", 0.0, "Would make this design for the first time.", "first")
    often = "once" if times == 1 else f"{times} times"
    practice = times / (times + 2.0)
    if told < FEWEST_PEOPLE:
        says = f"Has made this design {often}."
        return Reason("made", 0.6 * practice, says, "times", {"times": times})
    in_use = int(of_it.get("in_use", 0))
    says = f"Has made this design {often}; {in_use} of {told} people who told us still use it."
    facts = {"times": times, "in_use": in_use, "told": told}
    return Reason("made", practice * (0.2 + 0.8 * in_use / told), says, "in_use", facts)


def _reply(hours: float | None) -> Reason:
    if hours is None:
        return Reason("reply", 0.5, "Has not been asked before.", "never")
    share = 24.0 / (24.0 + hours)
    if hours <= 1.5:
        return Reason("reply", share, "Usually answers within an hour or so.", "soon")
    if hours < 36.0:
        within = math.ceil(hours)
        says = f"Usually answers within {within} hours."
        return Reason("reply", share, says, "hours", {"hours": within})
    within = math.ceil(hours / 24.0)
    return Reason(
        "reply", share, f"Usually answers within {within} days.", "days", {"days": within}
    )


def _room(most: int, holds: int) -> Reason:
    free = max(most - holds, 0)
    share = free / most if most else 0.0
    if holds == 0:
        return Reason("room", share, "Has nothing else to make just now.", "free")
    things = "one other thing" if holds == 1 else f"{holds} other things"
    says = f"Is making {things} just now and has room for more."
    return Reason("room", share, says, "holds", {"holds": holds})


def _channel(wanted: str | None, offered: list[str]) -> Reason:
    if wanted is None:
        return Reason("channel", 0.5, "You have not said how you would like to talk.", "not_said")
    # Everybody can be written to on the site; a maker need not offer it.
    if wanted == "here":
        return Reason("channel", 1.0, "You can write to them here, as you asked.", "here")
    if wanted in offered:
        says = f"Can be reached by {wanted}, as you asked."
        return Reason("channel", 1.0, says, "yes", {"channel": wanted})
    says = f"Cannot be reached by {wanted}; you can write to them here."
    return Reason("channel", 0.0, says, "no", {"channel": wanted})
