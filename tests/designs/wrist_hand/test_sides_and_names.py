"""A left hand is a right hand in a mirror, but for what is written on it."""

from __future__ import annotations

from typing import Any

import manifold3d as m3d
import numpy as np
import pytest

from parametric.place import mirror_x
from tests.designs.wrist_hand.hands import DIGITS, NOTHING_MM3, at, digests, hand, params, shared

SIDED = ("gauntlet", "palm", "tensioner_block")
NAMES = ("FRG", "Ada", "Żółć", "WWWWWWWWWWWW", "iiiiiiiiiiii", "Ω-7 & co", "mmmmmmmmmmmm")


def letters(side: str, **look: Any) -> m3d.Manifold:
    """What stands on the block because of a name or a code."""
    return hand(side=side, **look).shape("tensioner_block") - hand(side=side).shape(
        "tensioner_block"
    )


@pytest.mark.parametrize("who", ["child of 4", "sample person", "male, p99"])
def test_left_and_right_are_mirror_images(who: str) -> None:
    """Every part of one, mirrored, is that part of the other."""
    left, right = hand(who, side="left"), hand(who, side="right")
    for each in right.made:
        name = each.part.name
        there = at(each.shape, mirror_x()) if name in SIDED else each.shape
        both = shared(there, left.shape(name))
        assert left.shape(name).volume() == pytest.approx(each.shape.volume(), rel=1e-9)
        assert both == pytest.approx(each.shape.volume(), rel=1e-5)


def test_fingers_serve_either_hand() -> None:
    """Only gauntlet, palm and block have a side."""
    left, right = digests(params(side="left")), digests(params(side="right"))
    assert {name for name in left if left[name] != right[name]} == set(SIDED)


def test_the_thumb_is_on_the_right_side() -> None:
    """On a right hand, its back up and its fingers away from you, the thumb is on the left."""
    for side, sign in (("right", -1.0), ("left", 1.0)):
        made = hand(side=side)
        x = made.assembly.pose({})["thumb_proximal"].point((0.0, 0.0, 0.0))[0]
        assert sign * x > 20.0
        # And the fingers go from index to little, away from the thumb.
        across = [
            sign * made.assembly.pose({})[f"{name}_proximal"].point((0.0, 0.0, 0.0))[0]
            for name in DIGITS
        ]
        assert across == sorted(across, reverse=True)


def test_a_name_can_be_read_on_either_hand() -> None:
    """The letters are the same on left and right, not mirrored, and are turned to the reader."""
    left, right = letters("left", name="FRG"), letters("right", name="FRG")
    assert right.volume() > 5.0
    assert shared(left, right) == pytest.approx(right.volume(), rel=1e-3)
    assert shared(left, at(right, mirror_x())) < 0.9 * right.volume()
    for side in ("left", "right"):
        turned = hand(side=side).assembly.pose({})["tensioner_block"].matrix()[:3, :3]
        assert np.linalg.det(turned) == pytest.approx(1.0)
        # Up from the block is up from the back of the arm.
        assert turned[2, 2] > 0.9


@pytest.mark.parametrize("who", ["child of 4", "male, p99"])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_on_the_block(name: str, who: str) -> None:
    """Any name, wide or narrow, stands wholly on the block's top and is part of it."""
    block = hand(who, name=name).shape("tensioner_block")
    assert len(block.decompose()) == 1
    written, plain = block.bounding_box(), hand(who).shape("tensioner_block").bounding_box()
    assert written[:5] == pytest.approx(plain[:5], abs=1e-6)
    assert 0.4 <= written[5] - plain[5] <= 1.0


def test_nothing_is_written_unless_asked_for() -> None:
    """Without a name and without a code that is to be shown, the block is bare."""
    bare = digests(params())
    assert digests(params(code="K7F2Q", show_code=False)) == bare
    assert digests(params(name="   ")) == bare


@pytest.mark.parametrize("name", ["", "Ada"])
def test_a_shown_code_is_on_the_block_and_nowhere_else(name: str) -> None:
    """The code is raised there beside the name; no other part becomes another."""
    hidden = digests(params(name=name, code="K7F2Q"))
    shown = digests(params(name=name, code="K7F2Q", show_code=True))
    other = digests(params(name=name, code="X9", show_code=True))
    assert {part for part in shown if shown[part] != hidden[part]} == {"tensioner_block"}
    assert {part for part in shown if shown[part] != other[part]} == {"tensioner_block"}
    assert letters("right", name=name, code="K7F2Q", show_code=True).volume() > 5.0


def test_name_and_code_do_not_run_into_each_other() -> None:
    """With both, there are as many separate letters as were written."""
    raised = letters("right", name="FRG", code="K7F2", show_code=True)
    assert len([each for each in raised.decompose() if each.volume() > NOTHING_MM3]) == 7
