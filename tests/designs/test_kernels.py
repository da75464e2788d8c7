"""Both kernels make the same of what is printed: the mesh, and the exact body for CAD.

Here for one of every kind of part. `fitcommons prove` compares all parts of people at the edges.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

import pytest

import designs
from parametric.clearance import DEFAULT_PRINTER
from parametric.design import Design
from parametric.entries import read_person
from parametric.part import Part
from parametric.resolve import resolve
from tests.parametric.solid.agree import assert_kernels_agree

KINDS: dict[str, tuple[str, ...]] = {
    "wrist_hand": (
        "palm",
        "gauntlet",
        # Every first bone is drawn by the same function, and so is every tip.
        "index_proximal",
        "little_distal",
        # With letters on it.
        "tensioner_block",
        "slider",
    ),
    "_template": ("grip",),
}


@cache
def parts(slug: str) -> dict[str, Part]:
    """The parts of a design's sample person, by name."""
    design: Design = importlib.import_module(f"designs.{slug}.design").DESIGN
    folder = Path(designs.__file__).parent / slug
    wanted = read_person((folder / "sample.toml").read_text("utf-8"))
    if slug == "wrist_hand":
        wanted["name"] = "Ada"
    params = resolve(design.parameters, wanted).params
    return {part.name: part for part in design.build(params, DEFAULT_PRINTER).parts}


@pytest.mark.parametrize(
    ("slug", "part"), [(s, part) for s, each in KINDS.items() for part in each]
)
def test_both_kernels_make_the_same_part(slug: str, part: str) -> None:
    """Volume, bounds and centre differ by no more than chords explain."""
    assert_kernels_agree(parts(slug)[part].solid)


@pytest.mark.parametrize("slug", KINDS)
def test_no_kind_of_part_was_forgotten(slug: str) -> None:
    """Bones that share a function count once; all others are compared."""

    def kind(name: str) -> str:
        return name.rpartition("_")[2] if name.endswith(("_proximal", "_distal")) else name

    assert {kind(name) for name in parts(slug)} == {kind(name) for name in KINDS[slug]}
