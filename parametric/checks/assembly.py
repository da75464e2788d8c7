"""Checks of the parts together: every promise of an assembly tried on the real shapes.

Motions are posed and every two parts whose boxes meet are intersected; parts that do not move
against each other from one pose to the next are intersected once. Each joint is also turned
through its own whole range. Reaches are the least distance between two shapes. A cord is followed
from channel to channel, and along each channel with rays.

Not seen: what happens between the steps, cords that bend round corners outside their channels
(spans are straight lines), and anything that is not printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import manifold3d as m3d
import numpy as np

from parametric.assembly import Assembly, Cord, Mate, Motion
from parametric.checks.findings import (
    AssemblyReport,
    CordRow,
    Finding,
    MotionRow,
    ReachRow,
    WorkingRow,
)
from parametric.checks.surface import Array, Surface, around
from parametric.kit import MadePart
from parametric.part import Channel
from parametric.place import Placement, X, turn
from parametric.solid.curves import path_points, smooth

INTERFERENCE_MM3 = 0.01
"""Parts that have more than this in common run into each other (mm3). Two chords of one curve
may cross by a tenth of that."""

SIDESTEP_MM = 1.0
"""How far beside the end of a channel the next one may begin (mm)."""

CLEAR_SHARE = 0.7
"""How much of its bore's radius a channel must have free everywhere. A bore is drawn wider than
its cord by the printer's clearance."""

_STEPS, _THOROUGH_STEPS = 3, 7
"""Into how many positions a joint's range is divided."""

_PATH_TOLERANCE_MM = 0.02
_PATH_STEP_MM = 1.0
_WAYS = 8
_TOUCH_MM = 0.05

Pose = Mapping[str, float]
Where = Mapping[str, Placement]


@dataclass
class _Meeting:
    """Two parts in one relative position: what they have in common, or how near they are.

    `gap` is None when it was not looked for, and inf when it is more than was `searched`.
    """

    volume: float
    gap: float | None
    searched: float = 0.0

    def answers(self, search: float | None) -> bool:
        """Whether this tells the gap up to a distance (mm); None when it does not matter."""
        if search is None or self.volume > INTERFERENCE_MM3:
            return True
        return self.gap is not None and (np.isfinite(self.gap) or self.searched >= search)


@dataclass
class _Shapes:
    """The shapes of an assembly, and what is known of every two in every relative position."""

    shapes: dict[str, m3d.Manifold]
    boxes: dict[str, Array]
    met: dict[tuple[str, str, bytes], _Meeting] = field(default_factory=dict)

    def near(self, where: Where, margin: float) -> list[tuple[str, str]]:
        """Return the pairs of parts whose boxes come within `margin` mm."""
        names = [name for name in where if name in self.shapes]
        low = np.empty((len(names), 3))
        high = np.empty((len(names), 3))
        for i, name in enumerate(names):
            corners = where[name].points(self.boxes[name])
            low[i], high[i] = corners.min(axis=0), corners.max(axis=0)
        meet = np.all(low[:, None] - margin <= high[None], axis=2)
        both = np.triu(meet & meet.T, 1)
        return [(names[i], names[j]) for i, j in zip(*np.nonzero(both), strict=True)]

    def meeting(
        self, a: str, b: str, b_from_a: Placement, *, search: float | None, margin: float = 0.0
    ) -> _Meeting:
        """Return how part b, placed in a's coordinates, meets part a.

        Args:
            a: a part.
            b: another.
            b_from_a: where b is in a's coordinates.
            search: up to which distance a gap is looked for (mm); None when it does not matter.
            margin: boxes further apart than this mean that nothing meets.
        """
        matrix = b_from_a.matrix()[:3]
        key = (a, b, np.round(matrix, 6).tobytes())
        known = self.met.get(key)
        if known is not None and known.answers(search):
            return known
        if self._apart(a, b, b_from_a, max(margin, search or 0.0)):
            found = _Meeting(0.0, np.inf, search or 0.0)
        else:
            other = self.shapes[b].transform(matrix)
            volume = float((self.shapes[a] ^ other).volume()) if known is None else known.volume
            gap = None
            if volume > INTERFERENCE_MM3:
                gap = 0.0
            elif search is not None:
                least = float(self.shapes[a].min_gap(other, search))
                gap = least if least < search else np.inf
            found = _Meeting(volume, gap, search or 0.0)
        self.met[key] = found
        return found

    def _apart(self, a: str, b: str, b_from_a: Placement, margin: float) -> bool:
        """Whether the box of one is clear of the other in the coordinates of either."""
        for mine, other, way in (
            (self.boxes[a], self.boxes[b], b_from_a),
            (self.boxes[b], self.boxes[a], b_from_a.inverse()),
        ):
            moved = way.points(other)
            if np.any(moved.min(axis=0) > mine[-1] + margin) or np.any(
                moved.max(axis=0) < mine[0] - margin
            ):
                return True
        return False


