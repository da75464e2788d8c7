"""GLB (binary glTF 2.0): the device to be turned round in a browser, or seen on one's own table.

The writer is our own because trimesh, which could do it, takes 1.4 s to import, rounds colours
to 8 bits where glTF wants them linear, and knows no creases. The tests have trimesh read it back.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from parametric.export.normals import CREASE_DEG, Shaded, shaded
from parametric.place import Placement
from parametric.solid.mesh import Mesh
from parametric.units import Deg

_M_PER_MM: Final = 0.001
_GENERATOR: Final = "fitcommons"
_ARRAY_BUFFER: Final = 34962
_ELEMENT_ARRAY_BUFFER: Final = 34963
_FLOAT: Final = 5126
_UNSIGNED_INT: Final = 5125
_Y_UP: Final = np.array(((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, -1.0, 0.0)))
"""Turns z up, as on a print bed, into y up, as glTF wants it."""

SATIN: Final = 0.55
"""Roughness of a printed part in satin PLA."""


@dataclass(frozen=True, eq=False)
class Posed:
    """One part of a posed device.

    Attributes:
        name: of its node, mesh and material.
        mesh: its triangles (mm).
        colour: "#rrggbb" as on a screen (sRGB).
        placement: from the mesh's coordinates to the device's (mm, z up).
    """

    name: str
    mesh: Mesh
    colour: str
    placement: Placement


@dataclass(frozen=True, eq=False)
class Look:
    """One part of a posed device, ready to be looked at.

    Attributes:
        name: of its node, mesh and material.
        colour: "#rrggbb" as on a screen (sRGB).
        shaded: its triangles and normals in the device's coordinates (mm, z up).
    """

    name: str
    colour: str
    shaded: Shaded


def glb_bytes(
    posed: Sequence[Posed],
    *,
    copyright_line: str = "",
    roughness: float = SATIN,
    crease_deg: Deg = CREASE_DEG,
) -> bytes:
    """Return a posed device as a GLB file, in metres with y up.

    One named node, mesh and material for each part; normals are smooth except across creases.
    The same parts give the same bytes.

    Args:
        posed: the parts; names may come twice.
        copyright_line: who made the device and under which licence.
        roughness: of the material, 0 a mirror, 1 chalk; 0.55 is a printed part in satin PLA.
        crease_deg: triangles that meet at a greater angle meet at an edge.
    """
    # In the file the placement is worked into the vertices: viewers then need no scaling.
    looks = [
        Look(part.name, part.colour, shaded(part.mesh.placed(part.placement), crease_deg))
        for part in posed
    ]
    return glb_of(looks, copyright_line=copyright_line, roughness=roughness)


def glb_of(looks: Sequence[Look], *, copyright_line: str = "", roughness: float = SATIN) -> bytes:
    """Return parts whose normals are known as a GLB file; otherwise as `glb_bytes`.

    Follows the glTF 2.0 specification (Khronos Group, ISO/IEC 12113:2022).
    """
    buffer = _Buffer()
    nodes, meshes, materials = [], [], []
    for index, part in enumerate(looks):
        look = part.shaded
        attributes = {
            "POSITION": buffer.add(
                (look.vertices.astype(np.float64) @ _Y_UP.T * _M_PER_MM).astype("<f4"),
                with_range=True,
            ),
            "NORMAL": buffer.add((look.normals.astype(np.float64) @ _Y_UP.T).astype("<f4")),
        }
        corners = buffer.add_corners(look.triangles)
        nodes.append({"name": part.name, "mesh": index})
        meshes.append(
            {
                "name": part.name,
                "primitives": [{"attributes": attributes, "indices": corners, "material": index}],
            }
        )
        materials.append(
            {
                "name": part.name,
                "pbrMetallicRoughness": {
                    "baseColorFactor": [*linear_rgb(part.colour), 1.0],
                    "metallicFactor": 0.0,
                    "roughnessFactor": roughness,
                },
            }
        )
    asset = {"version": "2.0", "generator": _GENERATOR}
    if copyright_line:
        asset["copyright"] = copyright_line
    return buffer.packed(
        {
            "asset": asset,
            "scene": 0,
            "scenes": [{"nodes": list(range(len(nodes)))}],
            "nodes": nodes,
            "meshes": meshes,
            "materials": materials,
        }
    )


def linear_rgb(colour: str) -> tuple[float, float, float]:
    """Return a screen colour "#rrggbb" as linear light, 0 to 1 (IEC 61966-2-1, sRGB)."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (byte / 255.0 for byte in bytes.fromhex(colour.removeprefix("#")))
    )
    return round(red, 6), round(green, 6), round(blue, 6)


class _Buffer:
    """The binary half of a GLB file while it grows. Everything in it is a multiple of 4 bytes."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._views: list[dict[str, Any]] = []
        self._accessors: list[dict[str, Any]] = []

    def add(self, vectors: npt.NDArray[np.floating[Any]], *, with_range: bool = False) -> int:
        """Add (n, 3) float32 and return the number of its accessor."""
        more: dict[str, Any] = {"componentType": _FLOAT, "type": "VEC3"}
        if with_range:
            more["min"] = [float(v) for v in vectors.min(axis=0)]
            more["max"] = [float(v) for v in vectors.max(axis=0)]
        return self._append(vectors.tobytes(), _ARRAY_BUFFER, len(vectors), more)

    def add_corners(self, triangles: npt.NDArray[np.uint32]) -> int:
        """Add (m, 3) indices and return the number of their accessor."""
        more = {"componentType": _UNSIGNED_INT, "type": "SCALAR"}
        data = triangles.astype("<u4").tobytes()
        return self._append(data, _ELEMENT_ARRAY_BUFFER, triangles.size, more)

    def packed(self, document: dict[str, Any]) -> bytes:
        """Return the file: header, JSON chunk, binary chunk."""
        document = {
            **document,
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": len(self._data)}],
        }
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<I4s", len(text), b"JSON") + text
        chunks += struct.pack("<I4s", len(self._data), b"BIN\0") + bytes(self._data)
        return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks

    def _append(self, data: bytes, target: int, count: int, more: dict[str, Any]) -> int:
        view = {"buffer": 0, "byteOffset": len(self._data), "byteLength": len(data)}
        self._views.append({**view, "target": target})
        self._data += data
        self._accessors.append({"bufferView": len(self._views) - 1, "count": count, **more})
        return len(self._accessors) - 1
