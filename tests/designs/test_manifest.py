"""Every design's manifest can be read, and says what the design says."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from designs.discover import find, folder_of, slugs
from designs.manifest import BadManifest, TookIn, disagreements, read_manifest
from parametric.design import Design

TEMPLATE = Path(__file__).parents[2] / "designs" / "_template"


def template() -> Design:
    design: Design = importlib.import_module("designs._template.design").DESIGN
    return design


@pytest.mark.parametrize("slug", [*slugs(), "_template"])
def test_design_and_manifest_agree(slug: str) -> None:
    """Name, version, licence and load class are the same in design.py and okh.toml."""
    design, folder = (
        (template(), TEMPLATE) if slug == "_template" else (find(slug), folder_of(slug))
    )
    assert disagreements(design, read_manifest(folder)) == ()


def test_a_disagreement_is_named(tmp_path: Path) -> None:
    """A version that was raised in one place only is told, with both versions."""
    text = (TEMPLATE / "okh.toml").read_text("utf-8").replace("0.1.0", "0.2.0")
    (tmp_path / "okh.toml").write_text(text, "utf-8")
    (said,) = disagreements(template(), read_manifest(tmp_path))
    assert "'0.1.0'" in said
    assert "'0.2.0'" in said


def test_what_was_taken_in_is_said_whole(tmp_path: Path) -> None:
    """Which version of which fork, and since which of its own; half of that is refused."""
    text = (TEMPLATE / "okh.toml").read_text("utf-8")
    took = '\n[[x-fitcommons.took-in]]\nslug = "wide_grip"\nversion = "0.3.0"\n'
    (tmp_path / "okh.toml").write_text(text + took + 'came-in = "1.1.0"\n', "utf-8")
    assert read_manifest(tmp_path).took_in == (TookIn("wide_grip", "0.3.0", "1.1.0"),)
    (tmp_path / "okh.toml").write_text(text + took, "utf-8")
    with pytest.raises(BadManifest, match=r"each .* says slug, version, came-in"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "has no okh.toml"),
        ("name = ", "is not TOML"),
        ('name = "x"', r"no table \[x-fitcommons\]"),
        ('name = "x"\n[x-fitcommons]\nslug = "x"', "does not say okhv, version, license"),
    ],
)
def test_a_manifest_that_cannot_be_used_says_why(
    text: str | None, says: str, tmp_path: Path
) -> None:
    """What is missing is named, all of it."""
    if text is not None:
        (tmp_path / "okh.toml").write_text(text, "utf-8")
    with pytest.raises(BadManifest, match=says):
        read_manifest(tmp_path)
