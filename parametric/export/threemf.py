"""3MF: a plate of named parts with their colours, licence and recipe, ready for the slicer.

Written with lib3mf, the reference implementation of the 3MF consortium. Two things in what it
writes differ from one run to the next, and are taken out: identifiers that it would draw at
random are derived from the content, and the times of the zip are fixed.
"""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from parametric.export.plates import Plate
from parametric.part import Part
from parametric.place import Placement
from parametric.solid.mesh import Mesh

NAMESPACE: Final = "urn:fitcommons:recipe"
"""Of the metadata that 3MF has no word for."""

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can hold."""

_DIGITS: Final = 9
"""After the decimal point. With lib3mf's own rounding a vertex comes back within 1e-5 mm, a
twentieth of the shortest edge that `parametric.solid.mesh` leaves."""


@dataclass(frozen=True)
class About:
    """What a 3MF file says about itself. What is empty is left out.

    Attributes:
        title: of the device.
        designer: who gets credit.
        licence_terms: an SPDX licence expression.
        description: plain words.
        application: what made it, with its version.
        recipe_digest: digest of the recipe the parts were made from, hexadecimal.
        recipe_code: the short code embossed on the parts.
    """

    title: str
    designer: str = ""
    licence_terms: str = ""
    description: str = ""
    application: str = "fitcommons"
    recipe_digest: str = ""
    recipe_code: str = ""


def threemf_bytes(plate: Plate, about: About, thumbnail_png: bytes | None = None) -> bytes:
    """Return one plate as a 3MF file.

    Every part is one object, called like its STL file; copies are further build items of the
    same object. Part numbers are the part's name after the recipe code, if there is one.

    Args:
        plate: the parts and where they lie.
        about: title, licence and so on.
        thumbnail_png: a picture of the plate for file managers and slicers.
    """
    import lib3mf

    wrapper = lib3mf.get_wrapper()
    model = wrapper.CreateModel()
    model.SetUnit(lib3mf.ModelUnit.MilliMeter)
    _say(model, about)
    seed = _seed(plate, about)
    materials = model.AddBaseMaterialGroup()
    objects: dict[str, Any] = {}
    for lying in plate.lying:
        part = lying.made.part
        thing = objects.get(part.name)
        if thing is None:
            thing = objects[part.name] = _add_object(model, part, lying.made.mesh, about)
            thing.SetUUID(str(uuid.uuid5(seed, part.name)))
            colour = wrapper.RGBAToColor(*_rgb(part.colour), 255)
            thing.SetObjectLevelProperty(
                materials.GetUniqueResourceID(), materials.AddMaterial(part.name, colour)
            )
        item = model.AddBuildItem(thing, _transform(lying.placement))
        item.SetPartNumber(f"{_part_number(part, about)}-{lying.copy}")
        item.SetUUID(str(uuid.uuid5(seed, f"{part.name} {lying.copy}")))
    model.SetBuildUUID(str(uuid.uuid5(seed, "build")))
    if thumbnail_png is not None:
        thumbnail = model.CreatePackageThumbnailAttachment()
        thumbnail.ReadFromBuffer(thumbnail_png)
    writer = model.QueryWriter("3mf")
    writer.SetDecimalPrecision(_DIGITS)
    return _without_times(bytes(writer.WriteToBuffer()))


def meshes_3mf(things: Sequence[tuple[str, Mesh]], about: About) -> bytes:
    """Return named meshes as a 3MF file, each where it is: no colours, no pictures, no settings."""
    import lib3mf

    wrapper = lib3mf.get_wrapper()
    model = wrapper.CreateModel()
    model.SetUnit(lib3mf.ModelUnit.MilliMeter)
    _say(model, about)
    hasher = hashlib.blake2b(repr(about).encode(), digest_size=16)
    for name, mesh in things:
        hasher.update(name.encode() + mesh.vertices.tobytes() + mesh.triangles.tobytes())
    seed = uuid.UUID(bytes=hasher.digest())
    for i, (name, mesh) in enumerate(things):
        thing = model.AddMeshObject()
        _shape(thing, mesh)
        thing.SetName(name)
        thing.SetUUID(str(uuid.uuid5(seed, f"object {i}")))
        item = model.AddBuildItem(thing, wrapper.GetIdentityTransform())
        item.SetUUID(str(uuid.uuid5(seed, f"item {i}")))
    model.SetBuildUUID(str(uuid.uuid5(seed, "build")))
    writer = model.QueryWriter("3mf")
    writer.SetDecimalPrecision(_DIGITS)
    return _without_times(bytes(writer.WriteToBuffer()))


def _say(model: Any, about: About) -> None:
    group = model.GetMetaDataGroup()
    for name, value in (
        ("Title", about.title),
        ("Designer", about.designer),
        ("Description", about.description),
        ("LicenseTerms", about.licence_terms),
        ("Application", about.application),
    ):
        if value:
            group.AddMetaData("", name, value, "xs:string", MustPreserve=True)
    for name, value in (
        ("RecipeDigest", about.recipe_digest),
        ("RecipeCode", about.recipe_code),
    ):
        if value:
            group.AddMetaData(NAMESPACE, name, value, "xs:string", MustPreserve=True)


def _add_object(model: Any, part: Part, mesh: Mesh, about: About) -> Any:
    thing = model.AddMeshObject()
    _shape(thing, mesh)
    thing.SetName(part.name)
    thing.SetPartNumber(_part_number(part, about))
    return thing


def _shape(thing: Any, mesh: Mesh) -> None:
    import lib3mf

    vertices = np.ascontiguousarray(mesh.vertices, dtype=np.float32)
    triangles = np.ascontiguousarray(mesh.triangles, dtype=np.uint32)
    # An array of structures over numpy's own memory: building them one by one takes seconds.
    thing.SetGeometry(
        (lib3mf.Position * len(vertices)).from_buffer(vertices),
        (lib3mf.Triangle * len(triangles)).from_buffer(triangles),
    )


def _part_number(part: Part, about: About) -> str:
    return f"{about.recipe_code}-{part.name}" if about.recipe_code else part.name


def _transform(placement: Placement) -> Any:
    import lib3mf

    transform = lib3mf.Transform()
    matrix = placement.matrix()
    for column in range(4):
        for row in range(3):
            transform.Fields[column][row] = float(matrix[row, column])
    return transform


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _seed(plate: Plate, about: About) -> uuid.UUID:
    """Return a namespace for identifiers that only the same plate with the same words has."""
    hasher = hashlib.blake2b(repr((about, plate.number)).encode(), digest_size=16)
    for lying in plate.lying:
        hasher.update(repr((lying.made.part.name, lying.copy, lying.placement)).encode())
        hasher.update(lying.made.mesh.vertices.tobytes())
        hasher.update(lying.made.mesh.triangles.tobytes())
    return uuid.UUID(bytes=hasher.digest())


def _without_times(package: bytes) -> bytes:
    """Return a zip file again with fixed times, in an order of its own."""
    repacked = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(repacked, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        # Readers that stream want the content types first.
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # The same on every system: written on "Unix", readable by everyone.
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            new.writestr(entry, old.read(name))
    return repacked.getvalue()
