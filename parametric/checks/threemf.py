"""A strict reader for 3MF files that others made.

A 3MF is a ZIP with XML in it (3MF Core Specification 1.3). Both are treated as hostile: the
archive's directory is checked before anything is unpacked, only relationship and model parts are
opened, and their XML may hold no document type and no entities. How much an object amounts to is
counted before it is built, so that a short file cannot mean a billion triangles.
"""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NoReturn
from xml.parsers import expat

import numpy as np

from parametric.checks.badfile import BadFile
from parametric.checks.surface import Array
from parametric.checks.triangles import MOST_TRIANGLES, mesh_from
from parametric.solid.mesh import Mesh

MOST_UNPACKED = 200 * 2**20
MOST_MEMBERS = 200
MOST_RATIO = 50
RATIO_COUNTS_FROM = 2**20
MOST_INSTANCES = 1_000
DEEPEST = 8
"""Limits: bytes unpacked in all, members, and how much a member over 1 MiB may grow; placed
objects, and how deep objects may be made of objects."""

_MOST_FILE = 50 * 2**20
_MOST_DIRECTORY = 2**18
_DEEPEST_XML = 32
_CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
_PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
_HARMLESS = {
    _CORE,
    _PRODUCTION,
    # Colours and materials change no shape.
    "http://schemas.microsoft.com/3dmanufacturing/material/2015/02",
}
_MODEL = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
_RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships|Relationship"
_MM = {
    "micron": 0.001,
    "millimeter": 1.0,
    "centimeter": 10.0,
    "inch": 25.4,
    "foot": 304.8,
    "meter": 1000.0,
}
_SAME = np.eye(4)[:, :3]

Attributes = Mapping[str, str]
Key = tuple[str, str]


def read_3mf(data: bytes) -> list[tuple[str, Mesh]]:
    """Return the named meshes of a 3MF file, one for each thing placed on the plate, in mm.

    Raises:
        BadFile: it is not a safe and well-formed 3MF. Codes: ``empty``, ``too-large``,
            ``not-3mf``, ``zip-…`` for the archive, ``xml-…`` for the text, ``3mf-…`` for what it
            says, and those of `parametric.checks.triangles.mesh_from`.
    """
    if not data:
        raise BadFile("empty", "The file is empty.")
    if len(data) > _MOST_FILE:
        raise BadFile("too-large", f"The file is larger than {_MOST_FILE // 2**20} MiB.")
    package = _Package(data)
    root = package.model_part()
    models: dict[str, _Model] = {}

    def model(part: str) -> _Model:
        if part not in models:
            models[part] = _Model.read(package.read(part))
        return models[part]

    items = model(root).items
    if not items:
        raise BadFile("3mf-nothing", "Nothing is placed on the plate.")
    builder = _Builder(root, model)
    instances = triangles = 0
    for item in items:
        more = builder.size(builder.key(item, root))
        instances, triangles = instances + more[0], triangles + more[1]
        if instances > MOST_INSTANCES:
            raise BadFile("3mf-instances", f"It places more than {MOST_INSTANCES:,} objects.")
        if triangles > MOST_TRIANGLES:
            raise BadFile(
                "too-many-triangles", f"It amounts to more than {MOST_TRIANGLES:,} triangles."
            )
    scale = models[root].mm
    return [builder.build(item, scale) for item in items]


class _Package:
    """The archive: its directory checked, its members unpacked one by one when asked for."""

    def __init__(self, data: bytes) -> None:
        _check_directory(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise BadFile("zip-broken", "The archive is broken.") from error
        members = self._zip.infolist()
        self._members = {info.filename: info for info in members}
        _check_members(members, len(data))
        for info in members:
            # What a slicer put in is never opened, but an archive within is refused.
            if not info.is_dir() and self._unpack(info, 4)[:4] == b"PK\x03\x04":
                raise BadFile("zip-nested", "There is an archive in the archive.")

    def model_part(self) -> str:
        """Return the name of the model that the package begins with."""
        found: list[str] = []

        def start(name: str, attributes: Attributes) -> None:
            if name == _RELATIONSHIP and attributes.get("Type") == _MODEL:
                found.append(attributes.get("Target", ""))

        if "_rels/.rels" in self._members:
            _parse(self.read("_rels/.rels"), start)
        if len(found) != 1:
            raise BadFile("3mf-no-model", "The archive does not say where its one model is.")
        return found[0].lstrip("/")

    def read(self, name: str) -> bytes:
        """Return a member, unpacked."""
        info = self._members.get(name)
        if info is None:
            raise BadFile("3mf-no-model", "A model part that is named is not in the archive.")
        return self._unpack(info, None)

    def _unpack(self, info: zipfile.ZipInfo, most: int | None) -> bytes:
        try:
            with self._zip.open(info) as member:
                return member.read(-1 if most is None else most)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
            struct.error,
        ) as error:
            raise BadFile("zip-broken", "A member of the archive cannot be unpacked.") from error


