"""The cup holder: a basket with windows, one strong back, and the mount's grooves in it.

It is printed as it stands in use. Its windows end in pointed arches and its foot begins at
45 degrees, so nothing needs support. The one screw sits inside, sunk into the back, and is
reached through the window across from it.
"""

from __future__ import annotations

import math

from designs.tube_clamp import mount
from designs.tube_clamp.layout import RELIEF_MM, SHOULDER_MM, Cup, Layout
from parametric.clearance import PrinterProfile
from parametric.part import Advice, Hole, Joint, Part
from parametric.place import Placement, X, Y, Z, frame, move, turn
from parametric.solid import (
    Box,
    Cylinder,
    Extrude,
    Loft,
    Polygon,
    Revolve,
    Section,
    Solid,
    difference,
    placed,
    teardrop,
)
from parametric.units import Deg, Mm

_FOOT_MM = 5.0
"""Radius of the rounded foot."""

_LIP_MM = 1.3
"""Radius of the rounded lip, inside and out."""

_TRAY_MM = 12.0
"""The windows begin above this height."""

_BAND_MM = 8.0
"""The windows end this far below the lip."""

_HANDLE_MM = 26.0
"""Width of the slot for a handle: a finger wide, and the handle in it."""

_WINDOWS_DEG = (-90.0, -45.0, 0.0, 45.0, 90.0)
"""Where the windows are, from the side across from the mount."""

_OPEN_SHARE = 0.55
_SIN_45 = math.sqrt(0.5)
_FAR_MM = 200.0


def holder(layout: Layout, printer: PrinterProfile) -> Part:
    """Returns the cup holder."""
    cup, hardware = layout.cup, layout.hardware
    at_mount = move(0.0, -cup.mount_y, cup.mount_z)
    seat = (0.0, layout.mount_seat - cup.mount_y, cup.mount_z)
    middle = (0.0, layout.mount_seat / 2.0 - cup.mount_y, cup.mount_z)
    # In two goes: the exact kernel is quick where small cuts meet planes, slow at the outside.
    body = difference(
        _outside(cup),
        _cavity(cup),
        placed(Box(_FAR_MM, _FAR_MM, _FAR_MM), move(y=-cup.mount_y - _FAR_MM / 2.0)),
    )
    cuts: list[Solid] = [
        placed(mount.grooves(mount.fit_for(printer), cup.lean), at_mount),
        placed(
            Cylinder(hardware.hole / 2.0, layout.mount_seat + 2.0),
            turn(X, -90.0).then(move(*middle)),
        ),
        placed(
            Extrude(teardrop(hardware.recess / 2.0), cup.mount_y - layout.mount_seat),
            mount.facing_out(seat),
        ),
        *_drains(cup),
        *_windows(cup),
    ]
    up_the_tube = turn(Y, cup.lean).direction(Z)
    return Part(
        "cup_holder",
        "Cup holder",
        difference(body, *cuts),
        colour="#f2a541",
        holes=(Hole("mount screw", hardware.hole, middle, Y, "screw"),),
        joints=(Joint("mount", frame((0.0, -cup.mount_y, cup.mount_z), Y, up_the_tube)),),
        least_wall_mm=2.0,
        advice=Advice(
            material="PETG (PLA softens in a hot car and near a hot cup)",
            walls=4,
            infill_percent=40,
            note="Print it standing, foot down. Its back must be printed with at least 4 walls.",
        ),
    )


def _outside(cup: Cup) -> Solid:
    """Return the basket's outer shape: round in front, drawn out like an egg behind.

    Behind the mount it swells just so far that the mount's plane cuts a circle out of it.
    """
    low, high = cup.mount_z - mount.FACE_MM, cup.mount_z + mount.FACE_MM
    foot = [_FOOT_MM * (_SIN_45 - math.sin(math.radians(a))) for a in range(45, -1, -15)]
    side = [low - 4.0]
    face = [cup.mount_z + mount.FACE_MM * math.sin(math.radians(a)) for a in range(-90, 91, 30)]
    sections = []
    for z in (*foot, *side, *face):
        up = _FOOT_MM * _SIN_45 - z
        inset = _FOOT_MM - math.sqrt(_FOOT_MM**2 - up * up) if up > 0.0 else 0.0
        outer = cup.inner(z) + cup.wall
        if z < low:
            # A straight back from the floor to the foot of the mount's face.
            share = max(z - cup.floor, 0.0) / (low - cup.floor)
            base = cup.inner_base + cup.spine
            behind = base + (cup.mount_y - base) * share - RELIEF_MM
        else:
            across = math.sqrt(max(mount.FACE_MM**2 - (z - cup.mount_z) ** 2, 0.0))
            behind = cup.mount_y / math.sqrt(1.0 - (across / outer) ** 2)
        sections.append(Section(z, outer - inset, outer - inset, behind - inset))
    for degrees in (30, 50, 70, 80, 90):
        a = math.radians(degrees)
        z = high + SHOULDER_MM * math.sin(a)
        lip = max(0.0, z - (cup.height - _LIP_MM))
        inset = _LIP_MM - math.sqrt(max(_LIP_MM**2 - lip * lip, 0.0))
        outer = cup.inner(z) + cup.wall - inset
        behind = cup.mount_y - SHOULDER_MM * (1.0 - math.cos(a))
        sections.append(Section(z, outer, outer, behind))
    return Loft(tuple(sections))


