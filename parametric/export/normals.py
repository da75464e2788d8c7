"""Smooth normals with creases: what makes round things look round and edges look sharp."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from parametric.place import Placement
from parametric.solid.mesh import Mesh
from parametric.units import Deg

CREASE_DEG: Final = 35.0
"""Triangles that meet at a greater angle than this meet at an edge, not in a curve (degrees)."""


@dataclass(frozen=True, eq=False)
class Shaded:
    """A mesh to be looked at: a vertex at a crease is there once for each side of it.

    Attributes:
        vertices: (n, 3) float32 in mm.
        normals: (n, 3) float32, of length 1.
        triangles: (m, 3) uint32.
    """

    vertices: npt.NDArray[np.float32]
    normals: npt.NDArray[np.float32]
    triangles: npt.NDArray[np.uint32]

    def placed(self, placement: Placement) -> Shaded:
        """Return the same, moved, turned or mirrored, still outward."""
        turn = placement.matrix()[:3, :3]
        flip = np.linalg.det(turn) < 0.0
        return Shaded(
            placement.points(self.vertices.astype(np.float64)).astype(np.float32),
            (self.normals.astype(np.float64) @ turn.T).astype(np.float32),
            self.triangles[:, ::-1] if flip else self.triangles,
        )


def shaded(mesh: Mesh, crease_deg: Deg = CREASE_DEG) -> Shaded:
    """Return a mesh with a normal at every vertex, smooth except across creases.

    Round each vertex, triangles that share an edge flatter than `crease_deg` are one smooth
    surface. Its normal is the mean of theirs, each weighted with its angle at the vertex (Thürmer
    and Wüthrich, "Computing Vertex Normals from Polygonal Facets", Journal of Graphics Tools 3,
    1998) and with its area: a big flat face beside a small rounding must stay flat to the eye,
    and the slivers that cuts leave must not show.
    """
    count = len(mesh.triangles)
    corner_vertex = mesh.triangles.reshape(-1).astype(np.int64)
    group = _smooth_groups(mesh, math.cos(math.radians(crease_deg)))
    weights = _corner_angles(mesh) * mesh.areas[:, None]
    weighted = np.repeat(mesh.normals, 3, axis=0) * weights.reshape(-1, 1)
    summed = np.zeros((3 * count, 3))
    np.add.at(summed, group, weighted)
    kept, index = np.unique(group, return_inverse=True)
    normals = summed[kept]
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    # Where everything cancels out, any direction is as good as another.
    normals = np.where(length > 1e-12, normals / np.maximum(length, 1e-30), (0.0, 0.0, 1.0))
    return Shaded(
        mesh.vertices[corner_vertex[kept]].astype(np.float32),
        normals.astype(np.float32),
        index.reshape(-1, 3).astype(np.uint32),
    )


def _smooth_groups(mesh: Mesh, least_cos: float) -> npt.NDArray[np.int64]:
    """Return, for each corner, the lowest corner at the same vertex on the same smooth surface."""
    triangles = mesh.triangles.astype(np.int64)
    count = len(triangles)
    # Edge e of triangle t goes from corner e to corner e + 1; its partner runs the other way.
    start, end = triangles.reshape(-1), np.roll(triangles, -1, axis=1).reshape(-1)
    size = int(triangles.max()) + 1
    order = np.argsort(start * size + end)
    there = (start * size + end)[order]
    back = np.minimum(np.searchsorted(there, end * size + start), 3 * count - 1)
    partner = order[back]
    met = there[back] == end * size + start
    own = np.repeat(mesh.normals, 3, axis=0)
    smooth = met & (np.einsum("ij,ij->i", own, own[partner]) >= least_cos)
    edge = np.arange(3 * count)[smooth]
    across = partner[smooth]
    # The start of an edge is the end of its partner, and the other way round.
    following = 3 * (across // 3) + (across % 3 + 1) % 3
    group: npt.NDArray[np.int64] = np.arange(3 * count)
    while True:
        lowest = group.copy()
        np.minimum.at(lowest, edge, group[following])
        np.minimum.at(lowest, following, group[edge])
        lowest = lowest[lowest]
        if np.array_equal(lowest, group):
            return group
        group = lowest


def _corner_angles(mesh: Mesh) -> npt.NDArray[np.float64]:
    """Return the angle (radians) of each triangle at each of its corners, (m, 3)."""
    ahead = np.roll(mesh.corners, -1, axis=1) - mesh.corners
    behind = np.roll(mesh.corners, 1, axis=1) - mesh.corners
    across = np.linalg.norm(np.cross(ahead, behind), axis=2)
    along = np.einsum("ijk,ijk->ij", ahead, behind)
    angles: npt.NDArray[np.float64] = np.arctan2(across, along)
    return angles