def _check_directory(data: bytes) -> None:
    """Check the end record before zipfile reads a directory of unknown size."""
    if not data.startswith(b"PK\x03\x04"):
        raise BadFile("not-3mf", "This is not a 3MF file.")
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end < 0 or len(data) < end + 22:
        raise BadFile("zip-broken", "The archive is cut off.")
    if data[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        raise BadFile("zip-broken", "The archive is of a kind (ZIP64) that no 3MF needs.")
    disk, start_disk, here, count, size, offset, comment = struct.unpack_from(
        "<HHHHIIH", data, end + 4
    )
    if count > MOST_MEMBERS:
        raise BadFile("zip-members", f"The archive has more than {MOST_MEMBERS} members.")
    if disk or start_disk or here != count or size > _MOST_DIRECTORY:
        raise BadFile("zip-broken", "The archive's directory is broken.")
    if offset + size != end or end + 22 + comment != len(data):
        raise BadFile("zip-broken", "There is something before, after or between the archive.")


def _check_members(members: list[zipfile.ZipInfo], length: int) -> None:
    if len(members) > MOST_MEMBERS:
        raise BadFile("zip-members", f"The archive has more than {MOST_MEMBERS} members.")
    if len({info.filename.casefold() for info in members}) != len(members):
        raise BadFile("zip-names", "Two members of the archive have the same name.")
    total = 0
    for info in members:
        _check_name(info)
        if info.flag_bits & 0x1:
            raise BadFile("zip-encrypted", "The archive is encrypted.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadFile("zip-broken", "The archive is packed in a way that 3MF does not know.")
        if info.file_size > RATIO_COUNTS_FROM and (
            info.file_size > MOST_RATIO * max(info.compress_size, 1)
        ):
            raise BadFile("zip-bomb", f"A member unpacks to over {MOST_RATIO} times its size.")
        total += info.file_size
    if total > MOST_UNPACKED:
        raise BadFile("zip-bomb", f"It unpacks to more than {MOST_UNPACKED // 2**20} MiB.")
    placed = sorted(members, key=lambda info: info.header_offset)
    for info, after in pairwise(placed):
        if info.header_offset + 30 + info.compress_size > after.header_offset:
            raise BadFile("zip-overlap", "Members of the archive overlap.")
    if placed and placed[-1].header_offset + 30 + placed[-1].compress_size > length:
        raise BadFile("zip-overlap", "A member of the archive reaches beyond its end.")


def _check_name(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    climbs = ".." in name.split("/") or name.startswith("/")
    if climbs or not name.isprintable() or "\\" in name or ":" in name or len(name) > 200:
        raise BadFile("zip-names", "A member of the archive has a name that is not safe.")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadFile("zip-names", "A member of the archive is a link or a device.")


def _parse(
    text: bytes, start: Callable[[str, Attributes], None], spaces: dict[str, str] | None = None
) -> None:
    """Call `start` for every element, with names as ``namespace|name``; refuse entities.

    `spaces` is filled with the namespace that each prefix stands for.
    """
    meant: dict[str, str] = {} if spaces is None else spaces
    parser = expat.ParserCreate(namespace_separator="|")
    depth = 0

    def begin(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST_XML:
            raise BadFile("xml-deep", "The XML is nested too deeply.")
        start(name, attributes)

    def finish(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> NoReturn:
        raise BadFile("xml-doctype", "The XML has a document type or entities; 3MF has none.")

    def declare(prefix: str | None, uri: str) -> None:
        meant[prefix or ""] = uri

    parser.StartNamespaceDeclHandler = declare
    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(text, True)  # noqa: FBT003 (its own signature: this is all there is)
    except expat.ExpatError as error:
        raise BadFile("xml-broken", "The XML is broken.") from error
    except (UnicodeError, LookupError) as error:
        raise BadFile("xml-broken", "The XML is in an encoding that nobody knows.") from error


@dataclass
class _Use:
    """An object used in a place: on the plate, or as a component of another."""

    part: str
    object_id: str
    transform: Array


@dataclass
class _Object:
    name: str
    coordinates: array[float] = field(default_factory=lambda: array("d"))
    corners: array[int] = field(default_factory=lambda: array("q"))
    components: list[_Use] = field(default_factory=list)


@dataclass
class _Model:
    mm: float = 1.0
    objects: dict[str, _Object] = field(default_factory=dict)
    items: list[_Use] = field(default_factory=list)

    @staticmethod
    def read(text: bytes) -> _Model:
        """Return what one model part says."""
        model = _Model()
        current: _Object | None = None
        seen_root = False
        spaces: dict[str, str] = {}

        def start(name: str, attributes: Attributes) -> None:
            nonlocal current, seen_root
            space, _, local = name.rpartition("|")
            if not seen_root:
                seen_root = True
                if name != f"{_CORE}|model":
                    raise BadFile("3mf-no-model", "The model part is not a 3MF model.")
                model.begin(attributes, spaces)
            elif space != _CORE:
                return
            elif local == "object":
                current = model.add(attributes)
            elif local == "item":
                model.items.append(_use(attributes))
            elif current is None:
                return
            elif local == "vertex":
                current.coordinates.extend(_number(attributes.get(axis)) for axis in "xyz")
                if len(current.coordinates) > 3 * MOST_TRIANGLES:
                    raise BadFile("3mf-index", "It holds more vertices than it can need.")
            elif local == "triangle":
                current.corners.extend(_index(attributes.get(v)) for v in ("v1", "v2", "v3"))
                if len(current.corners) > 3 * MOST_TRIANGLES:
                    raise BadFile(
                        "too-many-triangles", f"It holds more than {MOST_TRIANGLES:,} triangles."
                    )
            elif local == "component":
                current.components.append(_use(attributes))
                if len(current.components) > MOST_INSTANCES:
                    raise BadFile("3mf-instances", f"It places over {MOST_INSTANCES:,} objects.")

        _parse(text, start, spaces)
        return model

    def begin(self, attributes: Attributes, spaces: Mapping[str, str]) -> None:
        """Take over the model's unit; refuse extensions that change what shapes mean."""
        unit = attributes.get("unit", "millimeter")
        if unit not in _MM:
            raise BadFile("3mf-unit", "The model is in a unit that 3MF does not know.")
        self.mm = _MM[unit]
        for prefix in attributes.get("requiredextensions", "").split():
            if spaces.get(prefix) not in _HARMLESS:
                raise BadFile("3mf-extension", "The model needs a 3MF extension we do not read.")

    def add(self, attributes: Attributes) -> _Object:
        """Begin an object."""
        object_id = attributes.get("id", "")
        if not object_id or object_id in self.objects:
            raise BadFile("3mf-objects", "An object has no number, or that of another.")
        self.objects[object_id] = _Object(
            _tidy(attributes.get("name", "")) or f"object {object_id}"
        )
        return self.objects[object_id]


class _Builder:
    """Counts what an object amounts to, then builds it."""

    def __init__(self, root: str, model: Callable[[str], _Model]) -> None:
        self._root = root
        self._model = model
        self._sizes: dict[Key, tuple[int, int, int]] = {}

    def key(self, use: _Use, part: str) -> Key:
        """Return where the used object is."""
        return use.part or part, use.object_id

    def find(self, key: Key) -> _Object:
        """Return an object by model part and number."""
        model = self._model(key[0])
        if model.mm != self._model(self._root).mm:
            raise BadFile("3mf-unit", "The parts of the model are in different units.")
        found = model.objects.get(key[1])
        if found is None:
            raise BadFile("3mf-objects", "An object is used that is not there.")
        return found

    def size(self, key: Key, above: tuple[Key, ...] = ()) -> tuple[int, int, int]:
        """Return how many objects, triangles and levels an object amounts to.

        Every object is counted once, however often it is used, so this is quick even where the
        counts grow beyond all bounds.
        """
        if key in above:
            raise BadFile("3mf-cycle", "An object is made of itself.")
        known = self._sizes.get(key)
        if known is not None:
            return known
        if len(above) >= DEEPEST:
            raise BadFile("3mf-depth", f"Objects are made of objects over {DEEPEST} levels deep.")
        found = self.find(key)
        instances, triangles, levels = 1, len(found.corners) // 3, 1
        for use in found.components:
            more = self.size(self.key(use, key[0]), (*above, key))
            instances, triangles = instances + more[0], triangles + more[1]
            levels = max(levels, 1 + more[2])
        if levels > DEEPEST:
            raise BadFile("3mf-depth", f"Objects are made of objects over {DEEPEST} levels deep.")
        self._sizes[key] = (instances, triangles, levels)
        return self._sizes[key]

    def build(self, item: _Use, scale: float) -> tuple[str, Mesh]:
        """Return one thing on the plate, by name, in mm."""
        vertices: list[Array] = []
        triangles: list[np.ndarray] = []
        key = self.key(item, self._root)
        self._collect(key, item.transform, vertices, triangles)
        offset = 0
        for i, points in enumerate(vertices):
            triangles[i] = triangles[i] + offset
            offset += len(points)
        if not triangles:
            raise BadFile("no-triangles", "An object on the plate holds no triangles.")
        return self.find(key).name, mesh_from(
            np.concatenate(vertices) * scale, np.concatenate(triangles)
        )

    def _collect(
        self, key: Key, transform: Array, vertices: list[Array], triangles: list[np.ndarray]
    ) -> None:
        found = self.find(key)
        if found.corners:
            points = np.array(found.coordinates).reshape(-1, 3)
            corners = np.array(found.corners).reshape(-1, 3)
            if not len(points):
                raise BadFile("3mf-no-vertices", "An object has triangles but no vertices.")
            if corners.max() >= len(points):
                raise BadFile("3mf-index", "A triangle names a vertex that is not there.")
            mirrors = np.linalg.det(transform[:3]) < 0.0
            vertices.append(points @ transform[:3] + transform[3])
            triangles.append(corners[:, ::-1].copy() if mirrors else corners)
        for use in found.components:
            # Row vectors: first the component's own placement, then that of what it is in.
            placed = use.transform @ transform[:3]
            placed[3] += transform[3]
            self._collect(self.key(use, key[0]), placed, vertices, triangles)


def _use(attributes: Attributes) -> _Use:
    transform = _SAME.copy()
    given = attributes.get("transform")
    if given is not None:
        numbers = [_number(word) for word in given.split()]
        if len(numbers) != 12:
            raise BadFile("3mf-transform", "A placement must have 12 numbers.")
        transform = np.array(numbers).reshape(4, 3)
        if not abs(np.linalg.det(transform[:3])) > 1e-9:
            raise BadFile("3mf-transform", "A placement makes an object flat.")
    part = attributes.get(f"{_PRODUCTION}|path", "").lstrip("/")
    return _Use(part, attributes.get("objectid", ""), transform)


def _number(word: str | None) -> float:
    try:
        value = float(word or "")
    except ValueError:
        value = np.nan
    # Python reads 1_000 as a number; XML Schema does not.
    if not np.isfinite(value) or "_" in (word or ""):
        raise BadFile("bad-number", "A coordinate is missing, not a number, or infinite.")
    return value


def _index(word: str | None) -> int:
    if word is None or not word.isdecimal() or len(word) > 10:
        raise BadFile("3mf-index", "A triangle names a vertex by something that is no number.")
    return int(word)


def _tidy(name: str) -> str:
    """Return a name without what cannot be printed or turns the reading direction."""
    kept = "".join(
        each for each in name if unicodedata.category(each)[0] not in "CZ" or each == " "
    )
    return kept.strip()[:80]
