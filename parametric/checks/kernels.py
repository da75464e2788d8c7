"""Whether the two kernels agree: the mesh that is printed against the exact body.

They share a description and, for lofts and sweeps, points on the true surface; what they make of
it has nothing in common. Where they agree, neither has lost a cut or turned a face.
"""

from __future__ import annotations

from dataclasses import dataclass

import manifold3d as m3d
import numpy as np

from parametric.solid import BadSolid, Solid
from parametric.solid.mesh import TOLERANCE_MM

ROUNDING_PERCENT = 0.02
"""How far volumes may differ beyond what chords explain: quadrature, and cubics through points."""

ROUNDING_MM = 0.01
"""How far the corners of the bounding boxes may differ beyond the chords' tolerance."""


@dataclass(frozen=True)
class Agreement:
    """How near the mesh is to the exact body.

    Attributes:
        volume_difference_percent: of the mesh, in percent of the exact volume, positive when the
            mesh is larger.
        bounds_difference_mm: the most that any side of the bounding box differs.
        centre_difference_mm: how far apart the centres of mass are; a cut in the wrong place
            moves them even where volume and bounds are right.
        holds: whether all three are within what the mesh's tolerance explains.
    """

    volume_difference_percent: float
    bounds_difference_mm: float
    centre_difference_mm: float
    holds: bool


def agreement(solid: Solid, shape: m3d.Manifold, tolerance_mm: float = TOLERANCE_MM) -> Agreement:
    """Return how near a mesh is to the exact body of the solid it was made from.

    A surface that strays by at most t changes the volume by at most t times its area, and the
    moment about the centre by at most t times the integral of the distance over it.

    Args:
        solid: the description.
        shape: what the mesh kernel made of it, unplaced.
        tolerance_mm: how far its chords may stray.

    Raises:
        BadSolid: the mesh is empty, or the exact kernel cannot make the solid.
    """
    # Seconds and hundreds of megabytes, which only this comparison needs.
    from parametric.solid.exact import evaluate_exact
    from parametric.solid.exact.bodies import bounds, centre, volume

    raw = shape.to_mesh64()
    corners = np.asarray(raw.vert_properties)[:, :3][np.asarray(raw.tri_verts).astype(np.int64)]
    if not len(corners):
        raise BadSolid("nothing is left of this solid")
    exact = evaluate_exact(solid)
    exact_volume = volume([exact])
    exact_centre = np.array(centre(exact))

    crossed = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas = np.linalg.norm(crossed, axis=1) / 2.0
    # Tetrahedra from the exact centre to each triangle.
    local = corners - exact_centre
    sizes = np.einsum("ij,ij->i", local[:, 0], np.cross(local[:, 1], local[:, 2])) / 6.0
    mesh_volume = float(sizes.sum())
    off = np.einsum("i,ij->j", sizes, local.sum(axis=1) / 4.0) / mesh_volume
    reach = float((areas * np.linalg.norm(local, axis=2).max(axis=1)).sum())

    difference = mesh_volume - exact_volume
    low, high = corners.reshape(-1, 3).min(axis=0), corners.reshape(-1, 3).max(axis=0)
    apart = float(np.abs(np.array([low, high]) - np.array(bounds(exact))).max())
    moved = float(np.linalg.norm(off))
    rounding = ROUNDING_PERCENT / 100.0
    return Agreement(
        volume_difference_percent=100.0 * difference / exact_volume,
        bounds_difference_mm=apart,
        centre_difference_mm=moved,
        holds=abs(difference) <= tolerance_mm * float(areas.sum()) + rounding * exact_volume
        and apart <= tolerance_mm + ROUNDING_MM
        and moved <= tolerance_mm * reach / exact_volume + ROUNDING_MM,
    )
