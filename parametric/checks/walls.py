"""The thinnest wall of a mesh.

Method: the surface is divided into cells of at most 1 mm2 (a triangle smaller than that is a cell
of its own; very large parts get cells of 1/20,000 of their surface), a ray goes straight inwards
from each, and its length counts as a wall where the face it meets turns at most 35 degrees away
from looking back. Wedges at chamfers and the mouths of holes are no walls by that. A thin place
counts when it is also a wall in the other directions, at least as far as it is thick: a raised
letter is a ridge, not a wall. The least wall is the one that 2 mm2 of surface (both sides of a
wall of 1 mm2) do not reach: thin places smaller than that are not seen.
"""

from __future__ import annotations

import math

import numpy as np

from parametric.checks.surface import Array, Bools, Ints, Surface, around

FACING_DEG = 35.0
"""How far two faces may be from parallel and still have a wall between them (degrees)."""

PATCH_MM2 = 2.0
"""Surface of thin wall, both sides together, that is enough to count (mm2)."""

WALL_SLACK_MM = 0.05
"""How much thinner than asked a wall may measure (mm): the chords of its two curved sides."""

_CELL_MM2 = 1.0
_MOST_CELLS = 20_000
_SPECK_MM2 = 0.005
_SIDES = 8
_LOOK_FURTHER = 1.5
"""How much further than the expected wall the first rays go: most parts have a wall near it."""


def least_wall(surface: Surface, expected_mm: float) -> tuple[float | None, Array | None]:
    """Return the thickness of the thinnest wall (mm) and a point of it (mm).

    None when no two faces look at each other (a ball has walls, a thin wedge has none).

    Args:
        surface: a closed mesh.
        expected_mm: ridges are told from walls only where it is thinner than this.
    """
    mesh = surface.mesh
    cell = max(_CELL_MM2, float(mesh.areas.sum()) / _MOST_CELLS)
    points, triangles, weights = spread(surface, np.flatnonzero(mesh.areas > _SPECK_MM2), cell)
    # The least wall is found among the thin ones: only where they are not enough, and so all
    # walls are thick, do rays go further.
    thick, wall = _walls(surface, points, triangles, expected_mm, _LOOK_FURTHER * expected_mm)
    if weights[wall].sum() < PATCH_MM2:
        thick, wall = _walls(surface, points, triangles, expected_mm, np.inf)
    if not len(wall):
        return None, None
    order = np.argsort(thick)
    reached = np.cumsum(weights[wall[order]])
    at = order[min(int(np.searchsorted(reached, PATCH_MM2)), len(order) - 1)]
    return float(thick[at]), points[wall[at]]


def _walls(
    surface: Surface, points: Array, triangles: Ints, expected_mm: float, most_mm: float
) -> tuple[Array, Ints]:
    """Return how thick the walls of at most `most_mm` are, and which of the points have one."""
    thick, hit = surface.rays.inward(points, triangles, most_mm)
    met = np.flatnonzero(hit >= 0)
    normals = surface.mesh.normals
    looks_back = np.einsum("ij,ij->i", normals[triangles[met]], normals[hit[met]])
    wall = met[looks_back < -math.cos(math.radians(FACING_DEG))]
    thin = thick[wall] < expected_mm
    if thin.any():
        at = wall[thin]
        stands = _stands(surface, points[at], -normals[triangles[at]], thick[at])
        wall = np.sort(np.concatenate((wall[~thin], at[stands])))
    return thick[wall], wall


def spread(surface: Surface, chosen: Ints, cell_mm2: float | Array) -> tuple[Array, Ints, Array]:
    """Return points spread over chosen triangles, one for each cell of at most `cell_mm2`.

    The first point of a triangle is its middle, the others follow the R2 sequence (M. Roberts,
    *The unreasonable effectiveness of quasirandom sequences*, 2018), so the same mesh always gets
    the same points.

    Returns:
        The points (n, 3) in mm, the triangle of each, and the area it stands for in mm2.
    """
    areas = surface.mesh.areas[chosen]
    each = np.maximum(np.ceil(areas / cell_mm2), 1.0).astype(np.int64)
    triangles = np.repeat(chosen, each)
    k = np.arange(len(triangles)) - np.repeat(np.cumsum(each) - each, each)
    u = 1.0 / 3.0 + k * 0.7548776662466927
    v = 1.0 / 3.0 + k * 0.5698402909980532
    u -= np.floor(u)
    v -= np.floor(v)
    outside = u + v > 1.0
    u, v = np.where(outside, 1.0 - u, u), np.where(outside, 1.0 - v, v)
    shares = np.stack((1.0 - u - v, u, v), axis=1)
    points = np.einsum("nk,nkj->nj", shares, surface.mesh.corners[triangles])
    return points, triangles, np.repeat(areas / each, each)


def _stands(surface: Surface, points: Array, inwards: Array, thick: Array) -> Bools:
    """Whether the thin place goes on sideways, every way, for 0.9 of its thickness or more."""
    middle = points + inwards * (thick / 2.0)[:, None]
    ways = around(inwards, _SIDES)
    far, _ = surface.rays.cast(np.repeat(middle, _SIDES, axis=0), ways.reshape(-1, 3))
    return np.asarray(far.reshape(-1, _SIDES).min(axis=1) >= 0.9 * thick)
