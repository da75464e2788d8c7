"""Shapes that several parts of the hand share, in hand coordinates.

x runs across the hand, y from the wrist to the fingers, z from the palm side to the back.
"""

from __future__ import annotations

from parametric.place import Placement, Vec3, X, Y, Z, frame, move, plus, times, turn, unit
from parametric.solid import (
    Cylinder,
    Extrude,
    Loft,
    Polygon,
    Rim,
    Section,
    Solid,
    placed,
)

REACH = 60.0
"""How far cutting shapes reach (mm): beyond any finger, not across the whole hand."""

ALL_THROUGH = 3.0 * REACH
"""How wide what is cut from one side of a finger to the other is (mm)."""

ROUGH_MM = 0.05
"""How far inside its circle a rough disc may stay (mm): as far as any surface of a part."""

_FACET_TURN_DEG = 4.5
"""By how much bores are turned about their axis. A corner of their circle would else lie exactly
level with the axis, and so would a corner of a hinge's circle where its radius is twice the cords'
arm (sin 30 degrees): a seam no wider than rounding."""

FLEXION = frame((0.0, 0.0, 0.0), (-1.0, 0.0, 0.0), Y)
"""A hinge across the hand at 0; turning it by positive degrees bends towards the palm."""


def along_y(
    *sections: Section, start_round: float = 0.0, end_round: float = 0.0, ruled: bool = False
) -> Solid:
    """Return a loft along y: each section's z is its y, its y and up are z, its x is x (mm)."""
    # Laying z along y without mirroring turns x round.
    turned = tuple(Section(s.z, s.half_x, s.up, s.down, -s.x, s.y, s.power) for s in sections)
    return placed(
        Loft(turned, start_round, end_round, ruled), frame((0.0, 0.0, 0.0), (-1.0, 0.0, 0.0), Z)
    )


def disc(radius: float, width: float, x: float = 0.0) -> Solid:
    """Return a cylinder along x, centred on (x, 0, 0)."""
    return placed(Cylinder(radius, width), turn(Y, 90.0).then(move(x)))


def rough_disc(radius: float, width: float) -> Solid:
    """Return a cylinder along x about 0 that nothing fits closely: see `ROUGH_MM`."""
    return placed(Cylinder(radius, width, fine=False), turn(Y, 90.0))


def across(
    points: tuple[tuple[float, float], ...],
    width: float,
    x: float = 0.0,
    radius: float | tuple[float, ...] = 0.0,
    rim: Rim | None = None,
) -> Solid:
    """Return a polygon of (y, z) points, anticlockwise, made `width` mm thick about `x`."""
    return placed(
        Extrude(Polygon(points, radius), width, rim, rim), frame((x - width / 2.0, 0.0, 0.0), Y, Z)
    )


def bore(diameter: float, start: Vec3, end: Vec3, beyond: float = 0.0) -> Solid:
    """Return a round bore from `start` to `end` (mm), `beyond` mm longer at both ends."""
    along = (end[0] - start[0], end[1] - start[1], end[2] - start[2])
    length = (along[0] ** 2 + along[1] ** 2 + along[2] ** 2) ** 0.5
    middle = times(plus(start, end), 0.5)
    round_ = placed(Cylinder(diameter / 2.0, length + 2.0 * beyond), turn(Z, _FACET_TURN_DEG))
    return placed(round_, _z_along(middle, unit(along)))


def _z_along(origin: Vec3, direction: Vec3) -> Placement:
    """Return the placement that lays z along `direction`, x kept across the hand if it can."""
    helper = X if abs(direction[0]) < 0.9 else Y
    return frame(
        origin,
        (
            helper[1] * direction[2] - helper[2] * direction[1],
            helper[2] * direction[0] - helper[0] * direction[2],
            helper[0] * direction[1] - helper[1] * direction[0],
        ),
        (
            helper[0] - direction[0] * sum(h * d for h, d in zip(helper, direction, strict=True)),
            helper[1] - direction[1] * sum(h * d for h, d in zip(helper, direction, strict=True)),
            helper[2] - direction[2] * sum(h * d for h, d in zip(helper, direction, strict=True)),
        ),
    )
