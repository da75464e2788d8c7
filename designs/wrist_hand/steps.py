"""What a maker buys and does: hardware, assembly steps, things to know about one fit."""

from __future__ import annotations

import math

from designs.wrist_hand.dimensions import DIGITS, FINGERS, Digit, Dimensions, steel_mm
from designs.wrist_hand.parameters import WristHand
from parametric.assembly import Step
from parametric.hardware import bill, cord, nut, pin, screw, strap
from parametric.hardware.bom import Item

_BONES = tuple(f"{name}_{bone}" for name in DIGITS for bone in ("proximal", "distal"))


def hardware(person: WristHand, d: Dimensions) -> tuple[Item, ...]:
    """Return everything that is not printed, counted from what the parts have holes for."""
    steel = pin(steel_mm(person), kind="rod")
    rod = 2.0 * d.half_knuckles - 2.0
    items = [steel.item(length_mm=round(rod, 1))]
    short = [(d.digit(name).middle) for name in DIGITS] + [d.digit("thumb").base]
    for hinge in short:
        if person.pins == "pins":
            items.append(steel.item(length_mm=round(hinge.width - 0.6, 1)))
        else:
            grub = screw("M3" if steel.diameter_mm > 2.5 else "M2", head="grub")
            items.append(grub.item(length_mm=grub.longest_within(hinge.width)))
    wrist = screw("M3")
    items.append(wrist.item(length_mm=wrist.stock_length(d.ear + 0.4 + 2.4 + 2.4), quantity=2))
    items.append(nut("M3").item(quantity=2))
    pull = screw(d.tensioner.screw)
    items.append(pull.item(length_mm=pull.stock_length(16.0), quantity=len(DIGITS)))
    reach = d.knuckle_y + d.gauntlet_front + 60.0
    tendons = sum(reach + x.proximal + x.distal for x in d.digits)
    elastics = sum(40.0 + x.proximal + x.distal for x in d.digits)
    items.append(cord("braided 0.8").item(length_mm=_up_to_cm(tendons)))
    items.append(cord("elastic 1.0").item(length_mm=_up_to_cm(elastics)))
    around = 2.0 * (2.2 * d.gauntlet_end[0] + 60.0) + 2.4 * d.outside_half_breadth + 60.0
    items.append(strap(20).item(length_mm=_up_to_cm(around)))
    items.append(
        Item(
            "soft foam sheet", 1, "piece", f"{person.padding:g} mm thick, about A5, for the inside"
        )
    )
    return bill(items)


def steps(person: WristHand) -> tuple[Step, ...]:
    """Return how the hand is put together."""
    pins = "pin" if person.pins == "pins" else "headless screw"
    return (
        Step(
            "Clean the parts",
            "Take off loose threads of plastic. Push a drill bit through every pin hole by hand "
            "until the pin slides in. Push a thin wire through every cord channel.",
        ),
        Step(
            "Join each finger",
            f"Put the tip between the cheeks of its first bone and push a {pins} through. It "
            "must turn by its own weight. If it does not, turn it back and forth a few times.",
            _BONES,
        ),
        Step(
            "Hang the fingers on the palm",
            "Put the four fingers between the knuckles, index next to the thumb. Push the long "
            "steel rod through all of them. Close both ends with a drop of glue. "
            f"Hang the thumb on its base with a {pins}.",
            ("palm", *_BONES),
        ),
        Step(
            "Join palm and gauntlet",
            "Press one nut into the pocket on each inner side of the palm. Put the palm between "
            "the ears of the gauntlet. Turn one screw in from each side until the wrist moves "
            "freely and does not rattle.",
            ("gauntlet", "palm"),
        ),
        Step(
            "Thread the elastic",
            "Tie a knot and pull the elastic from the dip in the fingertip's back through the "
            "channels along the back of the finger, out behind the knuckle. Pull until the "
            "finger just stays straight, then knot it.",
            ("palm", *_BONES),
        ),
        Step(
            "Thread the cords",
            "Tie a knot and pull a cord from the pocket under each fingertip through the channels "
            "on the palm side of the finger, through the palm, over the wrist and through the "
            "stop at the front of the rails.",
            ("gauntlet", "palm", *(f"{name}_distal" for name in FINGERS), "thumb_distal"),
        ),
        Step(
            "Set the tension",
            "Tie each cord to a slider, with the wrist straight and the finger open. Put the "
            "sliders into the block, push the block into its rails from the elbow side and turn "
            "one screw into each slider from behind. Turn a screw to tighten its finger.",
            ("tensioner_block", "slider", "gauntlet"),
        ),
        Step(
            "Add foam and straps",
            "Stick foam to the whole inside, also over the nuts. Thread one strap through the "
            "slots of the palm and two through the slots of the gauntlet.",
            ("gauntlet", "palm"),
        ),
    )


def warnings(person: WristHand, d: Dimensions) -> tuple[str, ...]:
    """Return what maker and wearer should know about this fit."""
    told = []
    longer = d.knuckle_y - person.palm_length
    if longer > 0.5:
        told.append(
            f"The palm comes out {longer:.0f} mm longer than measured, so that the hand inside "
            "ends before the knuckles."
        )
    told.extend(
        f"The {digit.name}{_finger(digit)} comes out {digit.longer:.0f} mm longer than measured: "
        "its hinges need the room."
        for digit in d.digits
        if digit.longer > 0.5
    )
    return tuple(told)


def _up_to_cm(length_mm: float) -> float:
    """Return a length in mm, rounded up to whole centimetres."""
    return 10.0 * math.ceil(length_mm / 10.0)


def _finger(digit: Digit) -> str:
    return "" if digit.name == "thumb" else " finger"
