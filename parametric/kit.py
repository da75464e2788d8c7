"""A kit: the parts of one person's device, given shape and laid on the bed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import manifold3d as m3d

from parametric.assembly import Assembly
from parametric.part import Part
from parametric.place import Placement, move
from parametric.solid.mesh import TOLERANCE_MM, Memory, Mesh, evaluate, to_mesh, without_specks


@dataclass(frozen=True, eq=False)
class MadePart:
    """A part with its shape.

    Attributes:
        part: its description.
        shape: its body in the part's own coordinates (mm).
        to_bed: the placement that lays it on the bed, lowest point at z = 0, centred on x and y.
        mesh: its triangles on the bed, canonical, exactly as they are written to files.
    """

    part: Part
    shape: m3d.Manifold
    to_bed: Placement
    mesh: Mesh


def make(
    assembly: Assembly,
    tolerance_mm: float = TOLERANCE_MM,
    memory: Memory | None = None,
    progress: Callable[[str], None] | None = None,
) -> tuple[MadePart, ...]:
    """Return every part of an assembly with its shape, in the assembly's order.

    Args:
        assembly: what to make.
        tolerance_mm: how far a chord may stray from the true surface.
        memory: shapes made before; pass the same one again after a change.
        progress: called with each part's name before it is made.

    Raises:
        BadSolid: a part's description makes no shape.
    """
    kept = Memory() if memory is None else memory
    made = []
    for part in assembly.parts:
        if progress is not None:
            progress(part.name)
        made.append(make_part(part, tolerance_mm, kept))
    return tuple(made)


def make_part(part: Part, tolerance_mm: float, memory: Memory) -> MadePart:
    """Return one part with its shape, laid on the bed."""

    def laid() -> tuple[m3d.Manifold, Placement, Mesh]:
        shape = without_specks(evaluate(part.solid, tolerance_mm, memory))
        x0, y0, z0, x1, y1, _ = shape.transform(part.print_turn.matrix()[:3]).bounding_box()
        to_bed = part.print_turn.then(move(-(x0 + x1) / 2.0, -(y0 + y1) / 2.0, -z0))
        return shape, to_bed, to_mesh(shape, to_bed)

    # A part that did not change keeps the very same mesh: by that the checks know it again.
    key = ("laid", part.solid.digest, tolerance_mm, part.print_turn)
    return MadePart(part, *memory.recall(key, laid))
