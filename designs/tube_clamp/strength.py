"""Strength, worked out by hand: loads, materials, and the sizes that follow from them.

Nothing here has been tested on a real part. Every figure is stated with where it comes from, and
each check shows its formula with the numbers in it. Forces in N, moments in N mm, stresses in MPa
(N/mm2), lengths in mm.

Layers: the clamp halves are printed with the tube upright, so the screws bend them along their
layers. The holder is printed upright like the cup in it; the drink bends its back across the
layers, which is the weak way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from parametric.assembly import HandCheck
from parametric.units import Deg, Mm

GRAVITY = 9.81
KERB = 3.0
"""Dynamic factor: the chair drops off a kerb and the drink weighs three times as much."""

MARGIN = 4.0 / 3.0
"""On top of `KERB`: together a factor of 4 on the drink's weight."""

ACROSS_LAYERS_MPA = 15.0
"""Tensile strength across layers of PLA and PETG that is counted on."""
ACROSS_SOURCE = (
    "22.8 MPa measured across the layers of printed PLA (3D Printing and Additive Manufacturing "
    "2020, doi 10.1089/3dp.2020.0109); a third less is counted on, for PETG and ordinary printers"
)
ACROSS_MARGIN = 2.0
"""Layers stick worse on some printers than on others: with `KERB` a factor of 6."""

ALONG_LAYERS_MPA = 30.0
"""Tensile strength along the layers that is counted on."""
ALONG_SOURCE = (
    "assumption: half of the 60 MPa of PLA filament (data sheet in doi 10.2478/msp-2025-0039), "
    "for PETG, hollow infill and slow creep"
)
ALONG_MARGIN = 1.5
"""The screws' force does not grow with kerbs, only with a strong hand."""

BEARING_MPA = 50.0
BEARING_MARGIN = 2.0
BEARING_SOURCE = "assumption: 50 MPa in compression, about the yield stress of PETG; not tested"

FRICTION = 0.2
FRICTION_RUBBER = 0.4
FRICTION_SOURCE = (
    "assumption, not tested on painted steel; sliding tests of printed PLA gave 0.62-0.76 "
    "(doi 10.2478/msp-2025-0039), dusty or wet paint may give far less than that"
)
KEPT = 0.5
"""Share of the screws' force that is left when the plastic has settled (assumption)."""

NUT_FACTOR = 0.2
"""K in T = K F d, dry steel screws (Bickford, Introduction to the Design and Behavior of Bolted
Joints; any table of nut factors)."""

TORQUE_NMM = {"M3": 250.0, "M4": 500.0}
"""What a hand gives a short hex key with two fingers (assumption)."""

HOLDER_G = 220.0
"""No holder of this design weighs more, printed solid in PETG (the tests weigh them)."""

SPINE_WIDTH_MM = 20.0
"""Width of the holder's back that is counted on."""


def screw_force_n(size: str) -> float:
    """Returns the force of one hand-tight screw: F = T / (K d)."""
    return TORQUE_NMM[size] / (NUT_FACTOR * float(size[1:]))


def kerb_force_n(drink_g: float) -> float:
    """Returns the force of drink and holder when the chair drops off a kerb."""
    return (drink_g + HOLDER_G) / 1000.0 * GRAVITY * KERB


def least_depth_mm(moment_nmm: float, width: Mm, allowed_mpa: float) -> Mm:
    """Returns the depth of a rectangle that a moment stresses as much as allowed: 6 M / (b h2)."""
    return math.sqrt(6.0 * moment_nmm / (width * allowed_mpa))


