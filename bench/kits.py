"""The hand that is measured. Imports the mesh kernel: call `one_core` first."""

from __future__ import annotations

from collections.abc import Mapping

from designs.discover import find
from parametric.assembly import Assembly
from parametric.checks import check_kit
from parametric.checks.kit import check_parts
from parametric.clearance import DEFAULT_PRINTER
from parametric.export.stl import stl_bytes
from parametric.kit import MadePart, make
from parametric.resolve import resolve
from parametric.solid.mesh import Memory


class Unproved(Exception):
    """A part does not pass its checks: its time would prove nothing."""


def described(entries: Mapping[str, object]) -> Assembly:
    """Return the hand of a person, described only."""
    design = find("wrist_hand")
    return design.build(resolve(design.parameters, entries).params, DEFAULT_PRINTER)


def stls(made: tuple[MadePart, ...]) -> dict[str, bytes]:
    """Return the STL file of every part, by name."""
    return {each.part.name: stl_bytes(each.mesh, each.part.name) for each in made}


def checked_stls(entries: Mapping[str, object], memory: Memory) -> dict[str, bytes]:
    """Return every part of a person's hand as an STL file, each part checked.

    Raises:
        Unproved: a check of a part does not hold.
    """
    made = make(described(entries), memory=memory)
    wrong = [
        report.part for report in check_parts(made, DEFAULT_PRINTER, memory) if not report.holds
    ]
    if wrong:
        raise Unproved(", ".join(wrong))
    return stls(made)


def assembled(entries: Mapping[str, object], memory: Memory) -> bool:
    """Do what `checked_stls` does and check the posed assembly; return whether all holds."""
    assembly = described(entries)
    made = make(assembly, memory=memory)
    return bool(stls(made)) and check_kit(assembly, made, DEFAULT_PRINTER, memory=memory).holds
