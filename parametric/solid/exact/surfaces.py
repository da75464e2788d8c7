"""Curved bodies through a grid of points: lofts, sweeps, and rims that OCCT cannot round.

OCCT's own lofts and pipes lose volume or turn inside out without saying so; here every side is
one bicubic B-spline surface through points of the true surface, and all sides are sewn together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import cadquery as cq
import numpy as np
import numpy.typing as npt
from OCP.BRepAdaptor import BRepAdaptor_Curve
from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeFace, BRepBuilderAPI_Sewing
from OCP.BRepTools import BRepTools_WireExplorer
from OCP.Geom import Geom_BSplineSurface
from OCP.GeomAbs import GeomAbs_Circle, GeomAbs_Line
from OCP.gp import gp_Pnt, gp_Vec
from OCP.ShapeAnalysis import ShapeAnalysis_FreeBounds
from OCP.TColgp import TColgp_Array2OfPnt
from OCP.TColStd import TColStd_Array1OfInteger, TColStd_Array1OfReal
from OCP.TopAbs import TopAbs_REVERSED
from scipy.interpolate import make_interp_spline

from parametric.place import distance, frame
from parametric.solid import stations
from parametric.solid.curves import Array, smooth
from parametric.solid.exact.bodies import Bodies, moved, sewn, sound
from parametric.solid.exact.flat import faces as flat_faces
from parametric.solid.nodes import Extrude, Loft, Rim, Sweep
from parametric.solid.profiles import Profile, Text
from parametric.solid.value import BadSolid

Indexes: TypeAlias = npt.NDArray[np.intp]

Side: TypeAlias = tuple[Array, Array]
"""Points along one side of an outline and the inward normals there, both (n, 2)."""

PATH_MM = 0.005
"""Chord tolerance (mm) by which a path counts as straight."""

FIT_MM = 0.01
"""How far (mm) a surface may lie from the true one. People who adapt a design want few control
points, and OCCT's booleans take as long as their surfaces have spans."""

_AROUND = (16, 20, 24, 32, 48, 96)
"""Steps around half of a loft: the fewest that do. Even ones, because a superellipse bends
suddenly in the middle and a cubic does so only at its knots."""

_ALONG = (1, 2, 3, 4, 6, 12, 24)
"""Steps along a face of a loft or a sweep: the fewest that do."""

_LEAST = 9
"""Fewest points along a curved side."""

_THIN_MM = 1e-6
"""Strips thinner than this are left out."""


def loft_body(loft: Loft) -> Bodies:
    """Return a loft's exact body: cubics through points of its true surface."""
    # Faces that share an edge must share its parameters too, or the edge would gape.
    around = np.linspace(0.0, 1.0, _AROUND[-1] + 1)
    strips = []
    for low, high in pairwise(_joints(loft)):
        heights = _heights(loft, float(low), float(high))
        angles = _polar_angles(loft, heights, around)
        # Two halves meet at the sides, where the depths above and below differ.
        strips.append([stations.rings_at(loft, heights, half) for half in (angles, -angles)])
    points = _few(
        around, _AROUND, *(half.transpose(1, 0, 2) for halves in strips for half in halves)
    )
    faces: list[cq.Face] = []
    for halves in strips:
        along = _parameters(np.concatenate(halves, axis=1))
        rings = _few(along, _ALONG, *halves)
        faces.extend(
            face_through(half[np.ix_(rings, points)], along[rings], around[points])
            for half in halves
        )
    return _capped(faces, "Loft")


