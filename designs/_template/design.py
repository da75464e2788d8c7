"""A pen grip: makes a pen as thick as a hand likes. Small on purpose, for you to copy.

Everything a design needs is here once: a measurement, a hole that fits the printer, a part, what
to buy, the steps, and what was and was not checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from parametric.assembly import Assembly, Step
from parametric.clearance import PrinterProfile
from parametric.design import Design, LoadClass
from parametric.hardware.bom import Item
from parametric.params import Rule, length
from parametric.part import Advice, Hole, Part
from parametric.place import Z, move
from parametric.solid import Cylinder, Polygon, Revolve, difference, placed
from parametric.solid.nodes import Solid
from parametric.units import Mm

_LENGTH_MM = 45.0
_WALL_MM = 3.0
_SLOPE_MM = 4.0


@dataclass(frozen=True, kw_only=True)
class PenGrip:
    """What a pen grip asks for. Each field says its range and how to measure it."""

    pen_diameter: Mm = length(
        6,
        16,
        help="How thick the pen is where you hold it. Use calipers, or wrap a thread round "
        "it and divide by 3.14.",
    )
    grip_diameter: Mm = length(
        18,
        45,
        default=28,
        help="How thick the grip should be. Try bottles and brooms until one "
        "feels right, then measure that.",
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("pen_diameter", "grip_diameter"),
            lambda v: bool(v["grip_diameter"] >= v["pen_diameter"] + 4 * _WALL_MM),
            "A grip of {grip_diameter:g} mm leaves no wall round a pen of {pen_diameter:g} mm.",
            "Make the grip at least 12 mm thicker than the pen.",
        ),
    )


def build(params: PenGrip, printer: PrinterProfile) -> Assembly:
    """Return the grip for one pen and one hand, made for one printer."""
    # The hole comes from the pen and the printer. It never scales with the hand.
    hole_mm = printer.press_hole_mm(params.pen_diameter)
    grip = Part(
        name="grip",
        label="Grip",
        solid=difference(_body(params.grip_diameter / 2.0), _bore(hole_mm / 2.0)),
        holes=(Hole("pen", hole_mm, (0.0, 0.0, _LENGTH_MM / 2.0), Z, "pin"),),
        least_wall_mm=_WALL_MM,
        skin_contact=True,
        advice=Advice(
            material="TPU if you have it, else PLA or PETG",
            walls=4,
            infill_percent=15,
            note="It stands upright, the hole points up.",
        ),
    )
    return Assembly(
        parts=(grip,),
        root=grip.name,
        hardware=(Item(f"pen, {params.pen_diameter:g} mm thick", 1, note="The one you measured"),),
        steps=(
            Step(
                "Clear the hole",
                "Look through the hole. Pull out any loose threads of plastic.",
                (grip.name,),
            ),
            Step(
                "Push the pen in",
                "Push the pen through the grip and turn it as you push. Stop when the grip is "
                "where your fingers go.",
                (grip.name,),
            ),
        ),
    )


def _body(radius: Mm) -> Solid:
    """Return a barrel whose ends slope at 45 degrees, so that it prints without supports."""
    end = radius - _SLOPE_MM
    outline = (
        (0.0, 0.0),
        (end, 0.0),
        (radius, _SLOPE_MM),
        (radius, _LENGTH_MM - _SLOPE_MM),
        (end, _LENGTH_MM),
        (0.0, _LENGTH_MM),
    )
    return Revolve(Polygon(outline, radius=(0.0, 0.0, 3.0, 3.0, 1.5, 0.0)))


def _bore(radius: Mm) -> Solid:
    return placed(Cylinder(radius, _LENGTH_MM + 2.0), move(z=_LENGTH_MM / 2.0))


DESIGN = Design(
    slug="_template",
    version="0.1.0",
    title="Pen grip",
    summary="Makes a pen thicker, so that it is easier to hold.",
    parameters=PenGrip,
    build=build,
    load_class=LoadClass.GREEN,
    checked=(
        "The hole has the size that your pen needs.",
        "No wall is thinner than 3 mm.",
    ),
    not_checked=(
        "How your skin likes the material. Try it for ten minutes, then look at your skin.",
    ),
    about="A thicker pen needs less squeezing. The grip is round, so it works in both hands.",
)
