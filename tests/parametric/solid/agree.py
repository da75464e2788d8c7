"""Shared by every test of a shape: both kernels make it, and an independent reader likes it."""

import numpy as np
import pytest

from parametric.checks.kernels import Agreement, agreement
from parametric.solid import Solid
from parametric.solid.mesh import TOLERANCE_MM, Memory, Mesh, evaluate, to_mesh


def assert_watertight(mesh: Mesh) -> None:
    """Fail unless trimesh, which shares no code with the kernel, finds a closed outward body."""
    import trimesh

    judge = trimesh.Trimesh(mesh.vertices, mesh.triangles, process=False)
    if not (judge.is_watertight and judge.is_winding_consistent and judge.volume > 0.0):
        pytest.fail(f"not a closed outward body: {judge}")
    if not np.isclose(judge.volume, mesh.volume, rtol=1e-6):
        pytest.fail(f"trimesh finds {judge.volume} mm3, the mesh says {mesh.volume} mm3")


def assert_kernels_agree(
    solid: Solid, tolerance_mm: float = TOLERANCE_MM, memory: Memory | None = None
) -> Agreement:
    """Fail unless the mesh is watertight and as large, as wide and as balanced as the exact body.

    Args:
        solid: what to make with both kernels.
        tolerance_mm: of the mesh.
        memory: shapes made before, to share between the parts of one design.
    """
    shape = evaluate(solid, tolerance_mm, memory)
    assert_watertight(to_mesh(shape))
    found = agreement(solid, shape, tolerance_mm)
    if not found.holds:
        pytest.fail(f"the kernels differ: {found}\n{solid}")
    return found
