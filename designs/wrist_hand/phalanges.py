"""The bones of fingers and thumb (phalanges), each in its own coordinates.

The hinge towards the hand is at 0 (joint "base"), the bone runs along +y, its back is +z. They are
printed lying on their flat palm side.
"""

from __future__ import annotations

from designs.wrist_hand.dimensions import CORD_BORE, THIN, Digit
from designs.wrist_hand.hinge import behind, bone, slot_cut, sweep_cut
from designs.wrist_hand.shapes import ALL_THROUGH, FLEXION, along_y, bore, disc
from parametric.part import Advice, Channel, Hole, Joint, Part
from parametric.place import X, Y, move
from parametric.solid import Box, Section, Solid, placed

NAMES = {
    "thumb": "Thumb",
    "index": "Index finger",
    "middle": "Middle finger",
    "ring": "Ring finger",
    "little": "Little finger",
}
BONE = "#f0b35c"
TIP = "#e8846b"
_ADVICE = Advice(walls=4, infill_percent=40, note="Lay it on its flat side, as it comes.")


def proximal(digit: Digit) -> Part:
    """Return the first bone: tongue towards the hand, cheeks towards the tip."""
    base, middle, length = digit.base, digit.middle, digit.proximal
    thick, thin = base.radius / 0.9, middle.radius / 0.9
    waist = 0.93 * (thick + thin) / 2.0
    body = along_y(
        Section(-behind(base), digit.width / 2.0, thick, thick, power=3.6),
        Section(base.radius, digit.width / 2.0, thick, thick, power=3.4),
        Section(0.55 * length, 0.47 * digit.width, waist, waist, power=2.7),
        Section(length - middle.radius, middle.width / 2.0, thin, thin, power=3.4),
        Section(length + 1.2 * middle.radius, middle.width / 2.0, thin, thin, power=3.6),
    )
    top, under = base.arm, -base.arm
    out_top, out_under = middle.arm, -middle.arm
    tendon = ((0.0, base.mouth, under), (0.0, length - middle.root, out_under))
    elastic = ((0.0, base.mouth, top), (0.0, length - middle.root_back, out_top))
    at_middle = move(0.0, length)
    solid = bone(
        body,
        base,
        through=(
            placed(sweep_cut(middle, ALL_THROUGH), at_middle),
            placed(disc(middle.pin / 2.0, ALL_THROUGH), at_middle),
        ),
        cuts=(
            placed(slot_cut(middle), at_middle),
            bore(CORD_BORE, *tendon, beyond=0.6),
            bore(CORD_BORE, *elastic, beyond=0.6),
        ),
    )
    return Part(
        name=f"{digit.name}_proximal",
        label=f"{NAMES[digit.name]}, first bone (proximal phalanx)",
        solid=solid,
        colour=BONE,
        holes=(
            _turning_hole(digit),
            Hole(
                "middle joint pin",
                middle.pin,
                ((middle.tongue + middle.width) / 4.0 + middle.gap / 2.0, length, 0.0),
                X,
                "pin",
            ),
            _cord_hole("tendon channel", *tendon),
            _cord_hole("elastic channel", *elastic),
        ),
        joints=(
            Joint("base", FLEXION),
            Joint("middle", FLEXION.then(move(0.0, length)), 0.0, 90.0),
        ),
        channels=(
            Channel("tendon", CORD_BORE, tendon),
            Channel("elastic", CORD_BORE, elastic),
        ),
        least_wall_mm=THIN,
        advice=_ADVICE,
    )


def distal(digit: Digit) -> Part:
    """Return the last bone: tongue, fingertip, a pocket for each knot."""
    base, length = digit.middle, digit.distal
    thick = base.radius / 0.9
    tip_up = max(0.62 * thick, base.arm + CORD_BORE / 2.0 - 0.4)
    body = along_y(
        Section(-behind(base), base.width / 2.0, thick, thick, power=3.6),
        Section(base.radius, base.width / 2.0, thick, thick, power=3.2),
        Section(0.6 * length, 0.47 * base.width, 0.93 * thick, 0.98 * thick, power=2.6),
        Section(length, 0.36 * base.width, tip_up, 0.86 * thick, power=2.3),
        end_round=0.85 * min(0.36 * base.width, tip_up),
    )
    knot_y = max(base.mouth + 4.0, 0.52 * length)
    nail_y = max(base.mouth + 5.0, 0.60 * length)
    nail_long = length - nail_y - 0.16 * length
    tendon = ((0.0, base.mouth, -base.arm), (0.0, knot_y, -base.arm))
    elastic = ((0.0, base.mouth, base.arm), (0.0, nail_y + 0.4, base.arm))
    knot = _knot_pocket(base.arm, base.bottom, knot_y)
    nail = placed(
        Box(0.44 * base.width, nail_long, 2.0 * thick, 0.21 * min(base.width, 2 * nail_long)),
        move(0.0, nail_y + nail_long / 2.0, base.arm - CORD_BORE / 2.0 - 0.5 + thick),
    )
    solid = bone(
        body,
        base,
        through=(),
        cuts=(
            knot,
            nail,
            bore(CORD_BORE, *tendon, beyond=0.6),
            bore(CORD_BORE, *elastic, beyond=0.6),
        ),
    )
    return Part(
        name=f"{digit.name}_distal",
        label=f"{NAMES[digit.name]}, tip (distal phalanx)",
        solid=solid,
        colour=TIP,
        holes=(
            Hole(
                "middle joint pin",
                base.turning,
                ((base.tongue + base.groove) / 4.0, 0.0, 0.0),
                X,
                "pin",
            ),
            _cord_hole("tendon channel", *tendon),
            _cord_hole("elastic channel", *elastic),
        ),
        joints=(Joint("base", FLEXION),),
        channels=(
            Channel("tendon", CORD_BORE, tendon),
            Channel("elastic", CORD_BORE, elastic),
        ),
        least_wall_mm=THIN,
        advice=_ADVICE,
    )


def _knot_pocket(arm: float, bottom: float, y: float) -> Solid:
    """Return the pocket in the palm side where the tendon is knotted."""
    return placed(
        Box(3.6, 3.6, 2.0 * (bottom - arm) + 2.4, 1.2),
        move(0.0, y + 1.2, -bottom),
    )


def _turning_hole(digit: Digit) -> Hole:
    base = digit.base
    return Hole(
        "knuckle pin", base.turning, ((base.tongue + base.groove) / 4.0, 0.0, 0.0), X, "pin"
    )


def _cord_hole(
    name: str, start: tuple[float, float, float], end: tuple[float, float, float]
) -> Hole:
    middle = (start[0], (start[1] + end[1]) / 2.0, (start[2] + end[2]) / 2.0)
    return Hole(name, CORD_BORE, middle, Y, "cord")
