"""How two parts meet: what they have in common and how near they are, in every position asked.

Questions are cheap and are asked in great numbers; most are answered by boxes. Boxes round whole
parts come first, then boxes round triangles, and only what is left is intersected. Everything that
is left out is provably apart: no box is smaller than what it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import manifold3d as m3d
import numpy as np

from parametric.checks.surface import Array, Bools, Ints, together
from parametric.place import HERE, Placement

INTERFERENCE_MM3 = 0.01
"""Parts that have more than this in common run into each other (mm3). Two chords of one curve
may cross by a tenth of that."""

_WORTH_TRIANGLES, _WORTH_SHARE, _CUT_MARGIN_MM = 30_000, 0.7, 1.0
"""A shape is cut to what can meet when it has, over all positions, this many triangles to look
through (else cutting takes longer than it saves) and at most this share is left."""

_ROUNDS, _NO_PROGRESS, _HOPELESS = 4, 0.7, 300_000
"""How often the triangles of two parts are looked through for those that are near the other's, what
share of the pairs may be left for it to be worth another time, and how many pairs are too many for
boxes ever to tell apart."""

Pair: TypeAlias = tuple[str, str]
Query: TypeAlias = tuple[str, str, bytes]
Corners: TypeAlias = tuple[Array, Array, Array]
"""The three corners of triangles, by coordinate, (3, m) each in mm."""


@dataclass
class Meeting:
    """Two parts in one relative position: what they have in common, or how near they are.

    `gap` is None when it was not looked for, and inf when it is more than was looked for.
    """

    volume: float
    gap: float | None


@dataclass(frozen=True, eq=False)
class _Boxes:
    """Boxes round triangles, by coordinate: lowest and highest corners, (3, n) each in mm.

    `rows` says which triangles of the body they are.
    """

    low: Array
    high: Array
    rows: Ints

    @cached_property
    def bounds(self) -> tuple[Array, Array]:
        """The lowest and the highest corner of all."""
        return self.low.min(axis=1), self.high.max(axis=1)

    def within(self, low: Array, high: Array) -> _Boxes:
        """Return those that come into the box from `low` to `high`."""
        near = (self.low[0] <= high[0]) & (self.high[0] >= low[0])
        for axis in (1, 2):
            near &= (self.low[axis] <= high[axis]) & (self.high[axis] >= low[axis])
        kept = np.flatnonzero(near)
        return _Boxes(self.low[:, kept], self.high[:, kept], self.rows[kept])


@dataclass(frozen=True, eq=False)
class Body:
    """A shape, with the boxes round it and round its triangles, each worked out when asked."""

    shape: m3d.Manifold

    @cached_property
    def box(self) -> Array:
        """The corners of the box round it, (8, 3) in mm, the lowest first and the highest last."""
        low, high = np.reshape(self.shape.bounding_box(), (2, 3))
        return _corners(low, high)

    @cached_property
    def triangles(self) -> _Boxes:
        """The box round each triangle."""
        a, b, c = self.corners
        low, high = np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
        return _Boxes(low, high, np.arange(low.shape[1]))

    @cached_property
    def corners(self) -> Corners:
        """The corners of each triangle."""
        vertices, corners = self._mesh
        a, b, c = (vertices[:, corners[:, i]] for i in range(3))
        return a, b, c

    def some(self, rows: Ints) -> Corners:
        """Return the corners of some triangles."""
        a, b, c = self.corners
        return a[:, rows], b[:, rows], c[:, rows]

    @cached_property
    def witnesses(self) -> Array:
        """One vertex of each connected piece of its surface, (k, 3) in mm."""
        vertices, corners = self._mesh
        count = vertices.shape[1]
        lowest = together(
            count,
            np.concatenate((corners[:, 0], corners[:, 1])),
            np.concatenate((corners[:, 1], corners[:, 2])),
        )
        return np.asarray(vertices.T[np.unique(lowest)])

    def holds(self, points: Array) -> bool:
        """Whether one of the points (n, 3) lies in the material, or it cannot be told."""
        low, high = self.box[0], self.box[-1]
        for at in points[np.all((points >= low) & (points <= high), axis=1)]:
            # Slanting, so that the ray runs along no edge and no face.
            beyond = high + (high - low) * (0.5, 0.7, 0.9) + 1.0
            if len(self.shape.ray_cast(_vector(at), _vector(beyond))) % 2:
                return True
        return False

    @cached_property
    def _mesh(self) -> tuple[Array, Ints]:
        """Its vertices (3, n) in mm and the corners of its triangles (m, 3)."""
        raw = self.shape.to_mesh64()
        vertices = np.ascontiguousarray(np.asarray(raw.vert_properties)[:, :3].T)
        return vertices, np.asarray(raw.tri_verts).astype(np.int64)


@dataclass
class Meetings:
    """The parts of an assembly, and how every two meet in every relative position.

    Positions are asked for first and worked out together: then only those pieces of two shapes
    need to be intersected that come near each other in any of them.

    Attributes:
        bodies: the parts by name, each in its own coordinates.
        joints: for pairs that a joint holds together, the placement that lays it along x.
        met: what was found, by question.
    """

    bodies: Mapping[str, Body]
    joints: Mapping[Pair, Placement] = field(default_factory=dict)
    met: dict[Query, Meeting] = field(default_factory=dict)
    _asked: dict[Pair, dict[bytes, tuple[Array, float | None]]] = field(default_factory=dict)

    def ask_all(self, at: Mapping[str, Array], margins: Array) -> list[list[Query]]:
        """Ask how all parts that come near each other meet, in many poses at once.

        Args:
            at: where each part is in each pose, (poses, 4, 4).
            margins: up to which distance a gap is looked for (mm; 0 where it does not matter), for
                each pose and each two parts, (poses, pairs): first with second, first with third
                and so on, in the order of `at`.

        Returns:
            For every pose the questions that are left to be settled.
        """
        names = list(at)
        first, second = np.triu_indices(len(names), 1)
        placed = np.stack([at[name] for name in names], axis=1)
        boxes = np.stack([self.bodies[name].box for name in names])
        spread = _moved(placed, np.broadcast_to(boxes, (len(placed), *boxes.shape)))
        low, high = spread.min(axis=2), spread.max(axis=2)
        wide = margins[:, :, None]
        close = (low[:, first] - wide <= high[:, second]) & (
            low[:, second] - wide <= high[:, first]
        )
        pose, pair = np.nonzero(close.all(axis=2))
        onto = np.asarray(np.linalg.inv(placed[pose, first[pair]]), dtype=np.float64)
        queries = self.ask(
            [(names[a], names[b]) for a, b in zip(first[pair], second[pair], strict=True)],
            onto @ placed[pose, second[pair]],
            margins[pose, pair],
        )
        by_pose: list[list[Query]] = [[] for _ in margins]
        for i, query in zip(pose, queries, strict=True):
            if query is not None:
                by_pose[i].append(query)
        return by_pose

    def ask(self, pairs: Sequence[Pair], b_in_a: Array, margins: Array) -> list[Query | None]:
        """Ask how pairs of parts meet; return the questions, None where their boxes are apart.

        Args:
            pairs: the names of both parts, a and b.
            b_in_a: for each pair, where b is as a sees it, (n, 4, 4).
            margins: for each pair, up to which distance a gap is looked for (mm), 0 when it does
                not matter, (n,).
        """
        if not len(pairs):
            return []
        a_in_b = np.asarray(np.linalg.inv(b_in_a), dtype=np.float64)
        mine = np.stack([self.bodies[a].box for a, _ in pairs])
        other = np.stack([self.bodies[b].box for _, b in pairs])
        near = _boxes_meet(mine, _moved(b_in_a, other), margins)
        near &= _boxes_meet(other, _moved(a_in_b, mine), margins)
        keys = np.round(b_in_a[:, :3], 6) + 0.0
        asked: list[Query | None] = [None] * len(pairs)
        for i in np.flatnonzero(near).tolist():
            key, margin = keys[i].tobytes(), float(margins[i])
            positions = self._asked.setdefault(pairs[i], {})
            _, before = positions.get(key, (b_in_a[i], None))
            # The widest search answers the others.
            positions[key] = (b_in_a[i], max(margin, before or 0.0) or None)
            asked[i] = (*pairs[i], key)
        return asked

    def settle(self) -> None:
        """Work out all that was asked for."""
        for (a, b), positions in self._asked.items():
            for key, meeting in self._settle(a, b, positions).items():
                self.met[a, b, key] = meeting
        self._asked.clear()

    def _settle(
        self, a: str, b: str, positions: Mapping[bytes, tuple[Array, float | None]]
    ) -> dict[bytes, Meeting]:
        still = self._apart(a, b, positions)
        found = {
            key: Meeting(0.0, None if search is None else np.inf)
            for key, (_, search) in positions.items()
        }
        close = {key: each for key, each in positions.items() if key not in still}
        if not close:
            return found
        widest = max(search or 0.0 for _, search in close.values())
        mine, other = self._pieces(a, b, [place for place, _ in close.values()], widest)
        if mine.is_empty() or other.is_empty():
            return found
        # Hinges are round about their axis, in long thin triangles. Looked at along the axis the
        # boxes round these are slim, and intersecting takes a fifth of the time.
        onto = self.joints.get((a, b), HERE).matrix()
        mine = mine.transform(onto[:3])
        for key, (b_in_a, search) in close.items():
            found[key] = _meet(mine, other.transform((onto @ b_in_a)[:3]), search)
        return found

    def _apart(
        self, a: str, b: str, positions: Mapping[bytes, tuple[Array, float | None]]
    ) -> set[bytes]:
        """Return the positions in which boxes round triangles show that two parts are apart."""
        apart: set[bytes] = set()
        mine, other = self.bodies[a], self.bodies[b]
        places = np.stack([place for place, _ in positions.values()])
        undone = np.asarray(np.linalg.inv(places), dtype=np.float64)
        widest = max(search or 0.0 for _, search in positions.values())
        # Once for all positions, so that a large part is looked through once.
        triangles = _within_reach(mine.triangles, places, other.box, widest)
        others = other.triangles
        if len(triangles.rows):
            others = _within_reach(others, undone, _corners(*triangles.bounds), widest)
        for (key, (b_in_a, search)), a_in_b in zip(positions.items(), undone, strict=True):
            margin = search or 0.0
            left, others_left = _left(triangles, others, b_in_a, a_in_b, margin)
            if len(left.rows) * len(others_left.rows) > _HOPELESS:
                # The two are joined, most likely. Then they are close in every position.
                break
            mine_some, other_some = mine.some(left.rows), other.some(others_left.rows)
            # Surfaces that do not meet may still be one inside the other.
            if (
                _are_apart(mine_some, other_some, b_in_a, margin)
                and not mine.holds(_points(b_in_a, other.witnesses))
                and not other.holds(_points(a_in_b, mine.witnesses))
            ):
                apart.add(key)
        return apart

    def _pieces(
        self, a: str, b: str, places: Sequence[Array], gap: float
    ) -> tuple[m3d.Manifold, m3d.Manifold]:
        """Return of both shapes what can come within a gap (mm) of the other in any position."""
        mine, other = self.bodies[a], self.bodies[b]
        b_in_a = np.stack(places)
        worth = _WORTH_TRIANGLES / len(places)
        piece = _piece(mine, _swept(b_in_a, other.box), gap, worth)
        if piece.is_empty():
            return piece, other.shape
        low, high = np.reshape(piece.bounding_box(), (2, 3))
        a_in_b = np.asarray(np.linalg.inv(b_in_a), dtype=np.float64)
        return piece, _piece(other, _swept(a_in_b, _corners(low, high)), gap, worth)


def least_gap(a: m3d.Manifold, b: m3d.Manifold, most: float) -> float | None:
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


def _meet(a: m3d.Manifold, b: m3d.Manifold, search: float | None) -> Meeting:
    """Intersect two shapes, and look for the gap between them up to `search` mm."""
    if search is None:
        volume = float((a ^ b).volume())
        return Meeting(volume, 0.0 if volume > INTERFERENCE_MM3 else None)
    # The kernel intersects before it looks for a gap: where there is one, nothing is in common.
    gap = float(a.min_gap(b, search))
    if gap > 0.0:
        return Meeting(0.0, gap if gap < search else np.inf)
    return Meeting(float((a ^ b).volume()), 0.0)


def _left(
    mine: _Boxes, other: _Boxes, b_in_a: Array, a_in_b: Array, margin: float
) -> tuple[_Boxes, _Boxes]:
    """Return which triangles of both can be within a margin (mm) of the other's.

    Each in turn is asked which of its triangles come into the box round what is left of the other.
    """
    pairs = len(mine.rows) * len(other.rows)
    if not pairs:
        return mine, other
    low, high = other.bounds
    for _ in range(_ROUNDS):
        low, high = _box_round(b_in_a, low, high, margin)
        mine = mine.within(low, high)
        if not len(mine.rows):
            break
        low, high = _common(mine, low, high)
        low, high = _box_round(a_in_b, low, high, margin)
        other = other.within(low, high)
        before, pairs = pairs, len(mine.rows) * len(other.rows)
        if not pairs or pairs > _NO_PROGRESS * before:
            break
        low, high = _common(other, low, high)
    return mine, other


def _are_apart(mine: Corners, other: Corners, b_in_a: Array, margin: float) -> bool:
    """Whether triangles, the others moved, are provably not within a margin (mm) of each other.

    Two triangles are apart when the boxes round them are, or when all of one lies on one side of
    the plane of the other.
    """
    turn, at = b_in_a[:3, :3], b_in_a[:3, 3:]
    a = np.stack(mine)
    b = np.stack([turn @ corner + at for corner in other])
    if not a.size or not b.size:
        return True
    reach = margin + _ROUNDING_MM
    a_low, a_high = a.min(axis=0)[:, :, None], a.max(axis=0)[:, :, None]
    b_low, b_high = b.min(axis=0)[:, None] - reach, b.max(axis=0)[:, None] + reach
    one, two = np.nonzero(np.all((a_low <= b_high) & (a_high >= b_low), axis=0))
    a, b = a[:, :, one], b[:, :, two]
    return bool(np.all(_beside(a, b, reach) | _beside(b, a, reach)))


def _beside(a: Array, b: Array, reach: float) -> Bools:
    """Whether each triangle b is further than `reach` (mm) on one side of a's plane.

    Both are corner by corner and coordinate by coordinate, (3, 3, n).
    """
    normal = np.cross(a[1] - a[0], a[2] - a[0], axis=0)
    height = np.einsum("cn,kcn->kn", normal, b - a[0])
    least = reach * np.linalg.norm(normal, axis=0)
    return np.asarray((height > least).all(axis=0) | (height < -least).all(axis=0))


def _within_reach(boxes: _Boxes, matrices: Array, box: Array, margin: float) -> _Boxes:
    """Return which boxes come within a margin (mm) of another one (8, 3) in any of its places."""
    swept = _swept(matrices, box)
    reach = margin + _ROUNDING_MM
    return boxes.within(swept.min(axis=0) - reach, swept.max(axis=0) + reach)


def _common(boxes: _Boxes, low: Array, high: Array) -> tuple[Array, Array]:
    """Return what the box round some boxes and the box from `low` to `high` have in common."""
    lowest, highest = boxes.bounds
    return np.maximum(lowest, low), np.minimum(highest, high)


def _box_round(matrix: Array, low: Array, high: Array, margin: float) -> tuple[Array, Array]:
    """Return the box round a moved box (its lowest and highest corner), with a margin (mm)."""
    middle, half = (low + high) / 2.0, (high - low) / 2.0
    at = matrix[:3, :3] @ middle + matrix[:3, 3]
    reach = np.abs(matrix[:3, :3]) @ half + margin + _ROUNDING_MM
    return at - reach, at + reach


_ROUNDING_MM = 1e-6


def _swept(matrices: Array, box: Array) -> Array:
    """Return the corners of a box (8, 3) in all of its places, (8 n, 3)."""
    return _moved(matrices, np.broadcast_to(box, (len(matrices), 8, 3))).reshape(-1, 3)


def _piece(body: Body, near: Array, gap: float, triangles: float) -> m3d.Manifold:
    """Return what a body has within a gap (mm), and a little, of the box round points (n, 3).

    A body of fewer triangles is returned whole, and so is one that would not lose much.
    """
    low, high = near.min(axis=0), near.max(axis=0)
    low, high = low - (gap + _CUT_MARGIN_MM), high + (gap + _CUT_MARGIN_MM)
    box = body.box
    low, high = np.maximum(low, box[0] - 1.0), np.minimum(high, box[-1] + 1.0)
    if (low > high).any():
        return m3d.Manifold()
    share = np.prod(high - low) / np.prod(box[-1] - box[0] + 2.0)
    if share > _WORTH_SHARE or body.shape.num_tri() < triangles:
        return body.shape
    piece = body.shape ^ m3d.Manifold.cube(_vector(high - low)).translate(_vector(low))
    # Shapes are worked out when first looked at, and without this look, at every use again.
    piece.num_tri()
    return piece


def _moved(matrices: Array, boxes: Array) -> Array:
    """Return the corners (..., 8, 3) of boxes after one 4 x 4 placement each."""
    turned = boxes @ np.swapaxes(matrices[..., :3, :3], -1, -2)
    return np.asarray(turned + matrices[..., None, :3, 3], dtype=np.float64)


def _points(matrix: Array, points: Array) -> Array:
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3], dtype=np.float64)


def _boxes_meet(a: Array, b: Array, margin: Array) -> Bools:
    """Whether the boxes round corners a and b (n, 8, 3) come within a margin each (mm)."""
    wide = margin[:, None]
    return np.asarray(
        np.all(
            (a.min(axis=1) - wide <= b.max(axis=1)) & (b.min(axis=1) - wide <= a.max(axis=1)),
            axis=1,
        )
    )


def _corners(low: Array, high: Array) -> Array:
    """Return the eight corners of a box, the lowest first and the highest last."""
    ends = np.stack((low, high))
    pick = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    return np.asarray(ends[pick, np.arange(3)], dtype=np.float64)


def _vector(at: Array) -> tuple[float, float, float]:
    return float(at[0]), float(at[1]), float(at[2])
