"""Checks of the parts together: every promise of an assembly tried on the real shapes.

Motions are posed and every two parts whose boxes meet are intersected; parts that do not move
against each other from one pose to the next are intersected once. Each joint is also turned
through its own whole range. Reaches are the least distance between two shapes. A cord is followed
from channel to channel, and along each channel with rays.

Not seen: what happens between the steps, cords that bend round corners outside their channels
(spans are straight lines), and anything that is not printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from parametric.checks.surface import Array, Bools, Surface, around
from parametric.kit import MadePart
from parametric.part import Channel
from parametric.place import HERE, Placement, X, turn
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

_ENOUGH_POSES = 5
"""A motion with fewer poses is also tried half-way between them, when thorough."""

_WORTH_CUTTING, _WORTH_SHARE, _CUT_MARGIN_MM = 3, 0.7, 1.0
"""Shapes are cut to what can meet when there are this many positions and this share is left."""

_PATH_TOLERANCE_MM = 0.02
_PATH_STEP_MM = 1.0
_WAYS = 8
_TOUCH_MM = 0.05

Pose = Mapping[str, float]
Where = Mapping[str, Placement]


Pair = tuple[str, str]
Query = tuple[str, str, bytes]


@dataclass
class _Meeting:
    """Two parts in one relative position: what they have in common, or how near they are.

    `gap` is None when it was not looked for, and inf when it is more than was looked for.
    """

    volume: float
    gap: float | None


@dataclass
class _Shapes:
    """The shapes of an assembly, and how every two meet in every relative position.

    Positions are asked for first and worked out together: then only those pieces of two shapes
    need to be intersected that come near each other in any of them.
    """

    shapes: dict[str, m3d.Manifold]
    boxes: dict[str, Array]
    joints: Mapping[Pair, Placement] = field(default_factory=dict)
    asked: dict[Pair, dict[bytes, tuple[Array, float | None]]] = field(default_factory=dict)
    met: dict[Query, _Meeting] = field(default_factory=dict)

    def ask(
        self, where: Where, pairs: Sequence[Pair] | None, search: Callable[[Pair], float | None]
    ) -> list[Query]:
        """Ask how parts that come near each other meet; return the questions, to be settled.

        Args:
            where: where each part is.
            pairs: which pairs to look at; None for all.
            search: up to which distance a gap is looked for between two (mm); None when it does
                not matter.
        """
        names = [name for name in where if name in self.shapes]
        rows = {name: i for i, name in enumerate(names)}
        at = np.stack([where[name].matrix() for name in names])
        back = np.linalg.inv(at)
        boxes = np.stack([self.boxes[name] for name in names])
        if pairs is None:
            first, second = np.triu_indices(len(names), 1)
        else:
            first = np.array([rows[a] for a, _ in pairs])
            second = np.array([rows[b] for _, b in pairs])
        margins = [search((names[i], names[j])) for i, j in zip(first, second, strict=True)]
        margin = np.array([each or 0.0 for each in margins])
        spread = _moved(at, boxes)
        kept = np.flatnonzero(_boxes_meet(spread[first], spread[second], margin))
        first, second, margin = first[kept], second[kept], margin[kept]
        b_in_a = back[first] @ at[second]
        a_in_b = back[second] @ at[first]
        near = _boxes_meet(boxes[first], _moved(b_in_a, boxes[second]), margin)
        near &= _boxes_meet(boxes[second], _moved(a_in_b, boxes[first]), margin)
        asked = []
        for k in np.flatnonzero(near):
            pair = (names[first[k]], names[second[k]])
            key = (np.round(b_in_a[k, :3], 6) + 0.0).tobytes()
            positions = self.asked.setdefault(pair, {})
            _, before = positions.get(key, (b_in_a[k], None))
            # The widest search answers the others.
            positions[key] = (b_in_a[k], max(margin[k], before or 0.0) or None)
            asked.append((*pair, key))
        return asked

    def settle(self) -> None:
        """Work out all that was asked for."""
        for (a, b), positions in self.asked.items():
            mine, other = self._pieces(a, b, [each for each, _ in positions.values()])
            # Hinges are round about their axis, in long thin triangles. Looked at along the axis
            # the boxes round these are slim, and intersecting takes a fifth of the time.
            onto = self.joints.get((a, b), HERE).matrix()
            still = mine.transform(onto[:3])
            for key, (b_in_a, search) in positions.items():
                moved = other.transform((onto @ b_in_a)[:3])
                volume = float((still ^ moved).volume())
                gap: float | None = None
                if volume > INTERFERENCE_MM3:
                    gap = 0.0
                elif search is not None:
                    least = float(still.min_gap(moved, search))
                    gap = least if least < search else np.inf
                self.met[a, b, key] = _Meeting(volume, gap)
        self.asked.clear()

    def _pieces(self, a: str, b: str, places: Sequence[Array]) -> tuple[m3d.Manifold, m3d.Manifold]:
        """Return of both shapes what can come within 1 mm of the other in any position."""
        if len(places) < _WORTH_CUTTING:
            return self.shapes[a], self.shapes[b]
        b_in_a = np.stack(places)
        box = np.broadcast_to(self.boxes[b], (len(places), 8, 3))
        mine = self._piece(a, _moved(b_in_a, box).reshape(-1, 3))
        if mine.is_empty():
            return mine, self.shapes[b]
        box = np.broadcast_to(_corners(mine.bounding_box()), (len(places), 8, 3))
        back: Array = np.asarray(np.linalg.inv(b_in_a), dtype=np.float64)
        return mine, self._piece(b, _moved(back, box).reshape(-1, 3))

    def _piece(self, name: str, near: Array) -> m3d.Manifold:
        # What is cut is further away than any gap that motions look for, and so never found.
        low, high = near.min(axis=0) - _CUT_MARGIN_MM, near.max(axis=0) + _CUT_MARGIN_MM
        box = self.boxes[name]
        low, high = np.maximum(low, box[0] - 1.0), np.minimum(high, box[-1] + 1.0)
        if np.prod(high - low) > _WORTH_SHARE * np.prod(box[-1] - box[0] + 2.0):
            return self.shapes[name]
        cube = m3d.Manifold.cube(tuple(float(each) for each in high - low))
        piece = self.shapes[name] ^ cube.translate(tuple(float(each) for each in low))
        # Shapes are worked out when first looked at, and without this look, at every use again.
        piece.num_tri()
        return piece


def _moved(matrices: Array, boxes: Array) -> Array:
    """Return the corners (n, 8, 3) of boxes after one 4 x 4 placement each."""
    return np.asarray(
        np.einsum("nij,nkj->nki", matrices[:, :3, :3], boxes) + matrices[:, None, :3, 3],
        dtype=np.float64,
    )


def _boxes_meet(a: Array, b: Array, margin: Array) -> Bools:
    """Whether the boxes round corners a and b (n, 8, 3) come within a margin each (mm)."""
    wide = margin[:, None]
    return np.asarray(
        np.all(
            (a.min(axis=1) - wide <= b.max(axis=1)) & (b.min(axis=1) - wide <= a.max(axis=1)),
            axis=1,
        )
    )


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
        thorough: seven positions of every joint instead of three, and half-way poses in
            motions of fewer than five.
        surfaces: the parts' meshes on the bed by part name, when they are already prepared.

    Raises:
        LookupError: the assembly names a part, joint or channel that does not exist.
    """
    shapes = _Shapes(
        {each.part.name: each.shape for each in made},
        {each.part.name: _corners(each.shape.bounding_box()) for each in made},
        dict(_joint_frames(assembly)),
    )
    known = surfaces or {}
    prepared = {
        each.part.name: (each, known.get(each.part.name) or Surface(each.mesh)) for each in made
    }
    findings: list[Finding] = []
    trials = [
        _motion(assembly, shapes, each, findings, thorough=thorough) for each in assembly.motions
    ]
    trials += [_joint(assembly, shapes, each, thorough=thorough) for each in assembly.mates]
    shapes.settle()
    motions = [_motion_row(each, shapes, findings) for each in trials]
    return AssemblyReport(
        motions=tuple(motions),
        reaches=_reaches(assembly, shapes, findings),
        cords=tuple(_cord(assembly, prepared, each, findings) for each in assembly.cords),
        workings=_workings(assembly, findings),
        findings=tuple(findings),
    )


