"""There is room inside for the person: hand, wrist, forearm and the foam round them.

The limbs here are drawn from the measurements, with shapes of our own, and tried in the real
parts.
"""

from __future__ import annotations

import math
import re
from typing import Any

import manifold3d as m3d
import numpy as np
import pytest

from designs.wrist_hand.parameters import WristHand
from parametric.measurements import SUPERELLIPSE_EXPONENT
from tests.designs.wrist_hand.hands import NOTHING_MM3, hand, hull, oval, shared

WHO = ("child of 4", "sample person", "female, p1", "male, p99")
LIMBS: tuple[dict[str, Any], ...] = ({}, {"padding": 1}, {"padding": 8})
CHORDS_MM = 0.1
"""By how much the chords of the shell, and of our limbs, may come nearer than their curves."""
DEEP = 0.75
"""Depth of a wrist or a forearm, as a share of its breadth."""


def residual_hand(person: WristHand, foam: float, power: float) -> m3d.Manifold:
    """The hand that goes inside, with foam: a rounded slab whose far end is round.

    It goes a little way into the arm, as far as the palm's shell does.
    """
    a = person.residual_palm_breadth / 2.0 + foam
    c = person.residual_palm_thickness / 2.0 + foam
    end = person.residual_palm_length + foam
    bent = np.linspace(0.0, 0.98 * math.pi / 2.0, 10)
    rings = [
        oval(end - c + c * math.sin(t), a - c + c * math.cos(t), c * math.cos(t), power)
        for t in bent
    ]
    return hull(oval(-7.0, a, c, power), *rings)


def half_breadth(around: float) -> float:
    """Half the breadth of an oval with this circumference, numerically (mm)."""
    t = np.linspace(0.0, 2.0 * math.pi, 2001)
    edge = np.column_stack((np.cos(t), DEEP * np.sin(t)))
    return around / float(np.linalg.norm(np.diff(edge, axis=0), axis=1).sum())


def arm(person: WristHand, start: float, end: float, foam: float) -> m3d.Manifold:
    """The forearm between two distances from the wrist's crease (mm), with foam.

    It thickens evenly from the wrist to its thickest place, which lies at 8 tenths of its length.
    """
    rings = []
    for y in (start, end):
        share = min(y / (0.8 * person.forearm_length), 1.0)
        swell = person.forearm_circumference - person.wrist_circumference
        half = half_breadth(person.wrist_circumference + share * swell)
        rings.append(oval(-y, half + foam, DEEP * half + foam, 2.0))
    return hull(*rings)


@pytest.mark.parametrize("limb", LIMBS, ids=str)
@pytest.mark.parametrize("who", WHO)
def test_the_hand_goes_in_with_all_its_foam(who: str, limb: dict[str, Any]) -> None:
    """Drawn in the shell's own roundness, the foam keeps its thickness everywhere."""
    made = hand(who, **limb)
    bare = residual_hand(made.person, 0.0, 2.6)
    room = float(bare.min_gap(made.shape("palm"), 10.0))
    assert room >= made.person.padding - CHORDS_MM


@pytest.mark.parametrize("limb", LIMBS, ids=str)
@pytest.mark.parametrize("who", WHO)
def test_a_squarer_hand_goes_in_too(who: str, limb: dict[str, Any]) -> None:
    """As square as palms are taken to be where thickness is estimated, it still never touches."""
    made = hand(who, **limb)
    bare = residual_hand(made.person, 0.0, SUPERELLIPSE_EXPONENT)
    assert shared(bare, made.shape("palm")) < NOTHING_MM3
    if made.person.padding >= 3.0:
        # Foam gives way at the corners, by less than half.
        assert float(bare.min_gap(made.shape("palm"), 10.0)) > 0.5 * made.person.padding


@pytest.mark.parametrize(
    "limb",
    [
        {"residual_palm_length": 40, "residual_palm_thickness": 22, "residual_palm_breadth": 66},
        {"residual_palm_length": 90, "residual_palm_thickness": 36, "residual_palm_breadth": 86},
        {"residual_palm_length": 30, "residual_palm_thickness": 40, "residual_palm_breadth": 60},
    ],
    ids=["slight", "full", "short and thick"],
)
def test_unusual_limbs_go_in(limb: dict[str, Any]) -> None:
    """Short, long, thin and thick limbs have their room, foam and all."""
    made = hand(**limb)
    bare = residual_hand(made.person, 0.0, 2.6)
    assert float(bare.min_gap(made.shape("palm"), 10.0)) >= made.person.padding - CHORDS_MM


@pytest.mark.parametrize("limb", LIMBS, ids=str)
@pytest.mark.parametrize("who", WHO)
def test_the_wrist_goes_into_the_gauntlet_with_its_foam(who: str, limb: dict[str, Any]) -> None:
    """At the gauntlet's front an oval with the wrist's circumference fits, padded all round."""
    made = hand(who, **limb)
    half = half_breadth(made.person.wrist_circumference)
    foam = made.person.padding
    front = -made.d.gauntlet_front
    rings = [oval(y, half + foam, DEEP * half + foam, 2.0) for y in (front, front - 10.0)]
    assert shared(hull(*rings), made.shape("gauntlet")) < NOTHING_MM3


@pytest.mark.parametrize("limb", LIMBS, ids=str)
@pytest.mark.parametrize("who", WHO)
def test_the_forearm_goes_into_the_gauntlet(who: str, limb: dict[str, Any]) -> None:
    """An arm that thickens evenly from the wrist on nowhere meets hard plastic."""
    made = hand(who, **limb)
    d = made.d
    bare = arm(made.person, d.gauntlet_front, d.gauntlet_front + d.gauntlet_length, 0.0)
    assert shared(bare, made.shape("gauntlet")) < NOTHING_MM3


@pytest.mark.parametrize("limb", LIMBS, ids=str)
@pytest.mark.parametrize("who", WHO)
def test_no_metal_touches_the_hand(who: str, limb: dict[str, Any]) -> None:
    """Between the ends of the wrist screws and the skin there is foam, at least 0.8 mm of it."""
    made = hand(who, **limb)
    (screws,) = (
        item
        for item in made.assembly.hardware
        if "M3" in item.name and item.quantity == 2 and "screw" in item.name
    )
    found = re.search(r"x (\d+) mm", screws.name)
    assert found
    outer_face = made.d.ear_x + made.d.ear
    tip = outer_face - float(found[1])
    assert tip - made.person.residual_palm_breadth / 2.0 >= 0.8
