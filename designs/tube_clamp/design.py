"""A screw clamp for wheelchair tubes, and a cup holder for its mount."""

from __future__ import annotations

import math

from designs.tube_clamp import strength
from designs.tube_clamp.clamp import back_half, front_half
from designs.tube_clamp.cup import holder
from designs.tube_clamp.layout import Layout, lay_out
from designs.tube_clamp.mount import RING_OUTER_MM
from designs.tube_clamp.parameters import TubeClampParameters
from designs.tube_clamp.steps import hardware, steps
from parametric.assembly import Assembly, HandCheck, Mate
from parametric.clearance import PrinterProfile
from parametric.design import Design, Interface, LoadClass


def build(params: TubeClampParameters, printer: PrinterProfile) -> Assembly:
    """Returns the clamp, and the holder if one is wanted, for this tube, cup and printer.

    Raises:
        BadParameters: the drink is too heavy for this clamp on this tube.
    """
    layout = lay_out(params, printer)
    front, back = front_half(layout), back_half(layout)
    closed = Mate("slit", "clamp_front", "slit", "clamp_back", "slit")
    checks = _checks(params, layout)
    if params.holder == "none":
        return Assembly(
            (front, back),
            "clamp_front",
            (closed,),
            hardware(params, layout),
            hand_checks=checks,
            poses={"rest": {}},
            steps=steps(params, layout),
            warnings=_warnings(params, layout),
        )
    return Assembly(
        (holder(layout, printer), front, back),
        "cup_holder",
        (Mate("mount", "cup_holder", "mount", "clamp_front", "mount"), closed),
        hardware(params, layout),
        hand_checks=checks,
        poses={"rest": {}},
        steps=steps(params, layout),
        warnings=_warnings(params, layout),
    )


def _checks(params: TubeClampParameters, layout: Layout) -> tuple[HandCheck, ...]:
    c, h, grip = layout.clamp, layout.hardware, layout.grip
    force = strength.screw_force_n(params.screw)
    hole = math.pi / 4.0 * h.screw.clearance_mm**2
    checks = [
        strength.grip_check(grip, layout.load),
        strength.mount_check(params.screw, layout.load, RING_OUTER_MM),
        strength.ear_check(grip, c.ear),
        strength.crown_check("back", grip, c.length, c.back_crown),
        strength.crown_check("front", grip, c.length - h.nut_flats, c.front_crown),
        strength.bearing_check(
            "washer", force, math.pi / 4.0 * h.washer.outer_diameter_mm**2 - hole
        ),
        strength.bearing_check(
            "nut", force, math.sqrt(3.0) / 2.0 * h.nut.across_flats_mm**2 - hole
        ),
    ]
    if params.holder == "cup":
        checks.append(strength.spine_check(layout.load, layout.cup.counted_depth))
    return tuple(checks)


def _warnings(params: TubeClampParameters, layout: Layout) -> tuple[str, ...]:
    found = [
        "Hot drinks: only with a lid that closes. A spill burns, and not everybody feels it.",
        "Clamp it to plain straight tube, away from wheels, brakes, joints and folds.",
    ]
    if layout.clamp.pairs > 1:
        found.append("This clamp needs four screws to hold the drink. Use all four.")
    if params.holder == "cup" and params.cup_height > 2.0 * layout.cup.height:
        found.append("The cup stands more than half out of the holder: it tips out more easily.")
    return tuple(found)


DESIGN = Design(
    slug="tube_clamp",
    version="0.1.0",
    title="Tube clamp with cup holder",
    summary="A clamp for wheelchair tubes of 19 to 32 mm, round or oval, with a toothed mount, "
    "and a holder for your own cup or bottle that stands upright on any tube.",
    parameters=TubeClampParameters,
    build=build,
    load_class=LoadClass.AMBER,
    interfaces=(
        Interface(
            "mount",
            "clamp_front",
            "A flat round face of 12.5 mm radius with 24 teeth (one every 15 degrees) from 8 to "
            "12 mm from the middle, 0.7 mm high with 45 degree flanks, and one screw with a "
            "captive nut in the middle. The same on every clamp; the joint's x axis is the "
            "screw's, pointing away from the tube, its y axis runs up the tube.",
        ),
    ),
    checked=(
        "The clamp grips with four times the weight of drink and holder, by calculation.",
        "The back of the holder bears six times that weight across its layers, by calculation.",
        "Slit open when tight, nuts held, cup goes in: measured on the shapes that are printed.",
    ),
    not_checked=(
        "No printed part has been loaded until it broke, and none has been shaken for hours.",
        "Friction on your tube: oil, water and wax make it slip.",
        "Heat: PLA softens at about 55 degrees, in a car in the sun or beside a very hot cup.",
        "Whether a hot drink is safe for you where the holder is.",
    ),
    about="The tube is measured, never scaled. The bore has the tube's own shape and is cut in "
    "two a little too close together, so that it touches all round and grips when the screws pull "
    "the halves together; a slit stays open, or the screws would only press plastic on plastic. "
    "The mount's face stands square to the tube, and the angle of the tube is built into the "
    "grooves of the holder, so that the cup stands upright; teeth keep it there, and let you turn "
    "it by 15 degrees at a time. Everything that the screws bend is printed so that the layers run "
    "along the bend. The back of the holder is the one place where the load pulls layers apart, "
    "and its thickness follows from the weight of your drink.",
)