def sweep_body(sweep: Sweep) -> Bodies:
    """Return a sweep's exact body.

    Raises:
        BadSolid: the path bends too tightly, or the profile is not one closed curve.
    """
    flat = outlined(sweep.profile)
    if flat is None:
        raise BadSolid("Sweep: the profile must be one closed curve")
    sides = [points for points, _ in flat]
    reach = max(stations.ring_reach(side) for side in sides)
    points, x, y = stations.sweep_frames(sweep, PATH_MM, reach)
    if len(points) == 2:
        start, end = (tuple(point) for point in points.tolist())
        at = frame(start, tuple(x[0].tolist()), tuple(y[0].tolist()))
        length = cq.Vector(0.0, 0.0, distance(start, end))
        prisms = [cq.Solid.extrudeLinear(face, length) for face in flat_faces(sweep.profile)]
        return moved(tuple(body for prism in prisms for body in sound(prism, "Sweep")), at)
    arounds = []
    for i, side in enumerate(sides):
        around = _parameters(side[:, None, :])
        chosen = _few(around, range(1, len(side)), side[:, None, :])
        arounds.append(around[chosen])
        sides[i] = side[chosen]
    faces: list[cq.Face] = []
    for piece, xs, ys in _path_frames(sweep, x[0]):
        grids = [
            piece[:, None, :]
            + side[None, :, 0:1] * xs[:, None, :]
            + side[None, :, 1:2] * ys[:, None, :]
            for side in sides
        ]
        along = np.linspace(0.0, 1.0, len(piece))
        rings = _few(along, _ALONG, *grids)
        faces.extend(
            face_through(grid[rings], along[rings], around)
            for grid, around in zip(grids, arounds, strict=True)
        )
    return _capped(faces, "Sweep")


def _path_frames(sweep: Sweep, x: Array) -> list[tuple[Array, Array, Array]]:
    """Return (points, x directions, y directions) along each piece of a sweep's path.

    The pieces meet smoothly but with different curvatures, so that each is a face of its own.
    """
    found = []
    t = np.linspace(0.0, 1.0, _ALONG[-1] + 1)[:, None]
    for piece in smooth(sweep.path, closed=False):
        p0, p1, p2, p3 = np.array(piece.controls)
        u = 1.0 - t
        points = u**3 * p0 + 3.0 * u * u * t * p1 + 3.0 * u * t * t * p2 + t**3 * p3
        along = u * u * (p1 - p0) + 2.0 * u * t * (p2 - p1) + t * t * (p3 - p2)
        along /= np.linalg.norm(along, axis=1)[:, None]
        steps = np.diff(points, axis=0)
        xs = np.empty_like(points)
        xs[0] = x
        for i, step in enumerate(steps):
            # Double reflection, as the mesh does; see `stations.sweep_frames`.
            across = along[i + 1] - _mirrored(along[i], step)
            xs[i + 1] = _mirrored(_mirrored(xs[i], step), across)
        x = xs[-1]
        found.append((points, xs, np.cross(along, xs)))
    return found


def _mirrored(vector: Array, square_to: Array) -> Array:
    """Return a vector mirrored in the plane through 0 that is square to another one."""
    size = square_to @ square_to
    if size < 1e-18:
        return vector
    mirrored: Array = vector - (2.0 / size) * (square_to @ vector) * square_to
    return mirrored


def rimmed_body(extrude: Extrude) -> Bodies:
    """Return an extrusion with rims as its mitred insets, lofted: what the mesh does.

    Raises:
        BadSolid: the profile is not one closed curve, or has no room for its rims.
    """
    flat = outlined(extrude.profile)
    if flat is None:
        raise BadSolid("Extrude: rims need a profile that is one closed curve")
    low = extrude.bottom.size if extrude.bottom else 0.0
    high = extrude.height - (extrude.top.size if extrude.top else 0.0)
    strips = [
        _rim(extrude.bottom),
        [(0.0, low), (0.0, high)] if high - low > _THIN_MM else [],
        [(inset, extrude.height - depth) for inset, depth in reversed(_rim(extrude.top))],
    ]
    arounds = [_parameters(points[:, None, :]) for points, _ in flat]
    faces = []
    for strip in strips:
        levels = [(_inset(flat, inset), z) for inset, z in strip]
        along = np.linspace(0.0, 1.0, len(strip))
        for i, around in enumerate(arounds):
            rows = [np.insert(sides[i], 2, z, axis=1) for sides, z in levels]
            if rows:
                faces.append(face_through(np.stack(rows), along, around))
    return _capped(faces, "Extrude")


