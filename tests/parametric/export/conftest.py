"""A small device with all that makes export hard: shells, holes, slots, copies, two colours."""

from collections.abc import Sequence

import pytest

from parametric.assembly import Assembly
from parametric.kit import MadePart, make
from parametric.part import Part
from parametric.place import X, Y, Z, move, turn
from parametric.solid import (
    Box,
    Cylinder,
    Extrude,
    Loft,
    Rim,
    Section,
    difference,
    hexagon,
    placed,
    rectangle,
)


def palm() -> Part:
    outer = Loft(
        (Section(0, 32, 12, 10, power=2.6), Section(65, 43, 12, 9, power=3.0)),
        start_round=3,
        end_round=4,
    )
    inner = Loft((Section(-1, 28, 8.5, 7, power=2.6), Section(60, 38, 8, 6, power=3.0)))
    window = placed(Cylinder(9, 60), turn(X, 90).then(move(0, 20, 35)))
    return Part("palm", "Palm", difference(outer, inner, window), colour="#e8b04a")


def bone() -> Part:
    body = Loft(
        (Section(-4, 8, 6.5, 6, power=2.8), Section(39, 7, 5.8, 5.2, power=2.4)),
        start_round=4,
        end_round=4,
    )
    pin = placed(Cylinder(1.6, 40), turn(Y, 90))
    slot = placed(Box(5, 30, 12, 1), move(0, 0, 37))
    return Part(
        "bone",
        "Finger bone",
        difference(body, pin, placed(pin, move(0, 0, 34)), slot),
        print_turn=turn(X, 90),
        colour="#2f6f7e",
        quantity=4,
    )


def cover() -> Part:
    lid = Extrude(rectangle(90, 40, 8), 4, top=Rim("round", 1.5))
    nut = placed(Extrude(hexagon(5.5), 3), turn(Z, 30).then(move(0, 0, -1)))
    return Part("cover", "Cover", difference(lid, nut), colour="#c8553d")


@pytest.fixture(scope="session")
def made() -> Sequence[MadePart]:
    """A palm, four finger bones and a cover, with their shapes."""
    return make(Assembly(parts=(palm(), bone(), cover()), root="palm"))
