"""Leaves: solids that a registered CadQuery function makes, for either kernel."""

from __future__ import annotations

import cadquery as cq
import numpy as np
import numpy.typing as npt
from OCP.BRep import BRep_Tool
from OCP.BRepMesh import BRepMesh_IncrementalMesh
from OCP.BRepTools import BRepTools
from OCP.TopAbs import TopAbs_REVERSED
from OCP.TopLoc import TopLoc_Location
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from parametric.solid.curves import Array
from parametric.solid.exact.bodies import FAILURES, Bodies, sound
from parametric.solid.leaves import LEAVES, leaf
from parametric.solid.nodes import CadLeaf
from parametric.solid.value import BadSolid

_WELD_MM = 1e-5
"""Points of neighbouring faces nearer to each other than this are one: a hundred times OCCT's
1e-7, a twentieth of the shortest edge that the mesh keeps."""


def leaf_bodies(called: CadLeaf) -> Bodies:
    """Return the solids that a leaf's function makes.

    Raises:
        BadSolid: no function has that name, it does not take these arguments, or it failed.
    """
    function = LEAVES.get(called.function)
    if function is None:
        raise BadSolid(f"CadLeaf: no leaf is called {called.function!r}, only {sorted(LEAVES)}")
    what = f"CadLeaf {called.function}"
    try:
        made = function(**dict(called.arguments))
        shape = made.combine().val() if isinstance(made, cq.Workplane) else made
    except (*FAILURES, TypeError, ArithmeticError) as problem:
        raise BadSolid(f"{what}: {problem}") from problem
    if not isinstance(shape, cq.Shape):
        raise BadSolid(f"{what}: a {type(shape).__name__} came of it, no shape")
    return sound(shape, what)


def leaf_triangles(called: CadLeaf, tolerance_mm: float) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return (vertices (n, 3) in mm, triangles (m, 3)) of a leaf, closed and outward.

    Args:
        called: which function, with which arguments.
        tolerance_mm: the deflection that OCCT is asked for, absolute: CadQuery's own
            tessellation takes it relative to each edge's length. It is no guarantee: on long
            faces of free form OCCT's triangles were seen ten times as far off.

    Raises:
        BadSolid: the function makes no sound solid, or OCCT leaves gaps between its triangles.
    """
    vertices: list[Array] = []
    triangles: list[npt.NDArray[np.int64]] = []
    count = 0
    for body in leaf_bodies(called):
        points, corners = _welded(*_faceted(body, tolerance_mm))
        vertices.append(points)
        triangles.append(corners + count)
        count += len(points)
    return np.concatenate(vertices), np.concatenate(triangles)


def surface_triangles(shape: cq.Shape, tolerance_mm: float) -> Array:
    """Return the corners of triangles (m, 3, 3) on a shape's surface, within an absolute tolerance.

    Raises:
        BadSolid: OCCT could not triangulate a face.
    """
    found = [_faceted(body, tolerance_mm) for body in shape.Solids()]
    return np.concatenate([points[corners] for points, corners in found])


def _faceted(body: cq.Solid, tolerance_mm: float) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return the triangles of one body, each face's on points of its own."""
    BRepTools.Clean_s(body.wrapped)
    BRepMesh_IncrementalMesh(
        body.wrapped,
        theLinDeflection=tolerance_mm,
        isRelative=False,
        theAngDeflection=0.3,
        isInParallel=False,
    )
    points: list[tuple[float, float, float]] = []
    corners: list[tuple[int, int, int]] = []
    for face in body.Faces():
        where = TopLoc_Location()
        mesh = BRep_Tool.Triangulation_s(face.wrapped, where)
        if mesh is None:
            raise BadSolid("CadLeaf: the exact kernel could not triangulate a face")
        turned = where.Transformation()
        base = len(points) - 1
        for i in range(1, mesh.NbNodes() + 1):
            node = mesh.Node(i).Transformed(turned)
            points.append((node.X(), node.Y(), node.Z()))
        reverse = face.wrapped.Orientation() == TopAbs_REVERSED
        for i in range(1, mesh.NbTriangles() + 1):
            a, b, c = mesh.Triangle(i).Get()
            corners.append(
                (base + a, base + c, base + b) if reverse else (base + a, base + b, base + c)
            )
    return np.array(points), np.array(corners, dtype=np.int64)


def _welded(points: Array, corners: npt.NDArray[np.int64]) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return a mesh with the points along its faces' edges made one; closed, or refused."""
    pairs = cKDTree(points).query_pairs(_WELD_MM, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)
    _, group = connected_components(links, directed=False)
    # Groups are numbered as their first points come, and that point stands for all of them.
    _, first = np.unique(group, return_index=True)
    found = group[corners].astype(np.int64)
    found = found[
        (found[:, 0] != found[:, 1]) & (found[:, 1] != found[:, 2]) & (found[:, 2] != found[:, 0])
    ]
    edges = np.concatenate((found[:, [0, 1]], found[:, [1, 2]], found[:, [2, 0]]))
    there = edges[:, 0] * len(first) + edges[:, 1]
    back = edges[:, 1] * len(first) + edges[:, 0]
    if not np.array_equal(np.sort(there), np.sort(back)):
        raise BadSolid("CadLeaf: the exact kernel's triangles leave gaps")
    return points[first], found


@leaf("filleted_plate")
def filleted_plate(*, x: float, y: float, z: float, corner: float, edge: float) -> cq.Workplane:
    """Return a plate `x` by `y` by `z` mm, its upright edges and its upper rim filleted.

    The fillet runs round the corners as an edge selector makes it, also where the rim is larger
    than the corners are round.

    Args:
        x: length in mm, centred.
        y: width in mm, centred.
        z: thickness in mm, from z = 0.
        corner: radius of the upright edges in mm.
        edge: radius of the upper rim in mm.
    """
    plate = cq.Workplane().box(x, y, z, centered=(True, True, False))
    return plate.edges("|Z").fillet(corner).faces(">Z").edges().fillet(edge)