def rimmed_volume(extrude: Extrude, outline: cq.Face) -> float:
    """Return the volume (mm3) of an extrusion with rims, worked out by hand.

    Moved inwards by d, an outline of area A and length L encloses A - L d + K d^2, where K is pi
    plus tan(t / 2) - t / 2 for every sharp corner that turns by t (Steiner's formula, mitred).
    """
    sides = [side for edge in _ordered(outline.outerWire()) for side in _sides(edge)]
    k = math.pi
    for i, (_, normals) in enumerate(sides):
        before, after = sides[i - 1][1][-1], normals[0]
        turned = math.atan2(before[0] * after[1] - before[1] * after[0], before @ after)
        k += math.tan(turned / 2.0) - turned / 2.0
    size = outline.Area() * extrude.height
    for rim in (extrude.bottom, extrude.top):
        if rim is not None:
            # The integrals of the inset and of its square over the depth of the rim.
            once, twice = (
                (1.0 - math.pi / 4.0, 5.0 / 3.0 - math.pi / 2.0)
                if rim.kind == "round"
                else (0.5, 1.0 / 3.0)
            )
            length = outline.outerWire().Length()
            size += k * twice * rim.size**3 - length * once * rim.size**2
    return size


def face_through(grid: Array, along: Array, around: Array) -> cq.Face:
    """Return a face through a grid of points (along, around, 3) in mm, cubic where it can be.

    `along` and `around` are the rising parameters of its rows and columns.
    """
    poles, u_knots, u_degree = _interpolated(along, grid)
    poles, v_knots, v_degree = _interpolated(around, poles.transpose(1, 0, 2))
    poles = poles.transpose(1, 0, 2)
    points = TColgp_Array2OfPnt(1, poles.shape[0], 1, poles.shape[1])
    for i, row in enumerate(poles.tolist()):
        for j, (x, y, z) in enumerate(row):
            points.SetValue(i + 1, j + 1, gp_Pnt(x, y, z))
    us, u_times = _knots(u_knots)
    vs, v_times = _knots(v_knots)
    surface = Geom_BSplineSurface(points, us, vs, u_times, v_times, u_degree, v_degree)
    made = BRepBuilderAPI_MakeFace(surface, 1e-7)
    if not made.IsDone():
        raise BadSolid("the exact kernel made no face through these points")
    return cq.Face(made.Face())


def outlined(profile: Profile) -> list[Side] | None:
    """Return (points, inward normals) of each side of a profile, anticlockwise.

    Both ends of a side are included; the normals are scaled there to move the corner with both of
    its sides. None where the profile is not one closed curve.
    """
    if isinstance(profile, Text):
        return None
    found = flat_faces(profile)
    if len(found) != 1 or found[0].innerWires():
        return None
    sides = [side for edge in _ordered(found[0].outerWire()) for side in _sides(edge)]
    for i, (_, normals) in enumerate(sides):
        before = sides[i - 1][1]
        mitre = before[-1] + normals[0]
        mitre /= 1.0 + before[-1] @ normals[0]
        before[-1], normals[0] = mitre, mitre
    return sides


def _ordered(outline: cq.Wire) -> list[cq.Edge]:
    """Return the edges of a flat wire one after the other, each with its direction."""
    explorer = BRepTools_WireExplorer(outline.wrapped)
    edges = []
    while explorer.More():
        edges.append(cq.Edge(explorer.Current()))
        explorer.Next()
    return edges


