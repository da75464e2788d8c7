"""Slivers: triangles so thin that a file, whose numbers are float32, would fold them over.

Where surfaces cross, a corner of one can come to lie almost on an edge of another. Turning the
edge between such a triangle and its neighbour moves the surface by less than the sliver is thick.
Or it comes to lie almost on a corner: then the two are made one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parametric.solid.curves import Array

Triangles = npt.NDArray[np.int32]

_MOST = 50
"""More slivers than this, and the kernel is quicker, which goes through the whole mesh."""

_ROUNDS = 4
"""Mending one sliver can leave another beside it: how often that is followed up."""

SHORT_MM = 2e-4
"""Edges shorter than this are folded away (mm): a hundredth of the finest promise, and well above
the 4e-6 mm that float32 resolves at 60 mm."""

_FOLD_MM = 1e-3
"""The longest edge of a sliver that is folded (mm): a twentieth of the finest promise. Where both
triangles beside an edge are that small, turning it makes a sliver of the other one."""


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


def mended(
    vertices: Array, triangles: Triangles, slivers: npt.NDArray[np.intp], least_mm: float
) -> Triangles | None:
    """Return triangles without slivers, None where turning or folding an edge of each does not do.

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
    for _ in range(_ROUNDS - 1):
        touched: list[int] = []
        for sliver in thin.tolist():
            if not _is_folded(some[sliver]) and len(find(vertices, some[sliver, None], least_mm)):
                touched += _fold(vertices, some, edges, sliver) or _turn(
                    vertices, some, edges, sliver
                )
        if not touched:
            return None
        # Those that could not be mended yet, and what mending the others left.
        around = np.unique(np.concatenate((thin, np.array(touched, dtype=np.intp))))
        around = around[~_is_folded(some[around])]
        thin = around[find(vertices, some[around], least_mm)]
        if not len(thin):
            result = triangles.copy()
            result[near] = some
            return result[~_is_folded(result)]
    return None


def _is_folded(triangles: Triangles) -> npt.NDArray[np.bool_]:
    """Return whether triangles (..., 3) have a corner twice."""
    a, b, c = triangles[..., 0], triangles[..., 1], triangles[..., 2]
    folded: npt.NDArray[np.bool_] = (a == b) | (b == c) | (c == a)
    return folded


def _edges(triangles: Triangles, count: int) -> npt.NDArray[np.int64]:
    """Return every triangle's three edges (m, 3), from corner to next corner, as one number."""
    ends = np.roll(triangles, -1, axis=1)
    return triangles.astype(np.int64) * count + ends


def _fold(
    vertices: Array, triangles: Triangles, edges: npt.NDArray[np.int64], sliver: int
) -> list[int]:
    """Make one of two corners that lie on each other, in place; return what changed, if so.

    Their edge is folded with the triangles on both sides of it, unless other triangles would then
    lie on one another: where corners have more than these triangles' third corners in common.
    """
    corners = triangles[sliver]
    sides = vertices[np.roll(corners, -1)] - vertices[corners]
    lengths = (sides * sides).sum(axis=1)
    shortest = int(np.argmin(lengths))
    if lengths[shortest] > _FOLD_MM**2:
        return []
    kept, lost = int(corners[shortest]), int(corners[(shortest + 1) % 3])
    of_kept = np.flatnonzero((triangles == kept).any(axis=1))
    of_lost = np.flatnonzero((triangles == lost).any(axis=1))
    shared = np.intersect1d(triangles[of_kept], triangles[of_lost])
    if len(shared) != 4 or len(np.intersect1d(of_kept, of_lost)) != 2:
        return []
    changed = triangles[of_lost]
    changed[changed == lost] = kept
    fan = np.concatenate((changed, triangles[np.setdiff1d(of_kept, of_lost)]))
    fan = np.sort(fan[~_is_folded(fan)], axis=1)
    if len(np.unique(fan, axis=0)) < len(fan):
        return []
    triangles[of_lost] = changed
    edges[of_lost] = np.where(_is_folded(changed)[:, None], -1, _edges(changed, len(vertices)))
    # A folded triangle is no triangle of any corner.
    triangles[of_lost[_is_folded(changed)]] = -1
    return [int(row) for row in of_lost]


def _turn(
    vertices: Array, triangles: Triangles, edges: npt.NDArray[np.int64], sliver: int
) -> list[int]:
    """Turn the longest edge of a sliver, in place; return the two triangles that changed, if so."""
    count = len(vertices)
    corners = triangles[sliver]
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
