"""The parts of the sample hand through plain CadQuery booleans.

    python -m bench.cadquery_booleans

The same trees: leaves are made by our exact evaluator and are not timed, because a plain CadQuery
leaf may be quicker than ours, which is looked at hard. What is timed of CadQuery are its own
`fuse`, `cut` and `intersect` on them (moving counted out, too), and its STL export at the same
absolute tolerance. What is timed of ours is all: leaves, booleans, canonical meshes and STL bytes.
So the ratio is one that CadQuery can only lose by more. (Its lofts are B-spline surfaces through
points, which its booleans take long for; they are what the same surfaces are in OCCT.) Both on one
core. Parts that CadQuery cannot make, or whose volume is off by more than 0.5 %, are named; they
are left out on both sides.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import Row, best, main, one_core, sample_entries, seconds

if TYPE_CHECKING:
    import cadquery as cq

    from parametric.solid import Solid

_SAME_VOLUME = 0.005
_ANGLE_RAD = 0.5


class Plain:
    """CadQuery's own booleans, with a clock on them."""

    def __init__(self) -> None:
        """Begin with nothing made and no time spent."""
        self.spent = 0.0
        self._made: dict[bytes, cq.Shape] = {}

    def shape(self, solid: Solid) -> cq.Shape:
        """Return a solid's shape; the same solid is made once, as ours does."""
        found = self._made.get(solid.digest)
        if found is None:
            found = self._made[solid.digest] = self._make(solid)
        return found

    def _make(self, solid: Solid) -> cq.Shape:
        from parametric.solid import Difference, Intersection, Placed, Union
        from parametric.solid.exact import evaluate_exact
        from parametric.solid.exact.bodies import moved

        match solid:
            case Union():
                first, *others = [self.shape(part) for part in solid.parts]
                return self._timed(lambda: first.fuse(*others))
            case Difference():
                base = self.shape(solid.base)
                cuts = [self.shape(part) for part in solid.cuts]
                return self._timed(lambda: base.cut(*cuts))
            case Intersection():
                first, *others = [self.shape(part) for part in solid.parts]
                return self._timed(lambda: first.intersect(*others))
            case Placed():
                import cadquery as cq

                bodies = moved(tuple(self.shape(solid.solid).Solids()), solid.placement)
                return bodies[0] if len(bodies) == 1 else cq.Compound.makeCompound(bodies)
            case _:
                return evaluate_exact(solid)

    def _timed(self, work: Callable[[], cq.Shape]) -> cq.Shape:
        began = time.process_time()
        made = work()
        self.spent += time.process_time() - began
        return made

    def export(self, shape: cq.Shape, file: Path, tolerance_mm: float) -> None:
        """Write a shape as a binary STL."""
        began = time.process_time()
        shape.exportStl(
            str(file), tolerance_mm, _ANGLE_RAD, ascii=False, relative=False, parallel=False
        )
        self.spent += time.process_time() - began


def rows() -> list[Row]:
    """Make every part of the sample hand both ways."""
    one_core()
    from bench.kits import described, stls
    from parametric.kit import make
    from parametric.solid.mesh import TOLERANCE_MM, Memory

    assembly = described(sample_entries())
    reference = {each.part.name: each.shape.volume() for each in make(assembly)}

    plain, wrong = Plain(), []
    with tempfile.TemporaryDirectory(prefix="bench-cadquery-") as folder:
        for part in assembly.parts:
            before = plain.spent
            try:
                shape = plain.shape(part.solid)
                plain.export(shape, Path(folder) / f"{part.name}.stl", TOLERANCE_MM)
                off = abs(shape.Volume() / reference[part.name] - 1.0)
            except Exception as error:  # noqa: BLE001 (OCCT raises all kinds of things)
                print(f"{part.name}: {type(error).__name__}: {error}")
                off = 1.0
            if off > _SAME_VOLUME:
                plain.spent = before
                wrong.append(part.name)

    kept = tuple(part for part in assembly.parts if part.name not in wrong)
    smaller = replace(assembly, parts=kept)
    ours, _ = best(lambda: stls(make(smaller, memory=Memory())))
    return [
        Row(
            f"{len(kept)} parts of the hand, booleans and STL",
            f"{seconds(ours)} (leaves too)",
            f"CadQuery {seconds(plain.spent)} (leaves not)",
            plain.spent / ours,
            ">= 10",
            plain.spent >= 10.0 * ours,
        ),
        *(
            [Row("parts that CadQuery's booleans get wrong", "none", ", ".join(wrong))]
            if wrong
            else []
        ),
    ]


if __name__ == "__main__":
    sys.exit(main(rows, __doc__))