@dataclass(frozen=True)
class Grip:
    """What holds the clamp: numbers of one clamp on one tube.

    Attributes:
        screw: their size.
        pairs: how many pairs of screws.
        length: of the clamp along the tube (mm).
        reach: from the tube's middle to the screws' axes (mm).
        half_x: half the bore's width (mm).
        tube_radius: the smaller half width of the tube (mm).
        lined: whether there is rubber in between.
    """

    screw: str
    pairs: int
    length: Mm
    reach: Mm
    half_x: Mm
    tube_radius: Mm
    lined: bool

    @property
    def force_n(self) -> float:
        """Force of one pair of screws on one half."""
        return 2.0 * screw_force_n(self.screw)

    @property
    def friction(self) -> float:
        """The friction coefficient that is counted on."""
        return FRICTION_RUBBER if self.lined else FRICTION

    @property
    def holding_n(self) -> float:
        """Friction force round the tube, after the plastic has settled.

        Each of two halves presses with the force of all screws.
        """
        return self.friction * 2.0 * self.pairs * self.force_n * KEPT

    @property
    def width_per_pair(self) -> Mm:
        """The length of clamp that one pair of screws bends (mm)."""
        return self.length / self.pairs

    @property
    def ear_moment(self) -> float:
        """Moment of one screw at the edge of the bore (N mm)."""
        return screw_force_n(self.screw) * (self.reach - self.half_x)

    @property
    def crown_moment(self) -> float:
        """Moment of one screw in the middle of a half (N mm).

        The tube is taken to press back evenly over the bore's width, straight at the half; that
        it also presses sideways would lessen this.
        """
        return screw_force_n(self.screw) * (self.reach - self.half_x / 2.0)


@dataclass(frozen=True)
class Load:
    """The drink and how it hangs.

    Attributes:
        drink_g: the full cup (g).
        tube_angle: of the tube from upright (degrees).
        arm_tube: from the tube's middle to the cup's (mm).
        arm_mount: from the mount's face to the cup's middle (mm).
        arm_spine: from the middle of the holder's back to the cup's middle (mm).
    """

    drink_g: float
    tube_angle: Deg
    arm_tube: Mm
    arm_mount: Mm
    arm_spine: Mm

    @property
    def force_n(self) -> float:
        """The force at a kerb."""
        return kerb_force_n(self.drink_g)

    def pull_on(self, grip: Grip) -> float:
        """Returns what friction must hold (N): sliding and turning at once, at right angles."""
        lean = math.radians(self.tube_angle)
        turning = self.arm_tube * math.sin(lean) / grip.tube_radius
        return self.force_n * math.hypot(math.cos(lean), turning)


def grip_check(grip: Grip, load: Load) -> HandCheck:
    """Returns whether the clamp stays where it is on the tube under the drink."""
    per_screw = screw_force_n(grip.screw)
    return HandCheck(
        "The clamp neither slides down the tube nor turns round it",
        grip.holding_n,
        MARGIN * load.pull_on(grip),
        "N",
        f"One screw, turned with T = {TORQUE_NMM[grip.screw] / 1000:g} N m, pulls F = T / (K d) = "
        f"{per_screw:.0f} N. {2 * grip.pairs} screws press each of two halves on the tube; "
        f"{KEPT:.0%} is left when the plastic has settled. Friction holds mu x 2 x "
        f"{2 * grip.pairs} x F x {KEPT:g} = {grip.friction:g} x {2 * grip.pairs * per_screw:.0f} = "
        f"{grip.holding_n:.0f} N. Drink and holder, three times as heavy at a kerb, weigh W = "
        f"{load.force_n:.1f} N. They push along the tube with W cos a and turn it with W sin a x "
        f"{load.arm_tube:.0f} mm / {grip.tube_radius:.1f} mm (a = {load.tube_angle:g} degrees): "
        f"together {load.pull_on(grip):.1f} N, times {MARGIN:.2f}.",
        f"nut factor K = {NUT_FACTOR:g} (dry steel); friction: {FRICTION_SOURCE}",
        at_least=True,
    )


