"""What hangs over nothing when a part is printed as it lies on the bed.

A face hangs when it looks down, is more than 50 degrees from upright and is above the first
layer. Hanging faces that touch form a patch. An edge of a patch is held where the surface goes
down from it: at an inner corner, or where it reaches the first layer; at an outer corner it is
free. A point of a patch is fine when it lies within 3 mm of a held edge (a ledge), or when some
straight line through it runs, inside the patch, from one held edge to another in at most 10 mm (a
bridge). The check looks at every 0.25 mm2 or a hundredth of the patch; a patch is bad when more
than 1 mm2 of it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from parametric.checks.surface import Array, Bools, Ints, Surface, together
from parametric.checks.walls import spread

OVERHANG_DEG = 45.0
"""From here on, measured from upright, each layer reaches further out than it is held (degrees)."""

OVERHANG_TOLERANCE_DEG = 5.0
"""Round shapes print well a little beyond 45 degrees: slicers (Cura) start supports at 50."""

LONGEST_BRIDGE_MM = 10.0
LONGEST_LEDGE_MM = 3.0
"""What an untuned printer manages without support (mm): assumptions, on the safe side of common
printing guides; replace them by a test piece."""

BAD_PATCH_MM2 = 1.0
"""A patch is judged by what is left when this much of it is forgiven (mm2)."""

_WAYS = 12
_MOST_POINTS = 100
_FAR = 1e9


@dataclass(frozen=True)
class Overhang:
    """One patch of hanging surface.

    Attributes:
        area_mm2: of the surface, not of its shadow.
        at: a point of it, at its worst place (mm, on the bed).
        bridge_mm: the longest span that is bridged; None where none is needed or possible.
        ledge_mm: how far it reaches out at its worst place; None when nothing holds it.
        bad_mm2: how much of it is neither ledge nor bridge.
    """

    area_mm2: float
    at: tuple[float, float, float]
    bridge_mm: float | None
    ledge_mm: float | None
    bad_mm2: float

    @property
    def is_fine(self) -> bool:
        """Whether it can be printed without support."""
        return self.bad_mm2 <= BAD_PATCH_MM2


def overhangs(surface: Surface, layer_mm: float) -> tuple[Overhang, ...]:
    """Return every patch of hanging surface larger than 1 mm2.

    Args:
        surface: a closed mesh on the bed, z = 0 lowest (mm).
        layer_mm: the height of the first layer.
    """
    mesh = surface.mesh
    limit = -math.sin(math.radians(OVERHANG_DEG + OVERHANG_TOLERANCE_DEG))
    low = mesh.vertices[:, 2] <= layer_mm + 1e-6
    on_bed: Bools = np.asarray(low[mesh.triangles].all(axis=1))
    hangs = (mesh.normals[:, 2] < limit) & ~on_bed
    chosen = np.flatnonzero(hangs)
    if mesh.areas[chosen].sum() <= BAD_PATCH_MM2:
        return ()
    across = _neighbours_of(surface, chosen)
    place = np.full(len(mesh.triangles), -1)
    place[chosen] = np.arange(len(chosen))
    row, edge = np.nonzero(hangs[across])
    label = together(len(chosen), row, place[across[row, edge]])
    area = np.bincount(label, weights=mesh.areas[chosen], minlength=len(chosen))
    rim_row, rim_edge = np.nonzero(~hangs[across])
    a, b, held = _rim(surface, chosen, across, on_bed, row=rim_row, edge=rim_edge)
    found = []
    for patch in np.flatnonzero(area > BAD_PATCH_MM2):
        rim = label[rim_row] == patch
        mine = chosen[label == patch]
        corners = mesh.triangles[mine]
        found.append(
            _judge(
                surface,
                mine,
                area=float(area[patch]),
                a=a[rim],
                b=b[rim],
                held=held[rim],
                low=np.unique(corners[low[corners]]),
            )
        )
    return tuple(found)


def _neighbours_of(surface: Surface, chosen: Ints) -> Ints:
    """Return the triangles across the three edges of each chosen one, (n, 3)."""
    mesh = surface.mesh
    touched = np.zeros(len(mesh.vertices), dtype=np.bool_)
    touched[mesh.triangles[chosen]] = True
    near = np.flatnonzero(touched[mesh.triangles].sum(axis=1) >= 2)
    n = len(mesh.vertices)
    corners = mesh.triangles[near].astype(np.int64)
    keys = (corners * n + corners[:, (1, 2, 0)]).reshape(-1)
    order = np.argsort(keys)
    mine = mesh.triangles[chosen].astype(np.int64)
    wanted = mine[:, (1, 2, 0)] * n + mine
    return np.asarray(near[order[np.searchsorted(keys, wanted, sorter=order)] // 3])


def _rim(
    surface: Surface, chosen: Ints, across: Ints, on_bed: Bools, *, row: Ints, edge: Ints
) -> tuple[Array, Array, Bools]:
    """Return the ends of the rim's edges seen from above (n, 2), and whether each is held."""
    mesh = surface.mesh
    mine, other = chosen[row], across[row, edge]
    a = mesh.vertices[mesh.triangles[mine, edge]]
    b = mesh.vertices[mesh.triangles[mine, (edge + 1) % 3]]
    # The neighbour's third corner is above the plane of this face exactly at an inner corner.
    rise = np.einsum("nij,nj->ni", mesh.corners[other] - a[:, None], mesh.normals[mine])
    third = np.take_along_axis(rise, np.abs(rise).argmax(axis=1)[:, None], axis=1)[:, 0]
    return a[:, :2], b[:, :2], np.asarray(on_bed[other] | (third > 1e-6))


