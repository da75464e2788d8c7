"""What a wrist-driven hand needs to know about the person it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from parametric import measurements as body
from parametric.params import Rule, choice, flag, length, text
from parametric.units import Mm


@dataclass(frozen=True, kw_only=True)
class WristHand:
    """One person's measurements and choices, lengths in mm."""

    side: str = choice("left", "right", help="Which hand is the device for?")

    hand_breadth: Mm = length(
        40,
        110,
        group="sound hand",
        when_unknown=body.estimate_hand_breadth,
        help="Across the knuckles of the other hand, without the thumb, fingers together. "
        "With no other hand, choose how wide the new hand should look.",
    )
    palm_length: Mm = length(
        45,
        145,
        group="sound hand",
        when_unknown=body.estimate_palm_length,
        help="On the other hand: from the crease of the wrist to the crease at the bottom of the "
        "middle finger.",
    )
    wrist_circumference: Mm = length(
        85,
        225,
        group="residual limb",
        when_unknown=body.estimate_wrist_circumference,
        help="Around the wrist of the arm that will wear the device, at its thinnest place. "
        "Snug, not tight.",
    )
    forearm_circumference: Mm = length(
        115,
        415,
        group="residual limb",
        when_unknown=body.estimate_forearm_circumference,
        help="Around the thickest part of that forearm.",
    )

    hand_length: Mm = length(
        85,
        245,
        group="sound hand",
        estimate=body.estimate_hand_length,
        help="On the other hand: from the crease of the wrist to the tip of the middle finger.",
    )
    forearm_length: Mm = length(
        100,
        340,
        group="residual limb",
        estimate=body.estimate_forearm_length,
        help="From the crease of the wrist to the crease of the elbow.",
    )
    middle_length: Mm = length(
        34,
        110,
        group="sound hand",
        estimate=body.estimate_middle_length,
        help="Middle finger of the other hand, palm side, from its bottom crease to its tip.",
    )
    index_length: Mm = length(
        33,
        106,
        group="sound hand",
        estimate=body.estimate_index_length,
        help="Index finger of the other hand, palm side, from its bottom crease to its tip.",
    )
    ring_length: Mm = length(
        33,
        106,
        group="sound hand",
        estimate=body.estimate_ring_length,
        help="Ring finger of the other hand, palm side, from its bottom crease to its tip.",
    )
    little_length: Mm = length(
        26,
        90,
        group="sound hand",
        estimate=body.estimate_little_length,
        help="Little finger of the other hand, palm side, from its bottom crease to its tip.",
    )
    thumb_length: Mm = length(
        24,
        85,
        group="sound hand",
        estimate=body.estimate_thumb_length,
        help="Thumb of the other hand, palm side, from its bottom crease to its tip.",
    )
    residual_palm_breadth: Mm = length(
        30,
        115,
        group="residual limb",
        estimate=body.estimate_residual_palm_breadth,
        help="The hand that goes inside: across its widest place.",
    )
    residual_palm_thickness: Mm = length(
        10,
        48,
        group="residual limb",
        estimate=body.estimate_residual_palm_thickness,
        help="The hand that goes inside: from its back to its palm, at the thickest place.",
    )
    residual_palm_length: Mm = length(
        15,
        125,
        group="residual limb",
        estimate=body.estimate_residual_palm_length,
        help="The hand that goes inside: from the crease of the wrist to its far end.",
    )
    padding: Mm = length(
        1,
        8,
        default=3,
        group="residual limb",
        help="How thick the soft foam inside the device will be.",
    )

    pins: str = choice(
        "pins",
        "screws",
        default="pins",
        group="device",
        help="What the finger joints turn on: steel pins, or screws. "
        "The long knuckle pin is always a steel rod.",
    )
    name: str = text(
        max_length=12,
        default="",
        group="look",
        help="A name to raise on the block on the back of the forearm, or nothing.",
    )
    code: str = text(
        max_length=12,
        default="",
        group="look",
        help="A short code that leads back to this recipe; it is made for you when wanted.",
    )
    show_code: bool = flag(default=False, group="look", help="Raise the recipe code there as well?")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("wrist_circumference", "forearm_circumference"),
            lambda v: v["wrist_circumference"] <= v["forearm_circumference"],
            "A wrist of {wrist_circumference:g} mm around cannot be thicker than the forearm, "
            "{forearm_circumference:g} mm.",
            "Measure both again; perhaps they were swapped.",
        ),
        Rule(
            ("palm_length", "hand_length"),
            lambda v: v["palm_length"] + 30.0 <= v["hand_length"],
            "A palm of {palm_length:g} mm leaves no room for fingers in a hand of "
            "{hand_length:g} mm.",
            "The hand's length goes from the wrist to the tip of the middle finger; "
            "measure both again.",
        ),
        Rule(
            ("residual_palm_length", "palm_length"),
            lambda v: v["residual_palm_length"] <= 0.9 * v["palm_length"],
            "The hand inside is {residual_palm_length:g} mm long. That leaves no room for the "
            "knuckles of a palm of {palm_length:g} mm.",
            "This design is for hands that end before the knuckles: at most 9 tenths of the palm.",
        ),
        Rule(
            ("residual_palm_breadth", "hand_breadth"),
            lambda v: v["residual_palm_breadth"] <= 1.25 * v["hand_breadth"],
            "The hand inside, {residual_palm_breadth:g} mm, is much wider than the hand it "
            "should look like, {hand_breadth:g} mm.",
            "Measure both again, or choose a wider hand breadth.",
        ),
    )