def _cavity(cup: Cup) -> Solid:
    """Return the room for the cup, its lip flared round."""
    r = cup.inner_top
    begin = cup.height - _LIP_MM
    slope = (cup.inner_top - cup.inner_base) / (cup.height - cup.floor)
    arc = [
        (r - slope * _LIP_MM + _LIP_MM * (1.0 - math.cos(a)), begin + _LIP_MM * math.sin(a))
        for a in (math.radians(90.0 * i / 6.0) for i in range(7))
    ]
    last = arc[-1]
    return Revolve(
        Polygon(
            (
                (0.0, cup.floor),
                (cup.inner_base, cup.floor),
                *arc,
                (last[0], cup.height + 1.0),
                (0.0, cup.height + 1.0),
            )
        )
    )


def _drains(cup: Cup) -> list[Solid]:
    """Return holes in the floor for rain and spills."""
    ring = 0.62 * cup.inner_base
    hole = Cylinder(3.0, 4.0 * cup.floor)
    holes: list[Solid] = [Cylinder(4.0, 4.0 * cup.floor)]
    for i in range(6):
        a = math.radians(60.0 * i + 30.0)
        holes.append(placed(hole, move(ring * math.cos(a), ring * math.sin(a))))
    return holes


def _windows(cup: Cup) -> list[Solid]:
    """Return the windows, and the slot for a handle in place of one of them."""
    outer = cup.inner_base + cup.wall
    width = _OPEN_SHARE * outer * math.radians(45.0)
    cuts: list[Solid] = []
    for degrees in _WINDOWS_DEG:
        if cup.handle and math.copysign(90.0, cup.handle) == degrees:
            profile = _handle_profile(cup)
        else:
            profile = _window_profile(width, _TRAY_MM, cup.height - _BAND_MM)
        cuts.append(placed(Extrude(profile, _FAR_MM), _outwards(degrees)))
    return cuts


def _window_profile(width: Mm, low: Mm, high: Mm) -> Polygon:
    """Return a window with a round sill and an arch that nowhere lies flatter than 45 degrees.

    Only its tip is rounded, over a width that any printer bridges.
    """
    half = width / 2.0
    return Polygon(
        ((-half, low), (half, low), (half, high - half), (0.0, high), (-half, high - half)),
        (0.48 * width, 0.48 * width, 1.3 * width, 0.15 * width, 1.3 * width),
    )


def _handle_profile(cup: Cup) -> Polygon:
    """Return the slot for a handle: round below, its upper corners rounded into the lip."""
    half, flare = _HANDLE_MM / 2.0, 7.0
    # A hair above the lip, so that the round corner runs into it and no two planes coincide.
    lip, out = cup.height + 0.05, half + flare + 1.0
    return Polygon(
        (
            (-half, _TRAY_MM),
            (half, _TRAY_MM),
            (half, lip),
            (out, lip),
            (out, lip + 1.0),
            (-out, lip + 1.0),
            (-out, lip),
            (-half, lip),
        ),
        (0.45 * _HANDLE_MM, 0.45 * _HANDLE_MM, flare, 0.0, 0.0, 0.0, 0.0, flare),
    )


def _outwards(degrees: Deg) -> Placement:
    """Return the placement of a profile (y up) whose extrusion runs outwards at an angle."""
    a = math.radians(degrees)
    return frame((0.0, 0.0, 0.0), (-math.cos(a), math.sin(a), 0.0), Z)
