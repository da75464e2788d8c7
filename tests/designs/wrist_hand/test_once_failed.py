"""People of samples (nobody is real) for whom something once did not hold, kind by kind."""

from __future__ import annotations

import math
from typing import Any

import manifold3d as m3d
import pytest

from designs.wrist_hand.dimensions import WRIST_DEG
from designs.wrist_hand.parameters import WristHand
from parametric.checks import check_kit
from parametric.resolve import resolve
from parametric.solid.mesh import Mesh, to_mesh, without_specks
from tests.designs.wrist_hand.hands import NOTHING_MM3, hand_of, hull, oval, shared
from tests.designs.wrist_hand.test_room import DEEP, half_breadth

ONCE_FAILED: dict[str, dict[str, Any]] = {
    # The ridge of the thumb's cord hung free and nearly level beside the shell.
    "overhang, child of 3": {
        "hand_breadth": 51.3,
        "palm_length": 70.0,
        "wrist_circumference": 115.6,
        "forearm_circumference": 180.0,
        "padding": 4.7,
        "pins": "screws",
    },
    "overhang, child of 5": {
        "hand_breadth": 53.3,
        "palm_length": 68.9,
        "wrist_circumference": 113.7,
        "forearm_circumference": 180.9,
        "padding": 7.6,
    },
    # It climbed at nearly 45 degrees, and only a strip of its underside hung.
    "overhang, long palm": {
        "hand_breadth": 54.4,
        "palm_length": 71.0,
        "wrist_circumference": 123.2,
        "forearm_circumference": 192.8,
        "residual_palm_breadth": 48.3,
        "residual_palm_thickness": 21.3,
        "residual_palm_length": 59.1,
        "padding": 3.1,
        "pins": "screws",
    },
    # Folding a sliver away pinched off a hollow without volume.
    "hollow, child of 4": {
        "hand_breadth": 51.0,
        "palm_length": 70.3,
        "wrist_circumference": 105.7,
        "forearm_circumference": 165.6,
        "padding": 2.5,
    },
    # The hinge's radius was exactly twice the cords' arm.
    "channel, child of 9": {
        "hand_breadth": 66.5,
        "palm_length": 88.8,
        "wrist_circumference": 142.8,
        "forearm_circumference": 226.7,
    },
    # A thin palm with a thick wrist: lips, slots and the thumb's channel come near its room.
    "walls, child of 6": {
        "hand_breadth": 55.3,
        "palm_length": 71.1,
        "wrist_circumference": 123.6,
        "forearm_circumference": 195.8,
        "hand_length": 120.3,
        "thumb_length": 33.6,
        "residual_palm_breadth": 52.7,
        "residual_palm_thickness": 17.0,
        "residual_palm_length": 46.6,
        "padding": 1.0,
    },
    # Where the elastic's bore leaves the thumb's slot, the wall between them was thin.
    "walls, child of 8": {
        "hand_breadth": 66.2,
        "palm_length": 86.3,
        "wrist_circumference": 146.3,
        "forearm_circumference": 218.0,
        "hand_length": 145.8,
        "forearm_length": 188.2,
        "middle_length": 59.5,
        "index_length": 57.6,
        "thumb_length": 41.1,
        "residual_palm_breadth": 58.1,
        "residual_palm_thickness": 26.3,
        "residual_palm_length": 70.1,
        "padding": 5.4,
    },
    # The palm is thick as far as where the closed thumb's tip lies.
    "interference, child of 11": {
        "hand_breadth": 73.3,
        "palm_length": 98.4,
        "wrist_circumference": 162.2,
        "forearm_circumference": 267.5,
        "hand_length": 165.3,
        "forearm_length": 246.0,
        "middle_length": 66.9,
        "index_length": 60.0,
        "thumb_length": 43.4,
        "residual_palm_breadth": 75.1,
        "residual_palm_thickness": 25.2,
        "residual_palm_length": 75.9,
        "padding": 5.4,
        "pins": "screws",
    },
    "walls, man": {
        "hand_breadth": 84.8,
        "palm_length": 113.4,
        "wrist_circumference": 178.9,
        "forearm_circumference": 298.0,
        "residual_palm_breadth": 81.2,
        "residual_palm_thickness": 27.2,
        "residual_palm_length": 64.7,
        "padding": 2.0,
        "pins": "screws",
    },
}

WRISTS: dict[str, dict[str, Any]] = {
    **ONCE_FAILED,
    "wrist wider than the palm": {
        "hand_breadth": 78.0,
        "palm_length": 104.0,
        "wrist_circumference": 200.0,
        "forearm_circumference": 260.0,
        "residual_palm_breadth": 62.0,
        "residual_palm_thickness": 26.0,
        "padding": 1.0,
    },
}


def person(who: str, side: str = "right") -> WristHand:
    return resolve(WristHand, {**WRISTS[who], "side": side}).params


def wrist(person: WristHand, foam: float, bend_deg: float = 0.0) -> m3d.Manifold:
    """The wrist behind its crease, an oval of its circumference, with foam.

    Bent, every section has moved with the arm and stays upright: flesh shears, it does not tilt
    into the hand like a stick.
    """
    half = half_breadth(person.wrist_circumference)
    up = math.sin(math.radians(bend_deg))
    return hull(*(oval(y, half + foam, DEEP * half + foam, 2.0, z=up * y) for y in (-12.0, 0.0)))


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("who", ONCE_FAILED)
def test_what_once_failed_holds(who: str, side: str) -> None:
    """No check finds an error."""
    made = hand_of(person(who, side))
    report = check_kit(made.assembly, made.made, made.printer, thorough=True)
    assert [f"{f.part}: {f.says}" for f in report.findings if f.severity == "error"] == []


@pytest.mark.parametrize("who", WRISTS)
def test_the_wrist_goes_into_the_palm_with_its_foam(who: str) -> None:
    """Where the palm reaches over the wrist, padding and all have room."""
    made = hand_of(person(who))
    foam = made.person.padding
    # Chords of the room may come a little nearer than their curve.
    padded = wrist(made.person, foam - 0.05)
    assert shared(padded, made.shape("palm")) < NOTHING_MM3


@pytest.mark.parametrize("bend_deg", [-WRIST_DEG, WRIST_DEG])
@pytest.mark.parametrize("who", WRISTS)
def test_a_bent_wrist_does_not_meet_the_palm(who: str, bend_deg: float) -> None:
    """Bent as far as the hinge goes, the wrist is nowhere in the plastic."""
    made = hand_of(person(who))
    assert shared(wrist(made.person, 0.0, bend_deg), made.shape("palm")) < NOTHING_MM3


def test_a_pinched_off_speck_is_no_part_of_the_mesh() -> None:
    """A hollow of no size that the kernel leaves beside a body does not reach the files."""
    block = m3d.Manifold.cube((10.0, 10.0, 10.0), center=True)
    speck = m3d.Manifold.tetrahedron().scale((0.01, 0.01, 0.01)).translate((20.0, 0.0, 0.0))
    mesh: Mesh = to_mesh(without_specks(m3d.Manifold.compose([block, speck])))
    assert len(mesh.triangles) == 12
    assert mesh.volume == pytest.approx(1000.0)


def test_a_solid_that_is_all_speck_is_kept() -> None:
    """Somebody who asks for a tenth of a millimetre gets it."""
    assert to_mesh(m3d.Manifold.cube((0.05, 0.05, 0.05))).volume == pytest.approx(1.25e-4)
