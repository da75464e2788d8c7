"""Smooth normals with creases: what makes round things look round and edges look sharp."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from parametric.checks.surface import together
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
    group = _smooth_groups(mesh, math.cos(math.radians(crease_deg)))
    is_lowest = group == np.arange(len(group))
    index = (np.cumsum(is_lowest) - 1)[group]
    weights = _corner_angles(mesh) * mesh.areas[:, None]
    normals = np.stack(
        [
            np.bincount(index, weights=(weights * along[:, None]).reshape(-1))
            for along in mesh.normals.T
        ],
        axis=1,
    )
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    # Where everything cancels out, any direction is as good as another.
    normals = np.where(length > 1e-12, normals / np.maximum(length, 1e-30), (0.0, 0.0, 1.0))
    return Shaded(
        mesh.vertices[mesh.triangles.reshape(-1)[is_lowest]].astype(np.float32),
        normals.astype(np.float32),
        index.reshape(-1, 3).astype(np.uint32),
    )


def _smooth_groups(mesh: Mesh, least_cos: float) -> npt.NDArray[np.int64]:
    """Return, for each corner, the lowest corner at the same vertex on the same smooth surface."""
    triangles = mesh.triangles.astype(np.int64)
    # Edge e of triangle t goes from corner e to corner e + 1; its partner runs the other way. With
    # numbers 2k and 2k + 1 for the two, one sort brings them together.
    start, end = triangles.reshape(-1), triangles[:, (1, 2, 0)].reshape(-1)
    onwards = start < end
    low, high = np.where(onwards, start, end), np.where(onwards, end, start)
    number = 2 * (low * (int(triangles.max()) + 1) + high) + onwards
    order = np.argsort(number)
    number = number[order]
    met = np.flatnonzero((number[:-1] + 1 == number[1:]) & (number[:-1] % 2 == 0))
    edge, partner = order[met], order[met + 1]
    flatness = np.einsum("ij,ij->i", mesh.normals[edge // 3], mesh.normals[partner // 3])
    smooth = flatness >= least_cos
    edge, partner = edge[smooth], partner[smooth]
    # The start of an edge is the end of its partner, and the other way round.
    return together(
        len(start),
        np.concatenate((edge, _following(edge))),
        np.concatenate((_following(partner), partner)),
    )


def _following(corner: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the corners that come next in their triangles."""
    return np.where(corner % 3 == 2, corner - 2, corner + 1)


def _corner_angles(mesh: Mesh) -> npt.NDArray[np.float64]:
    """Return the angle (radians) of each triangle at each of its corners, (m, 3)."""
    ahead = mesh.corners[:, (1, 2, 0)] - mesh.corners
    along = -np.einsum("ijk,ijk->ij", ahead, ahead[:, (2, 0, 1)])
    # The length of the vector product is twice the area, at whichever corner.
    angles: npt.NDArray[np.float64] = np.arctan2(2.0 * mesh.areas[:, None], along)
    return angles
