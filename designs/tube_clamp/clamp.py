"""The two halves of the clamp: a pebble with the tube through it, cut in two.

They are printed standing up, the tube's axis upright, as they are described: the bore comes out
smooth, and the screws bend the halves along their layers. Screw holes lie; up to 6 mm wide they
close over by themselves, and the wider recesses have a pointed roof.
"""

from __future__ import annotations

import math

from designs.tube_clamp import mount
from designs.tube_clamp.layout import CLAMP_POWER, Layout, height_at
from parametric.part import Advice, Hole, Joint, Part
from parametric.place import X, Y, Z, frame, move, turn
from parametric.solid import (
    Box,
    Cylinder,
    Extrude,
    Loft,
    Polygon,
    Section,
    Solid,
    difference,
    placed,
    teardrop,
    union,
)
from parametric.units import Mm

_END_MM = 9.0
"""Radius of the rounded ends; they begin at 45 degrees, so that they print without support."""

_SIN_45 = math.sqrt(0.5)
_FAR_MM = 200.0
_OVAL_POINTS = 180

_ADVICE = Advice(
    material="PETG (PLA softens in a hot car)",
    walls=4,
    infill_percent=40,
    note="Print it standing as it lies in the file. The layers then run round the tube.",
)


def back_half(layout: Layout) -> Part:
    """Returns the half behind the tube: it takes the heads of the screws."""
    c, h = layout.clamp, layout.hardware
    # In two goes: the exact kernel is quick where small cuts meet planes, slow at the outline.
    body = difference(
        _pebble(layout),
        _everything_before(-c.gap / 2.0),
        placed(_bore(layout), move(y=c.shift)),
    )
    cuts: list[Solid] = []
    for x, z in _screws(layout):
        cuts += [
            _hole(h.hole, x, z, -c.seat - 1.0, 0.0),
            placed(Extrude(teardrop(h.recess / 2.0), _FAR_MM), mount.facing_in((x, -c.seat, z))),
        ]
    middle = -(c.gap + c.ear) / 2.0
    return Part(
        "clamp_back",
        "Clamp, back half",
        difference(body, *cuts),
        colour="#2f8f83",
        holes=_holes(layout, middle),
        joints=(Joint("slit", frame((0.0, 0.0, 0.0), Y, Z)),),
        least_wall_mm=2.0,
        advice=_ADVICE,
    )


def front_half(layout: Layout) -> Part:
    """Returns the half with the mount: it holds the nuts, the mount's from inside the bore."""
    c, h = layout.clamp, layout.hardware
    body = difference(
        _pebble(layout),
        _everything_behind(c.gap / 2.0),
        placed(_bore(layout), move(y=-c.shift)),
        _everything_before(c.mount_y),
    )
    cuts: list[Solid] = [
        _hole(h.hole, 0.0, 0.0, c.mount_y - layout.mount_floor - 1.0, c.mount_y + 1.0),
        placed(
            Extrude(_nut_profile(h.nut_flats), c.mount_y),
            mount.facing_in((0.0, c.mount_y - layout.mount_floor, 0.0)),
        ),
    ]
    for x, z in _screws(layout):
        cuts += [
            _hole(h.hole, x, z, 0.0, c.seat + 1.0),
            placed(Extrude(_nut_profile(h.nut_flats), _FAR_MM), mount.facing_out((x, c.seat, z))),
        ]
    teeth = placed(mount.teeth(), move(y=c.mount_y))
    middle = (c.gap + c.ear) / 2.0
    face = c.mount_y - layout.mount_floor / 2.0
    return Part(
        "clamp_front",
        "Clamp, front half with the mount",
        union(difference(body, *cuts), teeth),
        colour="#2f8f83",
        holes=(
            *_holes(layout, middle),
            Hole("mount screw", h.hole, (0.0, face, 0.0), Y, "screw"),
        ),
        joints=(
            Joint("slit", frame((0.0, 0.0, 0.0), Y, Z)),
            Joint("mount", frame((0.0, c.mount_y, 0.0), Y, Z)),
        ),
        least_wall_mm=2.0,
        advice=_ADVICE,
    )


