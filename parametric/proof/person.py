"""One person's device in a proof: made, checked, and told in few words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from parametric.checks.findings import HOLE_TOLERANCE_MM, Finding, Report
from parametric.checks.kernels import agreement
from parametric.checks.kit import check_kit
from parametric.checks.overhangs import LONGEST_BRIDGE_MM
from parametric.checks.walls import WALL_SLACK_MM
from parametric.clearance import PrinterProfile, printers
from parametric.design import Design
from parametric.kit import MadePart, make
from parametric.params import RESIDUAL_LIMB, SOUND_HAND, ParameterInfo, describe
from parametric.people import Person
from parametric.problems import BadParameters, Problem
from parametric.resolve import resolve
from parametric.solid.mesh import Memory

Status: TypeAlias = Literal["proved", "failed", "excluded"]


@dataclass(frozen=True)
class Figure:
    """A measured figure that has a limit."""

    check: str
    of: str
    value: float
    limit: float
    unit: str
    at_least: bool

    @property
    def margin(self) -> float:
        """How far it keeps from its limit, negative when it does not."""
        return self.value - self.limit if self.at_least else self.limit - self.value


@dataclass(frozen=True)
class Outcome:
    """What came out for one person; small, as it travels between processes."""

    person: str
    status: Status
    reason: str = ""
    says: str = ""
    settings_refused: bool = False
    errors: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    holes: tuple[tuple[str, str, float, float], ...] = ()
    beds: tuple[str, ...] = ()
    small_parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kernels:
    """How the two kernels agree on one person's parts."""

    row: int
    compared: int
    errors: tuple[str, ...]


def check_person(
    design: Design, printer: PrinterProfile, person: Person, memory: Memory
) -> Outcome:
    """Make and check one person's device; what is in `memory` is not made again."""
    try:
        made, report, refused = _make(design, printer, person, memory)
    except BadParameters as error:
        reason = _reason(error.problems[0], person, describe(design.parameters))
        return Outcome(person.label, "excluded", reason, str(error))
    except Exception as error:  # noqa: BLE001 (whatever a design does wrong is a failed person)
        says = f"It could not be made or checked: {type(error).__name__}: {error}"
        return Outcome(person.label, "failed", errors=(Finding("made", "error", "", says),))
    return Outcome(
        person.label,
        "proved" if report.holds else "failed",
        settings_refused=refused,
        errors=tuple(found for found in report.findings if found.severity == "error"),
        warnings=tuple(
            sorted({found.check for found in report.findings if found.severity == "warning"})
        ),
        figures=tuple(_figures(made, report)),
        holes=tuple(
            (row.part, row.name, row.nominal_mm, row.measured_mm)
            for row in report.holes
            if row.measured_mm is not None
        ),
        beds=tuple(
            name
            for name in printers()
            if all(name in _words(part.facts.get("beds")) for part in report.parts)
        ),
        small_parts=tuple(part.part for part in report.parts if part.facts.get("small_part")),
    )


def _make(
    design: Design, printer: PrinterProfile, person: Person, memory: Memory
) -> tuple[tuple[MadePart, ...], Report, bool]:
    """Return the parts, their report, and whether the person's options had to be left out."""
    assembly, refused = _build(design, printer, person)
    made = make(assembly, memory=memory)
    return made, check_kit(assembly, made, printer, thorough=True, memory=memory), refused


def _build(design: Design, printer: PrinterProfile, person: Person) -> tuple[Any, bool]:
    try:
        params = resolve(design.parameters, person.measurements).params
        return design.build(params, printer), False
    except BadParameters:
        required = {info.name for info in describe(design.parameters) if info.given == "required"}
        body = {
            name: value
            for name, value in person.measurements.items()
            if name in SOUND_HAND | RESIDUAL_LIMB | {"side"} | required
        }
        if body == person.measurements or not body.keys() & (SOUND_HAND | RESIDUAL_LIMB):
            raise
        return design.build(resolve(design.parameters, body).params, printer), True


