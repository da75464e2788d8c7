"""From a person's measurements and a printer to every dimension of the hand, in mm.

What fits the body comes from its own measurement. What fits a pin, a cord or a screw comes from
hardware and printer and is the same for everybody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from designs.wrist_hand.hinge import Hinge
from designs.wrist_hand.parameters import WristHand
from parametric.clearance import PrinterProfile
from parametric.hardware import nut, screw
from parametric.problems import BadParameters, Problem

FINGERS = ("index", "middle", "ring", "little")
DIGITS = ("thumb", *FINGERS)

WALL = 2.6
"""Shell of palm and gauntlet: six lines and a half of a 0.4 mm nozzle."""
THIN = 1.2
"""The least wall anywhere: three lines."""
CORD_BORE = 1.6
"""For braided cord of 0.8 mm, with room to thread it."""
GROOVE = 2.0
CHEEK = 1.55
"""The thinnest cheek of a finger hinge."""
FINGER_GAP = 0.8
"""Between neighbouring fingers, so that they pass each other."""

WIDTH_SHARES = {"index": 0.255, "middle": 0.265, "ring": 0.25, "little": 0.23}
"""How the breadth of the hand is shared among the fingers: the middle one is the widest."""
PROXIMAL_SHARE = 0.52
"""Length of a finger's first bone. A finger of two bones bends in one place where ours bends in
two, between 45 % (our middle joint) and 76 % (our last joint) of its length."""
THUMB_PROXIMAL_SHARE = 0.54
"""Buryanov and Kotiuk 2010, as in the table of phalanx shares."""
KNUCKLE_SLANT_DEG = 4.0
"""The knuckle line falls back towards the little finger."""
WRIST_DEG = 30.0
REAR_MM = 7.0
"""How far the palm reaches over the wrist, behind the hinge."""
CUFF_MM = 1.0
"""How far beyond the hinge the palm still has the room of the wrist."""
EAR_ROOT_MM = 7.0
"""Length of the gauntlet's front that is as wide as the ears, which grow out of it."""
DIVE_MM = 4.3
"""How far above the roof of the inside the cords dive (mm)."""
MOST_LONGER = 6.0
"""A digit may come out this much longer than measured, mm, and the maker is told."""


@dataclass(frozen=True)
class Digit:
    """One finger or the thumb: its two bones and two hinges, mm.

    `longer` is by how much it had to be made longer than measured, for its hinges' sake.
    """

    name: str
    width: float
    proximal: float
    distal: float
    base: Hinge
    middle: Hinge
    x: float
    longer: float


@dataclass(frozen=True)
class Dimensions:
    """All derived dimensions of one hand, mm, for a right hand (thumb towards -x)."""

    inside_half_breadth: float
    inside_half_depth: float
    cuff_half_breadth: float
    cuff_half_depth: float
    cavity_end: float
    knuckle_y: float
    knuckle_z: float
    half_knuckles: float
    rear: float
    wrist_radius: float
    wrist_hole: float
    wrist_turning_hole: float
    wrist_nut: float
    ear_x: float
    ear: float
    cord_pitch: float
    cord_height: float
    cord_slope_deg: float
    gauntlet_front: float
    gauntlet_flare: float
    gauntlet_length: float
    gauntlet_front_depth: float
    gauntlet_wrist: tuple[float, float]
    gauntlet_end: tuple[float, float]
    tensioner: Tensioner
    digits: tuple[Digit, ...]

    @property
    def outside_half_breadth(self) -> float:
        """Half the breadth of the palm shell at the wrist end."""
        return self.inside_half_breadth + WALL

    @property
    def outside_half_depth(self) -> float:
        """Half the depth of the palm shell at the wrist end."""
        return self.inside_half_depth + WALL

    @property
    def window_half(self) -> float:
        """Half the breadth of the opening on the palm side."""
        return 0.58 * self.inside_half_breadth

    @property
    def cuff_end(self) -> float:
        """Where the room of the wrist has narrowed evenly to the palm's, at 44 degrees (mm)."""
        return CUFF_MM + 1.05 * max(self.cuff_half_depth - self.inside_half_depth, 1.0)

    @property
    def lips_half_depth(self) -> float:
        """Half the depth inside at the wrist, where the shell ends beside the opening below.

        The wrist is an oval, and comes through the opening as far as it is deeper than the palm.
        """
        across = self.window_half / self.cuff_half_breadth
        if across >= 1.0:
            return self.inside_half_depth
        height = self.cuff_half_depth * math.sqrt(1.0 - across**2)
        share = self.window_half / self.inside_half_breadth
        return max(self.inside_half_depth, height / math.cbrt(1.0 - share**3))

    @property
    def lips_end(self) -> float:
        """Where these have narrowed smoothly, nowhere at more than 44 degrees (mm)."""
        return CUFF_MM + 1.6 * max(self.lips_half_depth - self.inside_half_depth, 1.0)

    def digit(self, name: str) -> Digit:
        """Return the digit called `name`."""
        return next(digit for digit in self.digits if digit.name == name)


