"""The gauntlet: a shell on the forearm with two ears for the wrist hinge and rails on its back.

Hand coordinates (the wrist hinge's axis is x through 0, the forearm lies towards -y). Printed
standing on its elbow end.
"""

from __future__ import annotations

from designs.wrist_hand.cords import cord_x
from designs.wrist_hand.dimensions import (
    CORD_BORE,
    DIGITS,
    EAR_ROOT_MM,
    THIN,
    WALL,
    WRIST_DEG,
    Dimensions,
)
from designs.wrist_hand.shapes import FLEXION, REACH, across, along_y, bore, disc
from designs.wrist_hand.tensioner import RAIL_MM, STOP_MM, block_outline, stop_height
from parametric.part import Advice, Channel, Hole, Joint, Part
from parametric.place import Placement, Vec3, X, Y, Z, frame, move, turn
from parametric.solid import (
    Box,
    Extrude,
    Rim,
    Section,
    Solid,
    difference,
    placed,
    rectangle,
    union,
)

COLOUR = "#3f7f8c"
_POWER = 2.2
_PROUD_MM = 0.1
"""How far the ears stand out from the shell (mm). With both in one plane, where they meet is a line
that nothing can place exactly."""


def gauntlet(d: Dimensions) -> Part:
    """Return the gauntlet of a right arm."""
    cords = {name: _stop_path(d, name) for name in DIGITS}
    solid = difference(
        union(
            difference(_shell(d, WALL), _open_below(d)),
            *(_ear(d, side) for side in (-1.0, 1.0)),
            _rails(d),
        ),
        _shell(d, 0.0),
        disc(d.wrist_turning_hole / 2.0, 4.0 * d.ear_x),
        *_strap_slots(d),
        *(bore(CORD_BORE, *path, beyond=3.0) for path in cords.values()),
    )
    side = d.ear_x + d.ear / 2.0
    return Part(
        name="gauntlet",
        label="Gauntlet",
        solid=solid,
        print_turn=turn(X, 90.0),
        colour=COLOUR,
        holes=(
            Hole("wrist screw, thumb side", d.wrist_turning_hole, (-side, 0.0, 0.0), X, "screw"),
            Hole(
                "wrist screw, little finger side",
                d.wrist_turning_hole,
                (side, 0.0, 0.0),
                X,
                "screw",
            ),
        ),
        joints=(
            Joint("wrist", FLEXION, -WRIST_DEG, WRIST_DEG),
            Joint("rails", rail_frame(d)),
        ),
        channels=tuple(Channel(f"{name} tendon", CORD_BORE, path) for name, path in cords.items()),
        least_wall_mm=THIN,
        skin_contact=True,
        advice=Advice(walls=4, infill_percent=25, note="It stands on its elbow end."),
    )


def rail_frame(d: Dimensions) -> Placement:
    """Return where the tensioner block's floor lies: y along the cords, z away from the arm.

    Its origin is the middle of the block's front edge. The cords leave the block on a line that
    goes straight into the palm's channels.
    """
    front = -d.gauntlet_front - STOP_MM - 0.5
    lean = turn(X, -d.cord_slope_deg)
    along = lean.direction((0.0, 1.0, 0.0))
    rise = (-d.rear - front) * -along[2] / along[1]
    above = lean.direction((0.0, 0.0, d.tensioner.height / 2.0))
    return lean.then(move(0.0, front - above[1], d.cord_height + rise - above[2]))


def _stop_path(d: Dimensions, name: str) -> tuple[Vec3, Vec3]:
    """Return a cord's bore through the stop at the front of the rails."""
    x, z = cord_x(d, name), d.tensioner.height / 2.0
    where = rail_frame(d)
    return where.point((x, 0.0, z)), where.point((x, STOP_MM, z))


