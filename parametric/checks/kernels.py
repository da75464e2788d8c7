"""Whether the two kernels agree: the mesh that is printed against the exact body.

They share a description and, for lofts and sweeps, points on the true surface; what they make of
it has nothing in common. Volume and bounding box alone are poor judges: chords may explain 2 % of
the volume of a small part, and a forgotten pin hole is less. So the surfaces are compared point by
point, both ways: no point of either may lie far from the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import manifold3d as m3d
import numpy as np
import numpy.typing as npt

from parametric.solid import BadSolid, Solid
from parametric.solid.curves import Array
from parametric.solid.mesh import TOLERANCE_MM

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

ROUNDING_PERCENT = 0.02
"""How far volumes may differ beyond what chords explain: quadrature, and cubics through points."""

LOFTED = 1.25
"""How far a loft's triangles may stray, in tolerances: chords along and across it add up."""
ROUNDING_MM = 0.02
"""How far surfaces and bounding boxes may differ beyond the mesh's tolerance."""

EXACT_MM = 0.01
"""Deflection (mm) asked of the triangles that stand for the exact surface. OCCT does not keep to
it: on a long loft they lay 0.10 mm off, and 0.03 mm when 0.002 was asked. What a comparison finds
below that may be OCCT's triangles and neither kernel."""

FARTHEST = 6.0
"""How many tolerances any one point may be astray. More than one, because an edge where two
surfaces meet at a shallow angle moves by the tolerance over the angle's sine."""

ASTRAY_PERCENT = 1.0
"""How much of the surface may be astray by more than the tolerance: the neighbourhood of edges."""

STEP_MM = 0.8
"""How far apart the compared points are, at most."""


@dataclass(frozen=True)
class Agreement:
    """How near the mesh is to the exact body.

    Attributes:
        volume_difference_percent: of the mesh, in percent of the exact volume, positive when the
            mesh is larger.
        bounds_difference_mm: the most that any side of the bounding box differs.
        surface_difference_mm: the most that any point of either surface is away from the other.
        astray_percent: how much of either surface is away by more than the tolerance.
        holds: whether all four are within what the mesh's tolerance explains. A hole that is
            missing, or 6 tolerances from its place, does not hold.
    """

    volume_difference_percent: float
    bounds_difference_mm: float
    surface_difference_mm: float
    astray_percent: float
    holds: bool


def agreement(solid: Solid, shape: m3d.Manifold, tolerance_mm: float = TOLERANCE_MM) -> Agreement:
    """Return how near a mesh is to the exact body of the solid it was made from.

    Args:
        solid: the description.
        shape: what the mesh kernel made of it, unplaced.
        tolerance_mm: how far its triangles may stray from the true surface.

    Raises:
        BadSolid: the mesh is empty, or the exact kernel cannot make the solid.
    """
    # Seconds and hundreds of megabytes, which only this comparison needs.
    from parametric.solid.exact import evaluate_exact
    from parametric.solid.exact.bodies import bounds, volume
    from parametric.solid.exact.hatch import surface_triangles

    raw = shape.to_mesh64()
    mesh = np.asarray(raw.vert_properties)[:, :3][np.asarray(raw.tri_verts).astype(np.int64)]
    if not len(mesh):
        raise BadSolid("nothing is left of this solid")
    exact = evaluate_exact(solid)
    exact_volume = volume([exact])
    difference = float(shape.volume()) - exact_volume
    corners = mesh.reshape(-1, 3)
    surface = surface_triangles(exact, EXACT_MM)
    apart = _apart(_box(corners), _box(surface.reshape(-1, 3)), np.array(bounds(exact)))
    astray_at = tolerance_mm + ROUNDING_MM
    # A triangle without area has no plane to be near: every point would seem to lie in it.
    mesh, surface = _with_area(mesh), _with_area(surface)
    away = [
        _distances(mesh, surface, tolerance_mm),
        _distances(surface, mesh, tolerance_mm),
    ]
    farthest = max(float(distance.max()) for distance, _ in away)
    astray = max(
        100.0 * float(share[distance > astray_at].sum() / share.sum()) for distance, share in away
    )
    return Agreement(
        volume_difference_percent=100.0 * difference / exact_volume,
        bounds_difference_mm=apart,
        surface_difference_mm=farthest,
        astray_percent=astray,
        holds=abs(difference)
        <= tolerance_mm * float(shape.surface_area()) + ROUNDING_PERCENT / 100.0 * exact_volume
        and apart <= LOFTED * tolerance_mm + ROUNDING_MM
        and farthest <= FARTHEST * tolerance_mm + ROUNDING_MM
        and astray <= ASTRAY_PERCENT,
    )


def _box(points: Array) -> Array:
    """Return the lowest and the highest corner (2, 3) of points (n, 3)."""
    return np.stack((points.min(axis=0), points.max(axis=0)))


def _apart(box: Array, within: Array, around: Array) -> float:
    """Return how far a box (2, 3) is from lying between two others, at its worst side, in mm.

    OCCT's own box of a trimmed sphere is the whole sphere's, and the box of its triangles is a
    little small: the truth lies between the two.
    """
    short = (box - within) * ((1.0,), (-1.0,))
    beyond = (around - box) * ((1.0,), (-1.0,))
    return float(max(short.max(), beyond.max(), 0.0))