def _pebble(layout: Layout) -> Solid:
    """Return the outer shape of both halves in one: superellipses that draw in at the ends.

    In front it swells just so far that the mount's plane cuts a circle out of it.
    """
    c = layout.clamp
    half = c.length / 2.0
    ends = [half - _END_MM * (_SIN_45 - math.sin(math.radians(a))) for a in range(0, 46, 15)]
    face = [mount.FACE_MM * math.sin(math.radians(a)) for a in range(0, 91, 30)]
    heights = sorted({round(z, 6) for z in (*ends, *face)})
    inset_at_face = _inset(half, mount.FACE_MM)
    sections = []
    for z in sorted({*heights, *(-z for z in heights)}):
        inset = _inset(half, abs(z))
        outline_x = c.outline_x - inset
        across = math.sqrt(max(mount.FACE_MM**2 - z * z, 0.0))
        front = c.mount_y / height_at(across / outline_x)
        front -= max(inset - inset_at_face, 0.0)
        sections.append(Section(z, outline_x, front, c.outline_back - inset, power=CLAMP_POWER))
    return Loft(tuple(sections))


def _inset(half: Mm, z: Mm) -> Mm:
    """Return how far the outline has drawn in at a height: an arc from upright to 45 degrees."""
    up = z - (half - _END_MM * _SIN_45)
    return _END_MM - math.sqrt(_END_MM**2 - up * up) if up > 0.0 else 0.0


def _bore(layout: Layout) -> Solid:
    """Return the bore about the tube's own middle: a fine cylinder, or a fine oval prism."""
    c = layout.clamp
    if math.isclose(c.half_x, c.half_y):
        return Cylinder(c.half_x, _FAR_MM)
    oval = Polygon(
        tuple(
            (
                c.half_x * math.cos(2.0 * math.pi * i / _OVAL_POINTS),
                c.half_y * math.sin(2.0 * math.pi * i / _OVAL_POINTS),
            )
            for i in range(_OVAL_POINTS)
        )
    )
    return placed(Extrude(oval, _FAR_MM), move(z=-_FAR_MM / 2.0))


def _nut_profile(across_flats: Mm) -> Polygon:
    """Return a hexagon with a flat roof, which bridges without support."""
    r = across_flats / math.sqrt(3.0)
    return Polygon(
        tuple(
            (r * math.cos(math.radians(60.0 * i)), r * math.sin(math.radians(60.0 * i)))
            for i in range(6)
        )
    )


def _screws(layout: Layout) -> tuple[tuple[Mm, Mm], ...]:
    c = layout.clamp
    return tuple((x, z) for z in c.screw_z for x in (-c.reach, c.reach))


def _holes(layout: Layout, y: Mm) -> tuple[Hole, ...]:
    return tuple(
        Hole(f"clamp screw {i}", layout.hardware.hole, (x, y, z), Y, "screw")
        for i, (x, z) in enumerate(_screws(layout), start=1)
    )


def _hole(diameter: Mm, x: Mm, z: Mm, start: Mm, end: Mm) -> Solid:
    """Return a hole along y from `start` to `end`: no longer than it must be."""
    along_y = turn(X, -90.0).then(move(x, (start + end) / 2.0, z))
    return placed(Cylinder(diameter / 2.0, end - start), along_y)


def _everything_before(y: Mm) -> Solid:
    """Return all that lies at larger y."""
    return placed(Box(_FAR_MM, _FAR_MM, _FAR_MM), move(y=y + _FAR_MM / 2.0))


def _everything_behind(y: Mm) -> Solid:
    """Return all that lies at smaller y."""
    return placed(Box(_FAR_MM, _FAR_MM, _FAR_MM), move(y=y - _FAR_MM / 2.0))
