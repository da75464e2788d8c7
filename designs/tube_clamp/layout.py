"""From measurements to dimensions: every size of the clamp and the holder, worked out once.

Coordinates of the clamp: the tube runs along z through the origin, the halves close along y, the
mount looks along +y, the screws stand at +x and -x. Coordinates of the holder: the cup's axis is
z, its foot stands on the floor, the mount looks along -y. All lengths in mm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from designs.tube_clamp import strength
from designs.tube_clamp.mount import FACE_MM, RING_OUTER_MM
from designs.tube_clamp.parameters import TubeClampParameters
from parametric.clearance import PrinterProfile
from parametric.hardware import Nut, Screw, Washer, nut, screw, washer
from parametric.problems import BadParameters, Problem
from parametric.units import Deg, Mm

WALL_MM = 2.4
"""Least wall of clamp and holder: six lines of a 0.4 mm nozzle."""

OPEN_GAP_MM = 0.8
"""The slit that stays open at least, however tube and print turn out."""

CLAMP_POWER = 2.3
"""Exponent of the clamp's outline: rounder than a rectangle, fuller than an ellipse."""

_LEAST_LENGTH_MM = 34.0
_LEAST_CROWN_MM = 4.5
_LEAST_FLOOR_MM = 4.0
_TIP_MM = 0.4
"""A screw's tip stays this far from the tube."""
_SCREW_OUT_MM = 0.5
"""A screw shows this much behind its nut, so that all of the thread holds."""
_SLACK_MM = 0.75
"""Room round the cup besides the printer's: cups are not quite round, hands shake."""
_BASKET_WALL_MM = 2.8
_BASKET_FLOOR_MM = 3.2
_LEAST_BASKET_MM, _MOST_BASKET_MM = 58.0, 95.0
_HELD = 0.45
"""Share of a cup's height that the holder reaches."""
_MOST_SPINE_MM = 18.0
SHOULDER_MM = 4.0
"""Radius of the upper edge of the holder's back, above the mount."""

_LEAST_SEAT_MM = 3.2
_OTHER_ARM_MM = 60.0
_BLUNT_DEG = 40.0
"""An edge with a wider angle than this is no thin wall."""


RELIEF_MM = 0.4
"""The back lies this much deeper than the mount's face, below it: only the face touches."""


@dataclass(frozen=True)
class Hardware:
    """The bought parts, and the holes that they need on this printer."""

    screw: Screw
    nut: Nut
    washer: Washer
    hole: Mm
    recess: Mm
    nut_flats: Mm

    @property
    def head(self) -> Mm:
        """Height of a screw's head on its washer."""
        return self.washer.thickness_mm + self.screw.head_height_mm


@dataclass(frozen=True)
class Clamp:
    """Sizes of the clamp. See the module for the coordinates.

    Attributes:
        half_x, half_y: half the bore across and in the direction of closing.
        shift: how far each half's bore lies beyond the tube's middle: half the squeeze.
        gap: the slit between the halves, tightened to the stated squeeze.
        length: along the tube.
        pairs: pairs of screws, at heights `screw_z`.
        reach: from the middle to the screws' axes.
        ear: plastic between slit and screw head, and between slit and nut.
        screw_length: stock length of the screws that close the clamp.
        outline_x, outline_back: half sizes of the outline, across and behind.
        back_crown, front_crown: thickness of plastic behind and before the tube.
        mount_y: the mount's face.
    """

    half_x: Mm
    half_y: Mm
    shift: Mm
    gap: Mm
    length: Mm
    pairs: int
    reach: Mm
    ear: Mm
    screw_length: Mm
    outline_x: Mm
    outline_back: Mm
    back_crown: Mm
    front_crown: Mm
    mount_y: Mm

    @property
    def seat(self) -> Mm:
        """From the tube's middle plane to the seats of heads and nuts."""
        return self.gap / 2.0 + self.ear

    @property
    def screw_z(self) -> tuple[Mm, ...]:
        """Heights of the pairs of screws."""
        return (0.0,) if self.pairs == 1 else (-self.length / 4.0, self.length / 4.0)


