"""The tensioner: a dovetailed block with five sliders, each pulled towards the elbow by a screw.

Block coordinates: its floor is z = 0, its front edge y = 0, cords leave it along +y at half its
height. Printed standing on its elbow end, so that tunnels and dovetail are upright.
"""

from __future__ import annotations

import math
from dataclasses import replace

from designs.wrist_hand.cords import cord_x
from designs.wrist_hand.dimensions import CORD_BORE, DIGITS, THIN, Dimensions, Tensioner
from designs.wrist_hand.shapes import across, bore
from parametric.part import Advice, Channel, Hole, Joint, Part
from parametric.place import HERE, X, Y, Z, move, turn
from parametric.solid import Box, Extrude, Polygon, Solid, Text, difference, placed, union

DOVETAIL_DEG = 12.0
STOP_MM = 2.4
"""Thickness of the wall that the block is pulled against."""
RAIL_MM = 2.6
_BACK_MM = 3.0
"""Thickness of the wall that the screws pull against."""
COLOUR = "#2f4858"


def block_outline(t: Tensioner, grown: float = 0.0) -> Polygon:
    """Return the block's section (x, z), wider at its floor; `grown` by a gap for its rails."""
    lean = math.tan(math.radians(DOVETAIL_DEG))
    floor, top = t.width / 2.0 + grown, t.width / 2.0 - t.height * lean + grown
    low = -grown
    return Polygon(
        ((-floor, low), (floor, low), (top, t.height + grown), (-top, t.height + grown)),
        0.0 if grown else (0.4, 0.4, 1.2, 1.2),
    )


def stop_height(t: Tensioner) -> float:
    """Return how high the stop before the block is: it covers the cords (mm)."""
    return t.height / 2.0 + CORD_BORE / 2.0 + 1.3


def block(d: Dimensions) -> Part:
    """Return the block."""
    t = d.tensioner
    z = t.height / 2.0
    inside = -t.length + _BACK_MM
    tunnels = [
        placed(
            Box(t.tunnel, t.length - _BACK_MM + 1.0, t.tunnel),
            move(cord_x(d, digit), (inside + 1.0) / 2.0, z),
        )
        for digit in DIGITS
    ]
    screws = [
        bore(t.screw_hole, (cord_x(d, n), -t.length, z), (cord_x(d, n), inside, z), beyond=1.0)
        for n in DIGITS
    ]
    # turn(X, 90) lays the section upright and the extrusion towards -y.
    body = placed(Extrude(block_outline(t), t.length), turn(X, 90.0))
    lip = stop_height(t)
    front = across(
        (
            (-lip - 5.0 - t.gap, -5.0),
            (5.0, -5.0),
            (5.0, lip + 5.0 + t.gap),
        ),
        2.0 * t.width,
    )
    solid = difference(body, *tunnels, *screws, front)
    return Part(
        name="tensioner_block",
        label="Tensioner block",
        solid=solid,
        print_turn=turn(X, 90.0),
        colour=COLOUR,
        holes=tuple(
            Hole(
                f"{digit} screw",
                t.screw_hole,
                (cord_x(d, digit), -t.length + _BACK_MM / 2.0, z),
                Y,
                "screw",
            )
            for digit in DIGITS
        ),
        joints=(
            Joint("floor", HERE),
            *(Joint(f"{n} slider", move(cord_x(d, n), -stop_height(t), z)) for n in DIGITS),
        ),
        least_wall_mm=THIN - 0.1,
        advice=Advice(walls=4, infill_percent=40, note="It stands on its elbow end."),
    )


def lettered(part: Part, d: Dimensions, name: str, code: str) -> Part:
    """Return the block with a name and a code raised on its top, where they can be read."""
    words = _words(d.tensioner, name, code)
    return replace(part, solid=union(part.solid, *words)) if words else part


def slider(d: Dimensions) -> Part:
    """Return one slider: the cord is tied through its eye, the screw cuts its own thread in it."""
    t = d.tensioner
    half = t.slider / 2.0
    body = placed(Box(t.slider, t.slider_length, t.slider, 0.5), move(0.0, -t.slider_length / 2.0))
    eye_y = -3.0
    cord = ((0.0, eye_y, 0.0), (0.0, 0.0, 0.0))
    pilot_depth = t.slider_length - 5.0
    pilot_end = pilot_depth - t.slider_length
    solid = difference(
        body,
        bore(t.pilot, (0.0, -t.slider_length - 1.0, 0.0), (0.0, pilot_end, 0.0)),
        bore(CORD_BORE, (0.0, eye_y, 0.0), (0.0, 1.0, 0.0)),
        bore(CORD_BORE, (0.0, eye_y, -half - 1.0), (0.0, eye_y, half + 1.0)),
    )
    return Part(
        name="slider",
        label="Tensioner slider",
        solid=solid,
        print_turn=turn(X, 90.0),
        colour="#e8846b",
        holes=(
            Hole(
                "screw pilot",
                t.pilot,
                (0.0, -t.slider_length + pilot_depth / 2.0, 0.0),
                Y,
                "screw",
            ),
            Hole("cord eye", CORD_BORE, (0.0, eye_y, half - 0.8), Z, "cord"),
        ),
        joints=(Joint("front", HERE),),
        channels=(Channel("tendon", CORD_BORE, cord),),
        least_wall_mm=THIN - 0.1,
        quantity=len(DIGITS),
        advice=Advice(walls=5, infill_percent=100, note="Print it slowly: it is small."),
    )


def _words(t: Tensioner, name: str, code: str) -> tuple[Solid, ...]:
    """Return a name and a code in raised letters, as large as the block's top has room for."""
    lines = [line for line in (name.strip(), code.strip()) if line]
    room = t.width - 2.0 * t.height * math.tan(math.radians(DOVETAIL_DEG)) - 4.0
    share = (t.length - stop_height(t) - 4.0) / max(len(lines), 1)
    raised = []
    for i, line in enumerate(lines):
        height = min(6.0, 0.55 * share, room / _width_per_height(line))
        y = -stop_height(t) - 2.0 - share * (i + 0.5)
        raised.append(placed(Extrude(Text(line, height), 1.0), move(0.0, y, t.height - 0.4)))
    return tuple(raised)


def _width_per_height(line: str) -> float:
    """Return how wide a line of text is, in heights of its capitals."""
    # Fonts are read only by parts that carry a name.
    from parametric.solid.lettering import outlines

    xs = [x for outline in outlines(Text(line, 10.0), 0.1) for x, _ in outline]
    return float(max(xs) - min(xs)) / 10.0
