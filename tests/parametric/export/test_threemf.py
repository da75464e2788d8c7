"""3MF, read back by lib3mf in strict mode."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lib3mf
import numpy as np
import pytest

from parametric.clearance import DEFAULT_PRINTER
from parametric.export.plates import plates
from parametric.export.threemf import NAMESPACE, About, threemf_bytes
from parametric.kit import MadePart

ROOT = Path(__file__).parents[3]
ABOUT = About(
    title="Test hand <left> & friends",
    designer="fitcommons",
    licence_terms="CERN-OHL-W-2.0",
    description="Für eine Hand",
    application="fitcommons 0.1",
    recipe_digest="abc123",
    recipe_code="K7Q2",
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8ffff3f0005fe02fea7e5c8a50000000049454e44ae426082"
)


def read(package: bytes) -> Any:
    """Return lib3mf's model of a package, which it must accept in strict mode without a word."""
    model = lib3mf.get_wrapper().CreateModel()
    reader = model.QueryReader("3mf")
    reader.SetStrictModeActive(StrictModeActive=True)
    reader.ReadFromBuffer(package)
    warnings = [reader.GetWarning(i) for i in range(reader.GetWarningCount())]
    assert warnings == []
    return model


def mesh_objects(model: Any) -> dict[str, Any]:
    found = {}
    objects = model.GetMeshObjects()
    while objects.MoveNext():
        found[objects.GetCurrentMeshObject().GetName()] = objects.GetCurrentMeshObject()
    return found


def build_items(model: Any) -> list[Any]:
    items, found = model.GetBuildItems(), []
    while items.MoveNext():
        found.append(items.GetCurrent())
    return found


@pytest.fixture(scope="module")
def package(made: Sequence[MadePart]) -> bytes:
    """The one plate of the test device."""
    (plate,) = plates(made, DEFAULT_PRINTER)
    return threemf_bytes(plate, ABOUT)


def test_every_part_is_a_named_object_with_its_own_mesh(
    made: Sequence[MadePart], package: bytes
) -> None:
    """lib3mf finds the parts by name, closed, with every triangle as it was.

    Vertices come back within 1e-5 mm: lib3mf rounds them when it writes.
    """
    objects = mesh_objects(read(package))

    assert list(objects) == ["palm", "bone", "cover"]
    for one in made:
        found = objects[one.part.name]
        vertices = [tuple(v.Coordinates) for v in found.GetVertices()]
        triangles = [tuple(t.Indices) for t in found.GetTriangleIndices()]
        assert found.GetPartNumber() == f"K7Q2-{one.part.name}"
        assert found.IsManifoldAndOriented()
        np.testing.assert_array_equal(triangles, one.mesh.triangles)
        np.testing.assert_allclose(vertices, one.mesh.vertices, rtol=0, atol=1e-5)


def test_copies_are_build_items_where_the_plate_has_them(
    made: Sequence[MadePart], package: bytes
) -> None:
    """One build item for each copy, moved to its place, in millimetres."""
    (plate,) = plates(made, DEFAULT_PRINTER)

    model = read(package)

    assert model.GetUnit() == lib3mf.ModelUnit.MilliMeter
    items = build_items(model)
    assert [item.GetPartNumber() for item in items] == [
        f"K7Q2-{lying.made.part.name}-{lying.copy}" for lying in plate.lying
    ]
    for item, lying in zip(items, plate.lying, strict=True):
        transform = item.GetObjectTransform()
        rows = [[transform.Fields[c][r] for c in range(4)] for r in range(3)]
        np.testing.assert_allclose(rows, lying.placement.rows, atol=1e-4)


def test_the_file_says_what_it_is(package: bytes) -> None:
    """Title, credit, licence and recipe are metadata, whatever letters are in them."""
    model = read(package)

    group = model.GetMetaDataGroup()
    found = {
        group.GetMetaData(i).GetKey(): group.GetMetaData(i).GetValue()
        for i in range(group.GetMetaDataCount())
    }
    assert found == {
        "Title": "Test hand <left> & friends",
        "Designer": "fitcommons",
        "LicenseTerms": "CERN-OHL-W-2.0",
        "Description": "Für eine Hand",
        "Application": "fitcommons 0.1",
        f"{NAMESPACE}:RecipeDigest": "abc123",
        f"{NAMESPACE}:RecipeCode": "K7Q2",
    }


def test_what_is_not_known_is_left_out(made: Sequence[MadePart]) -> None:
    """Without a recipe there is no recipe in the file, and part numbers are names."""
    (plate,) = plates(made[2:], DEFAULT_PRINTER)

    model = read(threemf_bytes(plate, About(title="Cover")))

    assert model.GetMetaDataGroup().GetMetaDataCount() == 2
    assert mesh_objects(model)["cover"].GetPartNumber() == "cover"


def test_a_thumbnail_goes_along(made: Sequence[MadePart]) -> None:
    """A picture becomes the package's thumbnail, and readers still have nothing to say."""
    (plate,) = plates(made[2:], DEFAULT_PRINTER)

    model = read(threemf_bytes(plate, ABOUT, thumbnail_png=PNG))

    assert model.HasPackageThumbnailAttachment()
    assert bytes(model.GetPackageThumbnailAttachment().WriteToBuffer()) == PNG


def test_there_is_no_time_in_the_package(package: bytes) -> None:
    """Every entry of the zip carries the same fixed moment."""
    with zipfile.ZipFile(io.BytesIO(package)) as entries:
        assert {entry.date_time for entry in entries.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert entries.namelist()[0] == "[Content_Types].xml"
        assert entries.testzip() is None


WRITE_ONE = """
import hashlib
from parametric.assembly import Assembly
from parametric.clearance import DEFAULT_PRINTER
from parametric.export.plates import plates
from parametric.export.threemf import About, threemf_bytes
from parametric.kit import make
from parametric.part import Part
from parametric.solid import Box, Capsule

parts = (Part("a", "A", Box(30, 20, 10, 2)), Part("b", "B", Capsule(4, 20), quantity=3))
(plate,) = plates(make(Assembly(parts=parts, root="a")), DEFAULT_PRINTER)
print(hashlib.sha256(threemf_bytes(plate, About("T", recipe_code="X"), b"picture")).hexdigest())
"""


def test_two_processes_write_the_same_bytes() -> None:
    """Nothing random, no clock, no order of a set is in the file."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", WRITE_ONE],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1