def _joint_frames(assembly: Assembly) -> Iterable[tuple[Pair, Placement]]:
    """Yield for every mated pair, either way round, where the first one's joint is, undone."""
    for mate in assembly.mates:
        onto = assembly.part(mate.parent).joint(mate.parent_joint).placement
        off = assembly.part(mate.child).joint(mate.child_joint).placement
        yield (mate.parent, mate.child), onto.inverse()
        yield (mate.child, mate.parent), off.inverse()


@dataclass
class _Trial:
    """One movement (or one joint's range) and the questions that it asks."""

    name: str
    clearance: float
    poses: int = 0
    queries: list[Query] = field(default_factory=list)


def _motion(
    assembly: Assembly,
    shapes: _Shapes,
    motion: Motion,
    findings: list[Finding],
    *,
    thorough: bool,
) -> _Trial:
    mated = {frozenset((mate.parent, mate.child)) for mate in assembly.mates}
    trial = _Trial(motion.name, motion.clearance_mm)

    def search(pair: Pair) -> float | None:
        return None if frozenset(pair) in mated else motion.clearance_mm

    poses: Iterable[Pose] = motion.poses
    if thorough and len(motion.poses) < _ENOUGH_POSES:
        poses = _between(motion.poses)
    for pose in poses:
        trial.poses += 1
        try:
            where = assembly.pose(pose)
        except ValueError as error:
            says = f"“{motion.name}” asks for a pose that cannot be: {error}."
            findings.append(Finding("motion", "error", "", says))
            continue
        trial.queries += shapes.ask(where, None, search)
    return trial