@dataclass(frozen=True)
class Tensioner:
    """The tensioner block: five sliders, each pulled by a screw, mm."""

    screw: str
    pilot: float
    screw_hole: float
    slider: float
    slider_length: float
    tunnel: float
    pitch: float
    width: float
    height: float
    length: float
    gap: float


def dimensions(person: WristHand, printer: PrinterProfile) -> Dimensions:
    """Return every dimension of the hand.

    Raises:
        BadParameters: a combination that leaves no room, with what to change.
    """
    fingers = tuple(_finger(person, printer, name) for name in FINGERS)
    thumb = _thumb(person, printer)
    wrist_breadth, wrist_depth = _half_sizes(person.wrist_circumference, 0.0)
    half_breadth = max(person.residual_palm_breadth / 2.0, wrist_breadth) + person.padding
    half_depth = person.residual_palm_thickness / 2.0 + person.padding
    # Below its hinge the palm is over the wrist, which turns in it by as much as it bends.
    turns = REAR_MM * math.tan(math.radians(WRIST_DEG)) + 0.5
    cuff = max(half_depth, wrist_depth + max(person.padding, turns))
    # The inside closes like a roof at 45 degrees, so that it prints without support; the last
    # half depth of it is too low for a hand.
    cavity_end = person.residual_palm_length + person.padding + 0.45 * half_depth
    roof = cavity_end - 0.9 * half_depth
    knuckle_y, knuckle_z = _knuckles(person, fingers, roof, half_depth)
    tensioner = _tensioner(person, printer)
    length = max(60.0 + tensioner.length, 0.58 * person.forearm_length)
    # The wrist screws are 10 mm long and must end in the foam, 0.8 mm from the hand.
    ear_x = half_breadth + max(WALL + 1.2, 7.3 - person.padding)
    ear = 3.6
    need = max(d.base.travel + d.middle.travel for d in (*fingers, thumb))
    rear = REAR_MM
    front, cord_height = 25.0, 0.0
    for _ in range(4):
        cord_height = max(
            cuff + WALL + CORD_BORE / 2.0 + THIN,
            _arm(person, front)[1] + WALL + tensioner.height / 2.0 + 0.6,
            1.06 * need / math.radians(WRIST_DEG),
        )
        # Bent back by as much as it goes, the palm must not meet the gauntlet.
        front = (
            rear * math.cos(math.radians(WRIST_DEG))
            + (cord_height + CORD_BORE / 2.0 + 1.6) * math.sin(math.radians(WRIST_DEG))
            + 1.5
        )
    at_front, at_end = _arm(person, front), _arm(person, front + length)
    # From wrist to ears the shell widens by no more than 45 degrees, so that it prints in air.
    flare = max(24.0, EAR_ROOT_MM + 1.6 * (ear_x + ear - WALL - at_front[0]))
    slope = math.degrees(math.atan2(at_end[1] - at_front[1], length))
    return Dimensions(
        inside_half_breadth=half_breadth,
        inside_half_depth=half_depth,
        cuff_half_breadth=wrist_breadth + person.padding,
        cuff_half_depth=cuff,
        cavity_end=cavity_end,
        knuckle_y=knuckle_y,
        knuckle_z=knuckle_z,
        half_knuckles=person.hand_breadth / 2.0,
        rear=rear,
        wrist_radius=7.0,
        wrist_hole=3.0 + printer.hole_shrink_mm,
        wrist_turning_hole=3.2 + printer.hole_shrink_mm,
        wrist_nut=nut("M3").across_flats_mm + 2.0 * printer.press_mm + 0.1,
        ear_x=ear_x,
        ear=ear,
        cord_pitch=tensioner.pitch,
        cord_height=cord_height,
        cord_slope_deg=slope,
        gauntlet_front=front,
        gauntlet_flare=flare,
        gauntlet_length=length,
        gauntlet_front_depth=at_front[1],
        gauntlet_wrist=_arm(person, front + flare),
        gauntlet_end=at_end,
        tensioner=tensioner,
        digits=(thumb, *fingers),
    )