def check_assembly(
    assembly: Assembly,
    made: Sequence[MadePart],
    *,
    thorough: bool,
    surfaces: Mapping[str, Surface] | None = None,
) -> AssemblyReport:
    """Return which of an assembly's promises hold, with what was measured.

    Args:
        assembly: what was promised.
        made: its parts with their shapes, from `parametric.kit.make`.
        thorough: seven positions of every joint instead of three, and half-way poses between
            those of a motion.
        surfaces: the parts' meshes on the bed by part name, when they are already prepared.

    Raises:
        LookupError: the assembly names a part, joint or channel that does not exist.
    """
    shapes = _Shapes(
        {each.part.name: each.shape for each in made},
        {each.part.name: _corners(each.shape.bounding_box()) for each in made},
    )
    known = surfaces or {}
    prepared = {
        each.part.name: (each, known.get(each.part.name) or Surface(each.mesh)) for each in made
    }
    findings: list[Finding] = []
    motions = [
        _motion(assembly, shapes, each, findings, thorough=thorough) for each in assembly.motions
    ]
    motions += [
        _joint(assembly, shapes, each, findings, thorough=thorough) for each in assembly.mates
    ]
    return AssemblyReport(
        motions=tuple(motions),
        reaches=_reaches(assembly, shapes, findings),
        cords=tuple(_cord(assembly, prepared, each, findings) for each in assembly.cords),
        workings=_workings(assembly, findings),
        findings=tuple(findings),
    )


def _motion(
    assembly: Assembly,
    shapes: _Shapes,
    motion: Motion,
    findings: list[Finding],
    *,
    thorough: bool,
) -> MotionRow:
    mated = {frozenset((mate.parent, mate.child)) for mate in assembly.mates}
    worst: dict[tuple[str, str], _Meeting] = {}
    poses = list(_between(motion.poses)) if thorough else list(motion.poses)
    for pose in poses:
        try:
            where = assembly.pose(pose)
        except ValueError as error:
            says = f"“{motion.name}” asks for a pose that cannot be: {error}."
            findings.append(Finding("motion", "error", "", says))
            continue
        back = {name: placement.inverse() for name, placement in where.items()}
        for a, b in shapes.near(where, motion.clearance_mm):
            search = None if frozenset((a, b)) in mated else motion.clearance_mm
            met = shapes.meeting(a, b, where[b].then(back[a]), search=search)
            _keep_worst(worst, (a, b), met)
    return _motion_row(motion.name, len(poses), worst, motion.clearance_mm, findings)


def _joint(
    assembly: Assembly,
    shapes: _Shapes,
    mate: Mate,
    findings: list[Finding],
    *,
    thorough: bool,
) -> MotionRow:
    """Turn one joint through its own whole range, against its parent only."""
    low, high = assembly.range_of(mate.name)
    steps = _THOROUGH_STEPS if thorough else _STEPS
    angles = np.linspace(low, high, steps) if high > low else np.array([low])
    onto = assembly.part(mate.parent).joint(mate.parent_joint).placement
    off = assembly.part(mate.child).joint(mate.child_joint).placement.inverse()
    worst: dict[tuple[str, str], _Meeting] = {}
    for angle in angles:
        placed = off.then(turn(X, float(angle))).then(onto)
        met = shapes.meeting(mate.parent, mate.child, placed, search=None)
        _keep_worst(worst, (mate.parent, mate.child), met)
    return _motion_row(f"joint {mate.name}", len(angles), worst, 0.0, findings)


def _keep_worst(
    worst: dict[tuple[str, str], _Meeting], pair: tuple[str, str], met: _Meeting
) -> None:
    before = worst.get(pair)
    if before is None:
        worst[pair] = _Meeting(met.volume, met.gap)
        return
    before.volume = max(before.volume, met.volume)
    gaps = [gap for gap in (before.gap, met.gap) if gap is not None]
    before.gap = min(gaps) if gaps else None


