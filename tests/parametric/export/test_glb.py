"""GLB, read back by trimesh, and the normals that make it look right."""

import io
import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import trimesh

from parametric.export.glb import Posed, glb_bytes, linear_rgb
from parametric.export.normals import shaded
from parametric.kit import MadePart
from parametric.place import X, move, turn
from parametric.solid import Box, Cylinder, Sphere
from parametric.solid.mesh import mesh_of


def pose(made: Sequence[MadePart]) -> list[Posed]:
    lift = turn(X, 90.0).then(move(0.0, 0.0, 100.0))
    return [Posed(one.part.name, one.mesh, one.part.colour, lift) for one in made]


def document(glb: bytes) -> dict[str, Any]:
    length, kind = struct.unpack_from("<I4s", glb, 12)
    assert kind == b"JSON"
    found: dict[str, Any] = json.loads(glb[20 : 20 + length])
    return found


def test_an_independent_reader_finds_every_part_in_metres(made: Sequence[MadePart]) -> None:
    """trimesh finds the parts by name, closed, a thousandth the size in figures, y up."""
    posed = pose(made)

    scene = trimesh.load_scene(io.BytesIO(glb_bytes(posed)), file_type="glb")

    assert list(scene.geometry) == ["palm", "bone", "cover"]
    for one in posed:
        found = scene.geometry[one.name]
        low, high = one.mesh.placed(one.placement).bounds
        np.testing.assert_allclose(
            found.bounds * 1000.0,
            ((low[0], low[2], -high[1]), (high[0], high[2], -low[1])),
            atol=1e-4,
        )
        found.merge_vertices(merge_norm=True, merge_tex=True)
        assert found.is_watertight
        assert found.volume * 1e9 == pytest.approx(one.mesh.volume, rel=1e-4)


def test_the_file_keeps_to_the_format(made: Sequence[MadePart]) -> None:
    """Lengths add up, views are aligned, and extremes of positions are stated as they are."""
    glb = glb_bytes(pose(made), copyright_line="2026 fitcommons, CERN-OHL-W-2.0")

    magic, version, length = struct.unpack_from("<4sII", glb)
    assert (magic, version, length) == (b"glTF", 2, len(glb))
    found = document(glb)
    assert found["asset"]["copyright"] == "2026 fitcommons, CERN-OHL-W-2.0"
    assert all(view["byteOffset"] % 4 == 0 for view in found["bufferViews"])
    binary = glb[-found["buffers"][0]["byteLength"] :]
    for mesh in found["meshes"]:
        accessor = found["accessors"][mesh["primitives"][0]["attributes"]["POSITION"]]
        view = found["bufferViews"][accessor["bufferView"]]
        points = np.frombuffer(
            binary, "<f4", count=3 * accessor["count"], offset=view["byteOffset"]
        ).reshape(-1, 3)
        assert accessor["min"] == points.min(axis=0).tolist()
        assert accessor["max"] == points.max(axis=0).tolist()


def test_materials_have_the_parts_colour_in_linear_light(made: Sequence[MadePart]) -> None:
    """glTF wants linear factors: half bright on the screen is a fifth of the light."""
    materials = document(glb_bytes(pose(made)))["materials"]

    assert linear_rgb("#808080") == pytest.approx((0.2159, 0.2159, 0.2159), abs=1e-4)
    for one, material in zip(made, materials, strict=True):
        look = material["pbrMetallicRoughness"]
        assert material["name"] == one.part.name
        assert look["baseColorFactor"] == [*linear_rgb(one.part.colour), 1.0]
        assert look["metallicFactor"] == 0.0


def test_the_same_parts_give_the_same_bytes(made: Sequence[MadePart]) -> None:
    """Nothing but the parts is in the file."""
    assert glb_bytes(pose(made)) == glb_bytes(pose(made))


def test_a_box_has_sharp_edges() -> None:
    """Each of its 8 corners is there once for each of the 3 faces that meet in it."""
    look = shaded(mesh_of(Box(10, 20, 30)))

    assert len(look.vertices) == 24
    assert set(np.abs(look.normals).max(axis=1).tolist()) == {1.0}


def test_a_ball_has_no_edges() -> None:
    """Its vertices stay whole and their normals point away from the middle."""
    ball = mesh_of(Sphere(10))

    look = shaded(ball)

    assert len(look.vertices) == len(ball.vertices)
    outward = look.vertices / np.linalg.norm(look.vertices, axis=1, keepdims=True)
    assert np.einsum("ij,ij->i", outward, look.normals).min() > 0.999


def test_a_cylinder_is_round_with_two_sharp_rims() -> None:
    """Rim vertices are there twice; no normal is between the side and an end."""
    rod = mesh_of(Cylinder(5, 20))

    look = shaded(rod)

    on_rim = np.abs(np.abs(look.vertices[:, 2]) - 10.0) < 1e-6
    assert len(look.vertices) == len(rod.vertices) + on_rim.sum() // 2
    up = np.abs(look.normals[:, 2])
    assert ((up < 0.01) | (up > 0.99)).all()


def test_a_flat_face_beside_a_rounding_stays_flat() -> None:
    """At the corners of a big face the small rounding beside it hardly tilts the normals."""
    look = shaded(mesh_of(Box(60, 60, 20, 2)))

    top = look.normals[np.abs(look.vertices[:, 2] - 10.0) < 1e-6]
    assert top[:, 2].min() > 0.99