def compare_kernels(
    design: Design, printer: PrinterProfile, person: Person, row: int, turn: tuple[int, int]
) -> Kernels:
    """Compare what both kernels make of those of one person's parts whose turn it is."""
    try:
        assembly, _ = _build(design, printer, person)
        made = make(assembly)[turn[0] :: turn[1]]
    except Exception:  # noqa: BLE001 (refused or failed: that is told where the person is made)
        return Kernels(row, 0, ())
    errors = []
    for part in made:
        try:
            found = agreement(part.part.solid, part.shape)
        except Exception as error:  # noqa: BLE001 (the exact kernel raises all kinds of things)
            errors.append(f"{person.label}: {part.part.name}: {type(error).__name__}: {error}")
            continue
        if not found.holds:
            errors.append(
                f"{person.label}: {part.part.name}: The mesh and the exact body differ by "
                f"{found.volume_difference_percent:.2f} % in volume, "
                f"{found.bounds_difference_mm:.3f} mm in size and at most "
                f"{found.surface_difference_mm:.3f} mm from surface to surface."
            )
    return Kernels(row, len(made), tuple(errors))


def _reason(problem: Problem, person: Person, infos: Sequence[ParameterInfo]) -> str:
    """Return why a person is refused, the same words for all who are for the same reason."""
    by_name = {info.name: info for info in infos}
    info = by_name.get(problem.field)
    value = person.measurements.get(problem.field)
    if info is not None and isinstance(value, int | float) and info.low is not None:
        label = info.label[:1].lower() + info.label[1:]
        if value < info.low:
            return f"{label} under {info.low:g} {info.unit}".strip()
        if info.high is not None and value > info.high:
            return f"{label} over {info.high:g} {info.unit}".strip()
    # The same rule says different figures to different people.
    return re.sub(r"-?\d+(\.\d+)?", "…", f"{problem.field.replace('_', ' ')}: {problem.says}")


def _figures(made: Sequence[MadePart], report: Report) -> Iterator[Figure]:
    """Yield the figures of a report that have a limit."""
    for each, part in zip(made, report.parts, strict=True):
        wall = part.facts.get("least_wall_mm")
        if isinstance(wall, float):
            limit = each.part.least_wall_mm - WALL_SLACK_MM
            yield Figure("walls", part.part, wall, limit, "mm", at_least=True)
        bridge = part.facts.get("longest_bridge_mm")
        if isinstance(bridge, float) and not each.part.advice.supports:
            yield Figure("bridges", part.part, bridge, LONGEST_BRIDGE_MM, "mm", at_least=False)
    for row in report.holes:
        if row.measured_mm is not None:
            off = abs(row.measured_mm - row.nominal_mm)
            of = f"{row.part}, {row.name}"
            yield Figure("holes", of, off, HOLE_TOLERANCE_MM, "mm", at_least=False)
    together = report.assembly
    for motion in together.motions:
        yield Figure(
            "interference", motion.name, motion.interference_mm3, 0.01, "mm3", at_least=False
        )
    for reach in together.reaches:
        if reach.gap_mm is not None:
            yield Figure(
                f"reach: {reach.name}",
                reach.a,
                reach.gap_mm,
                reach.at_most_mm,
                "mm",
                at_least=False,
            )
    for cord in together.cords:
        yield Figure(
            f"travel: {cord.name}",
            cord.name,
            cord.available_mm,
            cord.needed_mm,
            "mm",
            at_least=True,
        )
        if cord.worst_step_mm is not None:
            yield Figure("cords line up", cord.name, cord.worst_step_mm, 1.0, "mm", at_least=False)
    for working in together.workings:
        yield Figure(
            f"calculation: {working.name}",
            working.name,
            working.value,
            working.limit,
            working.unit,
            at_least=working.at_least,
        )


def _words(held: object) -> tuple[str, ...]:
    return tuple(str(each) for each in held) if isinstance(held, tuple) else ()
