"""The closed vocabulary of solids: frozen descriptions in millimetres and degrees.

Making a node builds nothing. `parametric.solid.mesh` and `parametric.solid.exact` give it shape.
Box, cylinder, cone, sphere, capsule are centred on the origin; what is extruded or lofted rises
from its first section along z.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

from parametric.place import HERE, Placement, Vec3
from parametric.solid.profiles import Circle, Profile, Text
from parametric.solid.value import BadSolid, Value, positive

Number: TypeAlias = float | int | str | bool


@dataclass(frozen=True)
class Box(Value):
    """A box, `x` by `y` by `z` mm, centred on the origin; every edge rounded with `radius` mm."""

    x: float
    y: float
    z: float
    radius: float = 0.0

    def check(self) -> None:
        """Refuse sides that are not positive and a rounding of half a side or more."""
        positive(self, "x", "y", "z")
        if self.radius < 0.0 or 2.0 * self.radius >= min(self.x, self.y, self.z):
            raise BadSolid(f"Box: radius must be from 0 to under half a side, {self.radius} given")


@dataclass(frozen=True)
class Cylinder(Value):
    """A cylinder along z, centred on the origin; in files its circle is fine enough to be a hole.

    Where nothing must fit it, as in space that is only cleared, it need not be `fine`: its chords
    then keep to the tolerance of all other surfaces, and what is cut with it is made sooner.
    """

    radius: float
    height: float
    fine: bool = True

    def check(self) -> None:
        """Refuse dimensions that are not positive."""
        positive(self, "radius", "height")


@dataclass(frozen=True)
class Cone(Value):
    """A cone frustum along z, centred on the origin, `bottom` and `top` radii in mm."""

    bottom: float
    top: float
    height: float

    def check(self) -> None:
        """Refuse dimensions that are not positive (one radius may be 0)."""
        positive(self, "height")
        if min(self.bottom, self.top) < 0.0 or max(self.bottom, self.top) <= 0.0:
            raise BadSolid(f"Cone: radii must be 0 or more, {self.bottom} and {self.top} given")


@dataclass(frozen=True)
class Sphere(Value):
    """A sphere about the origin."""

    radius: float

    def check(self) -> None:
        """Refuse a radius that is not positive."""
        positive(self, "radius")


@dataclass(frozen=True)
class Capsule(Value):
    """A cylinder along z with half-sphere ends; `length` mm between the two centres."""

    radius: float
    length: float

    def check(self) -> None:
        """Refuse dimensions that are not positive."""
        positive(self, "radius", "length")


@dataclass(frozen=True)
class Rim(Value):
    """How an edge all round the end of an extrusion is softened: `size` mm, round or chamfered."""

    kind: Literal["round", "chamfer"]
    size: float

    def check(self) -> None:
        """Refuse a size that is not positive and a kind nobody knows."""
        positive(self, "size")
        if self.kind not in ("round", "chamfer"):
            raise BadSolid(f"a rim is round or chamfer, {self.kind!r} given")


@dataclass(frozen=True)
class Extrude(Value):
    """A profile extruded `height` mm along z from z = 0, its rims softened at will."""

    profile: Profile
    height: float
    bottom: Rim | None = None
    top: Rim | None = None

    def check(self) -> None:
        """Refuse a height that is not positive or has no room for both rims, and rims on text."""
        positive(self, "height")
        rims = sum(rim.size for rim in (self.bottom, self.top) if rim)
        if rims > self.height:
            raise BadSolid(f"Extrude: rims need {rims} mm, the height is {self.height} mm")
        if rims and isinstance(self.profile, Text):
            raise BadSolid("Extrude: text has no rims")


@dataclass(frozen=True)
class Revolve(Value):
    """A profile in the half plane x >= 0 turned about z by `degrees`, its y becoming z."""

    profile: Profile
    degrees: float = 360.0

    def check(self) -> None:
        """Refuse a turn outside 0 to 360 degrees."""
        if not 0.0 < self.degrees <= 360.0:
            raise BadSolid(f"Revolve: degrees must be from 0 to 360, {self.degrees} given")


@dataclass(frozen=True)
class Section(Value):
    """One superellipse of a loft at height `z`: |x/half_x|^power + |y/half_y|^power = 1.

    `up` and `down` are the half depths towards +y and -y (a palm is flatter below than above);
    power 2 is an ellipse, 4 nearly a rectangle with round corners. All in mm.
    """

    z: float
    half_x: float
    up: float
    down: float
    x: float = 0.0
    y: float = 0.0
    power: float = 2.0

    def check(self) -> None:
        """Refuse half sizes that are not positive and powers outside 1.5 to 8."""
        positive(self, "half_x", "up", "down")
        if not 1.5 <= self.power <= 8.0:
            raise BadSolid(f"Section: power must be from 1.5 to 8, {self.power} given")


@dataclass(frozen=True)
class Loft(Value):
    """A smooth body through superellipse sections with rising z.

    Between sections every number follows a monotone cubic (no bulges), or a straight line when
    `ruled`. `start_round` and `end_round` round the two ends over that many mm.
    """

    sections: tuple[Section, ...]
    start_round: float = 0.0
    end_round: float = 0.0
    ruled: bool = False

    def check(self) -> None:
        """Refuse sections out of order and ends rounded by more than there is room for."""
        if len(self.sections) < 2:
            raise BadSolid(f"Loft: 2 sections or more are needed, {len(self.sections)} given")
        heights = [section.z for section in self.sections]
        if any(b <= a for a, b in pairwise(heights)):
            raise BadSolid(f"Loft: sections must rise along z, {heights} given")
        if self.start_round + self.end_round > heights[-1] - heights[0]:
            raise BadSolid("Loft: the rounded ends are longer than the body")
        for size, end in (
            (self.start_round, self.sections[0]),
            (self.end_round, self.sections[-1]),
        ):
            if size < 0.0 or (size > 0.0 and size >= min(end.half_x, end.up, end.down)):
                raise BadSolid(
                    f"Loft: an end can be rounded by under its smallest half size, {size} given"
                )


@dataclass(frozen=True)
class Sweep(Value):
    """A profile swept along a smooth curve through `path` (mm), ends cut square.

    The profile's x and y lie square to the curve and do not twist along it.
    """

    profile: Profile
    path: tuple[Vec3, ...]

    def check(self) -> None:
        """Refuse a path of fewer than 2 points."""
        if len(self.path) < 2:
            raise BadSolid(f"Sweep: a path needs 2 points, {len(self.path)} given")


@dataclass(frozen=True)
class Union(Value):
    """All of the parts together."""

    parts: tuple[Solid, ...]

    def check(self) -> None:
        """Refuse a union of nothing."""
        if not self.parts:
            raise BadSolid("Union: at least one part is needed")


@dataclass(frozen=True)
class Difference(Value):
    """`base` with every one of `cuts` taken away."""

    base: Solid
    cuts: tuple[Solid, ...]


@dataclass(frozen=True)
class Intersection(Value):
    """What all of the parts have in common."""

    parts: tuple[Solid, ...]

    def check(self) -> None:
        """Refuse an intersection of nothing."""
        if not self.parts:
            raise BadSolid("Intersection: at least one part is needed")


@dataclass(frozen=True)
class Hull(Value):
    """The smallest convex body round all of the parts, as if wrapped in tight film."""

    parts: tuple[Solid, ...]

    def check(self) -> None:
        """Refuse a hull of nothing."""
        if not self.parts:
            raise BadSolid("Hull: at least one part is needed")


@dataclass(frozen=True)
class Placed(Value):
    """A solid moved, turned or mirrored."""

    solid: Solid
    placement: Placement

    def check(self) -> None:
        """Refuse a placement that scales or shears: holes would no longer fit their screws."""
        _only_moves(self.placement)


@lru_cache(maxsize=1000)
def _only_moves(placement: Placement) -> None:
    """Refuse a placement that scales or shears; most are asked for again and again."""
    rows = placement.rows
    if len(rows) != 3 or not all(math.isfinite(n) for row in rows for n in row):
        raise BadSolid("Placed: a placement has three rows of four finite numbers")
    for i, a in enumerate(rows):
        for b in rows[i:]:
            square = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
            if abs(square - (1.0 if a is b else 0.0)) > 1e-6:
                raise BadSolid("Placed: a placement only moves, turns or mirrors")


@dataclass(frozen=True)
class MeshLeaf(Value):
    """A closed triangle mesh from elsewhere: little-endian float64 xyz (mm) and uint32 corners."""

    vertices: bytes
    triangles: bytes

    def check(self) -> None:
        """Refuse byte counts that make no vertices or triangles."""
        if not self.vertices or len(self.vertices) % 24 or len(self.triangles) % 12:
            raise BadSolid("MeshLeaf: 24 bytes a vertex and 12 a triangle are needed")


@dataclass(frozen=True)
class CadLeaf(Value):
    """The escape hatch: a solid that a registered CadQuery function makes.

    `function` is a name in `parametric.solid.exact.LEAVES`; `arguments` are its named numbers.
    A design that uses one waits seconds for the exact kernel, so this is the last resort.
    """

    function: str
    arguments: tuple[tuple[str, Number], ...] = ()


Solid: TypeAlias = (
    Box
    | Cylinder
    | Cone
    | Sphere
    | Capsule
    | Extrude
    | Revolve
    | Loft
    | Sweep
    | Union
    | Difference
    | Intersection
    | Hull
    | Placed
    | MeshLeaf
    | CadLeaf
)


def union(*parts: Solid) -> Solid:
    """Return all parts together (the part itself when there is one)."""
    return parts[0] if len(parts) == 1 else Union(parts)


def difference(base: Solid, *cuts: Solid) -> Solid:
    """Return `base` without `cuts` (`base` itself when there are none)."""
    return Difference(base, cuts) if cuts else base


def intersection(*parts: Solid) -> Solid:
    """Return what all parts share."""
    return parts[0] if len(parts) == 1 else Intersection(parts)


def hull(*parts: Solid) -> Solid:
    """Return the convex body round all parts."""
    return Hull(parts)


def placed(solid: Solid, placement: Placement) -> Solid:
    """Return `solid` placed; placements of placements are folded into one."""
    inner, whole = (
        (solid.solid, solid.placement.then(placement))
        if isinstance(solid, Placed)
        else (solid, placement)
    )
    return inner if whole == HERE else Placed(inner, whole)


def tube(radius: float, path: tuple[Vec3, ...]) -> Sweep:
    """Return a round bar (or, cut away, a channel) of `radius` mm along a smooth curve."""
    return Sweep(Circle(radius), path)