@dataclass(frozen=True)
class Cup:
    """Sizes of the holder. See the module for the coordinates.

    Attributes:
        inner_base, inner_top: inside radius at the floor and at the rim.
        wall, floor: their thickness.
        height: of the holder.
        mount_y, mount_z: the mount's face lies at y = -mount_y, its middle at this height.
        spine: thickness of the back in its middle, all the way up to the mount.
        handle: which way the handle slot faces: -1 or 1 along x, 0 for no slot.
        lean: the tube's angle about y as the holder sees it (degrees).
    """

    inner_base: Mm
    inner_top: Mm
    wall: Mm
    floor: Mm
    height: Mm
    mount_y: Mm
    mount_z: Mm
    spine: Mm
    handle: int
    lean: Deg

    def inner(self, z: Mm) -> Mm:
        """Returns the inside radius at a height."""
        share = (z - self.floor) / (self.height - self.floor)
        return self.inner_base + (self.inner_top - self.inner_base) * min(max(share, 0.0), 1.0)

    @property
    def counted_depth(self) -> Mm:
        """Depth of the rectangle, `strength.SPINE_WIDTH_MM` wide, that fits into the back.

        It is looked for at the floor and at the mount's lowest teeth; what lies between is the
        straight line between the two.
        """
        return min(self._rectangle(self.floor), self._rectangle(self.mount_z - RING_OUTER_MM))

    def _rectangle(self, z: Mm) -> Mm:
        inner = self.inner(z)
        share = strength.SPINE_WIDTH_MM / 2.0 / (inner + self.wall)
        return (inner + self.spine - RELIEF_MM) * math.sqrt(1.0 - share * share) - inner


@dataclass(frozen=True)
class Layout:
    """Every size of one device, and the numbers its strength is worked out from.

    Attributes:
        mount_screw_length: stock length of the screw through the mount.
        mount_seat: plastic between the mount's face and its screw's washer, in the holder.
        mount_floor: plastic between the mount's face and its nut, in the clamp.
    """

    hardware: Hardware
    clamp: Clamp
    cup: Cup
    mount_screw_length: Mm
    mount_seat: Mm
    mount_floor: Mm
    grip: strength.Grip
    load: strength.Load


def lay_out(params: TubeClampParameters, printer: PrinterProfile) -> Layout:
    """Returns every size for these measurements.

    Raises:
        BadParameters: the drink is too heavy for any size this clamp can have; the message says
            how heavy it may be.
    """
    found = _sizes(params, printer)
    if found is None:
        raise BadParameters((_too_heavy(params, printer),))
    return found


def _too_heavy(params: TubeClampParameters, printer: PrinterProfile) -> Problem:
    low, high = 0.0, params.drink_weight
    while high - low > 5.0:
        middle = (low + high) / 2.0
        if _sizes(replace(params, drink_weight=middle), printer) is None:
            high = middle
        else:
            low = middle
    most = math.floor(low / 10.0) * 10
    ways = [
        "Take a lighter cup" if most else "",
        "line the clamp with rubber (liner)" if params.liner == 0 else "",
        "use M4 screws" if params.screw == "M3" else "",
        "clamp it to a thicker or a more upright tube" if params.tube_angle > 0 else "",
    ]
    advice = ", or ".join(way for way in ways if way) or "Clamp it to another tube"
    return Problem(
        "drink_weight",
        f"{params.drink_weight:g} g",
        f"{params.drink_weight:g} g is too heavy for this clamp on this tube.",
        f"0-{most:g} g",
        f"{advice[0].upper()}{advice[1:]}.",
    )


def _hardware(size: str, printer: PrinterProfile) -> Hardware:
    bolt, hexagon, plate = screw(size), nut(size), washer(size)
    return Hardware(
        bolt,
        hexagon,
        plate,
        printer.hole_mm(bolt.clearance_mm),
        printer.sliding_hole_mm(plate.outer_diameter_mm),
        # Beyond half a millimetre of play a nut could turn in its pocket.
        printer.hole_mm(hexagon.across_flats_mm + min(2.0 * printer.press_mm, 0.5)),
    )


