"""Checks on real meshes: each part, the parts together, and files from elsewhere.

Nothing here trusts a parameter: what a part should be is compared with the triangles that will
be printed.
"""

from parametric.checks.assembly import check_assembly
from parametric.checks.findings import (
    AssemblyReport,
    CordRow,
    Finding,
    HoleRow,
    MotionRow,
    PartReport,
    ReachRow,
    Report,
    Severity,
    WorkingRow,
)
from parametric.checks.kit import check_kit
from parametric.checks.parts import check_part
from parametric.checks.readers import BadFile, check_file, read_3mf, read_stl

__all__ = [
    "AssemblyReport",
    "BadFile",
    "CordRow",
    "Finding",
    "HoleRow",
    "MotionRow",
    "PartReport",
    "ReachRow",
    "Report",
    "Severity",
    "WorkingRow",
    "check_assembly",
    "check_file",
    "check_kit",
    "check_part",
    "read_3mf",
    "read_stl",
]
