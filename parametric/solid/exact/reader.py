"""STEP files that others made: what the exact kernel makes of them, as meshes.

The kernel's reader was not written against hostile files. Whoever calls this does so in a process
that may crash, hang or be killed.
"""

from __future__ import annotations

import cadquery as cq
import numpy as np
from OCP.IFSelect import IFSelect_RetDone
from OCP.STEPControl import STEPControl_Reader

from parametric.checks.badfile import BadFile
from parametric.checks.triangles import LARGEST_MM, mesh_from
from parametric.solid.exact.bodies import bounds
from parametric.solid.exact.hatch import surface_triangles
from parametric.solid.mesh import Mesh

_TOLERANCE_MM = 0.02
_MOST_BODIES = 1_000


def read_step(path: str) -> list[tuple[str, Mesh]]:
    """Return a mesh of each solid in a STEP file, in mm whatever its unit is.

    Raises:
        BadFile: ``step-broken``, ``step-nothing`` where it holds no solid, ``step-bodies``, and
            those of `parametric.checks.triangles.mesh_from`.
        BadSolid: a face of it cannot be triangulated.
    """
    reader = STEPControl_Reader()
    if reader.ReadFile(path) != IFSelect_RetDone:
        raise BadFile("step-broken", "The exact kernel cannot read this STEP file.")
    reader.TransferRoots()
    shape = reader.OneShape() if reader.NbShapes() else None
    solids = [] if shape is None or shape.IsNull() else cq.Shape.cast(shape).Solids()
    if not solids:
        raise BadFile("step-nothing", "The STEP file holds no solid body.")
    if len(solids) > _MOST_BODIES:
        raise BadFile("step-bodies", f"It holds more than {_MOST_BODIES:,} bodies.")
    return [(f"body {i + 1}", _mesh(solid)) for i, solid in enumerate(solids)]


def _mesh(solid: cq.Shape) -> Mesh:
    low, high = (np.array(corner) for corner in bounds(solid))
    # Before it is cut into triangles to 0.02 mm: the size of what is absurdly large is no matter.
    if not np.isfinite([low, high]).all() or float((high - low).max()) > LARGEST_MM:
        raise BadFile("too-big", f"It is larger than {LARGEST_MM / 1000:g} m.")
    corners = surface_triangles(solid, _TOLERANCE_MM).reshape(-1, 3)
    return mesh_from(corners, np.arange(len(corners)).reshape(-1, 3))
