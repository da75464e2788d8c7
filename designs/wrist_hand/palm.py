"""The palm: a shell round the hand, a block with four knuckles, the thumb's base, cord channels.

Hand coordinates: the wrist hinge's axis is x through 0, the fingers point along +y, the back of
the hand is +z, the thumb is towards -x (a right hand). Printed standing on its wrist end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from designs.wrist_hand.cords import (
    channel,
    cord_slope,
    elastic_path,
    ridge,
    saddle_end,
    tendon_path,
)
from designs.wrist_hand.dimensions import (
    CORD_BORE,
    CUFF_MM,
    FINGERS,
    KNUCKLE_SLANT_DEG,
    THIN,
    WALL,
    Dimensions,
)
from designs.wrist_hand.hinge import slot_cut, sweep_cut
from designs.wrist_hand.shapes import FLEXION, along_y, bore, disc
from designs.wrist_hand.shell import SHELL_POWER
from designs.wrist_hand.thumb import STUB, ThumbPlace, knuckle_frame
from parametric.part import Advice, Channel, Hole, Joint, Part
from parametric.place import Placement, Vec3, X, Y, Z, frame, move, turn
from parametric.solid import (
    Box,
    Extrude,
    Polygon,
    Section,
    Solid,
    Sphere,
    difference,
    hexagon,
    hull,
    placed,
    rectangle,
    union,
)

COLOUR = "#3f7f8c"
STRAP_MM = 20.0
APART_MM = 0.02
"""How far apart faces are kept that would else lie in one another (mm): slivers come of that."""


def palm(d: Dimensions, thumb: ThumbPlace) -> Part:
    """Return the palm of a right hand."""
    cords = {digit.name: tendon_path(d, digit, thumb) for digit in d.digits}
    elastics = {digit.name: elastic_path(d, digit, thumb) for digit in d.digits}
    thumb_digit = d.digit("thumb")
    at_thumb = _as_finger(thumb.hinge)
    bend, reach = thumb.base_deg + 4.0, 3.0 * thumb_digit.base.radius
    # The thumb comes last: most changes of a measurement move it, and leave the rest as it was.
    solid = difference(
        union(
            _four_fingered(d, cords, elastics),
            difference(ridge(cords["thumb"]), _below_bed(d)),
            _thumb_base(d, thumb),
        ),
        placed(sweep_cut(thumb_digit.base, thumb_digit.width + 3.0, bend, reach), at_thumb),
        placed(slot_cut(thumb_digit.base, bend, reach), at_thumb),
        placed(disc(thumb_digit.base.pin / 2.0, thumb_digit.width + 8.0), at_thumb),
        channel(cords["thumb"]),
        bore(CORD_BORE, *elastics["thumb"], beyond=1.0),
    )
    joints = (
        Joint("wrist", FLEXION),
        *(
            Joint(f"{name}_knuckle", knuckle_frame(d, d.digit(name).x), 0.0, 90.0)
            for name in FINGERS
        ),
        Joint("thumb_knuckle", thumb.hinge, 0.0, thumb.base_deg),
    )
    return Part(
        name="palm",
        label="Palm",
        solid=solid,
        print_turn=turn(X, 90.0),
        colour=COLOUR,
        holes=_holes(d, thumb),
        joints=joints,
        channels=(
            *(Channel(f"{name} tendon", CORD_BORE, path) for name, path in cords.items()),
            *(Channel(f"{name} elastic", CORD_BORE, path) for name, path in elastics.items()),
        ),
        least_wall_mm=THIN,
        skin_contact=True,
        advice=Advice(walls=4, infill_percent=25, note="It stands on its wrist end."),
    )


def _four_fingered(
    d: Dimensions, cords: Mapping[str, tuple[Vec3, ...]], elastics: Mapping[str, tuple[Vec3, Vec3]]
) -> Solid:
    """Return the palm without its thumb, which hardly anything else depends on."""
    knuckle = d.digit("middle").base
    wide = 2.0 * d.half_knuckles + 30.0
    slanted = turn(Z, -KNUCKLE_SLANT_DEG).then(move(0.0, d.knuckle_y, d.knuckle_z))
    return difference(
        union(
            _shell(d),
            union(_cuff(d, WALL), _wrist_bosses(d)),
            *(ridge(cords[name]) for name in FINGERS),
            _saddle(d),
        ),
        _rooms(d),
        placed(sweep_cut(knuckle, wide), slanted),
        *(
            placed(slot_cut(d.digit(name).base), move(d.digit(name).x).then(slanted))
            for name in FINGERS
        ),
        placed(disc(knuckle.pin / 2.0, wide), slanted),
        *(channel(cords[name]) for name in FINGERS),
        *(bore(CORD_BORE, *elastics[name], beyond=1.0) for name in FINGERS),
    )


def _rooms(d: Dimensions) -> Solid:
    """Return all that is kept free for the limb: as one solid it is remembered as one."""
    return union(
        _cavity(d),
        _cuff(d, 0.0),
        _wrist_holes(d),
        _window(d),
        _strap_slots(d),
        _below_bed(d),
    )


def _below_bed(d: Dimensions) -> Solid:
    """Return what is below the wrist end: what stands there would keep it off the bed."""
    return placed(Box(400.0, 40.0, 400.0), move(0.0, -d.rear - 20.0))


def _as_finger(hinge: Placement) -> Placement:
    """Return where finger coordinates (z is the back) lie for a hinge (z is the palm side)."""
    return FLEXION.inverse().then(hinge)


def _shell(d: Dimensions) -> Solid:
    a, c = d.outside_half_breadth, d.outside_half_depth
    lips = d.lips_half_depth + WALL
    knuckle = d.digit("middle").base
    thick = knuckle.radius / 0.9
    roof = d.cavity_end - 0.95 * d.inside_half_depth
    front = d.half_knuckles
    return along_y(
        Section(-d.rear - 1.0, a, c, lips, power=SHELL_POWER),
        Section(CUFF_MM, a, c, lips, power=SHELL_POWER),
        Section(d.lips_end, a, c, c, power=SHELL_POWER),
        Section(max(roof, d.lips_end + 4.0), a, c, c, power=SHELL_POWER),
        Section(d.knuckle_y - knuckle.radius, front, thick, thick, y=d.knuckle_z, power=3.2),
        Section(d.knuckle_y + 2.2 * knuckle.radius, front, thick, thick, y=d.knuckle_z, power=3.6),
    )


def _limb(d: Dimensions, wall: float, end: float) -> Solid:
    """Return the room of the limb up to `end` (mm), `wall` mm outside of it."""
    a, c, lips = (
        half + wall for half in (d.inside_half_breadth, d.inside_half_depth, d.lips_half_depth)
    )
    return along_y(
        Section(-d.rear - 2.0, a, c, lips, power=SHELL_POWER),
        Section(CUFF_MM, a, c, lips, power=SHELL_POWER),
        Section(d.lips_end, a, c, c, power=SHELL_POWER),
        Section(max(end, d.lips_end + 0.1), a, c, c, power=SHELL_POWER),
    )


def _cavity(d: Dimensions) -> Solid:
    a, c = d.inside_half_breadth, d.inside_half_depth
    roof = d.cavity_end - 0.9 * c
    closing = along_y(
        Section(roof - 0.01, a, c, c, power=SHELL_POWER),
        Section(d.cavity_end, a - 0.6 * c, 0.1 * c, 0.1 * c, power=SHELL_POWER),
        ruled=True,
    )
    return union(_limb(d, 0.0, roof), closing)


def _cuff(d: Dimensions, wall: float) -> Solid:
    """Return the room of the wrist, `wall` mm outside of it, as it narrows into the palm's.

    On the palm side it keeps within the shell, which is deeper there by itself.
    """
    breadth, depth = d.cuff_half_breadth + wall, d.cuff_half_depth + wall
    # Just inside of the palm's own surface, whose section is squarer.
    narrow = d.inside_half_depth + wall - 0.3
    return along_y(
        Section(-d.rear - (1.0 if wall else 2.0), breadth, depth, narrow),
        Section(CUFF_MM, breadth, depth, narrow),
        Section(d.cuff_end, 0.97 * breadth, narrow, narrow),
        ruled=True,
    )


def _saddle(d: Dimensions) -> Solid:
    """Return the smooth rise at the wrist that carries the five cords."""
    top = d.cord_height + CORD_BORE / 2.0 + 1.5
    half = 2.0 * d.cord_pitch + 6.0
    end = saddle_end(d)
    base = d.inside_half_depth + 0.8
    fall = 6.0 * cord_slope(d)[2]
    return along_y(
        Section(-d.rear - 1.0, half, top - base, 1.0, y=base, power=4.0),
        Section(0.25 * end, half, top + fall - base, 1.0, y=base, power=4.0),
        Section(end, 0.9 * half, 1.0, 1.0, y=base, power=3.0),
    )


def _thumb_base(d: Dimensions, thumb: ThumbPlace) -> Solid:
    """Return the ball of the thumb, grown out of the shell at no more than 45 degrees."""
    digit = d.digit("thumb")
    hinge = digit.base
    thick = hinge.radius / 0.9
    # Its edges are crisp: well rounded ones would face the bed at less than 45 degrees.
    stub = placed(
        Extrude(rectangle(digit.width, 2.0 * thick, 1.2), (STUB + 1.2) * hinge.radius),
        frame((0.0, -STUB * hinge.radius, 0.0), (-1.0, 0.0, 0.0), Z),
    )
    foot = [placed(Sphere(1.5), move(*at)) for at in thumb.foot]
    where = _as_finger(thumb.hinge)
    # A little more is cut away than the thumb's room takes, so that no two faces lie together.
    less = replace(hinge, radius=hinge.radius - APART_MM, gap=hinge.gap + APART_MM)
    ahead = sweep_cut(less, 2.0 * digit.width)
    # Its foot ends inside the shell's wall, which above the limb's straight room is thicker.
    room = _limb(d, WALL / 3.0, d.cavity_end - 0.9 * d.inside_half_depth + 2.0)
    return difference(
        hull(placed(stub, where), *foot),
        placed(ahead, move(0.0, -APART_MM).then(where)),
        room,
    )


def _wrist_bosses(d: Dimensions) -> Solid:
    width = d.ear_x - 0.4 - d.inside_half_breadth + 2.0
    middle = d.ear_x - 0.4 - width / 2.0
    return union(*(disc(d.wrist_radius + 1.5, width, x=side * middle) for side in (-1.0, 1.0)))


def _wrist_holes(d: Dimensions) -> Solid:
    """Return the wrist screws' holes, with a pocket for each nut inside, under the padding."""
    pocket = Extrude(hexagon(d.wrist_nut), 20.0)
    inside = d.ear_x - 0.4 - 2.4
    right = placed(pocket, frame((inside - 20.0, 0.0, 0.0), Y, Z))
    left = placed(pocket, frame((-inside, 0.0, 0.0), Y, Z))
    return union(disc(d.wrist_hole / 2.0, 4.0 * d.ear_x), right, left)


