"""The one pen that draws them all: lines, measuring arrows, tape, outlines of bodies."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import manifold3d as m3d

Point: TypeAlias = tuple[float, float]
Ball: TypeAlias = tuple[float, float, float]
"""x, y and radius: bodies are skins round balls."""

INK: Final = "#2a2026"
SOFT: Final = "#a58f86"
SKIN: Final = "#fffdf9"
PLUM: Final = "#8a2f5d"
PLUM_SOFT: Final = "#f3d7e1"
TAPE: Final = "#ffc64a"
LEAF: Final = "#2f7d5b"
LEAF_SOFT: Final = "#d3e8d9"
LAKE: Final = "#2f6f8c"
LAKE_SOFT: Final = "#d2e5ec"
BRICK: Final = "#b13a2e"
BRICK_SOFT: Final = "#f7d9d1"
WOOD: Final = "#e9c9a2"

LINE: Final = 4.0
_SEGMENTS: Final = 48


def number(value: float) -> str:
    """Return a coordinate, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def sheet(width: float, height: float, *marks: str) -> str:
    """Return a whole drawing."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" fill="none" '
        f'stroke="{INK}" stroke-width="{number(LINE)}" stroke-linecap="round" '
        f'stroke-linejoin="round">{"".join(marks)}</svg>\n'
    )


def path(data: str, *, fill: str = "none", line: str = INK, width: float = LINE) -> str:
    """Return a path; only what differs from the sheet's pen is written."""
    return (
        f'<path d="{data}"'
        + (f' fill="{fill}"' if fill != "none" else "")
        + (f' stroke="{line}"' if line != INK else "")
        + (f' stroke-width="{number(width)}"' if width != LINE else "")
        + "/>"
    )


def curve(
    points: Sequence[Point], *, line: str = INK, width: float = LINE, dashed: bool = False
) -> str:
    """Return a line through two points, or a bent one from the first to the last of three."""
    (x0, y0), *middle, (x1, y1) = points
    bend = f"Q{number(middle[0][0])} {number(middle[0][1])} " if middle else "L"
    drawn = path(
        f"M{number(x0)} {number(y0)}{bend}{number(x1)} {number(y1)}", line=line, width=width
    )
    return drawn.replace("<path", '<path stroke-dasharray="2 12"') if dashed else drawn


def dot(x: float, y: float, radius: float, *, fill: str = INK, line: str = "none") -> str:
    """Return a disc."""
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"'
        + (f' stroke="{line}"' if line != INK else "")
        + "/>"
    )


def box(x: float, y: float, size: Point, round_by: float, fill: str) -> str:
    """Return a box with round corners."""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(size[0])}" '
        f'height="{number(size[1])}" rx="{number(round_by)}" fill="{fill}"/>'
    )


def oval(x: float, y: float, across: float, down: float, *, fill: str, line: str = INK) -> str:
    """Return an ellipse by its half axes."""
    return (
        f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(across)}" ry="{number(down)}" '
        f'fill="{fill}"' + (f' stroke="{line}"' if line != INK else "") + "/>"
    )


def measure(start: Point, end: Point, reach: Iterable[tuple[Point, Point]] = ()) -> str:
    """Return the arrow that says what is measured, from bar to bar.

    Args:
        start: where it begins.
        end: where it ends.
        reach: thin lines from what is measured to the arrow, when it stands aside.
    """
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    along = ((x1 - x0) / length, (y1 - y0) / length)
    across = (-along[1], along[0])
    lines = []
    for (x, y), way in ((start, 1.0), (end, -1.0)):
        for side in (-1.0, 1.0):
            barb = (
                x + along[0] * 16 * way + across[0] * 8 * side,
                y + along[1] * 16 * way + across[1] * 8 * side,
            )
            lines.append(((x, y), barb))
        lines.append(
            (
                (x - across[0] * 14, y - across[1] * 14),
                (x + across[0] * 14, y + across[1] * 14),
            )
        )
    data = "".join(
        f"M{number(a[0])} {number(a[1])}L{number(b[0])} {number(b[1])}"
        for a, b in [(start, end), *lines]
    )
    thin = "".join(curve([a, b], line=PLUM, width=2.5, dashed=True) for a, b in reach)
    return thin + path(data, line=SKIN, width=11) + path(data, line=PLUM, width=5)


def skin(*limbs: Sequence[Ball], web: float = 8.0) -> m3d.CrossSection:
    """Return the outline of limbs, each a chain of balls, that grow together smoothly.

    Args:
        limbs: chains; neighbours in a chain are joined by their hull.
        web: radius of the skin between limbs.
    """
    pieces = []
    for chain in limbs:
        discs = [
            m3d.CrossSection.circle(radius, _SEGMENTS).translate((x, y)) for x, y, radius in chain
        ]
        pairs = itertools.pairwise(discs)
        pieces += [m3d.CrossSection.batch_hull([one, other]) for one, other in pairs]
    whole = m3d.CrossSection.batch_boolean(pieces, m3d.OpType.Add)
    for by in (web, -2.0 * web, web):
        whole = whole.offset(by, m3d.JoinType.Round, circular_segments=_SEGMENTS)
    return whole


def outline(shape: m3d.CrossSection, *, fill: str = SKIN, line: str = INK) -> str:
    """Return the edge of a shape as a closed path."""
    data = "".join(
        "M" + "L".join(f"{number(x)} {number(y)}" for x, y in ring) + "Z"
        for ring in shape.simplify(0.25).to_polygons()
    )
    return path(data, fill=fill, line=line)


def window(shape: m3d.CrossSection, x0: float, y0: float, x1: float, y1: float) -> m3d.CrossSection:
    """Return the part of a shape within a box."""
    frame = m3d.CrossSection.square((x1 - x0, y1 - y0)).translate((x0, y0))
    return shape ^ frame


def tape(x: float, y: float, half: float, height: float = 30.0) -> str:
    """Return a measuring tape round an upright limb, whose middle is at x and half width given."""
    dip = half * 0.28
    front = (
        f"M{number(x - half)} {number(y)}"
        f"Q{number(x)} {number(y + 2 * dip)} {number(x + half)} {number(y)}"
        f"v{number(height)}"
        f"Q{number(x)} {number(y + height + 2 * dip)} {number(x - half)} {number(y + height)}z"
    )
    ticks = []
    for step in range(1, 10):
        share = step / 10.0
        tick_x = x - half + 2.0 * half * share
        top = y + 4.0 * dip * share * (1.0 - share)
        deep = height * (0.55 if step == 5 else 0.35)
        ticks.append(f"M{number(tick_x)} {number(top)}v{number(deep)}")
    return path(front, fill=TAPE, line=PLUM, width=5) + path("".join(ticks), width=3)