def _sides(edge: cq.Edge) -> list[Side]:
    """Return (points, unit normals to the left) along an edge: 2 points of a line, more of curves.

    A full circle comes as two sides, so that a face never meets itself.
    """
    curve = BRepAdaptor_Curve(edge.wrapped)
    ends = curve.FirstParameter(), curve.LastParameter()
    if edge.wrapped.Orientation() == TopAbs_REVERSED:
        ends = ends[1], ends[0]
    count = 2
    if curve.GetType() == GeomAbs_Circle:
        count = max(_LEAST, 1 + math.ceil(math.degrees(abs(ends[1] - ends[0])) / 10.0))
        count += 1 - count % 2
    elif curve.GetType() != GeomAbs_Line:
        count = 33
    points = np.empty((count, 2))
    normals = np.empty((count, 2))
    for i, t in enumerate(np.linspace(*ends, count)):
        at, along = gp_Pnt(), gp_Vec()
        curve.D1(float(t), at, along)
        k = (1.0 if ends[1] > ends[0] else -1.0) / math.hypot(along.X(), along.Y())
        points[i] = at.X(), at.Y()
        normals[i] = -along.Y() * k, along.X() * k
    if math.dist(points[0], points[-1]) < _THIN_MM:
        middle = count // 2
        points[-1] = points[0]
        halves = (
            (points[: middle + 1], normals[: middle + 1]),
            (points[middle:], normals[middle:]),
        )
        return [(p.copy(), n.copy()) for p, n in halves]
    return [(points, normals)]


def _inset(sides: list[Side], by: float) -> list[Array]:
    """Return the points of all sides moved inwards by so many mm."""
    moved_sides = []
    for points, normals in sides:
        inner = points + by * normals
        if (np.einsum("ij,ij->i", np.diff(inner, axis=0), np.diff(points, axis=0)) <= 0.0).any():
            raise BadSolid(f"Extrude: a rim of {by:.2f} mm is larger than a corner has room for")
        moved_sides.append(inner)
    return moved_sides


def _rim(rim: Rim | None) -> list[tuple[float, float]]:
    """Return (inset, depth below the end) pairs from the end of an extrusion to its side."""
    if rim is None:
        return []
    if rim.kind == "chamfer":
        return [(rim.size, 0.0), (0.0, rim.size)]
    angles = np.linspace(0.0, np.pi / 2.0, _LEAST)
    return [(rim.size * (1.0 - math.sin(a)), rim.size * (1.0 - math.cos(a))) for a in angles]


def _joints(loft: Loft) -> Array:
    """Return the heights where one face ends and the next begins: breaks and sections.

    At a section the sides bend on smoothly, but with another curvature; one spline through both
    sides of it would round that off, by 0.2 mm in a gauntlet.
    """
    found = np.unique([*stations.loft_breaks(loft), *(section.z for section in loft.sections)])
    joints: Array = found[np.append(np.diff(found) > 1e-6, [True])]
    joints[0] = found[0]
    return joints


def _heights(loft: Loft, low: float, high: float) -> Array:
    """Return the heights at which the grid between two neighbouring breaks has rows."""
    z = np.array([section.z for section in loft.sections])
    bottom, top = z[0], z[-1]
    heights: Array
    middle = (low + high) / 2.0
    turned = np.linspace(0.0, 1.0, _ALONG[-1] + 1)
    if middle < bottom + loft.start_round:
        # Even steps of the angle of the quarter circle, which z(x) climbs with infinite slope.
        a, b = (math.acos(1.0 - min(1.0, (h - bottom) / loft.start_round)) for h in (low, high))
        heights = bottom + loft.start_round * (1.0 - np.cos(a + (b - a) * turned))
    elif middle > top - loft.end_round:
        a, b = (math.acos(1.0 - min(1.0, (top - h) / loft.end_round)) for h in (low, high))
        heights = top - loft.end_round * (1.0 - np.cos(a + (b - a) * turned))
    else:
        heights = low + (high - low) * turned
    heights[0], heights[-1] = low, high
    return heights