def _window(d: Dimensions) -> Solid:
    """Return the opening on the palm side, with a pointed top that needs no support."""
    half = d.window_half
    top = max(0.62 * d.cavity_end, 20.0)
    depth = 2.0 * (d.lips_half_depth + WALL)
    outline = ((-half, -40.0), (half, -40.0), (half, top - half), (0.0, top), (-half, top - half))
    flat = Polygon(outline, (0.0, 0.0, 0.5 * half, min(0.3 * half, 4.0), 0.5 * half))
    return placed(Extrude(flat, depth), move(0.0, 0.0, -depth - 0.2 * d.inside_half_depth))


def _strap_slots(d: Dimensions) -> Solid:
    """Return a slot on each side of the opening, for the strap across it."""
    beside = d.window_half + 5.5
    return union(
        *(
            placed(
                Extrude(rectangle(3.6, STRAP_MM + 1.0, 1.6), 60.0),
                move(side * beside, 4.0 - d.rear + STRAP_MM / 2.0, -64.0),
            )
            for side in (-1.0, 1.0)
        )
    )


def _holes(d: Dimensions, thumb: ThumbPlace) -> tuple[Hole, ...]:
    slanted = turn(Z, -KNUCKLE_SLANT_DEG).then(move(0.0, d.knuckle_y, d.knuckle_z))
    along = slanted.direction(X)
    index, middle = d.digit("index"), d.digit("middle")
    between = (index.x + middle.x) / 2.0
    digit = d.digit("thumb")
    hinge = digit.base
    cheek = (hinge.tongue + hinge.width) / 4.0 + hinge.gap / 2.0
    side = d.ear_x - 0.4 - 1.2
    return (
        Hole("knuckle rod", index.base.pin, slanted.point((between, 0.0, 0.0)), along, "pin"),
        Hole(
            "thumb pin",
            hinge.pin,
            thumb.hinge.point((cheek, 0.0, 0.0)),
            thumb.hinge.direction(X),
            "pin",
        ),
        Hole("wrist screw, thumb side", d.wrist_hole, (-side, 0.0, 0.0), X, "screw"),
        Hole("wrist screw, little finger side", d.wrist_hole, (side, 0.0, 0.0), X, "screw"),
    )
