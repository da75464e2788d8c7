"""A part is the same, byte for byte, whatever was made before it.

A recipe promises the same files to whoever makes it again: alone, in another order, or in a
process that has made other hands before.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from designs.wrist_hand.design import DESIGN
from parametric.assembly import Assembly
from parametric.clearance import DEFAULT_PRINTER
from parametric.export.stl import stl_bytes
from parametric.kit import make_part
from parametric.part import Part
from parametric.solid.mesh import TOLERANCE_MM, Memory
from tests.designs.wrist_hand.hands import params

PEOPLE = ("sample person", "child of 4")


def _files(parts: Iterable[Part], memory: Memory) -> dict[str, bytes]:
    return {
        part.name: stl_bytes(make_part(part, TOLERANCE_MM, memory).mesh, part.name)
        for part in parts
    }


def _hand(who: str) -> Assembly:
    return DESIGN.build(params(who), DEFAULT_PRINTER)


@pytest.mark.parametrize("who", PEOPLE)
def test_the_order_of_parts_does_not_matter(who: str) -> None:
    """The last one first is the same as the first one first; so is every other one alone."""
    parts = _hand(who).parts
    expected = _files(parts, Memory())

    assert _files(reversed(parts), Memory()) == expected
    for part in parts[::2]:
        assert _files([part], Memory()) == {part.name: expected[part.name]}


def test_what_is_remembered_of_others_does_not_matter() -> None:
    """After half of somebody else's hand was made, and for the child it is as from nothing."""
    child, other = _hand("child of 4").parts, _hand("sample person").parts
    memory = Memory()
    _files(other[1::2], memory)

    assert _files(child, memory) == _files(child, Memory())
    assert _files(other, memory) == _files(other, Memory())
