"""Shared by the tests of the wrist-driven hand: people, their hands, and shapes to try in them.

What is measured here is measured without `parametric.checks`, so that these tests are a second
opinion and no echo.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import manifold3d as m3d
import numpy as np
import numpy.typing as npt

from designs.wrist_hand.design import DESIGN
from designs.wrist_hand.dimensions import Dimensions, dimensions
from designs.wrist_hand.parameters import WristHand
from parametric.assembly import Assembly
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.entries import read_person
from parametric.kit import MadePart, make
from parametric.measurements import anthropometry
from parametric.part import Hole, Part
from parametric.place import Placement, X, Z, cross, frame
from parametric.resolve import resolve
from parametric.solid.mesh import Memory

Array = npt.NDArray[np.float64]

FOLDER = Path(__file__).parents[3] / "designs" / "wrist_hand"
FINGERS = ("index", "middle", "ring", "little")
DIGITS = ("thumb", *FINGERS)
NOTHING_MM3 = 0.01

_MEMORY = Memory()


# --- People -----------------------------------------------------------------------


def entries(file: str = "sample.toml", **changes: Any) -> dict[str, Any]:
    """A person file of the design, with changes."""
    return {**read_person((FOLDER / file).read_text("utf-8")), **changes}


def adult(sex: str, percentile: str) -> dict[str, Any]:
    """Somebody all of whose sizes are at one percentile of adults."""
    sizes = anthropometry()["adults"][sex]["dimensions"]
    names = (
        "hand_breadth",
        "hand_length",
        "palm_length",
        "wrist_circumference",
        "forearm_circumference",
        "forearm_length",
    )
    return {name: sizes[f"{name}_mm"][percentile] for name in names}


PEOPLE: Mapping[str, Mapping[str, Any]] = {
    "sample person": entries(),
    "child of 4": entries("people/child_4.toml"),
    "child of 8": entries("people/child_8.toml"),
    "child of 12": entries("people/child_12.toml"),
    **{
        f"{sex}, {percentile}": adult(sex, percentile)
        for sex in ("female", "male")
        for percentile in ("p1", "p50", "p99")
    },
}
"""Those for whom everything must hold, on either side."""


def params(who: str = "sample person", **changes: Any) -> WristHand:
    """What one of `PEOPLE` asks for, a right hand unless changed."""
    return resolve(WristHand, {**PEOPLE[who], "side": "right", **changes}).params


# --- Hands ------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Hand:
    """One person's hand: what was asked for, its dimensions, parts and shapes."""

    person: WristHand
    printer: PrinterProfile
    d: Dimensions
    assembly: Assembly

    @cached_property
    def made(self) -> tuple[MadePart, ...]:
        """The parts with their shapes, made when they are first looked at."""
        return make(self.assembly, memory=_MEMORY)

    def shape(self, name: str) -> m3d.Manifold:
        """A part's shape in its own coordinates."""
        return next(each.shape for each in self.made if each.part.name == name)

    def posed(self, name: str, pose: Mapping[str, float]) -> m3d.Manifold:
        """A part's shape where it is in a pose."""
        return at(self.shape(name), self.assembly.pose(pose)[name])


@lru_cache(maxsize=12)
def hand_of(person: WristHand, printer: PrinterProfile = DEFAULT_PRINTER) -> Hand:
    """The hand of somebody; the last few are remembered."""
    return Hand(person, printer, dimensions(person, printer), DESIGN.build(person, printer))


def hand(who: str = "sample person", **changes: Any) -> Hand:
    """The hand of one of `PEOPLE`, with changes."""
    return hand_of(params(who, **changes))


def digests(person: WristHand) -> dict[str, bytes]:
    """What each part is made from, without making it."""
    parts = DESIGN.build(person, DEFAULT_PRINTER).parts
    return {part.name: part.solid.digest for part in parts}


# --- Shapes -----------------------------------------------------------------------


def at(shape: m3d.Manifold, placement: Placement) -> m3d.Manifold:
    return shape.transform(placement.matrix()[:3])


def shared(a: m3d.Manifold, b: m3d.Manifold) -> float:
    """The volume (mm3) that two shapes have in common."""
    return float((a ^ b).volume())


def oval(y: float, half_x: float, half_z: float, power: float, z: float = 0.0) -> Array:
    """Points (n, 3) on a superellipse across y."""
    angle = np.linspace(0.0, 2.0 * math.pi, 72, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    k = 2.0 / power
    x = half_x * np.sign(c) * np.abs(c) ** k
    up = z + half_z * np.sign(s) * np.abs(s) ** k
    return np.column_stack((x, np.full_like(x, y), up))


def hull(*rings: Array) -> m3d.Manifold:
    return m3d.Manifold.hull_points(np.concatenate(rings))


def diameter(shape: m3d.Manifold, hole: Hole) -> float:
    """The diameter of a hole (mm): twice how far the corners of a cut across it are from its axis.

    Corners of the mesh lie on the circle; points where a triangle's diagonal was cut lie on the
    chords between them, inside. So the farthest ones tell.
    """
    helper = Z if abs(hole.axis[2]) < 0.9 * math.hypot(*hole.axis) else X
    across = cross(hole.axis, helper)
    upright = frame(hole.at, across, cross(hole.axis, across)).inverse()
    for outline in at(shape, upright).slice(0.0).to_polygons():
        corners = np.asarray(outline, dtype=np.float64)
        if _winds_round_middle(corners) < 0:
            return 2.0 * float(np.linalg.norm(corners, axis=1).max())
    raise AssertionError(f"no hole called {hole.name}")


def _winds_round_middle(corners: Array) -> int:
    angle = np.unwrap(np.arctan2(*np.append(corners, corners[:1], axis=0).T[::-1]))
    return round(float(angle[-1] - angle[0]) / (2.0 * math.pi))


def every_hole(hand: Hand) -> list[tuple[Part, Hole, float]]:
    """All holes of a hand with their measured diameters (mm)."""
    return [
        (each.part, hole, diameter(each.shape, hole))
        for each in hand.made
        for hole in each.part.holes
    ]
