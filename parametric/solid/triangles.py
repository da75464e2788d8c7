"""The canonical mesh: a shape's triangles in one order, at coordinates that files can hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import manifold3d as m3d
import numpy as np
import numpy.typing as npt

from parametric.place import Placement
from parametric.solid import curves, slivers, stations
from parametric.solid.value import BadSolid

SPECK_MM3 = 1e-3
"""Where surfaces run together the kernel can leave closed slivers this small (mm3): a tenth of a
millimetre each way, which no printer makes and no slicer sees."""
HOLLOW_MM3 = 1.0
"""Closed hollows smaller than this are filled (mm3): nothing could ever get out of them, and most
slicers print them full anyway. Larger ones are a mistake in a design, for the checks to find."""

Triangles = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Mesh:
    """A closed triangle mesh: vertices (n, 3) float64 in mm, triangles (m, 3) int32, outward."""

    vertices: curves.Array
    triangles: Triangles

    @cached_property
    def corners(self) -> curves.Array:
        """The corner points of every triangle, (m, 3, 3) in mm."""
        return self.vertices[self.triangles]

    @cached_property
    def normals(self) -> curves.Array:
        """The outward unit normal of every triangle, (m, 3)."""
        crossed = self._crossed
        length = np.linalg.norm(crossed, axis=1, keepdims=True)
        unit: curves.Array = crossed / np.maximum(length, 1e-30)
        return unit

    @cached_property
    def areas(self) -> curves.Array:
        """The area of every triangle, (m,) in mm2."""
        area: curves.Array = np.linalg.norm(self._crossed, axis=1) / 2.0
        return area

    @cached_property
    def volume(self) -> float:
        """The volume in mm3 (divergence theorem), negative for an inside-out mesh."""
        c = self.corners
        return float(np.einsum("ij,ij->i", c[:, 0], curves.crossed(c[:, 1], c[:, 2])).sum() / 6.0)

    @cached_property
    def bounds(self) -> curves.Array:
        """The lowest and the highest corner, (2, 3) in mm."""
        return np.array([self.vertices.min(axis=0), self.vertices.max(axis=0)])

    def placed(self, placement: Placement) -> Mesh:
        """Return this mesh moved, turned or mirrored, still outward."""
        flip = np.linalg.det(placement.matrix()[:3, :3]) < 0.0
        return Mesh(
            placement.points(self.vertices), self.triangles[:, ::-1] if flip else self.triangles
        )

    @cached_property
    def _crossed(self) -> curves.Array:
        c = self.corners
        return curves.crossed(c[:, 1] - c[:, 0], c[:, 2] - c[:, 0])


def to_mesh(shape: m3d.Manifold, placement: Placement | None = None) -> Mesh:
    """Return a shape's triangles in canonical order, at coordinates that float32 files can hold.

    The same shape gives the same arrays in every process: vertices sorted, each triangle starting
    at its lowest vertex, triangles sorted. Slivers that float32 would fold are taken out first.

    Raises:
        BadSolid: the shape is empty or the kernel reports an error.
    """
    if placement is not None:
        shape = shape.transform(placement.matrix()[:3])
    if shape.status() != m3d.Error.NoError:
        raise BadSolid(f"the kernel could not make this solid: {shape.status()}")
    exact, triangles = _arrays(shape)
    if not len(triangles):
        raise BadSolid("nothing is left of this solid")
    least = slivers.thinnest(exact)
    thin = slivers.find(exact, triangles, least)
    if len(thin):
        # The kernel's order depends on what it made earlier, and how slivers are mended on theirs.
        triangles = _in_order(triangles)
        thin = slivers.find(exact, triangles, least)
        mended = slivers.mended(exact, triangles, thin, least)
        if mended is None:
            # Folding slivers away can pinch off new specks where two surfaces run together.
            exact, triangles = _arrays(without_specks(shape.simplify(slivers.SHORT_MM)))
        else:
            triangles = mended
    welded, where = _weld(exact, triangles)
    triangles = where[triangles]
    alive = (
        (triangles[:, 0] != triangles[:, 1])
        & (triangles[:, 1] != triangles[:, 2])
        & (triangles[:, 2] != triangles[:, 0])
    )
    triangles = triangles[alive]
    return Mesh(welded.astype(np.float64), _in_order(triangles))


def _in_order(triangles: Triangles) -> Triangles:
    """Return triangles sorted, each beginning at its lowest vertex."""
    first = np.argmin(triangles, axis=1)
    triangles = np.take_along_axis(triangles, (first[:, None] + np.arange(3)) % 3, axis=1)
    # By their first edge, as one number, which sorts in a fifth of the time. Only a surface that
    # touches itself has an edge twice; then all three corners decide.
    edge = triangles[:, 0].astype(np.int64) * (int(triangles.max()) + 1) + triangles[:, 1]
    order = np.argsort(edge)
    in_order = edge[order]
    if (in_order[1:] == in_order[:-1]).any():
        order = np.lexsort((triangles[:, 2], edge))
    return triangles[order]


def _arrays(shape: m3d.Manifold) -> tuple[curves.Array, Triangles]:
    """Return a shape's vertices (n, 3) and triangles (m, 3)."""
    raw = shape.to_mesh64()
    return np.asarray(raw.vert_properties)[:, :3], np.asarray(raw.tri_verts).astype(np.int32)


