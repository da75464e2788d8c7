"""Flat shapes in millimetres, as values: what is extruded, revolved or swept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from parametric.solid.curves import Arc, Bezier, Line, Loop, Piece, Vec2, smooth
from parametric.solid.value import BadSolid, Value, positive


@dataclass(frozen=True)
class Circle(Value):
    """A circle about the origin; radius in mm."""

    radius: float

    def check(self) -> None:
        """Refuse a radius that is not positive."""
        positive(self, "radius")


@dataclass(frozen=True)
class Polygon(Value):
    """A polygon through `points` (mm, anticlockwise), corners rounded with `radius` (mm).

    `radius` is one number for all corners, or one per corner.
    """

    points: tuple[Vec2, ...]
    radius: float | tuple[float, ...] = 0.0

    def check(self) -> None:
        """Refuse fewer than 3 points, clockwise order, and corners too tight to round."""
        if len(self.points) < 3:
            raise BadSolid(f"a polygon needs 3 points, {len(self.points)} given")
        if _area(self.points) <= 0.0:
            raise BadSolid("a polygon's points go anticlockwise around a positive area")
        if isinstance(self.radius, tuple) and len(self.radius) != len(self.points):
            raise BadSolid("give one radius for all corners, or one for each")
        rounded(self)


@dataclass(frozen=True)
class Spline(Value):
    """A smooth closed curve through `points` (mm, anticlockwise)."""

    points: tuple[Vec2, ...]

    def check(self) -> None:
        """Refuse fewer than 3 points and clockwise order."""
        if len(self.points) < 3:
            raise BadSolid(f"a spline needs 3 points, {len(self.points)} given")
        if _area(self.points) <= 0.0:
            raise BadSolid("a spline's points go anticlockwise around a positive area")


@dataclass(frozen=True)
class Offset(Value):
    """A profile grown (or, below zero, shrunk) by `distance` mm, outer corners round."""

    profile: Profile
    distance: float


@dataclass(frozen=True)
class Text(Value):
    """A line of text, centred on the origin, capital letters `height` mm tall.

    Set in Atkinson Hyperlegible Bold: made for readers with low vision.
    """

    text: str
    height: float

    def check(self) -> None:
        """Refuse empty text and a height that is not positive."""
        positive(self, "height")
        if not self.text.strip():
            raise BadSolid("text needs at least one letter")


Profile: TypeAlias = Circle | Polygon | Spline | Offset | Text


def rectangle(width: float, height: float, radius: float = 0.0) -> Polygon:
    """Return a rectangle (mm) centred on the origin, corners rounded with `radius`."""
    x, y = width / 2.0, height / 2.0
    return Polygon(((-x, -y), (x, -y), (x, y), (-x, y)), radius)


def hexagon(across_flats: float) -> Polygon:
    """Return a regular hexagon with two flats square to x, `across_flats` mm apart."""
    r = across_flats / math.sqrt(3.0)
    return Polygon(
        tuple(
            (r * math.cos(math.radians(30 + 60 * i)), r * math.sin(math.radians(30 + 60 * i)))
            for i in range(6)
        )
    )


def slot(length: float, width: float) -> Polygon:
    """Return a slot with round ends, `length` mm over all along x."""
    return rectangle(length, width, width / 2.0 * (1 - 1e-9))


def teardrop(radius: float) -> Polygon:
    """Return a circle whose top (y up) runs into a 45 degree point, for holes printed lying down.

    The round part is exact; the roof needs no support (after the RepRap teardrop).
    """
    tip = radius * math.sqrt(2.0)
    n = 48
    arc = [
        (radius * math.cos(math.radians(a)), radius * math.sin(math.radians(a)))
        for a in (135.0 + 270.0 * i / n for i in range(n + 1))
    ]
    return Polygon(((0.0, tip), *arc))


@lru_cache(maxsize=1000)
def rounded(polygon: Polygon) -> Loop:
    """Return the polygon's boundary: lines, and arcs where corners are rounded.

    Raises:
        BadSolid: a corner's rounding is longer than a side has room for.
    """
    points = polygon.points
    n = len(points)
    radii = polygon.radius if isinstance(polygon.radius, tuple) else (polygon.radius,) * n
    cuts = [_corner(points[i - 1], points[i], points[(i + 1) % n], radii[i]) for i in range(n)]
    pieces: list[Piece] = []
    for i in range(n):
        a, b = points[i], points[(i + 1) % n]
        side = math.dist(a, b)
        if not side > 0.0:
            raise BadSolid(f"a polygon's corners must differ, {a} comes twice")
        used = cuts[i][0] + cuts[(i + 1) % n][0]
        if used > side * (1.0 + 1e-9):
            raise BadSolid(f"corner rounding needs {used:.3f} mm of a side of {side:.3f} mm")
        arc = cuts[i][1]
        if arc is not None:
            pieces.append(arc)
        start, end = _toward(a, b, cuts[i][0]), _toward(b, a, cuts[(i + 1) % n][0])
        if math.dist(start, end) > 1e-9:
            pieces.append(Line(start, end))
    return tuple(pieces)


def loop(profile: Circle | Polygon | Spline) -> Loop:
    """Return the boundary of a profile that is a single closed curve."""
    match profile:
        case Circle():
            return (Arc((0.0, 0.0), profile.radius, 0.0, 360.0),)
        case Polygon():
            return rounded(profile)
        case Spline():
            pieces: tuple[Bezier, ...] = smooth(profile.points, closed=True)
            return pieces


def _corner(before: Vec2, at: Vec2, after: Vec2, radius: float) -> tuple[float, Arc | None]:
    """Return (length taken from each side, arc) of one corner."""
    if radius <= 0.0:
        return 0.0, None
    into = math.atan2(at[1] - before[1], at[0] - before[0])
    out = math.atan2(after[1] - at[1], after[0] - at[0])
    turned = math.remainder(out - into, 2.0 * math.pi)
    if abs(turned) < 1e-9:
        return 0.0, None
    taken = radius * abs(math.tan(turned / 2.0))
    start = _toward(at, before, taken)
    side = 1.0 if turned > 0 else -1.0
    centre = (start[0] - side * radius * math.sin(into), start[1] + side * radius * math.cos(into))
    start_deg = math.degrees(into) - side * 90.0
    return taken, Arc(centre, radius, start_deg, math.degrees(turned))


def _toward(a: Vec2, b: Vec2, by: float) -> Vec2:
    length = math.dist(a, b)
    k = by / length if length else 0.0
    return (a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k)


def _area(points: tuple[Vec2, ...]) -> float:
    """Return the signed area (shoelace formula), positive when anticlockwise."""
    return 0.5 * sum(
        a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True)
    )