def _motion_row(
    name: str,
    poses: int,
    worst: dict[tuple[str, str], _Meeting],
    clearance: float,
    findings: list[Finding],
) -> MotionRow:
    holds = True
    for (a, b), met in worst.items():
        parts = f"{a} and {b}"
        if met.volume > INTERFERENCE_MM3:
            says = f"{parts} run into each other in “{name}”: {met.volume:.2f} mm3 in common."
            findings.append(
                Finding("interference", "error", parts, says, met.volume, INTERFERENCE_MM3, "mm3")
            )
            holds = False
        elif met.gap is not None and met.gap < clearance:
            says = f"{parts} come within {met.gap:.3f} mm in “{name}”; {clearance:g} mm are needed."
            findings.append(Finding("clearance", "error", parts, says, met.gap, clearance, "mm"))
            holds = False
    volume = max((met.volume for met in worst.values()), default=0.0)
    gaps = [met.gap for met in worst.values() if met.gap is not None and met.gap < clearance]
    between: tuple[str, ...] = ()
    if volume > INTERFERENCE_MM3 or gaps:
        between = _worst_pair(worst)
    return MotionRow(name, poses, volume, between, min(gaps, default=None), clearance, holds)


def _worst_pair(worst: Mapping[tuple[str, str], _Meeting]) -> tuple[str, str]:
    """Return the pair with the most in common, else with the least gap."""

    def badness(pair: tuple[str, str]) -> tuple[float, float]:
        met = worst[pair]
        return -met.volume, np.inf if met.gap is None else met.gap

    return min(worst, key=badness)


def _between(poses: Sequence[Pose]) -> Iterable[Pose]:
    """Yield the poses with one half-way between every two."""
    for i, pose in enumerate(poses):
        if i:
            before = poses[i - 1]
            names = sorted({*before, *pose})
            yield {name: (before.get(name, 0.0) + pose.get(name, 0.0)) / 2.0 for name in names}
        yield pose


def _reaches(assembly: Assembly, shapes: _Shapes, findings: list[Finding]) -> tuple[ReachRow, ...]:
    rows = []
    for reach in assembly.reaches:
        where = assembly.pose(reach.pose)
        placed = where[reach.b].then(where[reach.a].inverse())
        # Looked for a little further, so that a near miss says by how much.
        met = shapes.meeting(reach.a, reach.b, placed, search=reach.at_most_mm + 2.0)
        gap = met.gap if met.gap is not None and np.isfinite(met.gap) else None
        if met.volume > INTERFERENCE_MM3:
            gap = 0.0
        holds = gap is not None and gap <= reach.at_most_mm
        if not holds:
            far = f"{gap:.2f} mm" if gap is not None else f"over {reach.at_most_mm + 2.0:g} mm"
            says = f"“{reach.name}”: {reach.a} and {reach.b} stay {far} apart."
            pair = f"{reach.a} and {reach.b}"
            findings.append(Finding("reach", "error", pair, says, gap, reach.at_most_mm, "mm"))
        rows.append(ReachRow(reach.name, reach.a, reach.b, gap, reach.at_most_mm, holds))
    return tuple(rows)


def _cord(
    assembly: Assembly,
    prepared: Mapping[str, tuple[MadePart, Surface]],
    cord: Cord,
    findings: list[Finding],
) -> CordRow:
    rest = assembly.poses.get("rest", {})
    before = len(findings)
    channels = [(part, assembly.part(part).channel(name)) for part, name in cord.through]
    worst = _line_up(assembly.pose(rest), cord, channels, findings)
    tightest: float | None = None
    for part, channel in channels:
        made, surface = prepared[part]
        clear = clear_radius(surface, channel, made.to_bed)
        tightest = clear if tightest is None else min(tightest, clear)
        needed = CLEAR_SHARE * channel.diameter_mm / 2.0
        if clear < needed:
            says = (
                f"The channel “{channel.name}” is closed or narrow: {max(clear, 0.0):.2f} mm are "
                f"free round its middle, {needed:.2f} mm are needed."
            )
            findings.append(Finding("channels", "error", part, says, clear, needed, "mm"))
    start = _spans(assembly.pose(cord.driver_start), channels)
    end = _spans(assembly.pose(cord.driver_end), channels)
    available = float((end - start)[: cord.driven_from].sum())
    open_, closed = (
        _spans(assembly.pose(rest), channels),
        _spans(assembly.pose(cord.closed), channels),
    )
    needs = float((open_ - closed)[cord.driven_from :].sum())
    if available < needs:
        says = f"The cord “{cord.name}” is pulled {available:.1f} mm; closing needs {needs:.1f} mm."
        findings.append(Finding("travel", "error", "", says, available, needs, "mm"))
    return CordRow(cord.name, worst, tightest, available, needs, holds=len(findings) == before)


