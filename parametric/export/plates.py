"""Plates: which parts are printed together, and where each one lies on the bed.

Rectangles around the parts are packed with rectpack, in hundredths of a millimetre because its
sums must be exact. Several of its heuristics are tried and the best plates win, always in the
same order, so that the same parts give the same plates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import rectpack

from parametric.clearance import PrinterProfile
from parametric.kit import MadePart
from parametric.place import HERE, Placement, Z, move, turn
from parametric.units import Mm

GAP_MM: Final = 5.0
"""Room between two parts (mm): a brim and its skirt, and a finger to get them off the bed."""

_PER_MM: Final = 100
"""Packing counts in whole hundredths of a mm."""


Size: TypeAlias = tuple[float, float, float]
"""Lengths along x, y and z (mm)."""


class TooBig(ValueError):
    """A part does not fit on the printer's bed.

    Attributes:
        part: name of the part.
        size_mm: its length along x, y and z as it is printed.
        bed_mm: the print space along x, y and z.
    """

    def __init__(self, part: str, label: str, size_mm: Size, printer: PrinterProfile) -> None:
        self.part = part
        self.size_mm = size_mm
        self.bed_mm = (printer.bed_x_mm, printer.bed_y_mm, printer.bed_z_mm)
        super().__init__(
            f"{part} ({label}) is {_by(size_mm)} mm as it is printed and does not fit on "
            f"{printer.name}, whose print space is {_by(self.bed_mm)} mm, not even turned by "
            "90 degrees. Choose a larger printer."
        )


@dataclass(frozen=True, eq=False)
class Lying:
    """One copy of a part on a plate.

    Attributes:
        made: the part.
        copy: which copy of it, from 1 to `made.part.quantity`.
        placement: takes `made.mesh` to the bed, whose corner is at x = y = 0 (mm).
    """

    made: MadePart
    copy: int
    placement: Placement


@dataclass(frozen=True, eq=False)
class Plate:
    """What is printed at once.

    Attributes:
        number: from 1.
        lying: the parts and where they lie, in the order of the kit.
        printer: whose bed it is.
    """

    number: int
    lying: tuple[Lying, ...]
    printer: PrinterProfile

    @property
    def name(self) -> str:
        """Name of its file without the ending, such as "plate_1"."""
        return f"plate_{self.number}"


def plates(
    made: Sequence[MadePart], printer: PrinterProfile, gap_mm: Mm = GAP_MM
) -> tuple[Plate, ...]:
    """Arrange all parts, as many of each as are needed, on as few beds as possible.

    Parts may be turned by 90 degrees. What lies on a plate is centred on the bed.

    Args:
        made: the parts of a kit.
        printer: gives the print space.
        gap_mm: least room between the boxes around two parts (mm).

    Raises:
        TooBig: a part does not fit on the bed; the largest such part is named.
    """
    _refuse_too_big(made, printer)
    copies = [(one, copy + 1) for one in made for copy in range(one.part.quantity)]
    gap = math.ceil(gap_mm * _PER_MM)
    # A box grown by the gap, on a bed grown by the gap, keeps the gap to its neighbours only.
    boxes = [tuple(math.ceil(s * _PER_MM) + gap for s in size_mm(one)[:2]) for one, _ in copies]
    room = tuple(math.floor(s * _PER_MM) for s in (printer.bed_x_mm, printer.bed_y_mm))
    beds = _packed(boxes, (room[0] + gap, room[1] + gap))
    return tuple(
        Plate(number, _lying(copies, boxes, room, placed), printer)
        for number, placed in enumerate(beds, start=1)
    )


def largest_part(made: Iterable[MadePart]) -> MadePart:
    """Return the part that asks for the largest printer: the one with the longest side (mm).

    Raises:
        ValueError: there are no parts.
    """
    return max(made, key=lambda one: (max(size_mm(one)), math.prod(size_mm(one)), one.part.name))


def size_mm(made: MadePart) -> Size:
    """Return the length (mm) of a part along x, y and z as it is printed."""
    x, y, z = (float(s) for s in made.mesh.bounds[1] - made.mesh.bounds[0])
    return x, y, z


def fits(made: MadePart, printer: PrinterProfile) -> bool:
    """Whether a part, turned by 90 degrees if need be, fits into a printer's print space."""
    x, y, z = size_mm(made)
    bed_x, bed_y = printer.bed_x_mm, printer.bed_y_mm
    return z <= printer.bed_z_mm and ((x <= bed_x and y <= bed_y) or (y <= bed_x and x <= bed_y))


