"""Parts: what one print makes, with its joints, holes and channels. Frozen, and built of nothing.

A part is described in the coordinates of the assembled device (or any that suit it); `print_turn`
lays it on the bed. All lengths in mm, all angles in degrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from parametric.place import HERE, Placement, Vec3, mirror_x
from parametric.solid import Solid, placed

HoleKind: TypeAlias = Literal["pin", "screw", "nut", "cord", "elastic"]


@dataclass(frozen=True)
class Hole:
    """A round hole that a pin, a screw or a cord goes through, to be measured on the mesh.

    Attributes:
        name: unique within the part, such as "knuckle pin".
        diameter_mm: the diameter it must have, hardware plus the printer's clearance.
        at: a point on its axis where the wall goes all the way round it.
        axis: direction of its axis.
        kind: what goes through it.
    """

    name: str
    diameter_mm: float
    at: Vec3
    axis: Vec3
    kind: HoleKind


@dataclass(frozen=True)
class Joint:
    """A named hinge of a part. Its placement's x axis is the axis the other part turns about.

    Positive degrees turn right-handed about that x axis; for fingers and wrists that is flexion
    (closing). `low_deg` and `high_deg` are how far it may turn.
    """

    name: str
    placement: Placement
    low_deg: float = 0.0
    high_deg: float = 0.0


@dataclass(frozen=True)
class Channel:
    """A bore that a cord runs through, from the end nearer the gauntlet to the farther one.

    `path` are points (mm) along its middle; the first is where the cord goes in, the last where
    it comes out (or where it is tied).
    """

    name: str
    diameter_mm: float
    path: tuple[Vec3, ...]


@dataclass(frozen=True)
class Advice:
    """How a maker prints a part, in words and numbers for the guide."""

    material: str = "PLA or PETG"
    layer_mm: float = 0.2
    walls: int = 3
    infill_percent: int = 25
    supports: bool = False
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One printed part.

    Attributes:
        name: file name and key, lower case with underscores, such as "index_proximal".
        label: what the guide calls it, such as "Index finger, first bone (proximal phalanx)".
        solid: its shape.
        print_turn: lays it in print orientation; exporters then drop it onto the bed at z = 0.
        colour: for pictures and STEP, "#rrggbb".
        holes, joints, channels: see there.
        least_wall_mm: no wall may be thinner.
        quantity: how many are printed.
        skin_contact: True where it touches skin (padding or not).
        advice: how to print it.
    """

    name: str
    label: str
    solid: Solid
    print_turn: Placement = HERE
    colour: str = "#e8b04a"
    holes: tuple[Hole, ...] = ()
    joints: tuple[Joint, ...] = ()
    channels: tuple[Channel, ...] = ()
    least_wall_mm: float = 1.2
    quantity: int = 1
    skin_contact: bool = False
    advice: Advice = Advice()

    def joint(self, name: str) -> Joint:
        """Return the joint called `name`.

        Raises:
            LookupError: naming the joints there are.
        """
        for joint in self.joints:
            if joint.name == name:
                return joint
        names = [joint.name for joint in self.joints]
        raise LookupError(f"{self.name} has no joint {name!r}, only {names}")

    def channel(self, name: str) -> Channel:
        """Return the channel called `name`.

        Raises:
            LookupError: naming the channels there are.
        """
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise LookupError(
            f"{self.name} has no channel {name!r}, only {[c.name for c in self.channels]}"
        )


def mirrored(part: Part) -> Part:
    """Return a part for the other side of the body: x becomes -x, joints keep their sense.

    A joint that bends on a right hand bends on a left one by the same positive angle.
    """
    flip = mirror_x()

    def there(at: Vec3) -> Vec3:
        return flip.point(at)

    def turned(placement: Placement) -> Placement:
        return flip.then(placement).then(flip)

    return replace(
        part,
        solid=placed(part.solid, flip),
        print_turn=turned(part.print_turn),
        holes=tuple(replace(h, at=there(h.at), axis=there(h.axis)) for h in part.holes),
        joints=tuple(replace(j, placement=turned(j.placement)) for j in part.joints),
        channels=tuple(replace(c, path=tuple(map(there, c.path))) for c in part.channels),
    )
