"""Cords: whether their channels line up and are open, and whether their travel is enough.

A cord is followed from channel to channel, and along each channel with rays. Not seen: cords that
bend round corners outside their channels (spans are straight lines).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from parametric.assembly import Assembly, Cord
from parametric.checks.findings import CordRow, Finding
from parametric.checks.surface import Array, Surface, around
from parametric.kit import MadePart
from parametric.part import Channel
from parametric.place import Placement, Points, Vec3
from parametric.solid.curves import path_points, smooth

SIDESTEP_MM = 1.0
"""How far beside the end of a channel the next one may begin (mm)."""

CLEAR_SHARE = 0.7
"""How much of its bore's radius a channel must have free everywhere. A bore is drawn wider than
its cord by the printer's clearance."""

_PATH_TOLERANCE_MM = 0.02
_PATH_STEP_MM = 1.0
_WAYS = 8
_TOUCH_MM = 0.05

Where = Mapping[str, Points]
"""Where each part is in one pose: its 4 x 4 matrix."""


def check_cord(
    assembly: Assembly,
    prepared: Mapping[str, tuple[MadePart, Surface]],
    cord: Cord,
    findings: list[Finding],
) -> CordRow:
    """Return what was measured along one cord; what is wrong is added to `findings`.

    Args:
        assembly: whose cord it is.
        prepared: each part with its mesh on the bed, by name.
        cord: what was promised of it.
        findings: everything found so far.
    """
    rest = assembly.poses.get("rest", {})
    before = len(findings)
    channels = [(part, assembly.part(part).channel(name)) for part, name in cord.through]
    at_rest, *others = _poses(assembly, (rest, cord.driver_start, cord.driver_end, cord.closed))
    worst = _line_up(at_rest, cord, channels, findings)
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
    open_, start, end, closed = (_spans(where, channels) for where in (at_rest, *others))
    available = float((end - start)[: cord.driven_from].sum())
    needs = float((open_ - closed)[cord.driven_from :].sum())
    if available < needs:
        says = f"The cord “{cord.name}” is pulled {available:.1f} mm; closing needs {needs:.1f} mm."
        findings.append(Finding("travel", "error", "", says, available, needs, "mm"))
    return CordRow(cord.name, worst, tightest, available, needs, holds=len(findings) == before)


def _poses(assembly: Assembly, poses: Sequence[Mapping[str, float]]) -> list[Where]:
    """Return where each part is in each of some poses.

    Raises:
        ValueError: one of them cannot be.
    """
    for pose in poses:
        assembly.allow(pose)
    at = assembly.matrices(poses)
    return [{name: matrices[i] for name, matrices in at.items()} for i in range(len(poses))]


def _placed(matrix: Points, points: Sequence[Vec3]) -> Points:
    moved: Points = np.array(points) @ matrix[:3, :3].T + matrix[:3, 3]
    return moved


def _line_up(
    where: Where,
    cord: Cord,
    channels: Sequence[tuple[str, Channel]],
    findings: list[Finding],
) -> float | None:
    """Return the worst sideways step from one channel to the next, square to their direction."""
    worst: float | None = None
    for (part, channel), (next_part, following) in pairwise(channels):
        out = _placed(where[part], channel.path[-2:])
        into = _placed(where[next_part], following.path[:2])
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
    ends = [_placed(where[part], (channel.path[0], channel.path[-1])) for part, channel in channels]
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
    far, _ = surface.rays.cast(line[:-1] + 1e-3 * ahead, ahead, float(length.max()))
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
    step = np.diff(line, axis=0)
    each = np.maximum(np.ceil(np.linalg.norm(step, axis=1) / _PATH_STEP_MM), 1.0).astype(np.int64)
    piece = np.repeat(np.arange(len(each)), each)
    share = (np.arange(len(piece)) - (np.cumsum(each) - each)[piece]) / each[piece]
    return np.concatenate((line[piece] + share[:, None] * step[piece], line[-1:]))


def _unit(v: Array) -> Array:
    return np.asarray(v / max(float(np.linalg.norm(v)), 1e-12), dtype=np.float64)
