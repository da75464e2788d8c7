"""Slivers: triangles so thin that a file, whose numbers are float32, would fold them over.

Where surfaces cross, a corner of one can come to lie almost on an edge of another. Turning the
edge between such a triangle and its neighbour moves the surface by less than the sliver is thick.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parametric.solid.curves import Array

Triangles = npt.NDArray[np.int32]

_MOST = 50
"""More slivers than this, and the kernel is quicker, which goes through the whole mesh."""

_ROUNDS = 3
"""Turning one edge can leave another sliver beside it: how often that is followed up."""


def thinnest(vertices: Array) -> float:
    """Return how thin (mm) a triangle may be that float32 cannot fold.

    Each corner moves by up to half of a float's spacing along each axis, so two of them by less
    than two spacings towards each other; four are on the safe side.
    """
    return 4.0 * float(np.spacing(np.float32(np.abs(vertices).max())))


def find(vertices: Array, triangles: Triangles, least_mm: float) -> npt.NDArray[np.intp]:
    """Return the indexes of the triangles that are thinner than `least_mm`."""
    a, b, c = (vertices[triangles[:, i]].T for i in range(3))
    u, v, w = b - a, c - a, c - b
    crossed = (
        (u[1] * v[2] - u[2] * v[1]) ** 2
        + (u[2] * v[0] - u[0] * v[2]) ** 2
        + (u[0] * v[1] - u[1] * v[0]) ** 2
    )
    longest = np.maximum(np.maximum((u * u).sum(axis=0), (v * v).sum(axis=0)), (w * w).sum(axis=0))
    return np.flatnonzero(crossed < least_mm**2 * longest)


def turned(
    vertices: Array, triangles: Triangles, slivers: npt.NDArray[np.intp], least_mm: float
) -> Triangles | None:
    """Return triangles without slivers, None where turning an edge of each does not do.

    Args:
        vertices: of a closed mesh, (n, 3) in mm.
        triangles: its triangles, (m, 3).
        slivers: what `find` found.
        least_mm: how thin a triangle may be.
    """
    if len(slivers) > _MOST:
        return None
    # Only what is near is searched: all round the slivers' corners and, as each round may go one
    # triangle farther, all round those.
    near = slivers
    for _ in range(_ROUNDS):
        there = np.zeros(len(vertices), dtype=bool)
        there[triangles[near]] = True
        near = np.flatnonzero(there[triangles].any(axis=1))
    some = triangles[near]
    edges = _edges(some, len(vertices))
    thin = np.searchsorted(near, slivers)
    for _ in range(_ROUNDS):
        touched: list[int] = []
        for sliver in thin.tolist():
            touched += _turn(vertices, some, edges, sliver, least_mm)
        if not touched:
            return None
        # Those that could not be turned yet, and what turning the others left.
        around = np.unique(np.concatenate((thin, np.array(touched, dtype=np.intp))))
        thin = around[find(vertices, some[around], least_mm)]
        if not len(thin):
            result = triangles.copy()
            result[near] = some
            return result
    return None


def _edges(triangles: Triangles, count: int) -> npt.NDArray[np.int64]:
    """Return every triangle's three edges (m, 3), from corner to next corner, as one number."""
    ends = np.roll(triangles, -1, axis=1)
    return triangles.astype(np.int64) * count + ends


def _turn(
    vertices: Array,
    triangles: Triangles,
    edges: npt.NDArray[np.int64],
    sliver: int,
    least_mm: float,
) -> list[int]:
    """Turn the longest edge of a sliver, in place; return the two triangles that changed, if so."""
    count = len(vertices)
    corners = triangles[sliver]
    if not len(find(vertices, corners[None], least_mm)):
        return []
    sides = vertices[np.roll(corners, -1)] - vertices[corners]
    longest = int(np.argmax((sides * sides).sum(axis=1)))
    a, b, c = (int(corners[(longest + i) % 3]) for i in range(3))
    beside = np.argwhere(edges == b * count + a)
    if len(beside) != 1:
        return []
    other, at = (int(i) for i in beside[0])
    d = int(triangles[other, (at + 2) % 3])
    known = (edges == c * count + d) | (edges == d * count + c)
    if c == d or known.any():
        return []
    triangles[sliver], triangles[other] = (a, d, c), (d, b, c)
    both = [sliver, other]
    edges[both] = _edges(triangles[both], count)
    return both