def _sizes(params: TubeClampParameters, printer: PrinterProfile) -> Layout | None:
    """Return the smallest sizes that hold, or None when the largest do not."""
    hardware = _hardware(params.screw, printer)
    for pairs in (1, 2):
        found = _sizes_with(params, printer, hardware, pairs)
        if found is not None:
            return found
    return None


def _sizes_with(
    params: TubeClampParameters, printer: PrinterProfile, hardware: Hardware, pairs: int
) -> Layout | None:
    found = _clamp(params, printer, hardware, pairs)
    if found is None:
        return None
    clamp, grip = found
    floor = clamp.front_crown - hardware.nut.thickness_mm - _TIP_MM - clamp.shift
    through = hardware.washer.thickness_mm + floor + hardware.nut.thickness_mm
    mount_screw = hardware.screw.stock_length(through + _LEAST_SEAT_MM)
    mount_seat = mount_screw - through
    cup = _cup(params, printer, mount_seat + hardware.head + 0.6)
    arm_mount = cup.mount_y if params.holder == "cup" else _OTHER_ARM_MM
    load = strength.Load(
        params.drink_weight,
        params.tube_angle,
        clamp.mount_y + arm_mount,
        arm_mount,
        cup.inner_top + cup.spine,
    )
    holds = (
        strength.grip_check(grip, load).holds
        and strength.mount_check(params.screw, load, RING_OUTER_MM).holds
        and (params.holder == "none" or strength.spine_check(load, cup.counted_depth).holds)
    )
    if not holds:
        return None
    return Layout(hardware, clamp, cup, mount_screw, mount_seat, floor, grip, load)


def _clamp(
    params: TubeClampParameters, printer: PrinterProfile, hardware: Hardware, pairs: int
) -> tuple[Clamp, strength.Grip] | None:
    """Return the clamp's sizes, as thick as its screws need, or None when no screw is."""
    spread = params.liner + printer.hole_shrink_mm / 2.0
    half_x = params.tube_diameter / 2.0 + spread
    half_y = params.tube_depth / 2.0 + spread
    shift = params.squeeze / 2.0
    length = _length(hardware, pairs)
    gap = OPEN_GAP_MM + params.squeeze + params.liner / 2.0
    tube_radius = min(params.tube_diameter, params.tube_depth) / 2.0
    allowed = strength.ALONG_LAYERS_MPA / strength.ALONG_MARGIN
    for stock, ear, reach in _ears(hardware, half_x, half_y, gap):
        grip = strength.Grip(
            params.screw, pairs, length, reach, half_x, tube_radius, params.liner > 0.0
        )
        if ear >= strength.least_depth_mm(grip.ear_moment, grip.width_per_pair, allowed):
            screw_length = stock
            break
    else:
        return None
    moment = grip.crown_moment * pairs
    crown = half_y - shift
    back = crown + max(_LEAST_CROWN_MM, _up(strength.least_depth_mm(moment, length, allowed)))
    front = crown + max(
        # The tube comes nearer to the mount's nut than the bore by half the squeeze.
        _LEAST_FLOOR_MM + hardware.nut.thickness_mm + _TIP_MM + shift,
        _up(strength.least_depth_mm(moment, length - hardware.nut_flats, allowed)),
    )
    outline_x, outline_back, mount_y = _outline(hardware, reach, gap / 2.0 + ear, back, front)
    clamp = Clamp(
        half_x,
        half_y,
        shift,
        gap,
        length,
        pairs,
        reach,
        ear,
        screw_length,
        outline_x,
        outline_back,
        outline_back - crown,
        mount_y - crown,
        mount_y,
    )
    return clamp, grip


def _outline(hardware: Hardware, reach: Mm, seat: Mm, back: Mm, front: Mm) -> tuple[Mm, Mm, Mm]:
    """Return half the outline's width, its depth behind, and the mount's plane.

    Heads and nuts lie below the surface, and where their recesses come out of the round outline
    they leave no thin edge.
    """
    recess, corner = hardware.recess / 2.0, hardware.nut_flats / math.sqrt(3.0)
    outline_x = reach + recess + WALL_MM
    while True:
        height = height_at(reach / outline_x)
        rise = height_at(FACE_MM / outline_x)
        outline_back = max(back, (seat + hardware.head) / height)
        mount_y = max(front, (seat + hardware.nut.thickness_mm) / height * rise)
        if (
            _leaves_no_edge(reach + recess, seat, outline_x, outline_back)
            and _leaves_no_edge(reach + corner, seat, outline_x, mount_y)
            and _leaves_no_edge(reach + corner, seat, outline_x, mount_y / rise)
        ):
            return outline_x, outline_back, mount_y
        outline_x += 0.25


