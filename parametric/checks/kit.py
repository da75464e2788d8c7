"""A whole device at once: every part, then the parts together."""

from __future__ import annotations

from collections.abc import Sequence

from parametric.assembly import Assembly
from parametric.checks.assembly import check_assembly
from parametric.checks.findings import Report
from parametric.checks.parts import check_part
from parametric.checks.surface import Surface
from parametric.clearance import PrinterProfile
from parametric.kit import MadePart


def check_kit(
    assembly: Assembly,
    made: Sequence[MadePart],
    printer: PrinterProfile,
    *,
    thorough: bool = False,
) -> Report:
    """Return what is true of every part and of the parts together.

    Args:
        assembly: what was promised.
        made: its parts with their shapes, from `parametric.kit.make`.
        printer: the printer they are made for.
        thorough: try more steps of every joint; see `check_assembly`.
    """
    surfaces = {each.part.name: Surface(each.mesh) for each in made}
    return Report(
        tuple(check_part(each, printer, surface=surfaces[each.part.name]) for each in made),
        check_assembly(assembly, made, thorough=thorough, surfaces=surfaces),
    )
