"""What the checks share: neighbours, bodies, slices and rays of a triangle mesh.

All lengths in mm. Nothing here judges; `parts`, `assembly` and `readers` do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene

from parametric.solid.curves import crossed
from parametric.solid.mesh import Mesh

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_OFF_SURFACE_MM = 1e-3
"""Rays start this far inside, so that they do not meet the triangle that they start from."""

_ENDLESS_MM = 1e37


@dataclass(frozen=True, eq=False)
class Surface:
    """A mesh with its neighbours, its bodies and its rays, each worked out once when asked."""

    mesh: Mesh

    @cached_property
    def _edges(self) -> tuple[Ints, Ints]:
        """Keys of all directed edges (triangle by triangle), and of their opposites."""
        corners = self.mesh.triangles.astype(np.int64)
        start = corners.reshape(-1)
        end = corners[:, (1, 2, 0)].reshape(-1)
        n = len(self.mesh.vertices)
        return start * n + end, end * n + start

    @cached_property
    def is_closed(self) -> bool:
        """Whether every directed edge is there once and its opposite is there once."""
        corners = self.mesh.triangles.astype(np.int64)
        start, end = corners.reshape(-1), corners[:, (1, 2, 0)].reshape(-1)
        # An edge and its opposite get neighbouring numbers, 2k and 2k + 1: one sort tells all.
        onwards = start < end
        low, high = np.where(onwards, start, end), np.where(onwards, end, start)
        keys = 2 * (low * len(self.mesh.vertices) + high) + onwards
        keys.sort()
        even, odd = keys[::2], keys[1::2]
        return bool(
            len(even) == len(odd)
            and not (even & 1).any()
            and np.array_equal(even + 1, odd)
            and np.all(even[1:] != even[:-1])
        )

    @cached_property
    def open_edges(self) -> int:
        """How many directed edges have no opposite, or are there more than once."""
        keys, counts = np.unique(self._edges[0], return_counts=True)
        alone = ~np.isin(keys, self._edges[1])
        return int(counts[alone].sum() + (counts[counts > 1] - 1).sum())

    @cached_property
    def neighbours(self) -> Ints:
        """The triangle across each edge (corner 0-1, 1-2, 2-0) of each triangle, (m, 3).

        The mesh must be closed.
        """
        keys, opposite = self._edges
        order = np.argsort(keys)
        across = order[np.searchsorted(keys, opposite, sorter=order)]
        return (across // 3).reshape(-1, 3)

    @cached_property
    def body_of(self) -> Ints:
        """The number of the connected piece of surface that each triangle belongs to, (m,)."""
        corners = self.mesh.triangles.astype(np.int64)
        labels = together(
            len(self.mesh.vertices),
            np.concatenate((corners[:, 0], corners[:, 1])),
            np.concatenate((corners[:, 1], corners[:, 2])),
        )
        labels = labels[corners[:, 0]]
        first = np.zeros(len(self.mesh.vertices), dtype=np.int64)
        first[labels] = 1
        return np.asarray((np.cumsum(first) - 1)[labels])

    @cached_property
    def body_volumes(self) -> Array:
        """The signed volume inside each connected piece of surface, in mm3."""
        mesh = self.mesh
        height = np.einsum("ij,ij->i", mesh.corners[:, 0], mesh.normals)
        each = height * mesh.areas / 3.0
        return np.asarray(np.bincount(self.body_of, weights=each), dtype=np.float64)

    @cached_property
    def volume(self) -> float:
        """The volume in mm3, negative for an inside-out mesh."""
        return float(self.body_volumes.sum())

    @cached_property
    def rays(self) -> Rays:
        """Rays against this mesh."""
        return Rays(self.mesh)

    def section(self, at: Array, normal: Array) -> tuple[Array, Ints, Ints]:
        """Cut the mesh with the plane through `at` (mm) square to `normal`.

        Returns:
            Segments (n, 2, 3) in mm, each with the material on its left when the normal points
            at you, and the keys of the mesh edges where each starts and where it ends. The next
            segment of a closed outline starts at the key where this one ends.
        """
        height = self.mesh.vertices @ normal - at @ normal
        above = height >= 0.0
        corners = self.mesh.triangles
        up = above[corners]
        cut = np.flatnonzero((up[:, 0] != up[:, 1]) | (up[:, 1] != up[:, 2]))
        if not len(cut):
            nothing = np.empty(0, dtype=np.int64)
            return np.empty((0, 2, 3)), nothing, nothing
        corners = corners[cut].astype(np.int64)
        up = up[cut]
        ahead = up[:, (1, 2, 0)]
        rows = np.arange(len(cut))
        found = []
        for edge in (np.argmax(up & ~ahead, axis=1), np.argmax(~up & ahead, axis=1)):
            a, b = corners[rows, edge], corners[rows, (edge + 1) % 3]
            low, high = np.minimum(a, b), np.maximum(a, b)
            share = height[low] / (height[low] - height[high])
            v = self.mesh.vertices
            points = v[low] + share[:, None] * (v[high] - v[low])
            found.append((points, low * len(v) + high))
        (start, start_key), (end, end_key) = found
        return np.stack((start, end), axis=1), start_key, end_key

    def section_area(self, at: Array, normal: Array) -> float:
        """The area of the cut through the material in the plane of `section`, in mm2."""
        segments, _, _ = self.section(at, normal)
        if not len(segments):
            return 0.0
        from_here = segments - at
        return float(crossed(from_here[:, 0], from_here[:, 1]).sum(axis=0) @ normal / 2.0)


class Rays:
    """Rays against one mesh, by Embree (single precision: about 1e-5 mm on parts of 100 mm)."""

    def __init__(self, mesh: Mesh) -> None:
        """Prepare a mesh for rays."""
        self._scene: Any = EmbreeScene()
        self._normals = mesh.normals
        # Read corner by corner: lists of three are read three times as fast as rows of an array.
        rows = np.fromiter(mesh.triangles.tolist(), dtype=object, count=len(mesh.triangles))
        # The scene does not copy: it and its triangles must live equally long.
        self._triangles: Any = TriangleMesh(
            self._scene, np.ascontiguousarray(mesh.vertices, dtype=np.float32), rows
        )

    def cast(
        self, origins: Array, directions: Array, most_mm: float = np.inf
    ) -> tuple[Array, Ints]:
        """Return how far each ray goes (mm) and the triangle it meets: inf and -1 for none.

        Args:
            origins: starting points, (n, 3) in mm.
            directions: unit directions, (n, 3).
            most_mm: what is further away is not met. Short rays cost two thirds of long ones.
        """
        if not len(origins):
            return np.empty(0), np.empty(0, dtype=np.int64)
        starts = np.ascontiguousarray(origins, dtype=np.float32)
        along = np.ascontiguousarray(directions, dtype=np.float32)
        met = self._scene.run(starts, along, dists=min(most_mm, _ENDLESS_MM), output=1)
        hit: Ints = met["primID"].astype(np.int64)
        far: Array = met["tfar"].astype(np.float64)
        return np.where(hit >= 0, far, np.inf), hit

    def inward(self, points: Array, triangles: Ints, most_mm: float = np.inf) -> tuple[Array, Ints]:
        """Return the distance straight inwards from points on given triangles, and what is met."""
        into = -self._normals[triangles]
        far, hit = self.cast(points + _OFF_SURFACE_MM * into, into, most_mm)
        return far + _OFF_SURFACE_MM, hit


def together(count: int, a: Ints, b: Ints) -> Ints:
    """Return for each of `count` things the lowest of all it is joined to by pairs (a, b).

    Hooks each set onto the lowest that it touches, then shortens every chain: the number of
    rounds grows with the logarithm of the size.
    """
    root = np.arange(count)
    while len(a):
        at_a, at_b = root[a], root[b]
        apart = at_a != at_b
        if not apart.any():
            break
        a, b, at_a, at_b = a[apart], b[apart], at_a[apart], at_b[apart]
        np.minimum.at(root, np.maximum(at_a, at_b), np.minimum(at_a, at_b))
        while True:
            shorter = root[root]
            if np.array_equal(shorter, root):
                break
            root = shorter
    return root


def nearest_outline(segments: Array, start: Ints, end: Ints) -> Array | None:
    """Return the closed outline (n, 2) that comes nearest to the origin of a flat section.

    None when there is none, or it does not close (in a mesh that is not closed).

    Args:
        segments: of the section, (m, 2, 2) in mm.
        start: key of the edge where each starts.
        end: key of the edge where each ends.
    """
    if not len(segments):
        return None
    starts_at = {key: i for i, key in enumerate(start.tolist())}
    ends = end.tolist()
    middles = segments[:, 0] + segments[:, 1]
    first = int((middles[:, 0] ** 2 + middles[:, 1] ** 2).argmin())
    walked = [first]
    here = starts_at.get(ends[first], -1)
    while here not in (first, -1) and len(walked) <= len(segments):
        walked.append(here)
        here = starts_at.get(ends[here], -1)
    return segments[walked, 0] if here == first else None


def enclosure(segments: Array) -> int:
    """Return how many outlines of a flat section (m, 2, 2) go anticlockwise round the origin.

    1 inside the material, 0 outside of it and in holes.
    """
    (ax, ay), (bx, by) = segments[:, 0].T, segments[:, 1].T
    turned = np.arctan2(ax * by - ay * bx, ax * bx + ay * by)
    return round(float(turned.sum() / (2.0 * np.pi)))


def winding(loop: Array) -> int:
    """Return how often a closed outline (n, 2) goes anticlockwise round the origin."""
    return enclosure(np.stack((loop, np.concatenate((loop[1:], loop[:1]))), axis=1))


def across(normal: Array) -> tuple[Array, Array]:
    """Return x and y square to unit normals (..., 3); x, y and normal are right-handed."""
    other = np.eye(3)[np.argmin(np.abs(normal), axis=-1)]
    x = crossed(other, normal)
    x /= np.linalg.norm(x, axis=-1, keepdims=True)
    return x, crossed(normal, x)


def around(normal: Array, count: int) -> Array:
    """Return `count` unit directions evenly round unit normals (..., 3), (..., count, 3)."""
    x, y = across(normal)
    turn = 2.0 * np.pi * np.arange(count) / count
    return np.asarray(
        np.cos(turn)[:, None] * x[..., None, :] + np.sin(turn)[:, None] * y[..., None, :],
        dtype=np.float64,
    )