def _leaves_no_edge(edge: Mm, seat: Mm, outline_x: Mm, outline_y: Mm) -> bool:
    """Return whether the wall between a recess that ends at x = `edge` and the outline is sound.

    From its seat outwards it must be thick enough, or the outline must cross it like a blunt wedge.
    """
    for i in range(60):
        y = seat + (outline_y - seat) * i / 60.0
        share = y / outline_y
        x = outline_x * height_at(share)
        if x <= edge:
            return True
        across = (x / outline_x) ** (CLAMP_POWER - 1.0) / outline_x
        along = share ** (CLAMP_POWER - 1.0) / outline_y
        if x - edge < WALL_MM and math.degrees(math.atan2(along, across)) < _BLUNT_DEG:
            return False
    return True


def _length(hardware: Hardware, pairs: int) -> Mm:
    """Return the clamp's length: room for the mount's face and for the recesses' pointed roofs."""
    roof = hardware.recess / 2.0 * math.sqrt(2.0)
    return max(_LEAST_LENGTH_MM, 2.0 * pairs * (roof + WALL_MM + 0.6))


def _ears(hardware: Hardware, half_x: Mm, half_y: Mm, gap: Mm) -> list[tuple[Mm, Mm, Mm]]:
    """Return (screw length, ear thickness, reach) for every stock screw, shortest first."""
    found = []
    taken = hardware.washer.thickness_mm + hardware.nut.thickness_mm + gap + _SCREW_OUT_MM
    for stock in hardware.screw.stock_lengths_mm:
        ear = (stock - taken) / 2.0
        if ear < WALL_MM:
            continue
        seat = gap / 2.0 + ear
        # The bore with a wall round it; the recess keeps outside of it.
        high = min(seat / (half_y + WALL_MM), 1.0)
        beside = (half_x + WALL_MM) * math.sqrt(1.0 - high * high)
        reach = max(
            half_x + WALL_MM + hardware.hole / 2.0,
            beside + hardware.recess / 2.0,
            FACE_MM + hardware.nut_flats / math.sqrt(3.0),
        )
        found.append((stock, ear, reach))
    return found


def _up(size: Mm) -> Mm:
    """Return a size rounded up to a tenth of a millimetre."""
    return math.ceil(size * 10.0) / 10.0


def height_at(share: float) -> float:
    """Returns the height of the clamp's outline, as a share, at a share of its half width."""
    return float((1.0 - share**CLAMP_POWER) ** (1.0 / CLAMP_POWER))


def _cup(params: TubeClampParameters, printer: PrinterProfile, least_spine: Mm) -> Cup:
    """Return the holder, its back as thick as the drink needs or as it can be."""
    slack = _SLACK_MM + printer.sliding_mm
    inner_top = params.cup_diameter / 2.0 + slack
    height = min(max(_HELD * params.cup_height, _LEAST_BASKET_MM), _MOST_BASKET_MM)
    outward = 1 if params.side == "right" else -1
    spine = least_spine
    while True:
        cup = Cup(
            params.cup_base / 2.0 + slack,
            inner_top,
            _BASKET_WALL_MM,
            _BASKET_FLOOR_MM,
            height,
            inner_top + spine,
            height - FACE_MM - SHOULDER_MM,
            spine,
            -outward if params.handle_slot else 0,
            outward * (1.0 if params.leans == "back" else -1.0) * params.tube_angle,
        )
        load = strength.Load(params.drink_weight, 0.0, 0.0, 0.0, inner_top + spine)
        if strength.spine_check(load, cup.counted_depth).holds or spine >= _MOST_SPINE_MM:
            return cup
        spine = min(spine + 0.25, _MOST_SPINE_MM)
