"""What is wrong with something that was entered: named, in words, all of it at once."""

from __future__ import annotations

import dataclasses
import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what was entered.

    Attributes:
        field: The parameter's name, or several names with commas.
        given: What was entered, as text; empty when nothing was.
        says: What is wrong, as a plain sentence.
        allowed: What would be right, such as ``40-110 mm``.
        advice: What to do, as a plain sentence.
    """

    field: str
    given: str
    says: str
    allowed: str = ""
    advice: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.field}: {self.says}", self.advice) if part)

    def to_json(self) -> dict[str, str]:
        """Returns the problem as a JSON object."""
        return dataclasses.asdict(self)


class BadParameters(ValueError):
    """What was entered cannot be used; `problems` holds every reason at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        # The problems are the only argument, so that the error survives a trip between processes.
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def to_json(self) -> list[dict[str, str]]:
        """Returns every problem as a JSON object."""
        return [problem.to_json() for problem in self.problems]


def unknown(name: str, entry: object, known: list[str]) -> Problem:
    """Returns that there is no parameter of this name, and which was perhaps meant."""
    return Problem(
        str(name),
        shown(entry),
        f"There is no parameter called {name}.",
        ", ".join(known),
        did_you_mean(str(name), known),
    )


def did_you_mean(wrong: str, known: list[str] | tuple[str, ...]) -> str:
    """Returns advice for a name that is not known."""
    tidy = wrong.strip().casefold().replace("-", "_").replace(" ", "_").removesuffix("_mm")
    close = difflib.get_close_matches(tidy, known, n=2, cutoff=0.6)
    return f"Did you mean {' or '.join(close)}?" if close else "Take it out, or look up its name."


def brief(number: float) -> str:
    """Returns a number as people write it."""
    return f"{number:.10g}"


def shown(entry: object) -> str:
    """Returns what was entered as a text that is short enough to show."""
    if isinstance(entry, bool):
        return "true" if entry else "false"
    if isinstance(entry, int) and abs(entry) >= 10**30:
        return "a very big number"
    if isinstance(entry, float):
        return brief(entry)
    words = str(entry).strip()
    return words if len(words) <= 60 else words[:57] + "..."