def without_specks(shape: m3d.Manifold) -> m3d.Manifold:
    """Return the shape without bodies and hollows too small to be anything but rounding."""
    bodies = shape.decompose()
    real = [body for body in bodies if not -HOLLOW_MM3 < body.volume() < SPECK_MM3]
    # What is all specks is a small solid, and somebody wants it.
    return shape if len(real) in (0, len(bodies)) else m3d.Manifold.compose(real)


def _weld(exact: curves.Array, triangles: Triangles) -> tuple[npt.NDArray[np.float32], Triangles]:
    """Return (the different vertices as float32, sorted by x, y, z; where each vertex went).

    A file knows vertices only by where they are. Where one sheet of the surface touches another,
    their edges would become one edge with four faces; so the later vertex of such a pair is
    drawn into its own side by `_NUDGE_MM`.
    """
    vertices = exact.astype(np.float32) + np.float32(0.0)
    order, new = _sorted(vertices)
    if not new.all():
        later = order[~new]
        vertices[later] = _drawn_in(exact, triangles, later)
        order, new = _sorted(vertices)
    where = np.empty(len(vertices), dtype=np.int32)
    where[order] = np.cumsum(new) - 1
    return vertices[order[new]], where


def _sorted(vertices: npt.NDArray[np.float32]) -> tuple[stations.Indexes, npt.NDArray[np.bool_]]:
    """Return the order of vertices by x, y, z, and which of them differ from the one before.

    What np.unique(axis=0) does, in a third of its time.
    """
    order = np.lexsort((vertices[:, 2], vertices[:, 1], vertices[:, 0]))
    in_order = vertices[order]
    return order, np.concatenate(([True], (in_order[1:] != in_order[:-1]).any(axis=1)))


def _drawn_in(
    exact: curves.Array, triangles: Triangles, which: stations.Indexes
) -> npt.NDArray[np.float32]:
    """Return some of the vertices, drawn into their own side by `_NUDGE_MM`."""
    triangles = _in_order(triangles)
    corners = exact[triangles]
    normals = np.zeros_like(exact)
    crossed = curves.crossed(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], crossed)
    length = np.linalg.norm(normals[which], axis=1, keepdims=True)
    inward = -normals[which] / np.maximum(length, 1e-30)
    drawn: npt.NDArray[np.float32] = (exact[which] + _NUDGE_MM * inward).astype(np.float32)
    return drawn + np.float32(0.0)


_NUDGE_MM = 1e-3
"""How far touching sheets are drawn apart (mm): a micrometre."""