def _with_area(triangles: Array) -> Array:
    """Return those triangles (n, 3, 3) whose corners do not lie on one line."""
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    doubled = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    longest = np.linalg.norm(np.stack((b - a, c - b, a - c)), axis=2).max(axis=0)
    # As high as their longest side rounds.
    kept: Array = triangles[doubled > 1e-9 * longest * np.maximum(longest, 1.0)]
    return kept


def _distances(of: Array, to: Array, close_mm: float) -> tuple[Array, Array]:
    """Return, for points spread over triangles `of`, (distance to triangles `to`, area), in mm.

    Distances up to `close_mm` may be less still.
    """
    # scipy's neighbours cost half a second to import.
    from scipy.spatial import cKDTree

    points, owner = _points(of)
    targets, target_owner = _points(to)
    tree = cKDTree(targets)
    count = min(_NEIGHBOURS, len(targets))
    _, near = tree.query(points, k=count)
    best = np.full(len(points), np.inf)
    for column in near.reshape(len(points), count).T:
        best = np.minimum(best, _to_triangles(points, to[target_owner[column]]))
    # The nearest triangle need not own the nearest points, only one within a step of them: where
    # it matters, all that could be nearer are tried.
    doubtful = np.flatnonzero(best > close_mm)
    for start in range(0, len(doubtful), _AT_ONCE):
        some = doubtful[start : start + _AT_ONCE]
        best[some] = _nearest_around(points[some], best[some] + STEP_MM, to, tree, target_owner)
    crossed = np.cross(of[:, 1] - of[:, 0], of[:, 2] - of[:, 0])
    areas = np.linalg.norm(crossed, axis=1) / 2.0
    return best, (areas / np.bincount(owner, minlength=len(of)))[owner]


_NEIGHBOURS = 3
"""How many points near by have their triangles tried at first."""

_AT_ONCE = 200
"""So many points are compared in one go with all triangles around them."""


def _nearest_around(
    points: Array, within: Array, to: Array, tree: cKDTree, owner: npt.NDArray[np.intp]
) -> Array:
    """Return the distance of each point (n, 3) to the nearest triangle of `to` around it, in mm.

    Args:
        points: some of them.
        within: how far (mm) from each a triangle's points are looked for; there must be some.
        to: the triangles.
        tree: of points that are spread over them.
        owner: which triangle each of those lies on.
    """
    rivals = [np.unique(owner[each]) for each in tree.query_ball_point(points, within)]
    many = [len(each) for each in rivals]
    apart = _to_triangles(np.repeat(points, many, axis=0), to[np.concatenate(rivals)])
    nearest: Array = np.minimum.reduceat(apart, np.cumsum([0, *many[:-1]]))
    return nearest


def _points(triangles: Array) -> tuple[Array, npt.NDArray[np.intp]]:
    """Return (points, which triangle each lies on), everywhere at most STEP_MM apart.

    Rows of points go from the corner between the two longer sides to the shortest side.
    """
    sides = np.linalg.norm(np.roll(triangles, -1, axis=1) - triangles, axis=2)
    # The shortest side starts at this corner; the corner after the next one is across from it.
    shortest = np.argmin(sides, axis=1)
    turned = np.take_along_axis(
        triangles, ((shortest[:, None] + np.arange(3)) % 3)[:, :, None], axis=1
    )
    along = np.ceil(sides.max(axis=1) / STEP_MM).astype(int).clip(1)
    across = np.ceil(sides.min(axis=1) / STEP_MM).astype(int).clip(1)
    found, owners = [], []
    for n, m in np.unique(np.column_stack((along, across)), axis=0):
        chosen = np.flatnonzero((along == n) & (across == m))
        # Middles of cells, so that a point belongs to one triangle and not to its corner.
        s = ((np.arange(n) + 0.5) / n)[None, :, None, None]
        t = ((np.arange(m) + 0.5) / m)[None, None, :, None]
        a, b, apex = (turned[chosen, i][:, None, None, :] for i in range(3))
        found.append((apex + s * ((a - apex) * (1.0 - t) + (b - apex) * t)).reshape(-1, 3))
        owners.append(np.repeat(chosen, n * m))
    return np.concatenate(found), np.concatenate(owners)


def _to_triangles(points: Array, triangles: Array) -> Array:
    """Return the distance of each point (n, 3) to its own triangle (n, 3, 3)."""
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    normal = np.cross(b - a, c - a)
    squared = np.maximum(np.einsum("ij,ij->i", normal, normal), 1e-30)
    inside = np.ones(len(points), dtype=bool)
    nearest = np.full(len(points), np.inf)
    for start, end in ((a, b), (b, c), (c, a)):
        side, off = end - start, points - start
        inside &= np.einsum("ij,ij->i", np.cross(side, off), normal) >= 0.0
        length = np.maximum(np.einsum("ij,ij->i", side, side), 1e-30)
        share = np.clip(np.einsum("ij,ij->i", off, side) / length, 0.0, 1.0)
        nearest = np.minimum(nearest, np.linalg.norm(off - share[:, None] * side, axis=1))
    above = np.abs(np.einsum("ij,ij->i", points - a, normal)) / np.sqrt(squared)
    return np.where(inside, above, nearest)
