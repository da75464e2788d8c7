"""Designs and their versions: the test as a picture, what a fork changed, and the family."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.pages.versions import covered
from tests.api.folk import Folk
from tests.pages.forking import DOCUMENT, forked
from tests.pages.posting import Someone


def test_a_version_says_for_whom_it_works_and_what_it_changed(
    client: TestClient, folk: Folk
) -> None:
    """A picture of a hundred, the same in words, whom it refuses, and before and after."""
    path = forked(folk, folk.person("Anna", age=30))
    browser = Someone.of(None, client)

    said = browser.see(f"/designs/{path}")
    body = browser.get(f"/designs/{path}").text

    assert "We tried 200 ways to set it up. 195 work. It says no to 4. 1 go wrong." in said
    assert "drink weight over 900 g (4)" in said
    assert [body.count(f'class="covered__{each}"') for each in ("proved", "refused", "failed")] == [
        97,
        2,
        1,
    ]
    assert "what it is at first" in said
    assert "Now: 200 mm" in said
    assert "Our bottles stand 20 cm high." in said


def test_the_family_shows_what_grew_out_of_what(client: TestClient, folk: Folk) -> None:
    """From both ends: the design's page and the fork's."""
    forked(folk, folk.person("Anna", age=30))
    browser = Someone.of(None, client)
    for slug in ("tube_clamp", "tall_bottle_clamp"):
        said = browser.see(f"/designs/{slug}/family")
        assert "Tube clamp for tall bottles" in said
        assert "Team Bottle" in said
    card = browser.see("/find?topic=drink")
    assert "It grew from work by fitcommons" in card


@pytest.mark.parametrize(("refused", "failed"), [(0, 0), (1, 0), (0, 1), (1, 1), (999, 1)])
def test_whoever_is_not_covered_has_a_mark(refused: int, failed: int) -> None:
    """However few they are among many; there are always a hundred marks."""
    found = covered({**DOCUMENT, "proved": 9_000, "excluded": refused, "failed": failed})
    assert len(found.marks) == 100
    assert ("refused" in found.marks) == bool(refused)
    assert ("failed" in found.marks) == bool(failed)


def test_names_that_are_none_are_not_found(client: TestClient) -> None:
    """Neither a version that there is not, nor what a database cannot hold."""
    browser = Someone.of(None, client)
    for path in ("none", "wrist_hand/versions/9.9.9", "a%00b", "none/family"):
        assert browser.get(f"/designs/{path}").status_code == 404
