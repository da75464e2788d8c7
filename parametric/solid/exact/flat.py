"""Profiles in the exact kernel: lines, arcs and Bezier pieces become wires and faces."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cadquery as cq
import numpy as np

from parametric.solid import curves
from parametric.solid.curves import Arc, Bezier, Line, Loop, Vec2
from parametric.solid.exact.bodies import FAILURES
from parametric.solid.mesh import cross_section
from parametric.solid.profiles import Offset, Profile, Text, loop
from parametric.solid.value import BadSolid

FINE_MM = 0.002
"""Chord tolerance (mm) of outlines that have to be polygons: offsets that OCCT cannot make."""

TEXT_MM = 0.01
"""Chord tolerance (mm) of letters, which are polygons in both kernels."""

_SHORT_MM = 1e-6
"""Pieces shorter than this are left out and their neighbours joined (OCCT's points have 1e-7)."""


def faces(profile: Profile) -> list[cq.Face]:
    """Return a profile as flat faces in the plane z = 0, one for each separate piece of it.

    Raises:
        BadSolid: nothing is left of it, or OCCT makes no face of it.
    """
    match profile:
        case Offset():
            return _offset(profile)
        case Text():
            return polygon_faces(profile, TEXT_MM)
        case _:
            return [cq.Face.makeFromWires(wire(snapped(loop(profile))))]


def area(found: Sequence[cq.Face]) -> float:
    """Return the area of faces in mm2."""
    return float(sum(face.Area() for face in found))


def polygon_faces(profile: Profile, tolerance_mm: float) -> list[cq.Face]:
    """Return a profile as faces with straight edges, chords within tolerance of its curves."""
    found = []
    for piece in cross_section(profile, tolerance_mm).decompose():
        rings = [np.asarray(ring, dtype=np.float64) for ring in piece.to_polygons()]
        rings.sort(key=lambda ring: -_signed_area(ring))
        outer, *inner = (
            cq.Wire.makePolygon([cq.Vector(x, y, 0.0) for x, y in ring], close=True)
            for ring in rings
        )
        found.append(cq.Face.makeFromWires(outer, inner))
    if not found:
        raise BadSolid("nothing is left of the profile")
    return found


def snapped(pieces: Loop) -> Loop:
    """Return a closed loop without pieces too short for OCCT, each starting where one ended."""
    kept = [piece for piece in pieces if _length(piece) > _SHORT_MM]
    ends = [_ends(piece)[1] for piece in kept]
    result: list[Line | Arc | Bezier] = []
    for i, piece in enumerate(kept):
        start, end = ends[i - 1], ends[i]
        match piece:
            case Line():
                result.append(Line(start, end))
            case Arc():
                result.append(piece)
            case Bezier():
                result.append(Bezier((start, *piece.controls[1:-1], end)))
    return tuple(result)


def wire(pieces: Loop) -> cq.Wire:
    """Return the closed wire of a loop in the plane z = 0; see `snapped`."""
    if len(pieces) == 1 and isinstance(pieces[0], Arc):
        ring = pieces[0]
        return cq.Wire.assembleEdges([cq.Edge.makeCircle(ring.radius, cq.Vector(*ring.centre, 0))])
    ends = [_ends(piece)[1] for piece in pieces]
    edges = []
    for i, piece in enumerate(pieces):
        start, end = cq.Vector(*ends[i - 1], 0.0), cq.Vector(*ends[i], 0.0)
        match piece:
            case Line():
                edges.append(cq.Edge.makeLine(start, end))
            case Arc():
                middle = cq.Vector(*piece.at(0.5), 0.0)
                edges.append(cq.Edge.makeThreePointArc(start, middle, end))
            case Bezier():
                inner = [cq.Vector(x, y, 0.0) for x, y in piece.controls[1:-1]]
                edges.append(cq.Edge.makeBezier([start, *inner, end]))
    return cq.Wire.assembleEdges(edges)


def _offset(offset: Offset) -> list[cq.Face]:
    """Return an offset by OCCT where it can, checked against the area of the polygon's."""
    rough = cross_section(offset, FINE_MM)
    if rough.is_empty():
        raise BadSolid("Offset: nothing is left of the profile")
    if offset.distance == 0.0:
        return faces(offset.profile)
    inner = faces(offset.profile)
    if len(inner) == 1 and not inner[0].innerWires() and rough.num_contour() == 1:
        try:
            wires = inner[0].outerWire().offset2D(offset.distance, "arc")
            found = [cq.Face.makeFromWires(w) for w in wires]
        except FAILURES:
            found = []
        length = sum(face.outerWire().Length() for face in found)
        near = abs(area(found) - rough.area()) <= 2.0 * FINE_MM * length + 1e-6
        if len(found) == 1 and near and found[0].isValid():
            return found
    return polygon_faces(offset, FINE_MM)


def _length(piece: Line | Arc | Bezier) -> float:
    match piece:
        case Line():
            return math.dist(piece.start, piece.end)
        case Arc():
            return piece.radius * math.radians(abs(piece.sweep_deg))
        case Bezier():
            return math.dist(piece.controls[0], piece.controls[-1])


def _ends(piece: Line | Arc | Bezier) -> tuple[Vec2, Vec2]:
    match piece:
        case Line():
            return piece.start, piece.end
        case Arc():
            return piece.at(0.0), piece.at(1.0)
        case Bezier():
            first, last = piece.controls[0], piece.controls[-1]
            return (first[0], first[1]), (last[0], last[1])


def _signed_area(ring: curves.Array) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2.0)
