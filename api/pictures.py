"""Which pictures a kit gets: each part as it is printed, the device in each pose, each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from parametric.assembly import Assembly
from parametric.export.pictures import Picture, Shown, highlighted, render_all
from parametric.kit import MadePart

REST = "rest"
SMALL = (800, 600)
"""Pixels of pictures that stand beside words. A kit has dozens, and all go into the guide."""


@dataclass(frozen=True)
class Drawn:
    """PNG files by name without ending.

    Attributes:
        parts: each part, by its name.
        poses: the whole device, by the pose's name; "rest" is always there.
        steps: one for each assembly step, in order.
    """

    parts: Mapping[str, bytes]
    poses: Mapping[str, bytes]
    steps: tuple[bytes, ...]

    @property
    def of_kit(self) -> Mapping[str, bytes]:
        """The pictures that lie in the kit's own folder.

        A part that is called like a pose keeps its name; the pose is then "device_<pose>".
        """
        poses = {
            f"device_{name}" if name in self.parts else name: data
            for name, data in self.poses.items()
        }
        return {**self.parts, **poses}


def draw(
    assembly: Assembly,
    made: Sequence[MadePart],
    tell: Callable[[str, str], None],
    *,
    steps: bool,
) -> Drawn:
    """Draw all pictures of a kit.

    Args:
        assembly: says the poses and the steps.
        made: the parts with their shapes.
        tell: told what is being drawn.
        steps: whether the assembly steps are drawn too; only the guide shows them.

    Raises:
        PictureFailed: the machine cannot draw.
    """
    names = [each.part.name for each in made]
    poses = {REST: {}, **assembly.poses}
    parts = [Picture((Shown(each.mesh, colour=each.part.colour),), SMALL) for each in made]
    whole = [Picture(tuple(dict(_posed(assembly, made, name)).values())) for name in poses]
    told = [
        Picture(
            highlighted(_posed(assembly, made, REST), step.parts),
            SMALL,
            framed_by=tuple(shown for _, shown in _posed(assembly, made, REST)),
        )
        for step in (assembly.steps if steps else ())
    ]
    names += [*poses, *(step.title for step in (assembly.steps if steps else ()))]
    # Pictures are drawn in order: when one is done, the next one's turn has come.
    tell("drawing", names[0])
    drawn = render_all(
        [*parts, *whole, *told],
        lambda done, total: tell("drawing", names[done]) if done < total else None,
    )
    to, after = len(parts), len(parts) + len(whole)
    return Drawn(
        {each.part.name: data for each, data in zip(made, drawn[:to], strict=True)},
        dict(zip(poses, drawn[to:after], strict=True)),
        tuple(drawn[after:]),
    )


def _posed(assembly: Assembly, made: Sequence[MadePart], pose: str) -> list[tuple[str, Shown]]:
    where = assembly.pose(assembly.poses.get(pose, {}))
    return [
        (
            each.part.name,
            Shown(
                each.mesh,
                each.to_bed.inverse().then(where[each.part.name]),
                each.part.colour,
            ),
        )
        for each in made
    ]