def _line_up(
    where: Where,
    cord: Cord,
    channels: Sequence[tuple[str, Channel]],
    findings: list[Finding],
) -> float | None:
    """Return the worst sideways step from one channel to the next, square to their direction."""
    worst: float | None = None
    for (part, channel), (next_part, following) in pairwise(channels):
        out = where[part].points(np.array(channel.path[-2:]))
        into = where[next_part].points(np.array(following.path[:2]))
        ahead = _unit(out[1] - out[0]) + _unit(into[1] - into[0])
        if np.linalg.norm(ahead) < 1e-6:
            # The two point against each other: there is no common direction to be beside.
            step = float(np.linalg.norm(into[0] - out[1]))
        else:
            ahead = _unit(ahead)
            gap = into[0] - out[1]
            step = float(np.linalg.norm(gap - (gap @ ahead) * ahead))
        worst = step if worst is None else max(worst, step)
        if step > SIDESTEP_MM:
            says = (
                f"The cord “{cord.name}” steps {step:.2f} mm sideways from {part} to {next_part}."
            )
            pair = f"{part} and {next_part}"
            findings.append(Finding("cords", "error", pair, says, step, SIDESTEP_MM, "mm"))
    return worst


def _spans(where: Where, channels: Sequence[tuple[str, Channel]]) -> Array:
    """Return the straight distance from each channel's end to the next one's beginning (mm)."""
    ends = [
        (where[part].points(np.array([channel.path[0], channel.path[-1]])))
        for part, channel in channels
    ]
    return np.array([float(np.linalg.norm(b[0] - a[1])) for a, b in pairwise(ends)])


def clear_radius(surface: Surface, channel: Channel, to_bed: Placement) -> float:
    """Return the least distance from the middle of a channel to the part round it (mm).

    0 where the middle line is inside the material or something closes the bore. Looked at every
    millimetre or less of the smooth curve through the channel's points, in eight directions, and
    along the curve itself; its two ends are its mouths and are not looked at sideways.

    Args:
        surface: the part's mesh on the bed.
        channel: in the part's own coordinates.
        to_bed: the placement from those to the bed.
    """
    line = to_bed.points(_fine(channel))
    ahead = np.diff(line, axis=0)
    length = np.linalg.norm(ahead, axis=1)
    ahead /= length[:, None]
    # From a little behind each point, so that a skin that lies exactly on one is not missed.
    far, _ = surface.rays.cast(line[:-1] + 1e-3 * ahead, ahead)
    blocked = far < length - 2e-3
    blocked[-1] &= far[-1] < length[-1] - _TOUCH_MM
    if blocked.any():
        return 0.0
    inner = line[1:-1]
    if not len(inner):
        return np.inf
    ways = around(ahead[1:], _WAYS).reshape(-1, 3)
    wide, hit = surface.rays.cast(np.repeat(inner, _WAYS, axis=0), ways)
    met = hit >= 0
    leaving = np.einsum("ij,ij->i", surface.mesh.normals[hit[met]], ways[met]) > 0.0
    if leaving.any():
        return 0.0
    return float(wide.min())


def _fine(channel: Channel) -> Array:
    """Return points along a channel, no further apart than 1 mm."""
    if len(channel.path) == 2:
        line = np.array(channel.path, dtype=np.float64)
    else:
        line = path_points(smooth(channel.path, closed=False), _PATH_TOLERANCE_MM)
    pieces = []
    for a, b in pairwise(line):
        n = max(1, int(np.ceil(np.linalg.norm(b - a) / _PATH_STEP_MM)))
        pieces.append(a + (b - a) * (np.arange(n) / n)[:, None])
    return np.concatenate((*pieces, line[-1:]))


def _workings(assembly: Assembly, findings: list[Finding]) -> tuple[WorkingRow, ...]:
    rows = []
    for check in assembly.hand_checks:
        rows.append(
            WorkingRow(
                check.name,
                check.value,
                check.limit,
                check.unit,
                check.at_least,
                check.working,
                check.source,
                check.holds,
            )
        )
        if not check.holds:
            word = "at least" if check.at_least else "at most"
            says = (
                f"{check.name}: {check.value:.3g} {check.unit}, must be {word} "
                f"{check.limit:.3g} {check.unit}."
            )
            findings.append(
                Finding("hand check", "error", "", says, check.value, check.limit, check.unit)
            )
    return tuple(rows)


def _corners(box: tuple[float, float, float, float, float, float]) -> Array:
    """Return the eight corners of a box, the lowest first and the highest last."""
    x0, y0, z0, x1, y1, z1 = box
    return np.array([(x, y, z) for x in (x0, x1) for y in (y0, y1) for z in (z0, z1)])


def _unit(v: Array) -> Array:
    return np.asarray(v / max(float(np.linalg.norm(v)), 1e-12), dtype=np.float64)
