"""The assembly: parts mated by named joints, posed by angles, with all that must be true of it.

An assembly says what it promises (motions without interference, fingertips that meet, cords with
enough travel); `parametric.checks` tries each promise on the real meshes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from parametric.hardware.bom import Item
from parametric.part import Part
from parametric.place import HERE, Placement, Points, X, from_matrix, turn


@dataclass(frozen=True)
class Mate:
    """A child part hung on a parent: the child's joint is laid onto the parent's.

    The mate's `name` is the key of its angle in a pose. Its range is the parent joint's.
    """

    name: str
    parent: str
    parent_joint: str
    child: str
    child_joint: str


@dataclass(frozen=True)
class Motion:
    """A named movement that must be free: poses (mate name to degrees) in order.

    `clearance_mm` is the least gap that parts which are not meant to touch must keep.
    """

    name: str
    poses: tuple[Mapping[str, float], ...]
    clearance_mm: float = 0.05


@dataclass(frozen=True)
class Reach:
    """In `pose`, part `a` and part `b` must come within `at_most_mm` of each other."""

    name: str
    a: str
    b: str
    pose: Mapping[str, float]
    at_most_mm: float


@dataclass(frozen=True)
class Cord:
    """A cord through the channels of posed parts.

    Attributes:
        name: such as "index tendon".
        through: (part name, channel name) in order from the cord's fixed end.
        driver_start, driver_end: the poses between which the driving joint pulls, fingers open.
        closed: the pose of the fingers that the pull must be able to reach (wrist straight).
        driven_from: index in `through` of the first channel beyond the driving joint; the span
            before it is lengthened by the driver, the spans after it are shortened by closing.
    """

    name: str
    through: tuple[tuple[str, str], ...]
    driver_start: Mapping[str, float]
    driver_end: Mapping[str, float]
    closed: Mapping[str, float]
    driven_from: int = 1


@dataclass(frozen=True)
class HandCheck:
    """A hand calculation: what was worked out, its formula and source, and whether it holds.

    `value` must be at most `limit` (or at least, when `at_least`); both in `unit`.
    """

    name: str
    value: float
    limit: float
    unit: str
    working: str
    source: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the value keeps to its limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(frozen=True)
class Step:
    """One assembly step for the guide: plain words, the parts it is about, and a picture's pose."""

    title: str
    text: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assembly:
    """All printed parts and hardware of one person's device.

    Attributes:
        parts: in print and picture order; names are unique.
        root: the part everything hangs on, at the origin.
        mates: parents before children.
        hardware: everything that is not printed; the bill of materials is counted from it.
        motions, reaches, cords, hand_checks: promises for the checks.
        poses: named poses for pictures; "rest" and "closed" at least when anything moves.
        steps: how it is put together.
        warnings: things to tell the maker about this fit, in plain words.
    """

    parts: tuple[Part, ...]
    root: str
    mates: tuple[Mate, ...] = ()
    hardware: tuple[Item, ...] = ()
    motions: tuple[Motion, ...] = ()
    reaches: tuple[Reach, ...] = ()
    cords: tuple[Cord, ...] = ()
    hand_checks: tuple[HandCheck, ...] = ()
    poses: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    warnings: tuple[str, ...] = ()

    def part(self, name: str) -> Part:
        """Return the part called `name`.

        Raises:
            LookupError: naming the parts there are.
        """
        for part in self.parts:
            if part.name == name:
                return part
        raise LookupError(f"no part {name!r}, only {[p.name for p in self.parts]}")

    def range_of(self, mate_name: str) -> tuple[float, float]:
        """Return the lowest and highest angle (degrees) of a mate."""
        mate = next(m for m in self.mates if m.name == mate_name)
        joint = self.part(mate.parent).joint(mate.parent_joint)
        return joint.low_deg, joint.high_deg

    @cached_property
    def _hung(self) -> tuple[tuple[Mate, float, float, Points, Points], ...]:
        """Each mate with its range, and the ways off the child's joint and onto the parent's."""
        found = []
        for mate in self.mates:
            onto = self.part(mate.parent).joint(mate.parent_joint)
            off = self.part(mate.child).joint(mate.child_joint).placement.inverse()
            found.append((mate, onto.low_deg, onto.high_deg, off.matrix(), onto.placement.matrix()))
        return tuple(found)

    def allow(self, angles: Mapping[str, float]) -> None:
        """Do nothing for a pose (degrees by mate) that can be.

        Raises:
            ValueError: an angle outside its joint's range, or of a mate that does not exist.
        """
        unknown = set(angles) - {mate.name for mate in self.mates}
        if unknown:
            raise ValueError(f"no such mates: {sorted(unknown)}")
        for mate, low, high, _, _ in self._hung:
            angle = angles.get(mate.name, 0.0)
            if not low - 1e-9 <= angle <= high + 1e-9:
                raise ValueError(f"{mate.name} turns from {low} to {high} degrees, {angle} asked")

    def matrices(self, poses: Sequence[Mapping[str, float]]) -> dict[str, Points]:
        """Return where each part is in many poses that can be, (poses, 4, 4) by part name.

        Each pose gives the angle of some mates (degrees); the others are at 0.
        """
        turns: dict[float, Points] = {}

        def turned(angle: float) -> Points:
            if angle not in turns:
                turns[angle] = turn(X, angle).matrix()
            return turns[angle]

        at = {self.root: np.broadcast_to(HERE.matrix(), (len(poses), 4, 4))}
        for mate, _, _, off, onto in self._hung:
            angles = [turned(pose.get(mate.name, 0.0)) for pose in poses]
            about = np.array(angles).reshape(-1, 4, 4)
            at[mate.child] = at[mate.parent] @ (onto @ (about @ off))
        for part in self.parts:
            at.setdefault(part.name, np.broadcast_to(HERE.matrix(), (len(poses), 4, 4)))
        return at

    def pose(self, angles: Mapping[str, float]) -> dict[str, Placement]:
        """Return where each part is when each mate is turned by its angle (degrees; 0 if unnamed).

        Raises:
            ValueError: an angle outside its joint's range, or of a mate that does not exist.
        """
        self.allow(angles)
        return {name: from_matrix(at[0]) for name, at in self.matrices([angles]).items()}
