"""What the slicer warns of, in the reader's words; what is new to us stays as the slicer said it.

The kinds are those of PrusaSlicer 2.5 to 2.9 (`src/libslic3r/GCode.cpp` and `Print.cpp`), and what
`parametric.export.gcode.mesh_faults` tells of a mesh.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from api.pages import own_words
from api.pages.text import ENGLISH, Words
from parametric.translations import label_of

_EMPTY: Final = re.compile(r"Empty layer between ([\d.]+) and ([\d.]+)\.")
_OBJECT: Final = re.compile(r"Object name: (.+?)(?= Make sure the object is printable\.|$)")
_MAKE_SURE: Final = re.compile(
    r"Make sure the object is printable\. This is usually caused by negligibly small extrusions"
    r" or by a faulty model\. Try to repair the model or change its orientation on the bed\."
)
_NOT_ALL: Final = re.compile(r"\(Some lines not shown\)")

_UNSTEADY: Final = re.compile(r"Detected print stability issues:")
_KINDS: Final[Mapping[str, str]] = {
    "Collapsing overhang": "make.slicer_overhang",
    "Floating bridge anchors": "make.slicer_anchors",
    "Floating object part": "make.slicer_floating",
    "Long bridging extrusions": "make.slicer_bridge",
    "Loose extrusions": "make.slicer_loose",
    "Low bed adhesion": "make.slicer_adhesion",
}
_ADVICE: Final[Mapping[str, str]] = {
    "Consider enabling supports.": "make.slicer_supports",
    "Also consider enabling brim.": "make.slicer_brim",
    "Consider enabling brim.": "make.slicer_brim",
}
_WHOLE: Final[Mapping[str, str]] = {
    "There is an object with no extrusions in the first layer.": "make.slicer_first_layer",
    "the mesh is not manifold": "make.slicer_not_closed",
}
_MENDED: Final = re.compile(
    r"(?:open edges|edges fixed|degenerate facets|facets removed|facets reversed|backwards edges)"
    r": (\d+)"
)


def in_words(words: Words, warning: str) -> str:
    """Return a warning of the slicer's in a page's words.

    Args:
        words: of the page.
        warning: as the slicer said it, on one line.
    """
    said = " ".join(warning.split())
    if said in _WHOLE:
        return words(_WHOLE[said])
    mended = _MENDED.fullmatch(said)
    if mended is not None:
        return words("make.slicer_mended", count=words.number(int(mended[1])))
    return _gaps(words, said) or _unsteady(words, said) or _as_said(words, said)


def _gaps(words: Words, said: str) -> str:
    """Return which layers have nothing in them, nothing where a warning is about something else."""
    gaps, names = _EMPTY.findall(said), _OBJECT.findall(said)
    for known in (_EMPTY, _NOT_ALL, _OBJECT, _MAKE_SURE):
        said = known.sub("", said)
    if not gaps or said.strip():
        return ""
    each = [
        words("make.slicer_empty", low=_mm(words, low), high=_mm(words, high)) for low, high in gaps
    ]
    return _sentences([*each, _about(words, names), words("make.slicer_look")])


def _unsteady(words: Words, said: str) -> str:
    """Return what may come loose, nothing where a warning is about something else."""
    if not _UNSTEADY.match(said):
        return ""
    kinds = [words(key) for kind, key in _KINDS.items() if kind in said]
    advice = dict.fromkeys(words(key) for one, key in _ADVICE.items() if one in said)
    rest = _UNSTEADY.sub("", said)
    for known in _ADVICE:
        rest = rest.replace(known, "")
    # What is left are the kinds, and the parts that they were found in.
    pieces = re.split("|".join([*map(re.escape, _KINDS), ","]), rest)
    names = dict.fromkeys(piece.strip() for piece in pieces if piece.strip())
    unsteady = words("make.slicer_unsteady")
    if kinds:
        unsteady = words("make.slicer_unsteady_kinds", kinds=words.listed(kinds))
    return _sentences([unsteady, _about(words, names), *advice])


def _as_said(words: Words, said: str) -> str:
    if words.language == ENGLISH:
        return said
    return Markup('<span lang="en" dir="ltr">{}</span>').format(said)


def _about(words: Words, names: list[str] | Mapping[str, None]) -> str:
    called = [
        own_words.in_words(words.language, label_of(name)) or Markup("<bdi>{}</bdi>").format(name)
        for name in names
    ]
    return words("make.slicer_about", names=words.joined(called)) if called else ""


def _mm(words: Words, number: str) -> str:
    return words.size(f"{round(float(number), 2):g} mm")


def _sentences(each: list[str]) -> str:
    return Markup(" ").join(one for one in each if one)
