"""Where things are: rigid placements in millimetres and degrees.

A placement only ever moves, turns or mirrors. There is no scaling on purpose: a part that is
scaled to fit a person has screw holes that no longer fit a screw.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Vec3: TypeAlias = tuple[float, float, float]
Points: TypeAlias = npt.NDArray[np.float64]

X: Vec3 = (1.0, 0.0, 0.0)
Y: Vec3 = (0.0, 1.0, 0.0)
Z: Vec3 = (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Placement:
    """A rigid placement: three rows of (x, y, z, offset), offsets in mm.

    `a.then(b)` first does a, then b. A placement whose determinant is -1 mirrors.
    """

    rows: tuple[tuple[float, float, float, float], ...]

    def then(self, after: Placement) -> Placement:
        """Return the placement that does this one first and `after` second."""
        return from_matrix(after.matrix() @ self.matrix())

    def inverse(self) -> Placement:
        """Return the placement that undoes this one."""
        undone: Points = np.linalg.inv(self.matrix()).astype(np.float64)
        return from_matrix(undone)

    def matrix(self) -> Points:
        """Return the 4 x 4 matrix of this placement."""
        return np.array([*self.rows, (0.0, 0.0, 0.0, 1.0)], dtype=np.float64)

    def point(self, at: Vec3) -> Vec3:
        """Return where the point `at` (mm) ends up."""
        x, y, z = at
        moved = tuple(r[0] * x + r[1] * y + r[2] * z + r[3] for r in self.rows)
        return (moved[0], moved[1], moved[2])

    def direction(self, along: Vec3) -> Vec3:
        """Return how the direction `along` ends up, without the offset."""
        x, y, z = along
        turned = tuple(r[0] * x + r[1] * y + r[2] * z for r in self.rows)
        return (turned[0], turned[1], turned[2])

    def points(self, at: Points) -> Points:
        """Return an (n, 3) array of points (mm) after this placement."""
        matrix = self.matrix()
        moved: Points = at @ matrix[:3, :3].T + matrix[:3, 3]
        return moved


HERE = Placement(((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)))


def from_matrix(matrix: Points) -> Placement:
    """Return the placement of a 4 x 4 (or 3 x 4) matrix."""
    rows = matrix[:3].tolist()
    return Placement(tuple((r[0], r[1], r[2], r[3]) for r in rows))


def move(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Placement:
    """Return a placement that moves by (x, y, z) mm."""
    return Placement(((1.0, 0.0, 0.0, x), (0.0, 1.0, 0.0, y), (0.0, 0.0, 1.0, z)))


@lru_cache(maxsize=1000)
def turn(axis: Vec3, degrees: float, about: Vec3 = (0.0, 0.0, 0.0)) -> Placement:
    """Return a placement that turns by `degrees` about `axis` through the point `about` (mm).

    Right-handed: with the axis pointing at you, positive degrees turn anticlockwise (Rodrigues).
    """
    ux, uy, uz = unit(axis)
    c, s = _cos_sin(degrees)
    k = 1.0 - c
    r = (
        (c + ux * ux * k, ux * uy * k - uz * s, ux * uz * k + uy * s),
        (uy * ux * k + uz * s, c + uy * uy * k, uy * uz * k - ux * s),
        (uz * ux * k - uy * s, uz * uy * k + ux * s, c + uz * uz * k),
    )
    return Placement(
        tuple(
            (row[0], row[1], row[2], about[i] - sum(row[j] * about[j] for j in range(3)))
            for i, row in enumerate(r)
        )
    )


@lru_cache(maxsize=1000)
def frame(origin: Vec3, x: Vec3, y: Vec3) -> Placement:
    """Return the placement that lays the x and y axes along `x` and `y`, and 0 on `origin` (mm).

    `y` is made square to `x` first, so it need only be roughly right.
    """
    ex = unit(x)
    ey = unit(minus(y, times(ex, dot(ex, y))))
    ez = cross(ex, ey)
    return Placement(tuple((ex[i], ey[i], ez[i], origin[i]) for i in range(3)))


def mirror_x() -> Placement:
    """Return the placement that makes a left part of a right one: x becomes -x."""
    return Placement(((-1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)))


def unit(v: Vec3) -> Vec3:
    """Return `v` at length 1.

    Raises:
        ValueError: `v` has no length, so it points nowhere.
    """
    length = math.sqrt(dot(v, v))
    if not length > 0.0:
        raise ValueError(f"a direction needs a length, {v} has none")
    return (v[0] / length, v[1] / length, v[2] / length)


def dot(a: Vec3, b: Vec3) -> float:
    """Return the scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vec3, b: Vec3) -> Vec3:
    """Return the vector product."""
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def plus(a: Vec3, b: Vec3) -> Vec3:
    """Return a + b."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def minus(a: Vec3, b: Vec3) -> Vec3:
    """Return a - b."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def times(a: Vec3, k: float) -> Vec3:
    """Return a k."""
    return (a[0] * k, a[1] * k, a[2] * k)


def distance(a: Vec3, b: Vec3) -> float:
    """Return how far a is from b, in the unit of both."""
    d = minus(a, b)
    return math.sqrt(dot(d, d))


def _cos_sin(degrees: float) -> tuple[float, float]:
    """Return (cos, sin), exact at whole quarter turns so that parts stay square to the bed."""
    if degrees % 90.0 == 0.0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(degrees // 90.0) % 4]
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