def _judge(
    surface: Surface, mine: Ints, *, area: float, a: Array, b: Array, held: Bools, low: Ints
) -> Overhang:
    mesh = surface.mesh
    shadow = mesh.vertices[mesh.triangles[mine]].reshape(-1, 3)
    middle = shadow.mean(axis=0)
    feet = mesh.vertices[low][:, :2]
    starts, ends = np.concatenate((a[held], feet)), np.concatenate((b[held], feet))
    if len(starts) and np.linalg.norm(np.ptp(shadow[:, :2], axis=0)) <= LONGEST_LEDGE_MM:
        return Overhang(area, _point(middle), None, None, 0.0)
    points, _, weights = spread(surface, mine, max(0.25, area / _MOST_POINTS))
    if not len(starts):
        return Overhang(area, _point(points[int(points[:, 2].argmin())]), None, None, area)
    ledge = _distance(points[:, :2], starts, ends)
    beyond = np.flatnonzero(ledge > LONGEST_LEDGE_MM)
    if not len(beyond):
        return Overhang(area, _point(points[int(ledge.argmax())]), None, float(ledge.max()), 0.0)
    span = _span(points[beyond, :2], a, b, held)
    bad = span > LONGEST_BRIDGE_MM
    worst = beyond[int(np.argmax(np.where(bad, ledge[beyond], 0.0) if bad.any() else span))]
    bridged = span[span < _FAR]
    return Overhang(
        area,
        _point(points[worst]),
        float(bridged.max()) if len(bridged) else None,
        float(ledge[worst]),
        float(weights[beyond][bad].sum()),
    )


def _distance(points: Array, a: Array, b: Array) -> Array:
    """Return how far each point (n, 2) is from the nearest of some segments (mm)."""
    x, y = (b - a).T
    off_x, off_y = points[:, :1] - a[:, 0], points[:, 1:] - a[:, 1]
    share = (off_x * x + off_y * y) / np.maximum(x * x + y * y, 1e-18)
    np.clip(share, 0.0, 1.0, out=share)
    off_x -= share * x
    off_y -= share * y
    square = off_x * off_x + off_y * off_y
    return np.asarray(np.sqrt(square.min(axis=1)), dtype=np.float64)


def _span(points: Array, a: Array, b: Array, held: Bools) -> Array:
    """Return the shortest line through each point from held rim to held rim (mm, or very far)."""
    best = np.full(len(points), _FAR)
    rows = np.arange(len(points))
    for angle in np.pi * np.arange(_WAYS) / _WAYS:
        way = np.array([math.cos(angle), math.sin(angle)])
        beside = np.array([-way[1], way[0]])
        p = points @ beside
        side_a, side_b = (a @ beside) - p[:, None], (b @ beside) - p[:, None]
        crosses = (side_a >= 0.0) != (side_b >= 0.0)
        share = side_a / np.where(crosses, side_a - side_b, 1.0)
        along = (a @ way) + share * ((b - a) @ way) - (points @ way)[:, None]
        ahead = np.where(crosses & (along >= 0.0), along, _FAR)
        behind = np.where(crosses & (along < 0.0), -along, _FAR)
        first, last = ahead.argmin(axis=1), behind.argmin(axis=1)
        both = held[first] & held[last]
        length = ahead[rows, first] + behind[rows, last]
        best = np.where(both, np.minimum(best, length), best)
    return np.asarray(np.minimum(best, _FAR), dtype=np.float64)


def _point(at: Array) -> tuple[float, float, float]:
    return float(at[0]), float(at[1]), float(at[2])
