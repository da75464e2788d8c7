"""The hand moves as it promises: ranges, poses, cords that pull far enough, tips that meet."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pytest

from parametric.place import Vec3, distance
from tests.designs.wrist_hand.hands import (
    DIGITS,
    FINGERS,
    NOTHING_MM3,
    PEOPLE,
    Hand,
    hand,
    shared,
)

WHO = ("child of 4", "sample person", "male, p99")


@pytest.mark.parametrize("who", WHO)
def test_joints_turn_as_far_as_was_promised(who: str) -> None:
    """Fingers from 0 to 90 degrees in both joints, the wrist 30 both ways, fixed things not."""
    assembly = hand(who).assembly
    for name in FINGERS:
        assert assembly.range_of(f"{name}_knuckle") == (0.0, 90.0)
        assert assembly.range_of(f"{name}_middle") == (0.0, 90.0)
    assert assembly.range_of("wrist") == (-30.0, 30.0)
    for fixed in ("tensioner", "slider"):
        assert assembly.range_of(fixed) == (0.0, 0.0)
    assert assembly.range_of("thumb_knuckle")[1] > 20.0
    assert 0.0 < assembly.range_of("thumb_middle")[1] <= 90.0


@pytest.mark.parametrize("mate", ["wrist", "index_knuckle", "little_middle", "thumb_knuckle"])
def test_a_pose_beyond_its_range_is_refused(mate: str) -> None:
    """One degree too far either way is an error that says the range."""
    assembly = hand().assembly
    low, high = assembly.range_of(mate)
    for angle in (low - 1.0, high + 1.0):
        with pytest.raises(ValueError, match=rf"{mate} turns from .* to .* degrees"):
            assembly.pose({mate: angle})
    assembly.pose({mate: low})
    assembly.pose({mate: high})


def test_a_joint_that_does_not_exist_is_refused() -> None:
    """A misspelt joint is an error, never a finger that silently stays open."""
    with pytest.raises(ValueError, match="indx_knuckle"):
        hand().assembly.pose({"indx_knuckle": 10.0})


@pytest.mark.parametrize("who", WHO)
def test_rest_is_open_and_closed_is_closed(who: str) -> None:
    """At rest all tips point ahead; closed, every fingertip has come down and back to the palm."""
    made = hand(who)
    rest, closed = (made.assembly.pose(made.assembly.poses[name]) for name in ("rest", "closed"))
    for name in FINGERS:
        tip: Vec3 = (0.0, made.d.digit(name).distal, 0.0)
        ahead = rest[f"{name}_distal"].point(tip)
        palm = closed["palm"].inverse()
        behind = palm.point(closed[f"{name}_distal"].point(tip))
        assert ahead[1] > made.d.knuckle_y + 0.9 * made.d.digit(name).proximal
        assert behind[1] < made.d.knuckle_y
        assert behind[2] < 0.0


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("who", PEOPLE)
def test_thumb_and_index_meet(who: str, side: str) -> None:
    """Closed, their tips are within 8 mm, and do not run into each other."""
    made = hand(who, side=side)
    closed = made.assembly.poses["closed"]
    thumb, index = (made.posed(f"{name}_distal", closed) for name in ("thumb", "index"))
    assert 0.0 < float(thumb.min_gap(index, 20.0)) <= 8.0


@pytest.mark.parametrize("pose", ["rest", "closed"])
@pytest.mark.parametrize("who", ["child of 4", "male, p99"])
def test_no_two_parts_share_any_space(who: str, pose: str) -> None:
    """Open and closed, every two parts stay out of each other."""
    made = hand(who)
    angles = made.assembly.poses[pose]
    shapes = {each.part.name: made.posed(each.part.name, angles) for each in made.made}
    for a, b in itertools.combinations(shapes, 2):
        assert shared(shapes[a], shapes[b]) < NOTHING_MM3, (a, b)


def ends(made: Hand, name: str, pose: Mapping[str, float]) -> list[tuple[Vec3, Vec3]]:
    """Where a cord goes into and comes out of each part on its way, in a pose."""
    where = made.assembly.pose(pose)
    (cord,) = (each for each in made.assembly.cords if each.name == f"{name} tendon")
    found = []
    for part, channel in cord.through:
        path = made.assembly.part(part).channel(channel).path
        found.append((where[part].point(path[0]), where[part].point(path[-1])))
    return found


def spans(made: Hand, name: str, pose: Mapping[str, float]) -> list[float]:
    """How long a cord is from each part to the next, in a pose (mm)."""
    return [distance(a[1], b[0]) for a, b in itertools.pairwise(ends(made, name, pose))]


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("who", WHO)
def test_the_wrist_pulls_far_enough(who: str, digit: str) -> None:
    """30 degrees of wrist take up more cord than closing the digit needs."""
    made = hand(who)
    pulled = spans(made, digit, {"wrist": 30.0})[0] - spans(made, digit, {})[0]
    closed = {k: v for k, v in made.assembly.poses["closed"].items() if k.startswith(digit)}
    needed = sum(spans(made, digit, {})[1:]) - sum(spans(made, digit, closed)[1:])
    assert pulled > needed > 3.0


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("who", WHO)
def test_a_cord_steps_aside_by_less_than_a_millimetre(who: str, digit: str) -> None:
    """At rest, each channel begins where the one before it points."""
    made = hand(who)
    where = made.assembly.pose({})
    (cord,) = (each for each in made.assembly.cords if each.name == f"{digit} tendon")
    for (part, channel), (next_part, next_channel) in itertools.pairwise(cord.through):
        path = made.assembly.part(part).channel(channel).path
        a, b = (np.array(where[part].point(at)) for at in path[-2:])
        along = (b - a) / np.linalg.norm(b - a)
        start = made.assembly.part(next_part).channel(next_channel).path[0]
        off = np.array(where[next_part].point(start)) - b
        aside = float(np.linalg.norm(off - along * float(off @ along)))
        assert aside < 1.0, (part, next_part)
