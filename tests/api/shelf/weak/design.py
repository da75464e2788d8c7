"""A design whose hole is smaller than it says, so that a check fails."""

from __future__ import annotations

from dataclasses import dataclass

from parametric.assembly import Assembly
from parametric.clearance import PrinterProfile
from parametric.design import Design, LoadClass
from parametric.params import length
from parametric.part import Hole, Part
from parametric.place import Z
from parametric.solid import Box, Cylinder, difference
from parametric.units import Mm


@dataclass(frozen=True, kw_only=True)
class Weak:
    size: Mm = length(10, 100, default=30, help="How big.")
    hole: Mm = length(3, 8, default=4, help="The real hole. It says 5 mm.")


def build(params: Weak, _printer: PrinterProfile) -> Assembly:
    solid = difference(Box(params.size, params.size, 8.0), Cylinder(params.hole / 2.0, params.size))
    part = Part("block", "Block", solid, holes=(Hole("bolt", 5.0, (0.0, 0.0, 0.0), Z, "screw"),))
    return Assembly((part,), "block")


DESIGN = Design("weak", "0.1.0", "Weak", "Says what is not so.", Weak, build, LoadClass.GREEN)
