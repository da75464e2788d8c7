"""Plane and space curves that both kernels understand: lines, arcs and cubic Bezier pieces.

The mesh evaluator samples them, the exact evaluator hands them to OCCT unchanged, so the two
kernels start from the same curve and only their handling of it can differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Vec2: TypeAlias = tuple[float, float]
Array: TypeAlias = npt.NDArray[np.float64]

FINE_MM = 0.01
"""Chord tolerance of every circle and arc (mm), finer than the surfaces around them: a hole's
diameter is promised to 0.02 mm. A shape that is only looked at keeps no such promise: where
surfaces are asked for more roughly than `TIMES_FINER` times this, so are its circles."""

TIMES_FINER = 5.0
"""How much finer circles are than the surfaces around them."""

LEAST_SEGMENTS = 20
"""Fewest segments of a full circle: from 1.6 mm across on, FINE_MM asks for as many or more."""

LEAST_ARC_SEGMENTS = 40
"""The same for arcs of a profile: the underside of a rounded lip prints without support only while
no chord of it lies much flatter than its arc."""


@dataclass(frozen=True)
class Line:
    """A straight piece from `start` to `end` (mm)."""

    start: Vec2
    end: Vec2


@dataclass(frozen=True)
class Arc:
    """A circular piece about `centre`: from `start_deg` anticlockwise through `sweep_deg`."""

    centre: Vec2
    radius: float
    start_deg: float
    sweep_deg: float

    def at(self, share: float) -> Vec2:
        """Return the point at `share` (0 to 1) of the way along."""
        a = math.radians(self.start_deg + share * self.sweep_deg)
        return (
            self.centre[0] + self.radius * math.cos(a),
            self.centre[1] + self.radius * math.sin(a),
        )


@dataclass(frozen=True)
class Bezier:
    """A cubic Bezier piece with its four control points (mm), in the plane or in space."""

    controls: tuple[tuple[float, ...], ...]


Piece: TypeAlias = Line | Arc | Bezier
Loop: TypeAlias = tuple[Piece, ...]


def circle_segments(radius: float, tolerance_mm: float, sweep_deg: float = 360.0) -> int:
    """Return how many chords a circle (or a part of one) needs to stay within tolerance.

    The sagitta of a chord over the angle 2 pi / n is r (1 - cos(pi / n)).
    A multiple of 4 for a full circle, so that its extremes lie on the axes.
    """
    sagitta = min(tolerance_mm, radius)
    n = math.pi / math.acos(1.0 - sagitta / radius) if sagitta < radius else 4.0
    if sweep_deg >= 360.0:
        return 4 * math.ceil(max(n, 4.0) / 4.0 - 1e-9)
    return max(1, math.ceil(n * sweep_deg / 360.0 - 1e-9))


def fine_mm(tolerance_mm: float) -> float:
    """Return the chord tolerance of circles and arcs (mm) among surfaces of another one."""
    return max(FINE_MM, tolerance_mm / TIMES_FINER)


def fine_circle_segments(radius: float, tolerance_mm: float) -> int:
    """Return how many chords a circle gets whose diameter must be right (see FINE_MM)."""
    return max(LEAST_SEGMENTS, circle_segments(radius, fine_mm(tolerance_mm)))


def sample(loop: Loop, tolerance_mm: float) -> Array:
    """Return an (n, 2) array of points along a closed loop; the last joins the first.

    Every chord stays within `tolerance_mm` of the curve; arcs within `fine_mm`.
    """
    if all(isinstance(piece, Line) for piece in loop):
        return np.array([piece.start for piece in loop if isinstance(piece, Line)])
    parts = []
    for piece in loop:
        match piece:
            case Line():
                parts.append(np.array([piece.start]))
            case Arc():
                sweep = abs(piece.sweep_deg)
                n = max(
                    circle_segments(piece.radius, min(tolerance_mm, fine_mm(tolerance_mm)), sweep),
                    math.ceil(LEAST_ARC_SEGMENTS * sweep / 360.0),
                )
                angles = np.radians(piece.start_deg + piece.sweep_deg * np.arange(n) / n)
                parts.append(
                    np.column_stack(
                        (
                            piece.centre[0] + piece.radius * np.cos(angles),
                            piece.centre[1] + piece.radius * np.sin(angles),
                        )
                    )
                )
            case Bezier():
                parts.append(sample_bezier(piece, tolerance_mm)[:-1])
    return np.concatenate(parts)


def sample_bezier(piece: Bezier, tolerance_mm: float) -> Array:
    """Return points along one Bezier piece, both ends included, chords within tolerance.

    n = sqrt(max |second difference| * 6 / (8 tolerance)), the usual bound for cubics
    (Wang, "The subdivision method for finding the intersection between two Bezier curves", 1984).
    """
    control = np.array(piece.controls, dtype=np.float64)
    bend = np.linalg.norm(control[:-2] - 2.0 * control[1:-1] + control[2:], axis=1).max()
    n = max(1, math.ceil(math.sqrt(0.75 * bend / tolerance_mm)))
    t = (np.arange(n + 1) / n)[:, None]
    u = 1.0 - t
    points: Array = (
        u**3 * control[0]
        + 3 * u**2 * t * control[1]
        + 3 * u * t**2 * control[2]
        + t**3 * control[3]
    )
    return points


def smooth(points: tuple[tuple[float, ...], ...], *, closed: bool) -> tuple[Bezier, ...]:
    """Return Bezier pieces of a smooth curve through `points` (mm), in the plane or in space.

    Centripetal Catmull-Rom: no cusps and no loops between points (Yuksel, Schaefer and Keyser,
    "Parameterization and applications of Catmull-Rom curves", 2011).
    """
    p = np.array(points, dtype=np.float64)
    if closed:
        ring = np.concatenate((p[-1:], p, p[:2]))
    else:
        ring = np.concatenate((2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]))
    steps = np.sqrt(np.linalg.norm(np.diff(ring, axis=0), axis=1))
    if not (steps > 0.0).all():
        raise ValueError("a smooth curve needs points that are apart from each other")
    pieces = []
    for i in range(1, len(ring) - 2):
        p0, p1, p2, p3 = ring[i - 1 : i + 3]
        d1, d2, d3 = steps[i - 1 : i + 2]
        b1 = (d1**2 * p2 - d2**2 * p0 + (2 * d1**2 + 3 * d1 * d2 + d2**2) * p1) / (
            3 * d1 * (d1 + d2)
        )
        b2 = (d3**2 * p1 - d2**2 * p3 + (2 * d3**2 + 3 * d3 * d2 + d2**2) * p2) / (
            3 * d3 * (d3 + d2)
        )
        pieces.append(Bezier(tuple(tuple(float(c) for c in q) for q in (p1, b1, b2, p2))))
    return tuple(pieces)


def path_points(pieces: tuple[Bezier, ...], tolerance_mm: float) -> Array:
    """Return points along an open chain of Bezier pieces, both ends included."""
    parts = [sample_bezier(piece, tolerance_mm) for piece in pieces]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def crossed(a: Array, b: Array) -> Array:
    """Return vector products (..., 3): of a few vectors in a third of numpy's own time."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    return np.stack((ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx), axis=-1)
