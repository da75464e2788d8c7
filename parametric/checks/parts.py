"""Checks of one part on its real mesh, as it lies on the bed."""

from __future__ import annotations

from parametric.checks.findings import PartReport
from parametric.clearance import PrinterProfile
from parametric.kit import MadePart


def check_part(made: MadePart, printer: PrinterProfile) -> PartReport:
    """Return what is true of one part; its mesh is measured, never its parameters."""
    del printer  # the checks follow
    return PartReport(made.part.name)
