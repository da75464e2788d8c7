"""What the pages borrow is what the table says, and nothing in it belongs to somebody else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import stylesheet, vendor


def test_every_borrowed_file_is_byte_for_byte_what_the_table_says() -> None:
    """No file of others was changed by hand, none is missing, and none lies there unsaid."""
    assert vendor.differing() == []


def test_a_changed_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever changes, loses or adds a file is told which one."""
    for path in vendor.VENDOR.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "htmx.js").write_text("changed")
    (tmp_path / "extra.js").write_text("unsaid")
    (tmp_path / "atkinson-bold.woff2").unlink()
    monkeypatch.setattr(vendor, "VENDOR", tmp_path)

    assert vendor.differing() == [
        "atkinson-bold.woff2 is missing",
        "extra.js is in no table",
        "htmx.js is not what the table says",
    ]


def test_the_stylesheet_holds_no_typeface_or_crown_of_others() -> None:
    """GDS Transport and the crown may not be used outside GOV.UK."""
    css = (vendor.VENDOR / "govuk-frontend.css").read_text("utf-8")

    assert "Transport" not in css
    assert "@font-face" not in css
    assert "url(" not in css
    assert f"font-family:{stylesheet.TYPEFACE}" in css


def test_the_stylesheet_says_start_and_end() -> None:
    """Left and right would put things on the wrong side of a page in Arabic."""
    css = (vendor.VENDOR / "govuk-frontend.css").read_text("utf-8")

    assert re.findall(r"(?:margin|padding)-(?:left|right)\b(?=[^{}]*[;}])", css) == []
    assert re.findall(r"[;{](?:left|right):", css) == []
    assert re.findall(r"(?:float|text-align):(?:left|right)", css) == []


def test_rules_that_no_page_uses_are_left_out_and_others_are_kept() -> None:
    """A rule goes when all its selectors go; one in a media query goes with its query."""
    css = (
        '@charset "UTF-8";@font-face{font-family:GDS Transport;src:url(a.woff2)}'
        "/*! theirs */.govuk-header__logo{left:0}.govuk-body,.govuk-footer{margin-left:1px}"
        "@media print{.govuk-tabs{float:left}}@media print{.govuk-link:not(.a,.b){float:right}}"
        ".govuk-hint{font-family:GDS Transport,arial,sans-serif;text-align:left}"
    )

    assert stylesheet.ours(css) == (
        ".govuk-body{margin-inline-start:1px}"
        "@media print{.govuk-link:not(.a,.b){float:inline-end}}"
        ".govuk-hint{font-family:var(--typeface);text-align:start}"
    )


def test_a_stylesheet_that_still_loads_something_is_refused() -> None:
    """A new version with a new picture stops the program, instead of asking others for it."""
    with pytest.raises(ValueError, match="url"):
        stylesheet.ours(".govuk-panel{background:url(crown.png)}")
