"""A whole device at once: every part, then the parts together."""

from __future__ import annotations

from collections.abc import Sequence

from parametric.assembly import Assembly
from parametric.checks.assembly import check_assembly
from parametric.checks.findings import PartReport, Report
from parametric.checks.parts import check_part
from parametric.checks.surface import Surface
from parametric.clearance import PrinterProfile
from parametric.kit import MadePart
from parametric.solid.mesh import Memory


def check_kit(
    assembly: Assembly,
    made: Sequence[MadePart],
    printer: PrinterProfile,
    *,
    thorough: bool = False,
    memory: Memory | None = None,
) -> Report:
    """Return what is true of every part and of the parts together.

    Args:
        assembly: what was promised.
        made: its parts with their shapes, from `parametric.kit.make`.
        printer: the printer they are made for.
        thorough: try more steps of every joint; see `check_assembly`.
        memory: what was measured before; pass the one again that the parts were made with.
    """
    kept = Memory() if memory is None else memory
    return Report(
        check_parts(made, printer, kept),
        check_assembly(
            assembly,
            made,
            thorough=thorough,
            surfaces={each.part.name: _surface(each, kept) for each in made},
        ),
    )


def check_parts(
    made: Sequence[MadePart], printer: PrinterProfile, memory: Memory
) -> tuple[PartReport, ...]:
    """Return what is true of every part; what is in `memory` is not measured again."""
    return tuple(_check(each, printer, memory) for each in made)


def _check(made: MadePart, printer: PrinterProfile, memory: Memory) -> PartReport:
    part = made.part
    # A mesh equals only itself, and a part that did not change kept its own. The rest is what the
    # part promises.
    key = (part.name, part.holes, part.least_wall_mm, part.advice.supports)
    return memory.recall(
        ("checked", made.mesh, made.to_bed, printer, key),
        lambda: check_part(made, printer, surface=_surface(made, memory)),
    )


def _surface(made: MadePart, memory: Memory) -> Surface:
    return memory.recall(("surface", made.mesh), lambda: Surface(made.mesh))
