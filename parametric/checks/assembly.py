"""Checks of the parts together: every promise of an assembly tried on the real shapes.

Motions and joints are in `motions`, cords in `cords`. Reaches are the least distance between two
shapes. Not seen: anything that is not printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parametric.assembly import Assembly
from parametric.checks.cords import check_cord
from parametric.checks.findings import AssemblyReport, Finding, ReachRow, WorkingRow
from parametric.checks.meetings import Body, least_gap
from parametric.checks.motions import check_motions
from parametric.checks.surface import Surface
from parametric.kit import MadePart


def check_assembly(
    assembly: Assembly,
    made: Sequence[MadePart],
    *,
    thorough: bool,
    surfaces: Mapping[str, Surface] | None = None,
) -> AssemblyReport:
    """Return which of an assembly's promises hold, with what was measured.

    Args:
        assembly: what was promised.
        made: its parts with their shapes, from `parametric.kit.make`.
        thorough: seven positions of every joint instead of three, and half-way poses in
            motions of fewer than five.
        surfaces: the parts' meshes on the bed by part name, when they are already prepared.

    Raises:
        LookupError: the assembly names a part, joint or channel that does not exist.
    """
    bodies = {each.part.name: Body(each.shape) for each in made}
    known = surfaces or {}
    prepared = {
        each.part.name: (each, known.get(each.part.name) or Surface(each.mesh)) for each in made
    }
    findings: list[Finding] = []
    return AssemblyReport(
        motions=check_motions(assembly, bodies, findings, thorough=thorough),
        reaches=_reaches(assembly, bodies, findings),
        cords=tuple(check_cord(assembly, prepared, each, findings) for each in assembly.cords),
        workings=_workings(assembly, findings),
        findings=tuple(findings),
    )


def _reaches(
    assembly: Assembly, bodies: Mapping[str, Body], findings: list[Finding]
) -> tuple[ReachRow, ...]:
    rows = []
    for reach in assembly.reaches:
        where = assembly.pose(reach.pose)
        placed = where[reach.b].then(where[reach.a].inverse())
        # Looked for a little further, so that a near miss says by how much.
        gap = least_gap(
            bodies[reach.a].shape,
            bodies[reach.b].shape.transform(placed.matrix()[:3]),
            reach.at_most_mm + 2.0,
        )
        holds = gap is not None and gap <= reach.at_most_mm
        if not holds:
            far = f"{gap:.2f} mm" if gap is not None else f"over {reach.at_most_mm + 2.0:g} mm"
            says = f"“{reach.name}”: {reach.a} and {reach.b} stay {far} apart."
            pair = f"{reach.a} and {reach.b}"
            findings.append(Finding("reach", "error", pair, says, gap, reach.at_most_mm, "mm"))
        rows.append(ReachRow(reach.name, reach.a, reach.b, gap, reach.at_most_mm, holds))
    return tuple(rows)


def _workings(assembly: Assembly, findings: list[Finding]) -> tuple[WorkingRow, ...]:
    rows = []
    for check in assembly.hand_checks:
        rows.append(
            WorkingRow(
                check.name,
                check.value,
                check.limit,
                check.unit,
                check.at_least,
                check.working,
                check.source,
                check.holds,
            )
        )
        if not check.holds:
            word = "at least" if check.at_least else "at most"
            says = (
                f"{check.name}: {check.value:.3g} {check.unit}, must be {word} "
                f"{check.limit:.3g} {check.unit}."
            )
            findings.append(
                Finding("hand check", "error", "", says, check.value, check.limit, check.unit)
            )
    return tuple(rows)