def _refuse_too_big(made: Sequence[MadePart], printer: PrinterProfile) -> None:
    too_big = [one for one in made if not fits(one, printer)]
    if too_big:
        one = largest_part(too_big)
        raise TooBig(one.part.name, one.part.label, size_mm(one), printer)


_Box: TypeAlias = tuple[int, ...]
_Placed: TypeAlias = tuple[int, int, int, int, int]
"""Left, front, width, depth and index of a box on a bed."""

_PACKERS: Final = (
    rectpack.MaxRectsBssf,
    rectpack.MaxRectsBaf,
    rectpack.MaxRectsBl,
    rectpack.SkylineMwfl,
    rectpack.GuillotineBssfSas,
)
_ORDERS: Final = (rectpack.SORT_AREA, rectpack.SORT_LSIDE, rectpack.SORT_SSIDE)


def _packed(boxes: Sequence[_Box], bed: _Box) -> list[list[_Placed]]:
    """Return the fewest beds that a heuristic finds, with the parts close together on each."""
    if not boxes:
        return []
    tries = [_pack(boxes, bed, packer, order) for packer in _PACKERS for order in _ORDERS]
    return min(tries, key=lambda beds: (len(beds), sum(_spread(placed) for placed in beds)))


def _spread(placed: Sequence[_Placed]) -> int:
    """Return the area of the box around all that lies on a bed."""
    left, right, front, back = _extent(placed)
    return (right - left) * (back - front)


def _extent(placed: Sequence[_Placed]) -> tuple[int, int, int, int]:
    return (
        min(x for x, _, _, _, _ in placed),
        max(x + w for x, _, w, _, _ in placed),
        min(y for _, y, _, _, _ in placed),
        max(y + d for _, y, _, d, _ in placed),
    )


def _pack(boxes: Sequence[_Box], bed: _Box, packer: Any, order: Any) -> list[list[_Placed]]:
    packing = rectpack.newPacker(
        mode=rectpack.PackingMode.Offline,
        bin_algo=rectpack.PackingBin.BBF,
        pack_algo=packer,
        sort_algo=order,
        rotation=True,
    )
    for index, box in enumerate(boxes):
        packing.add_rect(*box, rid=index)
    packing.add_bin(*bed, count=len(boxes))
    packing.pack()
    return [sorted((r.x, r.y, r.width, r.height, r.rid) for r in each) for each in packing]


def _lying(
    copies: Sequence[tuple[MadePart, int]],
    boxes: Sequence[_Box],
    bed: _Box,
    placed: Sequence[_Placed],
) -> tuple[Lying, ...]:
    # The arrangement as a whole goes to the middle of the bed, where beds are flattest.
    left, right, front, back = _extent(placed)
    lying = []
    for x, y, w, d, index in sorted(placed, key=lambda p: p[4]):
        made, copy = copies[index]
        way = HERE if (w, d) == boxes[index] else turn(Z, 90.0)
        low, high = made.mesh.placed(way).bounds
        to = move(
            (x + w / 2.0 + (bed[0] - left - right) / 2.0) / _PER_MM - (low[0] + high[0]) / 2.0,
            (y + d / 2.0 + (bed[1] - front - back) / 2.0) / _PER_MM - (low[1] + high[1]) / 2.0,
        )
        lying.append(Lying(made, copy, way.then(to)))
    return tuple(lying)


def _by(size: Iterable[float]) -> str:
    return " x ".join(f"{s:.1f}".removesuffix(".0") for s in size)
