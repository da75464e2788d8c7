"""Binary STL, the file every slicer reads. Needs nothing but numpy."""

from __future__ import annotations

from typing import Final

import numpy as np

from parametric.solid.mesh import Mesh

_HEADER_BYTES: Final = 80
_MAKER: Final = b"Binary STL in mm by fitcommons: "
"""Never begins with "solid": readers would take the file for the text kind of STL."""

_RECORD: Final = np.dtype(
    [("normal", "<f4", (3,)), ("corners", "<f4", (3, 3)), ("attributes", "<u2")]
)


def stl_bytes(mesh: Mesh, name: str) -> bytes:
    """Return a mesh as a binary STL file.

    The format is 80 bytes of header, the number of triangles (uint32), and 50 bytes for each
    triangle, all little-endian (3D Systems, "StereoLithography Interface Specification", 1989).
    The same mesh and name give the same bytes; there is no time in it.

    Args:
        mesh: a closed mesh (mm), outward. `parametric.kit` makes its coordinates fit float32.
        name: goes into the header; letters outside ASCII become "?", what is too long is cut.
    """
    triangles = np.zeros(len(mesh.triangles), dtype=_RECORD)
    triangles["normal"] = mesh.normals
    triangles["corners"] = mesh.corners
    header = (_MAKER + name.encode("ascii", "replace"))[:_HEADER_BYTES].ljust(_HEADER_BYTES)
    return header + len(triangles).to_bytes(4, "little") + triangles.tobytes()