def _knuckles(
    person: WristHand, fingers: tuple[Digit, ...], roof: float, half_depth: float
) -> tuple[float, float]:
    """Return where the knuckles are (y, z): ahead of the hand inside, clear of the curled fingers.

    Every cord dives from the back of the palm to its knuckle along the roof of the inside, at 45
    degrees, and needs that much length.
    """
    hinge = fingers[1].base
    outside = half_depth + WALL
    thick = hinge.radius / 0.9
    # Between the end of the inside and the little finger's knuckle, which lies furthest back.
    end = roof + 0.9 * half_depth
    falls_back = math.tan(math.radians(KNUCKLE_SLANT_DEG)) * person.hand_breadth / 2.0
    block = hinge.radius + hinge.gap + falls_back + 2.0
    y = person.palm_length
    z = 0.0
    for _ in range(3):
        free = []
        for finger in fingers:
            tip = y - finger.distal
            share = min(max((tip - roof) / max(y - hinge.radius - roof, 1.0), 0.0), 1.0)
            belly = (1.0 - share) * outside + share * (thick - z)
            free.append(finger.proximal - hinge.radius - 1.5 - belly)
        z = max(min(outside - thick, *free), thick - outside)
        dive = half_depth + DIVE_MM - (z - hinge.arm)
        y = max(person.palm_length, roof + dive + 5.0 + hinge.root + falls_back, end + block)
    return y, z


def _arm(person: WristHand, y: float) -> tuple[float, float]:
    """Return (half breadth, half depth) of the padded arm `y` mm from the wrist's crease.

    It is taken to thicken evenly up to its thickest place, at 8 tenths of the forearm.
    """
    share = min(1.0, y / (0.8 * person.forearm_length))
    swell = person.forearm_circumference - person.wrist_circumference
    return _half_sizes(person.wrist_circumference + share * swell, person.padding)


def _half_sizes(circumference: float, padding: float) -> tuple[float, float]:
    """Return (half breadth, half depth) inside the gauntlet for a limb and its padding, mm.

    Taken as an ellipse whose depth is 3 quarters of its breadth, padded all round. Its perimeter
    by Ramanujan, "Modular equations and approximations to pi", 1914.
    """
    ratio = 0.75
    h = ((1 - ratio) / (1 + ratio)) ** 2
    per_half = math.pi * (1 + ratio) * (1 + 3 * h / (10 + math.sqrt(4 - 3 * h)))
    half = circumference / per_half
    return half + padding, ratio * half + padding


def steel_mm(person: WristHand) -> float:
    """Return the pin's diameter: 2 mm in small hands, where 3 mm leaves no wall, else 3 mm."""
    return 2.0 if person.hand_breadth < 66.0 else 3.0


def _hinge(
    person: WristHand, printer: PrinterProfile, width: float, radius: float, *, rod: bool = False
) -> Hinge:
    """Return a hinge whose cheeks hold a pin, or thread a screw; `rod` for the long steel rod."""
    steel = steel_mm(person)
    turning = steel + 0.2 + printer.hole_shrink_mm
    arm = turning / 2.0 + THIN + 0.55
    # Round the cords and below them stays a wall.
    least = arm + CORD_BORE / 2.0 + THIN
    radius = max(radius, least + 0.1)
    gap = printer.sliding_mm
    # A headless screw cuts its thread into both cheeks and turns in the tongue.
    screws = person.pins == "screws" and not rod
    held = screw(f"M{steel:g}").pilot_mm if screws else steel
    cheek = max(CHEEK, 0.17 * width)
    return Hinge(
        radius=radius,
        bottom=max(least, 0.86 * radius),
        width=width,
        tongue=width - 2.0 * cheek - 2.0 * gap,
        gap=gap,
        pin=held + printer.hole_shrink_mm,
        turning=turning,
        groove=GROOVE,
        arm=arm,
    )