def mount_check(screw: str, load: Load, ring_mm: Mm) -> HandCheck:
    """Returns whether the mount's one screw keeps the toothed faces shut."""
    kept = screw_force_n(screw) * KEPT
    need = load.force_n * load.arm_mount / ring_mm
    return HandCheck(
        "The holder does not lift off the mount",
        kept,
        MARGIN * need,
        "N",
        f"The drink pulls at the screw with W x arm / ring = {load.force_n:.1f} N x "
        f"{load.arm_mount:.0f} mm / {ring_mm:g} mm = {need:.0f} N, times {MARGIN:.2f}. The screw "
        f"pulls {screw_force_n(screw):.0f} N when tightened, {KEPT:.0%} later.",
        f"lever about the lower edge of the ring of teeth; nut factor K = {NUT_FACTOR:g}",
        at_least=True,
    )


def spine_stress_mpa(load: Load, width: Mm, depth: Mm) -> float:
    """Returns the stress in the back: bending M c / I = 6 M / (b h2), and pull W / (b h)."""
    moment = load.force_n * load.arm_spine
    return 6.0 * moment / (width * depth**2) + load.force_n / (width * depth)


def spine_check(load: Load, depth: Mm) -> HandCheck:
    """Returns whether the holder's back bears the drink, below the mount's ring of teeth."""
    moment = load.force_n * load.arm_spine
    return HandCheck(
        "The holder's back does not break across its layers",
        spine_stress_mpa(load, SPINE_WIDTH_MM, depth),
        ACROSS_LAYERS_MPA / ACROSS_MARGIN,
        "MPa",
        f"W = {load.force_n:.1f} N, {load.arm_spine:.0f} mm from the middle of the back, bends it "
        f"with M = {moment:.0f} N mm. Counted on: only the rectangle {SPINE_WIDTH_MM:g} x "
        f"{depth:.1f} mm that fits into the back. sigma = 6 M / (b h2) + W / (b h) = "
        f"{spine_stress_mpa(load, SPINE_WIDTH_MM, depth):.2f} MPa. Allowed: {ACROSS_LAYERS_MPA:g} "
        f"MPa across layers / {ACROSS_MARGIN:g}; with the kerb's {KERB:g} a factor of "
        f"{ACROSS_MARGIN * KERB:g}.",
        ACROSS_SOURCE,
    )


def ear_check(grip: Grip, depth: Mm) -> HandCheck:
    """Returns whether an ear bears its screw, counting only what lies under the washer."""
    return HandCheck(
        "The clamp's ears bear the screws",
        6.0 * grip.ear_moment / (grip.width_per_pair * depth**2),
        ALONG_LAYERS_MPA / ALONG_MARGIN,
        "MPa",
        f"F = {screw_force_n(grip.screw):.0f} N, {grip.reach - grip.half_x:.1f} mm from the edge "
        f"of the bore, bends {grip.width_per_pair:.0f} x {depth:.1f} mm along the layers: "
        f"sigma = 6 M / (b h2).",
        ALONG_SOURCE,
    )


def crown_check(name: str, grip: Grip, width: Mm, depth: Mm) -> HandCheck:
    """Returns whether the middle of a clamp half bears its screws."""
    return HandCheck(
        f"The middle of the clamp's {name} half bears the screws",
        6.0 * grip.crown_moment * grip.pairs / (width * depth**2),
        ALONG_LAYERS_MPA / ALONG_MARGIN,
        "MPa",
        f"{grip.pairs} x {screw_force_n(grip.screw):.0f} N, {grip.reach:.1f} mm from the middle, "
        f"against the tube's even push at {grip.half_x / 2:.1f} mm, bends {width:.0f} x "
        f"{depth:.1f} mm along the layers: sigma = 6 M / (b h2).",
        ALONG_SOURCE,
    )


def bearing_check(what: str, force_n: float, area_mm2: float) -> HandCheck:
    """Returns whether the plastic under a washer or a nut bears the screw."""
    return HandCheck(
        f"The plastic under the {what} bears the screw",
        force_n / area_mm2,
        BEARING_MPA / BEARING_MARGIN,
        "MPa",
        f"F / A = {force_n:.0f} N / {area_mm2:.1f} mm2.",
        BEARING_SOURCE,
    )
