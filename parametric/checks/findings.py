"""What the checks found, in words and figures that people and programs can read.

A finding is an `error` when the thing must not be printed or published as it is, a `warning`
when a maker should look, and a `note` when somebody may want to know. A report holds when it has
no errors. Lengths are in mm, volumes in mm3, angles in degrees.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]
Fact: TypeAlias = float | int | bool | str | tuple[float, ...] | tuple[str, ...] | None

HOLE_TOLERANCE_MM = 0.02
"""How far a hole's measured diameter may be from the one it must have (mm)."""


class Record:
    """A dataclass that can be told as JSON."""

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object; figures rounded to 0.0001."""
        return record(self)


class _Judged(Record):
    """A record of findings that holds when none of them is an error."""

    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing found is an error."""
        return not any(found.severity == "error" for found in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return the report as a JSON object; figures rounded to 0.0001."""
        return {**super().to_json(), "holds": self.holds}


@dataclass(frozen=True)
class Finding(Record):
    """One thing a check found.

    Attributes:
        check: which check, such as ``walls``; stable, for programs.
        severity: ``error``, ``warning`` or ``note``.
        part: the part's name, two names joined by `` and ``, or empty for the whole device.
        says: a plain sentence.
        value: what was measured, in `unit`, where there is a figure.
        limit: what it had to keep to, in `unit`.
        unit: ``mm``, ``mm2``, ``mm3``, ``deg``, another unit, or empty.
    """

    check: str
    severity: Severity
    part: str
    says: str
    value: float | None = None
    limit: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class HoleRow(Record):
    """One line of the hole table.

    Attributes:
        part: the part's name.
        name: the hole's name within the part.
        nominal_mm: the diameter it must have.
        measured_mm: the diameter of the hole in the mesh; None when there is no hole.
        holds: whether the hole is open and within `HOLE_TOLERANCE_MM` of nominal.
        off_axis_mm: how far the measured middle is from the stated axis.
    """

    part: str
    name: str
    nominal_mm: float
    measured_mm: float | None
    holds: bool
    off_axis_mm: float | None = None


@dataclass(frozen=True)
class PartReport(_Judged):
    """What is true of one part.

    Attributes:
        part: its name (for a file, the body's name).
        facts: measured figures by name: ``volume_mm3``, ``area_mm2``, ``triangles``, ``bodies``,
            ``closed``, ``size_mm``, ``least_wall_mm``, ``overhang_mm2``, ``longest_bridge_mm``,
            ``first_layer_mm2``, ``beds``, ``small_part``. A figure that could not be measured is
            None.
        holes: the hole table.
        findings: everything found.
    """

    part: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    holes: tuple[HoleRow, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class MotionRow(Record):
    """What was measured in one movement (or one joint's own range).

    Attributes:
        name: of the motion, or ``joint NAME`` for a joint through its range.
        poses: how many poses were tried.
        interference_mm3: the largest volume that two parts had in common.
        between: the two parts of that volume, or of the least gap; empty when none came close.
        least_gap_mm: the least gap between parts that no mate joins, when it was measured;
            None when no two came within the clearance's search distance.
        clearance_mm: the gap that had to be kept.
        holds: whether both were kept to.
    """

    name: str
    poses: int
    interference_mm3: float
    between: tuple[str, ...]
    least_gap_mm: float | None
    clearance_mm: float
    holds: bool


@dataclass(frozen=True)
class ReachRow(Record):
    """How near two parts come in a pose that promised it.

    `gap_mm` is None when they are further apart than was searched.
    """

    name: str
    a: str
    b: str
    gap_mm: float | None
    at_most_mm: float
    holds: bool


@dataclass(frozen=True)
class CordRow(Record):
    """What was measured along one cord.

    Attributes:
        name: the cord's.
        worst_step_mm: the largest sideways step from one channel's end to the next one's
            beginning, parts at rest.
        tightest_mm: the least distance from a channel's middle line to the part around it.
        available_mm: the cord that the driving joint takes up.
        needed_mm: the cord that closing needs.
        holds: whether all of it is as promised.
    """

    name: str
    worst_step_mm: float | None
    tightest_mm: float | None
    available_mm: float
    needed_mm: float
    holds: bool


@dataclass(frozen=True)
class WorkingRow(Record):
    """A hand calculation that the design brought along, with its formula and source."""

    name: str
    value: float
    limit: float
    unit: str
    at_least: bool
    working: str
    source: str
    holds: bool


@dataclass(frozen=True)
class AssemblyReport(_Judged):
    """What is true of the parts together, measured figures by promise."""

    findings: tuple[Finding, ...] = ()
    motions: tuple[MotionRow, ...] = ()
    reaches: tuple[ReachRow, ...] = ()
    cords: tuple[CordRow, ...] = ()
    workings: tuple[WorkingRow, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything that was checked of one device, or of one file."""

    parts: tuple[PartReport, ...]
    assembly: AssemblyReport = AssemblyReport()
    source: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, parts first, in order."""
        each = [found for part in self.parts for found in part.findings]
        return (*each, *self.assembly.findings)

    @property
    def holes(self) -> tuple[HoleRow, ...]:
        """The hole table of all parts."""
        return tuple(row for part in self.parts for row in part.holes)

    @property
    def holds(self) -> bool:
        """Whether nothing found is an error."""
        return all(part.holds for part in self.parts) and self.assembly.holds

    def to_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "source": self.source,
            "holds": self.holds,
            "parts": [part.to_json() for part in self.parts],
            "assembly": self.assembly.to_json(),
        }


def record(held: Any) -> dict[str, Any]:
    """Return a dataclass as a JSON object: tuples as lists, figures rounded to 0.0001."""
    return {each.name: _plain(getattr(held, each.name)) for each in dataclasses.fields(held)}


def _plain(held: Any) -> Any:
    """Return dataclasses as dicts, tuples as lists, and figures rounded to 0.0001."""
    if dataclasses.is_dataclass(held) and not isinstance(held, type):
        return record(held)
    if isinstance(held, Mapping):
        return {str(key): _plain(value) for key, value in held.items()}
    if isinstance(held, tuple | list):
        return [_plain(each) for each in held]
    if isinstance(held, float):
        return round(held, 4) + 0.0
    return held
