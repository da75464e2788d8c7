"""What must be bought is what the parts have holes for: nothing is missing, nothing left over."""

from __future__ import annotations

import itertools
import re

import pytest

from parametric.hardware import screw
from parametric.place import distance
from tests.designs.wrist_hand.hands import DIGITS, FINGERS, Hand, hand

WHO = ("child of 4", "child of 8", "sample person", "male, p99")


def bought(made: Hand, word: str) -> dict[str, int]:
    """Items whose name has this word, with how many."""
    return {
        item.name: item.quantity for item in made.assembly.hardware if word in item.name.lower()
    }


def holes(made: Hand, kind: str, *parts: str) -> int:
    """How many holes of a kind these parts have."""
    return sum(hole.kind == kind for name in parts for hole in made.assembly.part(name).holes)


def long_mm(name: str) -> float:
    found = re.search(r"x ([\d.]+) mm", name)
    assert found, name
    return float(found[1])


@pytest.mark.parametrize("who", WHO)
def test_every_joint_has_its_pin(who: str) -> None:
    """One rod through four knuckles, and a pin for each other joint: as many as there are holes."""
    made = hand(who)
    rods = bought(made, "steel rod")
    held = holes(made, "pin", "palm", *(f"{name}_proximal" for name in DIGITS)) - len(DIGITS)
    assert sum(rods.values()) == held == 7
    turning = [m for m in made.assembly.mates if made.assembly.range_of(m.name) != (0.0, 0.0)]
    joints = [mate for mate in turning if mate.name != "wrist"]
    # Three of the four knuckles need no pin of their own.
    assert len(joints) == sum(rods.values()) + len(FINGERS) - 1
    thickness = {name.split(" x ")[0] for name in rods}
    assert thickness == {"2" if made.person.hand_breadth < 66 else "3"}


@pytest.mark.parametrize("who", WHO)
def test_pins_are_no_longer_than_the_joint_is_wide(who: str) -> None:
    """No pin stands out, and each reaches well into both cheeks."""
    made = hand(who)
    lengths = sorted(
        long_mm(name) for name, count in bought(made, "steel rod").items() for _ in range(count)
    )
    hinges = [made.d.digit(name).middle for name in DIGITS] + [made.d.digit("thumb").base]
    for pin, hinge in zip(lengths[:-1], sorted(hinges, key=lambda h: h.width), strict=True):
        assert hinge.tongue + hinge.width < 2.0 * pin
        assert pin < hinge.width
    assert lengths[-1] < made.person.hand_breadth
    assert lengths[-1] > sum(made.d.digit(name).width for name in FINGERS) - 4.0


@pytest.mark.parametrize("who", WHO)
def test_screws_take_the_place_of_short_pins(who: str) -> None:
    """Asked for, six screws turn the joints; the long knuckle rod stays a rod."""
    pins, screws = hand(who), hand(who, pins="screws")
    assert sum(bought(screws, "steel rod").values()) == 1
    before, after = bought(pins, "screw"), bought(screws, "screw")
    assert sum(after.values()) - sum(before.values()) == 6
    size = "M2 " if pins.person.hand_breadth < 66 else "M3 "
    added = {name for name in after if after[name] != before.get(name)}
    assert all(name.startswith(size) for name in added)


@pytest.mark.parametrize("who", WHO)
def test_joint_screws_hold_and_stay_clear(who: str) -> None:
    """A screw in a joint has something to grip, and neither head nor tip reaches a neighbour."""
    made = hand(who, pins="screws")
    size = "M2" if made.person.hand_breadth < 66 else "M3"
    joint = [name for name in bought(made, "screw") if name.startswith(size) and "grub" in name]
    nuts = sum(count for name, count in bought(made, "nut").items() if name.startswith(size))
    for name in DIGITS:
        hinge = made.d.digit(name).middle
        threaded = hinge.pin - 0.2 < screw(size).diameter_mm - 0.1
        # The wrist needs two M3 nuts of its own.
        assert threaded or nuts >= 6 + (2 if size == "M3" else 0), "nothing holds this screw"
        long = max(mm for mm in map(long_mm, joint) if mm <= hinge.width)
        # Fingers are 0.8 mm apart, and a little more where they are thinner.
        assert long <= hinge.width, name


@pytest.mark.parametrize("who", WHO)
def test_wrist_and_block_have_their_screws(who: str) -> None:
    """Two screws and nuts at the wrist, and one screw with its slider for each digit."""
    made = hand(who)
    sliders = made.assembly.part("slider").quantity
    assert holes(made, "screw", "tensioner_block") == sliders == len(DIGITS)
    assert holes(made, "screw", "palm") == holes(made, "screw", "gauntlet") == 2
    assert sum(bought(made, "screw").values()) == 2 + sliders
    assert bought(made, "nut") == {"M3 hexagon nut": 2}


@pytest.mark.parametrize("who", WHO)
def test_there_is_cord_enough(who: str) -> None:
    """Each tendon reaches from its fingertip to its slider, with 5 cm to tie; elastic with 3."""
    made = hand(who)
    where = made.assembly.pose({})
    tendons = 0.0
    for cord in made.assembly.cords:
        points = [
            where[part].point(at)
            for part, channel in cord.through
            for at in made.assembly.part(part).channel(channel).path
        ]
        # On to the slider, at the front of its tunnel.
        tendons += sum(distance(a, b) for a, b in itertools.pairwise(points)) + 10.0 + 50.0
    (braided,) = bought(made, "braided").values()
    assert braided >= tendons
    elastics = 0.0
    for name in DIGITS:
        parts = [("palm", f"{name} elastic"), (f"{name}_proximal", "elastic")]
        parts.append((f"{name}_distal", "elastic"))
        points = [
            where[part].point(at)
            for part, channel in parts
            for at in made.assembly.part(part).channel(channel).path
        ]
        elastics += sum(distance(a, b) for a, b in itertools.pairwise(points)) + 30.0
    (elastic,) = bought(made, "elastic").values()
    assert elastic >= elastics


def test_strap_and_foam_are_on_the_bill() -> None:
    """What touches the person is bought as well, foam as thick as was asked for."""
    made = hand(padding=5)
    assert any("5 mm thick" in item.note for item in made.assembly.hardware if "foam" in item.name)
    (strap,) = bought(made, "strap").values()
    # Once round palm and forearm each, at the least, and once more round the wrist.
    assert strap > made.person.forearm_circumference * 0.9


@pytest.mark.parametrize("pins", ["pins", "screws"])
def test_steps_name_parts_that_exist(pins: str) -> None:
    """Every step is about parts of this hand, and every part is in a step."""
    made = hand(pins=pins)
    names = {part.name for part in made.assembly.parts}
    told = {name for step in made.assembly.steps for name in step.parts}
    assert told == names
    assert any("glue" in step.text for step in made.assembly.steps)