def _sections(d: Dimensions) -> tuple[tuple[float, ...], ...]:
    """Return (y, half breadth, half depth) inside the gauntlet, from elbow to wrist."""
    front, back = -d.gauntlet_front, -d.gauntlet_front - d.gauntlet_length
    wrist, end = d.gauntlet_wrist, d.gauntlet_end
    wide = d.ear_x + d.ear - _PROUD_MM - WALL
    rise = wrist[1] - d.gauntlet_front_depth
    return (
        (back, *end),
        # Half way the arm is as thick as half way; a smooth curve alone would sag below it.
        (
            (back + front - d.gauntlet_flare) / 2.0,
            *(0.5 * (w + e) for w, e in zip(wrist, end, strict=True)),
        ),
        (front - d.gauntlet_flare, wrist[0] + 0.6, wrist[1]),
        (front - EAR_ROOT_MM, wide, d.gauntlet_front_depth + 0.3 * rise),
        (front, wide, d.gauntlet_front_depth),
    )


def _shell(d: Dimensions, wall: float) -> Solid:
    rows = _sections(d)
    first, last = rows[0], rows[-1]
    if wall == 0.0:
        rows = (
            (first[0] - 1.0, *first[1:]),
            *rows[1:-1],
            (last[0] + 1.0, *last[1:]),
        )
    return along_y(*(Section(y, a + wall, c + wall, c + wall, power=_POWER) for y, a, c in rows))


def shell_edge(d: Dimensions) -> float:
    """Return the height of the shell's two lower edges (mm)."""
    return -0.3 * d.gauntlet_front_depth


def _open_below(d: Dimensions) -> Solid:
    """Return what is cut away on the palm side: the arm goes in from there."""
    edge = shell_edge(d)
    long = d.gauntlet_length + 60.0
    cut = Box(400.0, long, 200.0)
    return placed(cut, move(0.0, -d.gauntlet_front - d.gauntlet_length / 2.0, edge - 100.0))


def _ear(d: Dimensions, side: float) -> Solid:
    radius = d.wrist_radius + 1.0
    x = side * (d.ear_x + d.ear / 2.0)
    # No lower than the shell it grows out of.
    low = max(-radius, 0.4 + shell_edge(d))
    back = 2.0 - d.gauntlet_front - EAR_ROOT_MM
    round_end = 0.999 * radius
    return across(
        ((back, low), (radius, -radius), (radius, radius), (back, radius + 1.0)),
        d.ear,
        x=x,
        radius=(0.0, 0.9 * round_end, 0.9 * round_end, 0.0),
        rim=Rim("round", 1.0),
    )


def _rails(d: Dimensions) -> Solid:
    """Return two dovetail rails and their stop; towards the elbow they fall off at 45 degrees."""
    t = d.tensioner
    half = t.width / 2.0 + t.gap + RAIL_MM
    length = t.length + t.gap
    top = 0.62 * t.height
    # Deep enough to reach the arm's inside, which is cut out afterwards.
    deep = t.height + 10.0
    back = length + top + deep
    # It ends inside the stop, in none of its faces: slivers would come of that.
    front = STOP_MM - 0.2
    pad = placed(
        Box(2.0 * half - 0.1, back + front, top + deep, 1.2),
        move(0.0, (front - back) / 2.0, (top - deep) / 2.0),
    )
    # The stop leans back at 45 degrees, as the block's front does, so that it prints in air.
    lip = stop_height(t)
    stop = across(
        ((-lip, 0.0), (-lip, -deep), (STOP_MM, -deep), (STOP_MM, lip), (0.0, lip)),
        2.0 * half,
        radius=(0.0, 0.0, 0.0, 1.0, 0.0),
    )
    # Extruded towards the elbow, through the open end.
    channel = placed(Extrude(block_outline(t, t.gap), back + 5.0), turn(X, 90.0))
    hanging = across(
        (
            (-length, top),
            (-length, REACH),
            (-length - REACH, REACH),
            (-length - REACH, top - REACH),
        ),
        4.0 * half,
    )
    return placed(union(difference(pad, channel, hanging), stop), rail_frame(d))


def _strap_slots(d: Dimensions) -> tuple[Solid, ...]:
    front, back = -d.gauntlet_front, -d.gauntlet_front - d.gauntlet_length
    edge = shell_edge(d)
    flat = Extrude(rectangle(21.0, 3.6, 1.6), 400.0)
    return tuple(
        placed(flat, frame((-200.0, y, edge + 6.0), Y, Z))
        for y in (front - d.gauntlet_flare - 12.0, back + 18.0)
    )
