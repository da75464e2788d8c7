"""Checks of one part on its real mesh, as it lies on the bed.

Closed and of one body, holes as stated, walls thick enough, nothing hanging in the air, a foot to
stand on, and a bed to fit. Nothing about the part is believed except what it must be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from parametric.checks.findings import Fact, Finding, HoleRow, PartReport, Severity
from parametric.checks.holes import check_holes
from parametric.checks.overhangs import (
    LONGEST_BRIDGE_MM,
    LONGEST_LEDGE_MM,
    OVERHANG_DEG,
    Overhang,
    overhangs,
)
from parametric.checks.surface import Array, Surface, around
from parametric.checks.walls import WALL_SLACK_MM, least_wall
from parametric.clearance import PrinterProfile, printers
from parametric.kit import MadePart
from parametric.part import Hole
from parametric.place import HERE, Placement
from parametric.solid.mesh import Mesh

BED_MARGIN_MM = 2.0
"""What is left free along each edge of the bed, for the brim and the purge line (mm)."""

SMALL_PART_MM = (31.7, 57.1)
"""Diameter and greatest depth of the cylinder of EN 71-1:2014 (8.2) and 16 CFR 1501.4. What goes
into it whole must not come with a toy for children under 36 months."""

LEAST_FOOT_MM2 = 25.0
"""A first layer smaller than this comes off the bed (mm2): an assumption."""

TALLEST = 6.0
"""A part higher than this many times the side of a square as large as its foot falls over while
it is printed: an assumption."""


@dataclass
class _Findings:
    """Collects what is found about one part."""

    part: str
    found: list[Finding] = field(default_factory=list)

    def add(
        self,
        check: str,
        severity: Severity,
        says: str,
        *,
        value: float | None = None,
        limit: float | None = None,
        unit: str = "",
    ) -> None:
        self.found.append(Finding(check, severity, self.part, says, value, limit, unit))


def check_part(
    made: MadePart, printer: PrinterProfile, *, surface: Surface | None = None
) -> PartReport:
    """Return what is true of one part; its mesh is measured, never its parameters.

    Args:
        made: the part with its mesh on the bed.
        printer: the printer it is made for: its bed and its layers.
        surface: its mesh, when it is already prepared.
    """
    return check_surface(
        made.part.name,
        surface or Surface(made.mesh),
        printer,
        least_wall_mm=made.part.least_wall_mm,
        holes=made.part.holes,
        to_bed=made.to_bed,
        supports=made.part.advice.supports,
    )


def check_surface(
    name: str,
    surface: Surface,
    printer: PrinterProfile,
    *,
    least_wall_mm: float,
    holes: tuple[Hole, ...] = (),
    to_bed: Placement = HERE,
    supports: bool = False,
    overhang: Severity = "error",
) -> PartReport:
    """Return what is true of a mesh that lies on the bed.

    Args:
        name: what to call it.
        surface: its triangles, lowest point at z = 0 (mm).
        printer: the printer it is made for.
        least_wall_mm: no wall may be thinner, but for `WALL_SLACK_MM`.
        holes: the holes it must have, in coordinates that `to_bed` lays on the bed.
        to_bed: see `holes`.
        supports: True when it is printed with supports: then overhangs are notes.
        overhang: how bad it is to hang in the air.
    """
    mesh = surface.mesh
    findings = _Findings(name)
    facts: dict[str, Fact] = {
        "triangles": len(mesh.triangles),
        "volume_mm3": surface.volume,
        "area_mm2": float(mesh.areas.sum()),
        "size_mm": tuple(float(each) for each in np.ptp(mesh.bounds, axis=0)),
    }
    _fits(findings, facts, mesh, printer)
    sound = _is_sound(findings, facts, surface)
    rows: tuple[HoleRow, ...] = ()
    if sound:
        rows, wrong = check_holes(surface, name, holes, to_bed)
        findings.found += wrong
        _walls(findings, facts, surface, least_wall_mm)
        _overhangs(findings, facts, surface, printer, overhang, supports=supports)
        _foot(findings, facts, surface, printer)
    elif holes:
        rows = tuple(HoleRow(name, h.name, h.diameter_mm, None, holds=False) for h in holes)
    return PartReport(name, facts, rows, tuple(findings.found))


def _is_sound(findings: _Findings, facts: dict[str, Fact], surface: Surface) -> bool:
    """Closed, outward and of one body: whether it makes sense to measure further."""
    facts["closed"] = surface.is_closed
    if not surface.is_closed:
        open_edges = surface.open_edges
        says = f"The surface is not closed: {open_edges} edges lack their one neighbour."
        findings.add("closed", "error", says, value=open_edges, limit=0)
    volumes = surface.body_volumes
    bodies, hollows = int((volumes > 0.0).sum()), int((volumes < 0.0).sum())
    facts["bodies"], facts["hollows"] = bodies, hollows
    if surface.volume <= 0.0:
        says = "The surface is inside out, or has no volume."
        findings.add("volume", "error", says, value=surface.volume, limit=0.0, unit="mm3")
        return False
    if bodies != 1:
        says = f"It falls into {bodies} pieces."
        findings.add("bodies", "error", says, value=bodies, limit=1)
    if hollows:
        # A closed hollow cannot be seen, cleaned or drained, and hides what was meant to be open.
        says = f"Closed hollows inside, or pieces that are inside out: {hollows}."
        findings.add("hollows", "error", says, value=hollows, limit=0)
    return surface.is_closed


def _walls(
    findings: _Findings,
    facts: dict[str, Fact],
    surface: Surface,
    limit: float,
) -> None:
    wall, at = least_wall(surface, limit - WALL_SLACK_MM)
    facts["least_wall_mm"] = wall
    if wall is not None and at is not None and wall < limit - WALL_SLACK_MM:
        says = f"A wall is {wall:.2f} mm thick, {limit:.2f} mm are needed ({_where(at)})."
        findings.add("walls", "error", says, value=wall, limit=limit, unit="mm")


def _overhangs(
    findings: _Findings,
    facts: dict[str, Fact],
    surface: Surface,
    printer: PrinterProfile,
    severity: Severity,
    *,
    supports: bool,
) -> None:
    found = overhangs(surface, printer.layer_mm)
    facts["overhang_mm2"] = float(sum(each.area_mm2 for each in found))
    facts["unsupported_mm2"] = float(sum(each.bad_mm2 for each in found))
    facts["longest_bridge_mm"] = max((each.bridge_mm or 0.0 for each in found), default=0.0)
    facts["longest_ledge_mm"] = max((each.ledge_mm or 0.0 for each in found), default=0.0)
    for each in found:
        if not each.is_fine:
            says, value, limit = _hanging(each)
            findings.add(
                "overhang",
                "note" if supports else severity,
                says,
                value=value,
                limit=limit,
                unit="mm",
            )


def _hanging(found: Overhang) -> tuple[str, float | None, float]:
    where = f"{found.bad_mm2:.0f} mm², {_where(np.array(found.at))}"
    if found.ledge_mm is None:
        return f"A piece begins in mid-air ({where}).", None, LONGEST_LEDGE_MM
    if found.bridge_mm is not None and found.bridge_mm > LONGEST_BRIDGE_MM:
        says = f"A ceiling bridges {found.bridge_mm:.1f} mm ({where})."
        return says, found.bridge_mm, LONGEST_BRIDGE_MM
    says = (
        f"A face more than {OVERHANG_DEG:.0f} degrees from upright reaches "
        f"{found.ledge_mm:.1f} mm over nothing ({where})."
    )
    return says, found.ledge_mm, LONGEST_LEDGE_MM


def _foot(
    findings: _Findings, facts: dict[str, Fact], surface: Surface, printer: PrinterProfile
) -> None:
    """The first layer, cut through its middle."""
    up = np.array([0.0, 0.0, 1.0])
    foot = surface.section_area(up * printer.layer_mm / 2.0, up)
    height = float(surface.mesh.bounds[1, 2])
    facts["first_layer_mm2"] = foot
    if foot < LEAST_FOOT_MM2:
        says = f"Only {foot:.0f} mm² of it touch the bed: print it with a brim."
        findings.add("foot", "warning", says, value=foot, limit=LEAST_FOOT_MM2, unit="mm2")
    elif height > TALLEST * math.sqrt(foot):
        says = f"It is {height:.0f} mm high on a foot of {foot:.0f} mm²: print it with a brim."
        findings.add(
            "foot", "warning", says, value=height, limit=TALLEST * math.sqrt(foot), unit="mm"
        )


def _fits(findings: _Findings, facts: dict[str, Fact], mesh: Mesh, printer: PrinterProfile) -> None:
    size = np.ptp(mesh.bounds, axis=0)
    facts["beds"] = tuple(name for name, each in printers().items() if fits_bed(size, each))
    if not fits_bed(size, printer):
        x, y, z = size
        says = (
            f"It is {x:.0f} x {y:.0f} x {z:.0f} mm and does not fit the bed of {printer.name}, "
            f"{printer.bed_x_mm:g} x {printer.bed_y_mm:g} x {printer.bed_z_mm:g} mm less "
            f"{BED_MARGIN_MM:g} mm along each edge."
        )
        findings.add("bed", "error", says, value=float(size.max()), unit="mm")
    facts["small_part"] = is_small_part(mesh)


def fits_bed(size: Array, printer: PrinterProfile) -> bool:
    """Whether a part of this size (mm) fits a bed, as it lies or turned by a quarter."""
    x, y = printer.bed_x_mm - 2.0 * BED_MARGIN_MM, printer.bed_y_mm - 2.0 * BED_MARGIN_MM
    return bool(
        size[2] <= printer.bed_z_mm
        and ((size[0] <= x and size[1] <= y) or (size[0] <= y and size[1] <= x))
    )


def is_small_part(mesh: Mesh) -> bool:
    """Whether a part could go whole into the small parts cylinder (`SMALL_PART_MM`).

    Tried along the axes of the bed and the part's own principal axes: along one of them it must
    be at most 57.1 mm long, and square to that no wider than 31.7 mm in any of twelve directions.
    The slope of the cylinder's floor is not counted, so that more parts count as small.
    """
    width, depth = SMALL_PART_MM
    size = np.ptp(mesh.bounds, axis=0)
    if float(np.linalg.norm(size)) <= width:
        return True
    if float(size.max()) > math.hypot(width, depth):
        return False
    _, own = np.linalg.eigh(np.cov(mesh.vertices.T))
    axes = np.concatenate((np.eye(3), own.T))
    directions = np.concatenate((axes[:, None], around(axes, 24)[:, :12]), axis=1)
    along = directions.reshape(-1, 3) @ mesh.vertices.T
    spans = (along.max(axis=1) - along.min(axis=1)).reshape(len(axes), -1)
    return bool(np.any((spans[:, 0] <= depth) & (spans[:, 1:].max(axis=1) <= width)))


def _where(at: Array) -> str:
    return f"at x {at[0]:.0f}, y {at[1]:.0f}, z {at[2]:.0f} on the bed"
