"""From the triangles of a stranger's file to a mesh, or a refusal."""

from __future__ import annotations

import numpy as np

from parametric.checks.badfile import BadFile
from parametric.checks.surface import Array, Ints
from parametric.solid.mesh import Mesh

MOST_TRIANGLES = 2_000_000
LARGEST_MM = 2_000.0
FARTHEST_MM = 100_000.0
"""Nothing we make is larger than 2 m, or lies further than 100 m from its origin (mm)."""


def mesh_from(vertices: Array, triangles: Ints) -> Mesh:
    """Return a mesh with equal vertices made one and folded triangles left out.

    Args:
        vertices: (n, 3) in mm.
        triangles: (m, 3) indices into them.

    Raises:
        BadFile: ``bad-number``, ``too-big``, or ``degenerate``.
    """
    if not np.isfinite(vertices).all():
        raise BadFile("bad-number", "A coordinate is not a number, or infinite.")
    if np.abs(vertices).max() > FARTHEST_MM or np.ptp(vertices, axis=0).max() > LARGEST_MM:
        raise BadFile("too-big", f"It is larger than {LARGEST_MM / 1000:g} m, or far out in space.")
    single = vertices.astype(np.float32) + np.float32(0.0)
    order = np.lexsort((single[:, 2], single[:, 1], single[:, 0]))
    placed = single[order]
    first = np.ones(len(placed), dtype=np.bool_)
    first[1:] = np.any(placed[1:] != placed[:-1], axis=1)
    number = np.empty(len(placed), dtype=np.int64)
    number[order] = np.cumsum(first) - 1
    triangles = number[triangles]
    apart = (
        (triangles[:, 0] != triangles[:, 1])
        & (triangles[:, 1] != triangles[:, 2])
        & (triangles[:, 2] != triangles[:, 0])
    )
    mesh = Mesh(placed[first].astype(np.float64), triangles[apart].astype(np.int32))
    if not apart.any() or not float(mesh.areas.max()) > 0.0:
        raise BadFile("degenerate", "None of its triangles has an area.")
    return mesh
