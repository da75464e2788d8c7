"""A design for tests: asks what a hand asks for, and moves, carries a name and a code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from parametric import measurements as body
from parametric.assembly import Assembly, HandCheck, Mate, Motion, Step
from parametric.clearance import PrinterProfile
from parametric.design import Design, Interface, LoadClass
from parametric.hardware.bom import Item
from parametric.hardware.pins import pin
from parametric.params import Rule, choice, length, text
from parametric.part import Hole, Joint, Part
from parametric.place import X, frame, move, turn
from parametric.solid import Box, Cylinder, Extrude, Text, difference, placed, union
from parametric.solid.nodes import Solid
from parametric.units import Mm


@dataclass(frozen=True, kw_only=True)
class Cuff:
    side: str = choice("left", "right", help="Which arm?")
    hand_breadth: Mm = length(40, 110, help="Across the knuckles.")
    palm_length: Mm = length(45, 145, help="From the wrist to the middle finger.")
    wrist_circumference: Mm = length(90, 220, help="Around the wrist.")
    forearm_circumference: Mm = length(120, 410, help="Around the thickest part.")
    forearm_length: Mm = length(
        100, 340, estimate=body.estimate_forearm_length, help="From wrist to elbow."
    )
    name: str = text(max_length=12, help="A name to put on it.")
    code: str = text(max_length=12, help="Fills itself.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("wrist_circumference", "forearm_circumference"),
            lambda v: bool(v["wrist_circumference"] <= v["forearm_circumference"]),
            "A wrist of {wrist_circumference:g} mm is not thicker than a forearm of "
            "{forearm_circumference:g} mm.",
            "Measure both again; perhaps they were swapped.",
        ),
    )


def build(params: Cuff, printer: PrinterProfile) -> Assembly:
    wide, long = params.hand_breadth, params.palm_length
    steel = pin(3)
    hole = printer.sliding_hole_mm(steel.diameter_mm)

    def plate(name: str, label: str, down: float, colour: str) -> Part:
        # The hinge runs along x at the plates' upper edge, so that the lid folds upwards.
        body: Solid = placed(Box(wide, long, 10.0, 3.0), move(y=down * (long / 2.0 + 1.0)))
        bore = placed(Cylinder(hole / 2.0, wide + 2.0), turn((0.0, 1.0, 0.0), 90.0))
        bore = placed(bore, move(y=down * 8.0))
        solid = difference(body, bore)
        if name == "cuff" and params.code:
            words = Extrude(Text(params.code, 9.0), 6.0)
            solid = union(solid, placed(words, move(y=down * long / 2.0)))
        return Part(
            name=name,
            label=label,
            solid=solid,
            colour=colour,
            holes=(Hole("hinge pin", hole, (0.0, down * 8.0, 0.0), X, "pin"),),
            joints=(Joint("hinge", frame((0.0, 0.0, 5.0), X, (0.0, 1.0, 0.0)), 0.0, 60.0),),
            skin_contact=name == "cuff",
        )

    return Assembly(
        parts=(
            plate("cuff", "Cuff", -1.0, "#e8b04a"),
            plate("lid", "Lid", 1.0, "#3f7d78"),
        ),
        root="cuff",
        mates=(Mate("hinge", "cuff", "hinge", "lid", "hinge"),),
        hardware=(
            steel.item(length_mm=wide, quantity=1),
            Item("braided 1.0 mm cord", 300, "mm", "Any strong cord"),
        ),
        motions=(Motion("opens and closes", ({"hinge": 0.0}, {"hinge": 60.0})),),
        hand_checks=(
            HandCheck("pull on the pin", 4.2, 12.0, "MPa", "F / A = 30 N / 7.1 mm2", "statics"),
        ),
        poses={"rest": {}, "closed": {"hinge": 60.0}},
        steps=(
            Step("Clean the holes", "Turn a 3 mm drill in each hole by hand.", ("cuff", "lid")),
            Step("Put the lid on", "Lay the lid against the cuff and push the pin in.", ("lid",)),
        ),
        warnings=("The cuff is longer than it is wide.",) if long > wide else (),
    )


DESIGN = Design(
    slug="cuff",
    version="1.2.0",
    title="Cuff with a lid",
    summary="Two plates and a hinge, to try everything out.",
    parameters=Cuff,
    build=build,
    load_class=LoadClass.AMBER,
    interfaces=(Interface("edge", "lid", "Clip things on."),),
    checked=("The lid turns.",),
    not_checked=("Whether anybody wants it.",),
    about="It is here to be tested.",
)
