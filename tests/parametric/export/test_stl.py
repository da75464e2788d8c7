"""Binary STL, with trimesh as the judge."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
import trimesh

from parametric.export.stl import stl_bytes
from parametric.kit import MadePart
from parametric.solid.mesh import Mesh


def read(stl: bytes) -> trimesh.Trimesh:
    mesh = trimesh.load_mesh(io.BytesIO(stl), file_type="stl")
    assert isinstance(mesh, trimesh.Trimesh)
    return mesh


@pytest.mark.parametrize("index", [0, 1, 2])
def test_an_independent_reader_finds_the_same_closed_body(
    made: Sequence[MadePart], index: int
) -> None:
    """What trimesh reads is watertight, outward, and has the volume and bounds of the mesh."""
    mesh = made[index].mesh

    read_back = read(stl_bytes(mesh, made[index].part.name))

    assert read_back.is_watertight
    assert read_back.is_winding_consistent
    assert len(read_back.faces) == len(mesh.triangles)
    assert read_back.volume == pytest.approx(mesh.volume, rel=1e-9)
    np.testing.assert_array_equal(read_back.bounds, mesh.bounds)


def test_the_file_is_as_long_as_the_format_says(made: Sequence[MadePart]) -> None:
    """80 bytes of header, 4 of count, 50 for each triangle."""
    stl = stl_bytes(made[0].mesh, "palm")

    assert len(stl) == 84 + 50 * len(made[0].mesh.triangles)
    assert int.from_bytes(stl[80:84], "little") == len(made[0].mesh.triangles)


def test_the_written_normals_are_those_of_the_corners(made: Sequence[MadePart]) -> None:
    """Readers that trust the normals see the same side as readers that look at the corners."""
    stl = stl_bytes(made[0].mesh, "palm")

    record = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attributes", "<u2")])
    triangles = np.frombuffer(stl, record, offset=84)
    a, b, c = (triangles["corners"][:, i].astype(np.float64) for i in range(3))
    across = np.einsum("ij,ij->i", np.cross(b - a, c - a), triangles["normal"])
    assert (across > 0.0).all()
    np.testing.assert_allclose(np.linalg.norm(triangles["normal"], axis=1), 1.0, atol=1e-6)
    assert not triangles["attributes"].any()


@pytest.mark.parametrize("name", ["palm", "solid", "Handfläche 手", "long" * 50, ""])
def test_the_header_says_the_name_and_is_never_taken_for_text(
    made: Sequence[MadePart], name: str
) -> None:
    """Whatever the name, the header is 80 ASCII bytes that do not begin with "solid"."""
    stl = stl_bytes(made[2].mesh, name)

    header = stl[:80].decode("ascii")
    assert not header.lower().startswith("solid")
    assert name.encode("ascii", "replace").decode()[:40] in header
    assert len(read(stl).faces) == len(made[2].mesh.triangles)


def test_the_same_mesh_gives_the_same_bytes(made: Sequence[MadePart]) -> None:
    """There is no time in the file, and the order of triangles is the mesh's."""
    mesh = made[1].mesh

    again = stl_bytes(Mesh(mesh.vertices.copy(), mesh.triangles.copy()), "bone")

    assert again == stl_bytes(mesh, "bone")
