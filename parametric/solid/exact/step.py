"""STEP files as OCCT writes them: an assembly of named, coloured exact shapes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cadquery as cq

from parametric.place import Placement
from parametric.solid.exact.bodies import Bodies, moved
from parametric.solid.exact.evaluate import evaluate_exact
from parametric.solid.nodes import Solid


@dataclass(frozen=True)
class Piece:
    """One part of a STEP file: its name there, its colour (#rrggbb), its shape and its place."""

    name: str
    colour: str
    solid: Solid
    placement: Placement


def step_text(name: str, pieces: Sequence[Piece]) -> str:
    """Return a STEP AP214 file in mm of an assembly called `name`.

    Raises:
        BadSolid: a piece makes no shape, or OCCT could not make it.
    """
    memory: dict[bytes, Bodies] = {}
    whole = cq.Assembly(name=name)
    for piece in pieces:
        bodies = tuple(evaluate_exact(piece.solid, memory).Solids())
        placed = moved(bodies, piece.placement)
        shape = placed[0] if len(placed) == 1 else cq.Compound.makeCompound(placed)
        red, green, blue = (int(piece.colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
        whole.add(shape, name=piece.name, color=cq.Color(red, green, blue, 1.0))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "whole.step"
        # Every reader works out curves on surfaces for itself; they would be half of the file.
        whole.export(str(path), "STEP", write_pcurves=False)
        return path.read_text("utf-8")
