"""What the clamp asks for: the tube, the cup, and how they stand to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from parametric.params import Estimate, Rule, Value, angle, choice, flag, length, number
from parametric.units import Deg, Mm

ROUNDNESS_MM = 0.3
"""Two diameters this close are one round tube, measured twice."""

MOST_TAPER_MM = 24.0
"""A cup may be this much narrower at its foot; steeper walls would print in the air."""

_CUP_WORDS = "Only for a holder for a cup."


def _depth_of_round(known: Mapping[str, Value]) -> Estimate | None:
    if known.get("tube_shape") != "round" or "tube_diameter" not in known:
        return None
    return Estimate(float(known["tube_diameter"]), "A round tube is as deep as it is wide.")


def _straight_cup(known: Mapping[str, Value]) -> Estimate | None:
    if "cup_diameter" not in known:
        return None
    return Estimate(float(known["cup_diameter"]), "Taken as a cup with straight sides.")


@dataclass(frozen=True, kw_only=True)
class TubeClampParameters:
    """The measurements of one clamp and its cup holder (mm, degrees, grams)."""

    tube_diameter: Mm = length(
        19,
        32,
        help="Measure across the tube with a caliper, paint included. No caliper? Wrap a strip of "
        "paper once round, measure its length and divide by 3.14. An oval tube: measure the "
        "width you see when you look at the place where the holder will be.",
    )
    tube_shape: str = choice(
        "round",
        "oval",
        default="round",
        help="Measure across the tube in two directions. Alike: round. Not alike: oval.",
    )
    tube_depth: Mm = length(
        19,
        32,
        estimate=_depth_of_round,
        help="Only for an oval tube: measure it in the direction in which the holder stands out "
        "from the tube, square to the first measurement.",
    )
    squeeze: Mm = length(
        0.2,
        1.0,
        default=0.5,
        help="How much smaller the clamp is than the tube, across its slit. More grips harder and "
        "is harder to close.",
    )
    liner: Mm = length(
        0,
        2,
        default=0,
        help="Thickness of a rubber strip between clamp and tube, such as a piece of old bicycle "
        "inner tube. It grips better and is kind to paint. 0 for none.",
    )
    screw: str = choice(
        "M4", "M3", default="M4", help="The size of all screws. M3 holds only lighter drinks."
    )
    tube_angle: Deg = angle(
        0,
        90,
        default=0,
        help="How far the tube leans: 0 when it stands upright, 90 when it lies flat. A phone with "
        "a spirit level app, held along the tube, shows it. The cup then stands upright.",
    )
    leans: str = choice(
        "back",
        "forward",
        default="back",
        help="Where the upper end of the tube leans, as seen by the person who sits.",
    )
    side: str = choice(
        "right",
        "left",
        default="right",
        help="The side of the wheelchair, as seen by the person who sits.",
    )
    holder: str = choice(
        "cup", "none", default="cup", help="A holder for a cup, or only the clamp with its mount."
    )
    cup_diameter: Mm = length(
        60,
        100,
        default=80,
        help=f"{_CUP_WORDS} Measure across the cup about halfway up, where it is widest in the "
        "holder.",
    )
    cup_base: Mm = length(
        40, 100, estimate=_straight_cup, help=f"{_CUP_WORDS} Measure across the foot of the cup."
    )
    cup_height: Mm = length(
        80, 220, default=150, help=f"{_CUP_WORDS} Measure the cup from foot to rim, without lid."
    )
    drink_weight: float = number(
        0,
        1000,
        unit="g",
        default=500,
        help="Weigh the cup when it is full, lid and all. Without a holder: the weight of what you "
        "mount, its middle at most 60 mm from the mount.",
    )
    handle_slot: bool = flag(
        default=False,
        help=f"{_CUP_WORDS} A slot for the handle of a mug. It faces forward.",
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("tube_shape", "tube_diameter", "tube_depth"),
            lambda v: bool(
                v["tube_shape"] == "oval"
                or abs(v["tube_depth"] - v["tube_diameter"]) <= ROUNDNESS_MM
            ),
            "A round tube is not {tube_diameter:g} mm wide and {tube_depth:g} mm deep.",
            "Choose oval, or leave tube_depth out.",
        ),
        Rule(
            ("liner", "squeeze"),
            lambda v: bool(v["liner"] == 0 or v["liner"] >= v["squeeze"]),
            "A squeeze of {squeeze:g} mm presses a rubber strip of {liner:g} mm to less than half.",
            "Use a thicker strip, a smaller squeeze, or no strip at all (liner = 0).",
        ),
        Rule(
            ("cup_diameter", "cup_base"),
            lambda v: bool(v["cup_base"] <= v["cup_diameter"]),
            "A cup that is {cup_base:g} mm at its foot and {cup_diameter:g} mm higher up cannot be "
            "lifted out.",
            "Give the wider measurement as cup_diameter.",
        ),
        Rule(
            ("cup_diameter", "cup_base"),
            lambda v: bool(v["cup_base"] >= v["cup_diameter"] - MOST_TAPER_MM),
            "The cup narrows from {cup_diameter:g} mm to {cup_base:g} mm, more than 24 mm.",
            "Measure cup_diameter lower down on the cup, nearer to its foot.",
        ),
    )
