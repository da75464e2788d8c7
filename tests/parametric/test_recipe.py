"""A recipe makes the same bytes again, and its code says nothing about anybody."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass, replace

import pytest

from parametric.assembly import Assembly
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.design import Design, LoadClass
from parametric.export.stl import stl_bytes
from parametric.kit import make
from parametric.params import Estimate, flag, length, text
from parametric.part import Part
from parametric.problems import BadParameters
from parametric.recipe import (
    CODE_LENGTH,
    CODE_LETTERS,
    BadRecipe,
    Recipe,
    changed,
    differences,
    digest,
    gather,
    new_code,
    read_recipe,
    rebuild,
    regather,
    write_recipe,
)
from parametric.solid import Box
from parametric.units import Mm


@dataclass(frozen=True, kw_only=True)
class Block:
    breadth: Mm = length(10, 100, help="How wide.")
    depth: Mm = length(
        10, 100, estimate=lambda known: Estimate(float(known["breadth"]) / 3, "a third"), help="x"
    )
    code: str = text(max_length=12, help="Fills itself.")
    emboss: bool = flag(help="Show the code?")


def build(params: Block, printer: PrinterProfile) -> Assembly:
    longer = sum(map(ord, params.code)) / 1000.0 if params.emboss else 0.0
    height = 5.0 + longer + printer.hole_shrink_mm
    return Assembly((Part("block", "Block", Box(params.breadth, params.depth, height)),), "block")


DESIGN = Design("block", "1.0.0", "Block", "A block.", Block, build, LoadClass.GREEN)


def cooked(**entries: object) -> Recipe:
    ingredients = gather(DESIGN, entries)
    made = make(build(ingredients.resolved.params, DEFAULT_PRINTER))
    digests = {each.part.name: digest(stl_bytes(each.mesh, each.part.name)) for each in made}
    return write_recipe(DESIGN, ingredients, DEFAULT_PRINTER, 0.05, digests)


def test_a_recipe_survives_its_file() -> None:
    """Written, read and written again it is the same, with what was typed."""
    recipe = cooked(breadth="3.07 in")
    again = read_recipe(recipe.text())
    assert again == recipe
    assert again.text() == recipe.text()
    assert recipe.entered == {"breadth": "3.07 in"}
    assert json.loads(recipe.text())["schema"] == 1


@pytest.mark.parametrize("emboss", ["yes", "no"])
def test_a_recipe_makes_the_same_bytes_again(emboss: str) -> None:
    """With and without the code on the part, every digest comes out as the recipe says."""
    recipe = read_recipe(cooked(breadth="3.07 in", emboss=emboss).text())
    files = rebuild(DESIGN, recipe)
    assert changed(recipe, {name: digest(data) for name, data in files.items()}) == ()
    assert differences(recipe, DESIGN) == ()


def test_only_an_embossed_part_depends_on_the_code() -> None:
    """Two fits of the same measurements differ in the code, and in the files only if it shows."""
    plain = [cooked(breadth=30) for _ in range(2)]
    assert plain[0].code != plain[1].code
    assert plain[0].stl_digests == plain[1].stl_digests
    assert plain[0].digest == plain[1].digest
    shown = [cooked(breadth=30, emboss=True) for _ in range(2)]
    assert shown[0].stl_digests != shown[1].stl_digests


def test_a_code_is_drawn_and_easy_to_read() -> None:
    """No letter is taken for another, and codes of the same person do not repeat."""
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) for code in codes)
    assert not set("01IO") & set(CODE_LETTERS)
    assert len(CODE_LETTERS) == 32


def test_a_drawn_code_is_not_claimed_to_be_typed() -> None:
    """The design gets the code, but nobody is said to have entered it."""
    ingredients = gather(DESIGN, {"breadth": 30})
    assert ingredients.resolved.params.code == ingredients.code
    assert ingredients.resolved["code"].origin == "default"
    assert "code" not in ingredients.entered
    chosen = gather(DESIGN, {"breadth": 30, "code": "MINE"})
    assert chosen.code == "MINE"


def test_the_values_of_the_recipe_count_not_todays_estimates() -> None:
    """An estimate that would come out otherwise today changes nothing, and stays an estimate."""
    recipe = cooked(breadth=30)
    values = tuple(
        replace(value, value=12.5) if value.name == "depth" else value for value in recipe.values
    )
    again = regather(DESIGN, replace(recipe, values=values))
    assert again.resolved.params.depth == 12.5
    assert again.resolved["depth"].origin == "estimated"
    assert again.resolved["depth"].source == "a third"


def test_what_differs_is_said() -> None:
    """Another version of the design or of an engine is named with both versions."""
    recipe = cooked(breadth=30)
    old = replace(recipe, design_version="0.9.0", engines={**recipe.engines, "manifold3d": "3.0.0"})
    said = " ".join(differences(old, DESIGN))
    for words in ("block version 0.9.0", "1.0.0", "manifold3d 3.0.0"):
        assert words in said
    assert changed(recipe, {}) == ("block",)


def test_values_that_a_design_takes_no_more_are_refused() -> None:
    """A recipe outside the design's ranges of today is told as any wrong entry is."""
    recipe = cooked(breadth=30)
    values = tuple(
        replace(value, value=900.0) if value.name == "breadth" else value for value in recipe.values
    )
    with pytest.raises(BadParameters, match="900 mm is outside 10-100 mm"):
        regather(DESIGN, replace(recipe, values=values))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema": 2}, "schema 2"),
        ({"code": 5}, "code is not a text"),
        ({"values": 5}, "not whole"),
        ({"values": [{"name": "breadth"}]}, "not whole"),
        ({"printer": {"bed_x_mm": -4}}, "printer cannot be used"),
        ({"tolerance_mm": 1e-9}, "tolerance_mm"),
        ({"tolerance_mm": float("nan")}, "tolerance_mm"),
    ],
)
def test_a_recipe_that_is_not_whole_is_refused(change: dict[str, object], says: str) -> None:
    """What is wrong with it is said, and nothing is made from it."""
    text = json.dumps(cooked(breadth=30).to_json() | change)
    with pytest.raises(BadRecipe, match=says):
        read_recipe(text)


def test_a_design_without_a_code_gets_none() -> None:
    """A design that embosses nothing is resolved as it is; the recipe has a code all the same."""
    template = importlib.import_module("designs._template.design").DESIGN
    ingredients = gather(template, {"pen_diameter": 8})
    assert len(ingredients.code) == CODE_LENGTH
    assert [value.name for value in ingredients.resolved.values] == [
        "pen_diameter",
        "grip_diameter",
    ]