def _polar_angles(loft: Loft, heights: Array, around: Array) -> Array:
    """Return a loft's angles (heights, around) over half a turn, even as seen from the middle.

    Of a superellipse of half sizes 1, that is: there its points follow the angle smoothly
    whatever its power, and a loft whose power stays is an exact cubic along its sides.
    """
    z = np.array([section.z for section in loft.sections])
    powers = np.array([section.power for section in loft.sections])
    power = (
        np.interp(heights, z, powers)
        if loft.ruled
        else stations.monotone_cubic(z, powers[:, None], heights)[:, 0]
    )
    turned = np.pi * around
    x, y = np.cos(turned), np.sin(turned)
    # Exact at the sides, where both halves meet.
    x[len(x) // 2], y[0], y[-1] = 0.0, 0.0, 0.0
    share = power[:, None] / 2.0
    return np.arctan2(np.abs(y) ** share, np.sign(x) * np.abs(x) ** share)


def _parameters(grid: Array) -> Array:
    """Return rising parameters from 0 to 1 for the rows of a grid, by the mean distance of rows."""
    steps = np.linalg.norm(np.diff(grid, axis=0), axis=2).mean(axis=1)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    parameters: Array = along / along[-1]
    return parameters


def _few(at: Array, counts: Sequence[int], *grids: Array) -> Indexes:
    """Return which rows of grids (rows, points, 2 or 3) are enough for the surface they lie on.

    The splines through those rows, at their parameters `at`, pass all others within half of
    FIT_MM: the other half is for the other direction. `counts` are how many steps to try.
    """
    last = len(at) - 1
    for steps in counts:
        rows = np.unique(np.round(np.linspace(0, last, steps + 1)).astype(np.intp))
        if all(_strays(at, grid, rows) <= FIT_MM / 2.0 for grid in grids):
            return rows
    return np.arange(last + 1)


def _strays(at: Array, grid: Array, rows: Indexes) -> float:
    """Return how far (mm) a spline through some rows of a grid passes the farthest of the others.

    Square to it: where along the surface its points lie is no error.
    """
    spline = make_interp_spline(at[rows], grid[rows], k=min(3, len(rows) - 1))
    off, along = spline(at) - grid, spline(at, 1)
    along /= np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-12)
    off -= np.einsum("ijk,ijk->ij", off, along)[:, :, None] * along
    return float(np.linalg.norm(off, axis=2).max())


def _interpolated(at: Array, rows: Array) -> tuple[Array, Array, int]:
    """Return (poles, knots, degree) of the spline through rows at rising parameters."""
    degree = min(3, len(at) - 1)
    spline = make_interp_spline(at, rows, k=degree)
    return spline.c, spline.t, degree


def _knots(knots: Array) -> tuple[Any, Any]:
    """Return knots as OCCT wants them: (different values, how often each comes)."""
    values, times = np.unique(knots, return_counts=True)
    reals = TColStd_Array1OfReal(1, len(values))
    integers = TColStd_Array1OfInteger(1, len(values))
    for i, (value, many) in enumerate(zip(values.tolist(), times.tolist(), strict=True)):
        reals.SetValue(i + 1, value)
        integers.SetValue(i + 1, many)
    return reals, integers


def _capped(faces: Sequence[cq.Face], what: str) -> Bodies:
    """Return the body of side faces whose two ends are open and flat."""
    sewing = BRepBuilderAPI_Sewing(1e-5)
    for face in faces:
        sewing.Add(face.wrapped)
    sewing.Perform()
    side = sewing.SewedShape()
    loops = cq.Shape.cast(ShapeAnalysis_FreeBounds(side).GetClosedWires()).Wires()
    if len(loops) != 2:
        raise BadSolid(f"{what}: the sides are open in {len(loops)} places, not at two ends")
    caps = []
    for wired in loops:
        made = BRepBuilderAPI_MakeFace(wired.wrapped, True)  # noqa: FBT003  # only on a plane
        if not made.IsDone():
            raise BadSolid(f"{what}: an end is not flat")
        caps.append(cq.Face(made.Face()))
    return sewn([*cq.Shape.cast(side).Faces(), *caps], what)