def _joint(assembly: Assembly, shapes: _Shapes, mate: Mate, *, thorough: bool) -> _Trial:
    """Turn one joint through its own whole range, against its parent only."""
    low, high = assembly.range_of(mate.name)
    steps = _THOROUGH_STEPS if thorough else _STEPS
    angles = np.linspace(low, high, steps) if high > low else np.array([low])
    onto = assembly.part(mate.parent).joint(mate.parent_joint).placement
    off = assembly.part(mate.child).joint(mate.child_joint).placement.inverse()
    trial = _Trial(f"joint {mate.name}", 0.0, len(angles))
    for angle in angles:
        where = {mate.parent: HERE, mate.child: off.then(turn(X, float(angle))).then(onto)}
        trial.queries += shapes.ask(where, ((mate.parent, mate.child),), lambda _: None)
    return trial


def _motion_row(trial: _Trial, shapes: _Shapes, findings: list[Finding]) -> MotionRow:
    worst: dict[Pair, _Meeting] = {}
    for query in trial.queries:
        met = shapes.met[query]
        before = worst.setdefault(query[:2], _Meeting(met.volume, met.gap))
        before.volume = max(before.volume, met.volume)
        gaps = [gap for gap in (before.gap, met.gap) if gap is not None]
        before.gap = min(gaps) if gaps else None
    name, clearance = trial.name, trial.clearance
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
    return MotionRow(name, trial.poses, volume, between, min(gaps, default=None), clearance, holds)


def _worst_pair(worst: Mapping[Pair, _Meeting]) -> Pair:
    """Return the pair with the most in common, else with the least gap."""

    def badness(pair: Pair) -> tuple[float, float]:
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
        gap = _gap(
            shapes.shapes[reach.a],
            shapes.shapes[reach.b].transform(placed.matrix()[:3]),
            reach.at_most_mm + 2.0,
        )
        holds = gap is not None and gap <= reach.at_most_mm
        if not holds:
            far = f"{gap:.2f} mm" if gap is not None else f"over {reach.at_most_mm + 2.0:g} mm"
            says = f"“{reach.name}”: {reach.a} and {reach.b} stay {far} apart."
            pair = f"{reach.a} and {reach.b}"
            findings.append(Finding("reach", "error", pair, says, gap, reach.at_most_mm, "mm"))
        rows.append(ReachRow(reach.name, reach.a, reach.b, gap, reach.at_most_mm, holds))
    return tuple(rows)


def _gap(a: m3d.Manifold, b: m3d.Manifold, most: float) -> float | None:
    """Return the least gap between two shapes (mm), None when it is more than `most`."""
    # A short search costs a tenth of a long one, and often is enough.
    search = min(1.0, most)
    while True:
        gap = float(a.min_gap(b, search))
        if gap < search:
            return gap
        if search >= most:
            return None
        search = min(2.0 * search, most)


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
