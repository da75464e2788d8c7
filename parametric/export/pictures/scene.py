"""What a picture shows: values only, so that describing one costs nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from parametric.place import HERE, Placement
from parametric.solid.mesh import Mesh

View: TypeAlias = Literal["three-quarter", "front", "back", "left", "right", "top", "bottom"]
"""Where the camera stands. In a front view what points along +y, such as a hand's fingers, points
at you; right is where +x is; z is up. From above, +y is up."""

Background: TypeAlias = Literal["paper", "transparent"]

GHOST: Final = 0.3
"""Opacity of parts that are only there to show where others go."""

GHOST_COLOUR: Final = "#b4aca2"
"""Ghosts are grey: colour is for the parts that a picture is about."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A mesh in a picture.

    Attributes:
        mesh: its triangles (mm).
        placement: where it stands; z is up.
        colour: "#rrggbb".
        opacity: from 0 to 1; below 1 it is a ghost that others are seen through.
    """

    mesh: Mesh
    placement: Placement = HERE
    colour: str = "#e8b04a"
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture to be taken.

    Attributes:
        scene: what is in it.
        size: width and height in pixels.
        view: where the camera stands.
        zoom: 1 fills the picture; 2 shows the middle at twice the size.
        background: warm off-white paper, or nothing.
        framed_by: what the camera frames instead of the scene, so that all steps of an assembly
            are seen from the same place.
    """

    scene: tuple[Shown, ...]
    size: tuple[int, int] = (1200, 900)
    view: View = "three-quarter"
    zoom: float = 1.0
    background: Background = "paper"
    framed_by: tuple[Shown, ...] = ()

    def __post_init__(self) -> None:
        if not self.scene:
            raise ValueError("a picture needs something to show")
        if min(self.size) < 16 or max(self.size) > 4096:
            raise ValueError(f"a picture is 16 to 4096 pixels on a side, {self.size} asked")
        if not self.zoom > 0.0:
            raise ValueError(f"zoom must be above 0, {self.zoom} given")


@dataclass(frozen=True)
class Body:
    """A `Shown` on its way to the drawing process, which knows its mesh by number."""

    number: int
    placement: Placement
    colour: str
    opacity: float


@dataclass(frozen=True, eq=False)
class Order:
    """A `Picture` on its way to the drawing process, with the meshes that are new to it."""

    new: Mapping[int, Mesh]
    scene: tuple[Body, ...]
    framed_by: tuple[Body, ...]
    size: tuple[int, int]
    view: View
    zoom: float
    background: Background


def highlighted(
    scene: Iterable[tuple[str, Shown]], names: Collection[str], ghost: float = GHOST
) -> tuple[Shown, ...]:
    """Return a scene in which the named parts are solid and all others are ghosts.

    Args:
        scene: parts by name.
        names: those the picture is about; when none of them is in the scene, all are solid.
        ghost: opacity of the others.
    """
    parts = list(scene)
    if not any(name in names for name, _ in parts):
        return tuple(shown for _, shown in parts)
    return tuple(
        shown if name in names else replace(shown, opacity=ghost, colour=GHOST_COLOUR)
        for name, shown in parts
    )
