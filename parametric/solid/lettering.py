"""Lettering: a line of text as flat outlines, from the typeface in parametric/fonts.

The typeface is data of this package, never one that a computer happens to have: another would
change the bytes of every part with text on it.
"""

from __future__ import annotations

import math
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from parametric.solid.curves import Array, Bezier, sample_bezier
from parametric.solid.profiles import Text
from parametric.solid.value import BadSolid

FONT = Path(__file__).parents[1] / "fonts" / "AtkinsonHyperlegible-Bold.ttf"
"""Atkinson Hyperlegible Bold, SIL Open Font License 1.1, by the Braille Institute of America."""

MOST_CHARACTERS = 200
"""Longest line that is set: longer ones are mistakes, or attacks on the kernel."""


def outlines(text: Text, tolerance_mm: float) -> list[Array]:
    """Return the closed outlines of a line of text, each (n, 2) in mm, last point joins the first.

    The ink is centred on x = 0, capital letters go from -height / 2 to height / 2. Fill them by
    the nonzero rule: outer outlines go anticlockwise, counters (the hole of an o) clockwise, and
    those of one letter may overlap. Chords stay within `tolerance_mm` of the curves.

    Args:
        text: what is set, at which capital height (mm).
        tolerance_mm: how far a chord may stray from the curve.

    Raises:
        BadSolid: a character that the typeface does not have, or a line too long to set.
    """
    line = unicodedata.normalize("NFC", text.text)
    if len(line) > MOST_CHARACTERS:
        raise BadSolid(f"Text: {len(line)} characters are too many, {MOST_CHARACTERS} fit")
    capital, advances, _ = _font()
    scale = text.height / capital
    pen = 0.0
    found: list[Array] = []
    for character in line:
        if character not in advances or unicodedata.combining(character):
            raise BadSolid(
                f"Text: the typeface has no {character!r} "
                f"({unicodedata.name(character, f'U+{ord(character):04X}')})"
            )
        along = np.array([pen, 0.0])
        found.extend((c + along) * scale for c in _contours(character, tolerance_mm / scale))
        pen += advances[character]
    if not found:
        raise BadSolid(f"Text: {text.text!r} shows nothing")
    left = min(contour[:, 0].min() for contour in found)
    right = max(contour[:, 0].max() for contour in found)
    middle = ((left + right) / 2.0, text.height / 2.0)
    return [contour - middle for contour in found]


@lru_cache(maxsize=1)
def _font() -> tuple[float, dict[str, float], dict[str, Any]]:
    """Return (height of capitals, advance and drawable glyph of each character), in font units."""
    # Parts without text never pay for reading a font.
    from fontTools.ttLib import TTFont

    font = TTFont(FONT)
    glyphs = font.getGlyphSet()
    names = font.getBestCmap()
    advances = {chr(code): float(glyphs[name].width) for code, name in names.items()}
    drawable = {chr(code): glyphs[name] for code, name in names.items()}
    return float(font["OS/2"].sCapHeight), advances, drawable


@lru_cache(maxsize=2000)
def _contours(character: str, tolerance: float) -> tuple[Array, ...]:
    """Return a character's contours in font units, outer ones anticlockwise."""
    from fontTools.pens.basePen import decomposeQuadraticSegment
    from fontTools.pens.recordingPen import DecomposingRecordingPen

    glyph = _font()[2][character]
    pen = DecomposingRecordingPen(glyph.glyphSet)
    glyph.draw(pen)
    contours: list[Array] = []
    points: list[tuple[float, float]] = []
    for what, given in pen.value:
        match what:
            case "moveTo":
                points = [given[0]]
            case "lineTo":
                points.append(given[0])
            case "qCurveTo":
                curve = given
                if curve[-1] is None:
                    # TrueType lets a contour have no point on its curve at all: start between two.
                    first, last = curve[0], curve[-2]
                    start = ((first[0] + last[0]) / 2.0, (first[1] + last[1]) / 2.0)
                    points = [start]
                    curve = (*curve[:-1], start)
                for control, end in decomposeQuadraticSegment(curve):
                    points.extend(_quadratic(points[-1], control, end, tolerance))
            case "closePath" | "endPath":
                contours.append(_closed(points))
            case _:
                raise BadSolid(f"Text: the typeface draws {character!r} with a {what}")
    return tuple(contour for contour in contours if len(contour) > 2)


def _quadratic(
    start: tuple[float, float],
    control: tuple[float, float],
    end: tuple[float, float],
    tolerance: float,
) -> list[tuple[float, float]]:
    """Return the points of a quadratic piece after its start."""
    inner = [
        tuple(p + (c - p) * 2.0 / 3.0 for p, c in zip(at, control, strict=True))
        for at in (start, end)
    ]
    sampled = sample_bezier(Bezier((start, inner[0], inner[1], end)), tolerance)
    return [(float(x), float(y)) for x, y in sampled[1:]]


def _closed(points: list[tuple[float, float]]) -> Array:
    """Return a contour without doubled points, turned round: TrueType's outer ones go clockwise."""
    kept = [p for p, q in zip(points, points[1:] + points[:1], strict=True) if math.dist(p, q) > 0]
    return np.array(kept[::-1], dtype=np.float64).reshape(-1, 2)
