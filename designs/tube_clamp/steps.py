"""How it is put together, in plain words, and what must be bought."""

from __future__ import annotations

import math

from designs.tube_clamp.layout import Layout
from designs.tube_clamp.parameters import TubeClampParameters
from designs.tube_clamp.strength import TORQUE_NMM
from parametric.assembly import Step
from parametric.hardware import Item


def hardware(params: TubeClampParameters, layout: Layout) -> tuple[Item, ...]:
    """Returns what is put into this clamp: counted from where it is placed."""
    h, c = layout.hardware, layout.clamp
    clamp_screws = 2 * c.pairs
    items = [
        h.screw.item(length_mm=c.screw_length, quantity=clamp_screws),
        h.washer.item(quantity=clamp_screws),
        h.nut.item(quantity=clamp_screws + 1),
    ]
    if params.holder == "cup":
        items += [
            h.screw.item(length_mm=layout.mount_screw_length),
            h.washer.item(),
        ]
    if params.liner > 0:
        half_way = math.pi / 2.0 * (params.tube_diameter + params.tube_depth + 2 * params.liner)
        items.append(
            Item(
                f"{params.liner:g} mm rubber strip, {math.floor(c.length)} mm wide",
                math.ceil(half_way - 2.0 * c.gap),
                "mm",
                "such as bicycle inner tube; cut in two equal pieces",
            )
        )
    return tuple(items)


def steps(params: TubeClampParameters, layout: Layout) -> tuple[Step, ...]:
    """Returns the steps of putting it together."""
    size = layout.hardware.screw.size
    key = {"M3": "2.5", "M4": "3"}[size]
    count = 2 * layout.clamp.pairs
    both = ("clamp_front", "clamp_back")
    found = [
        Step(
            "Put in the nut for the mount",
            f"Look into the round hollow of the front half. Push one {size} nut into the "
            "six-sided pocket there until it sits below the surface. The tube will keep it in.",
            ("clamp_front",),
        )
    ]
    if params.liner > 0:
        found.append(
            Step(
                "Line the clamp",
                "Cut the rubber strip into two equal pieces. Stick one into the hollow of each "
                "half. Cut a small hole where the nut is.",
                both,
            )
        )
    found += [
        Step(
            "Put in the other nuts",
            f"Push {count} {size} nuts into the pockets at the sides of the front half.",
            ("clamp_front",),
        ),
        Step(
            "Close the clamp round the tube",
            "Wipe the tube clean and dry. Hold the front half against it, the round toothed face "
            "pointing away from the chair. Hold the back half against the other side. Put a "
            f"washer on each {layout.clamp.screw_length:g} mm screw and push the screws through "
            "from behind.",
            both,
        ),
        Step(
            "Tighten",
            f"Turn the screws a little at a time, each in turn, with a {key} mm hex key held "
            f"between two fingers, as tight as that goes ({TORQUE_NMM[size] / 1000:g} N m). A slit "
            "must stay open on both sides. If it closes, the clamp is too big for this tube: "
            "measure again.",
            both,
        ),
    ]
    if params.holder == "cup":
        found += [
            Step(
                "Hang up the holder",
                "Lay the back of the holder on the toothed face so that the holder stands upright "
                "and the teeth sit in the grooves. Put a washer on the "
                f"{layout.mount_screw_length:g} mm screw. Push it through from inside the holder, "
                "with the key through the window across from it, and tighten it.",
                ("cup_holder", "clamp_front"),
            ),
            Step(
                "Try it without you in the chair",
                "Fill the cup with cold water. Shake the holder. Push the chair over a door sill. "
                "Nothing may slip, turn or crack. Tighten all screws again after a day.",
                ("cup_holder", *both),
            ),
        ]
    return tuple(found)
