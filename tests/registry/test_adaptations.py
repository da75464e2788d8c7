"""Licences and version numbers of forks."""

from __future__ import annotations

import itertools

import pytest

from registry.adaptations.licences import KNOWN, TABLE, allowed_for
from registry.adaptations.versions import following, number


def test_what_a_fork_may_carry_a_fork_of_it_may_not_escape() -> None:
    """Down a chain of forks nothing becomes allowed that the first licence forbids."""
    for first, second in itertools.product(KNOWN, KNOWN):
        if second in allowed_for(first).licences:
            assert allowed_for(second).licences <= allowed_for(first).licences, (first, second)


def test_every_licence_allows_itself_and_says_where_that_stands() -> None:
    """No row without a source, and nobody is forced to change their licence."""
    for name, allowed in TABLE.items():
        assert name in allowed.licences
        assert allowed.advice
        assert allowed.licences <= set(KNOWN)
    assert allowed_for("LicenseRef-Ours").licences == {"LicenseRef-Ours"}


@pytest.mark.parametrize(
    ("parent", "fork", "may"),
    [
        ("CERN-OHL-W-2.0", "CERN-OHL-S-2.0", True),
        ("CERN-OHL-S-2.0", "CERN-OHL-W-2.0", False),
        ("CERN-OHL-W-2.0", "CERN-OHL-P-2.0", False),
        ("CERN-OHL-P-2.0", "CERN-OHL-W-2.0", True),
        ("CERN-OHL-W-2.0", "MIT", False),
        ("CERN-OHL-W-2.0", "CC-BY-SA-4.0", False),
        ("CC-BY-4.0", "CC-BY-SA-4.0", True),
        ("CC-BY-SA-4.0", "CC-BY-4.0", False),
        ("CC0-1.0", "CERN-OHL-S-2.0", True),
        ("MIT", "CC0-1.0", False),
    ],
)
def test_golden_cases(parent: str, fork: str, *, may: bool) -> None:
    """Reciprocal licences hold on; permissive ones let go, except of their notices."""
    assert (fork in allowed_for(parent).licences) is may


def test_versions_are_counted_as_numbers() -> None:
    """0.10.0 comes after 0.9.0, and what is no version is refused."""
    assert number("0.10.0") > number("0.9.9")
    for wrong in ("1", "1.0", "01.0.0", "1.0.0-beta", "1.0.0\n", "v1.0.0", "1.0.9999999"):
        with pytest.raises(ValueError, match="is not a version"):
            number(wrong)


def test_what_is_made_counts_in_the_middle() -> None:
    """Words and presets count in the last place; parameters and parent in the middle."""
    before = {"title": "a", "parameters": {}, "parent": {"slug": "x", "version": "0.1.0"}}
    assert following("0.1.4", before, {**before, "title": "b"}) == "0.1.5"
    assert following("0.1.4", before, {**before, "parameters": {"y": {"low": 1}}}) == "0.2.0"
    newer = {**before, "parent": {"slug": "x", "version": "0.2.0"}}
    assert following("1.9.4", before, newer) == "1.10.0"
