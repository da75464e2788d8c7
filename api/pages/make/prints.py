"""What the plates of a kit take to print: from a slicer, or guessed where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.export.estimate import Body, guess
from parametric.resolve import resolve


@dataclass(frozen=True)
class Prints:
    """How long something prints and what it weighs.

    Attributes:
        seconds, grams: of all of it; None where not even a guess can be made.
        plates: seconds and grams of each plate, by its file's name, from the slicer.
        warnings: what the slicer complained of.
        state: ``guess``, ``waiting`` (for the slicer), ``done``, ``failed`` or ``no_slicer``.
    """

    seconds: float | None
    grams: float | None
    plates: Mapping[str, tuple[int, float]]
    warnings: tuple[str, ...]
    state: str

    @property
    def is_sliced(self) -> bool:
        """Whether a slicer said so."""
        return self.state == "done"


def prints_of(report: Mapping[str, Any] | None, printer: Mapping[str, Any]) -> Prints:
    """Return what a fit's plates take, from its report."""
    said = (report or {}).get("prints") or {}
    state = str(said.get("state", "guess"))
    if state == "done":
        plates = {
            name: (int(each["seconds"]), float(each["grams"]))
            for name, each in said["plates"].items()
        }
        return Prints(
            sum(seconds for seconds, _ in plates.values()),
            sum(grams for _, grams in plates.values()),
            plates,
            tuple(word for each in said["plates"].values() for word in each["warnings"]),
            state,
        )
    bodies = [_body(part.get("facts", {})) for part in (report or {}).get("parts", ())]
    known = [each for each in bodies if each is not None]
    if not known or len(known) != len(bodies):
        return Prints(None, None, {}, (), state)
    profile = resolve(PrinterProfile, printer).params if printer else DEFAULT_PRINTER
    found = guess(known, profile)
    return Prints(found.seconds, found.grams, {}, (), state)


def _body(facts: Mapping[str, Any]) -> Body | None:
    volume, area, size = (facts.get(name) for name in ("volume_mm3", "area_mm2", "size_mm"))
    if volume is None or area is None or not size:
        return None
    return Body(float(volume), float(area), float(size[2]))


def hours(seconds: float) -> tuple[int, int]:
    """Return a time as hours and minutes, to five minutes: nobody needs it closer."""
    minutes = max(5, 5 * round(seconds / 300.0))
    return minutes // 60, minutes % 60