def _finger(person: WristHand, printer: PrinterProfile, name: str) -> Digit:
    whole = person.hand_breadth
    before = FINGERS[: FINGERS.index(name)]
    start = -whole / 2.0 + whole * sum(WIDTH_SHARES[other] for other in before)
    share = WIDTH_SHARES[name] * whole
    asked: float = getattr(person, f"{name}_length")
    width = share - FINGER_GAP
    _room(width, "hand_breadth", person.hand_breadth, f"the {name} finger")
    # The four knuckles share one pin, so one radius.
    thick = 0.41 * (0.25 * whole - FINGER_GAP)
    base = _hinge(person, printer, width, thick, rod=True)
    middle = _hinge(person, printer, 0.95 * width, 0.93 * thick)
    length = _long_enough(asked, PROXIMAL_SHARE, base, middle, f"{name}_length")
    return Digit(
        name,
        width,
        PROXIMAL_SHARE * length,
        (1.0 - PROXIMAL_SHARE) * length,
        base,
        middle,
        start + share / 2.0,
        length - asked,
    )


def _thumb(person: WristHand, printer: PrinterProfile) -> Digit:
    width = 0.25 * person.hand_breadth
    _room(width, "hand_breadth", person.hand_breadth, "the thumb")
    hinge = _hinge(person, printer, width, 0.43 * width)
    middle = _hinge(person, printer, 0.95 * width, 0.40 * width)
    asked = person.thumb_length
    length = _long_enough(asked, THUMB_PROXIMAL_SHARE, hinge, middle, "thumb_length")
    return Digit(
        "thumb",
        width,
        THUMB_PROXIMAL_SHARE * length,
        (1.0 - THUMB_PROXIMAL_SHARE) * length,
        hinge,
        middle,
        0.0,
        length - asked,
    )


def _room(width: float, field: str, given: float, what: str) -> None:
    """Refuse a finger too narrow for two cheeks, two gaps and a grooved tongue."""
    least = 2 * CHEEK + 0.5 + GROOVE + 2 * THIN
    if width < least:
        raise BadParameters(
            (
                Problem(
                    field=field,
                    given=f"{given:g} mm",
                    says=f"{what.capitalize()} would be {width:.1f} mm wide. Hinge, pin and cord "
                    f"need {least:.1f} mm.",
                    allowed=f"hand breadth from about {given * least / width:.0f} mm",
                    advice="For a smaller hand this design has no room; ask for another one.",
                ),
            )
        )


def _long_enough(asked: float, share: float, base: Hinge, middle: Hinge, field: str) -> float:
    """Return the length of a digit: as asked, or up to MOST_LONGER more where hinges need it.

    Raises:
        BadParameters: the digit would have to be much longer than it should look.
    """
    least = max((base.radius + middle.radius + 2.5) / share, (middle.radius + 9.5) / (1.0 - share))
    if asked + MOST_LONGER < least:
        raise BadParameters(
            (
                Problem(
                    field=field,
                    given=f"{asked:g} mm",
                    says=f"Too short for two hinges: {asked:.1f} mm, they need {least:.1f} mm.",
                    allowed=f"from about {least - MOST_LONGER:.0f} mm",
                    advice="Measure again, or choose a longer one than the other hand's.",
                ),
            )
        )
    return max(asked, least)


def _tensioner(person: WristHand, printer: PrinterProfile) -> Tensioner:
    gap = printer.sliding_mm
    small = person.wrist_circumference < 150.0
    screw, pilot, clear, slider = ("M2", 1.6, 2.2, 4.6) if small else ("M3", 2.5, 3.2, 6.0)
    tunnel = slider + 2.0 * gap
    pitch = tunnel + THIN + 0.1
    return Tensioner(
        screw=screw,
        pilot=pilot + 0.5 * printer.hole_shrink_mm,
        screw_hole=clear + printer.hole_shrink_mm,
        slider=slider,
        slider_length=11.0,
        tunnel=tunnel,
        pitch=pitch,
        width=5 * pitch + 4.8,
        height=slider + 2 * gap + 3.0,
        length=30.0,
        gap=gap,
    )
