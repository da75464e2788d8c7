"""Motions: every joint turned, every pose tried, and how all parts meet in each of them.

Motions are posed and every two parts whose boxes meet are intersected; parts that do not move
against each other from one pose to the next are intersected once. Each joint is also turned
through its own whole range. Not seen: what happens between the steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from parametric.assembly import Assembly, Mate, Motion
from parametric.checks.findings import Finding, MotionRow
from parametric.checks.meetings import INTERFERENCE_MM3, Body, Meeting, Meetings, Pair, Query
from parametric.checks.surface import Array
from parametric.place import Placement, X, turn

_STEPS, _THOROUGH_STEPS = 3, 7
"""Into how many positions a joint's range is divided."""

_ENOUGH_POSES = 5
"""A motion with fewer poses is also tried half-way between them, when thorough."""

Pose = Mapping[str, float]


@dataclass
class _Trial:
    """One movement (or one joint's range) and the questions that it asks."""

    name: str
    clearance: float
    poses: int = 0
    queries: list[Query] = field(default_factory=list)


def check_motions(
    assembly: Assembly, bodies: Mapping[str, Body], findings: list[Finding], *, thorough: bool
) -> tuple[MotionRow, ...]:
    """Return what was measured in every motion and joint; what is wrong is added to `findings`.

    Args:
        assembly: what was promised.
        bodies: the parts' shapes by name.
        findings: everything found so far.
        thorough: seven positions of every joint instead of three, and half-way poses in motions
            of fewer than five.
    """
    meetings = Meetings(bodies, dict(_joint_frames(assembly)))
    trials = _motions(assembly, meetings, findings, thorough=thorough)
    trials += _joints(assembly, meetings, thorough=thorough)
    meetings.settle()
    return tuple(_row(each, meetings, findings) for each in trials)


def _joint_frames(assembly: Assembly) -> Iterable[tuple[Pair, Placement]]:
    """Yield for every mated pair, either way round, where the first one's joint is, undone."""
    for mate in assembly.mates:
        onto = assembly.part(mate.parent).joint(mate.parent_joint).placement
        off = assembly.part(mate.child).joint(mate.child_joint).placement
        yield (mate.parent, mate.child), onto.inverse()
        yield (mate.child, mate.parent), off.inverse()


def _motions(
    assembly: Assembly, meetings: Meetings, findings: list[Finding], *, thorough: bool
) -> list[_Trial]:
    """Pose every motion, all parts against all."""
    trials: list[_Trial] = []
    possible: list[Pose] = []
    trial_of: list[_Trial] = []
    for motion in assembly.motions:
        trial = _Trial(motion.name, motion.clearance_mm)
        trials.append(trial)
        for pose in _poses(motion, thorough=thorough):
            trial.poses += 1
            try:
                assembly.allow(pose)
            except ValueError as error:
                says = f"“{motion.name}” asks for a pose that cannot be: {error}."
                findings.append(Finding("motion", "error", "", says))
                continue
            possible.append(pose)
            trial_of.append(trial)
    at = assembly.matrices(possible)
    at = {name: matrices for name, matrices in at.items() if name in meetings.bodies}
    mated = {frozenset((mate.parent, mate.child)) for mate in assembly.mates}
    apart = np.array([frozenset(pair) not in mated for pair in combinations(at, 2)], dtype=float)
    clearances = np.array([trial.clearance for trial in trial_of]).reshape(-1, 1)
    asked = meetings.ask_all(at, clearances * apart)
    for trial, queries in zip(trial_of, asked, strict=True):
        trial.queries += queries
    return trials


def _poses(motion: Motion, *, thorough: bool) -> Iterable[Pose]:
    if thorough and len(motion.poses) < _ENOUGH_POSES:
        return _between(motion.poses)
    return motion.poses


def _joints(assembly: Assembly, meetings: Meetings, *, thorough: bool) -> list[_Trial]:
    """Turn each joint through its own whole range, against its parent only."""
    trials: list[_Trial] = []
    trial_of: list[_Trial] = []
    pairs: list[Pair] = []
    places: list[Array] = []
    for mate in assembly.mates:
        turned = _turned(assembly, mate, _THOROUGH_STEPS if thorough else _STEPS)
        trials.append(_Trial(f"joint {mate.name}", 0.0, len(turned)))
        trial_of += [trials[-1]] * len(turned)
        pairs += [(mate.parent, mate.child)] * len(turned)
        places += turned
    asked = meetings.ask(pairs, np.array(places).reshape(-1, 4, 4), np.zeros(len(places)))
    for trial, query in zip(trial_of, asked, strict=True):
        if query is not None:
            trial.queries.append(query)
    return trials


def _turned(assembly: Assembly, mate: Mate, steps: int) -> list[Array]:
    """Return where the child is, as its parent sees it, in some positions of their joint."""
    low, high = assembly.range_of(mate.name)
    angles = np.linspace(low, high, steps) if high > low else np.array([low])
    onto = assembly.part(mate.parent).joint(mate.parent_joint).placement.matrix()
    off = assembly.part(mate.child).joint(mate.child_joint).placement.inverse().matrix()
    return [onto @ (turn(X, float(angle)).matrix() @ off) for angle in angles]


def _row(trial: _Trial, meetings: Meetings, findings: list[Finding]) -> MotionRow:
    worst: dict[Pair, Meeting] = {}
    for query in trial.queries:
        met = meetings.met[query]
        before = worst.setdefault(query[:2], Meeting(met.volume, met.gap))
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


def _worst_pair(worst: Mapping[Pair, Meeting]) -> Pair:
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
