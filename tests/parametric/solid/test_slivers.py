"""Slivers are found and turned away, and what cannot be turned is left to the kernel."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parametric.solid import slivers
from parametric.solid.mesh import Mesh
from tests.parametric.solid.agree import assert_watertight

CORNERS = np.array([(0.0, 0.0, 0.0), (10.0, 0.0, 0.0), (0.0, 10.0, 0.0), (0.0, 0.0, 10.0)])
TETRAHEDRON = [(0, 2, 1), (0, 1, 3), (1, 2, 3), (2, 0, 3)]


def split(*, at: tuple[float, float, float]) -> tuple[npt.NDArray[np.float64], slivers.Triangles]:
    """A tetrahedron of which the face under y = 0 has a corner more, as a cut would leave it."""
    faces = [face for face in TETRAHEDRON if face != (0, 1, 3)]
    return np.vstack((CORNERS, at)), np.array(
        [*faces, (0, 1, 4), (1, 3, 4), (3, 0, 4)], dtype=np.int32
    )


def test_a_corner_almost_on_an_edge_is_a_sliver() -> None:
    """It is thinner than float32 can hold at 10 mm; a tenth of a millimetre is not."""
    for height, expected in ((1e-7, [3]), (0.1, [])):
        vertices, triangles = split(at=(4.0, 0.0, height))
        least = slivers.thinnest(vertices)
        assert 2e-6 < least < 1e-5
        assert slivers.find(vertices, triangles, least).tolist() == expected


def test_turning_its_edge_leaves_a_closed_body_of_the_same_size() -> None:
    """The neighbour beyond the long edge is divided instead."""
    vertices, triangles = split(at=(4.0, 0.0, 1e-7))
    least = slivers.thinnest(vertices)
    before = triangles.copy()
    mended = slivers.mended(vertices, triangles, slivers.find(vertices, triangles, least), least)
    assert mended is not None
    assert (triangles == before).all()
    assert not len(slivers.find(vertices, mended, least))
    mesh = Mesh(vertices, mended)
    assert_watertight(mesh)
    assert abs(mesh.volume - 1000.0 / 6.0) < 1e-4


def test_slivers_in_a_row_are_turned_one_after_the_other() -> None:
    """Two corners almost on the same edge: turning the first brings the second within reach."""
    faces = [face for face in TETRAHEDRON if face != (0, 1, 3)]
    vertices = np.vstack((CORNERS, (3.0, 0.0, 1e-7), (6.0, 0.0, 2e-7)))
    triangles = np.array(
        [*faces, (0, 1, 4), (4, 1, 5), (5, 1, 3), (4, 5, 3), (0, 4, 3)], dtype=np.int32
    )
    assert_watertight(Mesh(vertices, triangles))
    least = slivers.thinnest(vertices)
    thin = slivers.find(vertices, triangles, least)
    assert thin.tolist() == [3, 4]
    mended = slivers.mended(vertices, triangles, thin, least)
    assert mended is not None
    assert not len(slivers.find(vertices, mended, least))
    assert_watertight(Mesh(vertices, mended))


def test_corners_that_lie_on_each_other_are_made_one() -> None:
    """No edge can be turned so that two corners in one place make a triangle: it is folded."""
    vertices, triangles = split(at=(1e-8, 0.0, 1e-8))
    least = slivers.thinnest(vertices)
    thin = slivers.find(vertices, triangles, least)
    assert len(thin)
    mended = slivers.mended(vertices, triangles, thin, least)
    assert mended is not None
    assert len(mended) == 4
    mesh = Mesh(vertices, mended)
    assert_watertight(mesh)
    assert abs(mesh.volume - 1000.0 / 6.0) < 1e-4


def test_an_edge_that_cannot_be_folded_is_left_to_the_kernel() -> None:
    """Two corners of a flat tetrahedron share all others: folded, its faces would be one."""
    vertices = np.array(
        [(0.0, 0.0, 0.0), (1e-8, 0.0, 0.0), (10.0, 0.0, 0.0), (0.0, 10.0, 0.0)], dtype=np.float64
    )
    triangles = np.array(TETRAHEDRON, dtype=np.int32)
    least = slivers.thinnest(CORNERS)
    thin = slivers.find(vertices, triangles, least)
    assert len(thin)
    assert slivers.mended(vertices, triangles, thin, least) is None
