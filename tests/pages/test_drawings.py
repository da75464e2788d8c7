"""Every measurement has a drawing with a text version, and the drawings are what draws them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from api.pages.text import ENGLISH, catalogue
from designs.discover import find, slugs
from parametric.params import describe
from scripts.drawings.choices import ANSWERS, TOPICS
from scripts.drawings.measures import DRAWINGS

PAGES = Path(__file__).parents[2] / "api" / "pages"
KINDS = {"measures": DRAWINGS, "topics": TOPICS, "answers": ANSWERS}
DRAWN = [(kind, name) for kind, drawings in KINDS.items() for name in drawings]
# Nobody holds a tape to these: they are chosen, and their words say all.
CHOSEN = {"squeeze"}


def texts() -> set[str]:
    """Return the ids of the text versions."""
    found = catalogue(ENGLISH, "drawings")
    assert found is not None
    return set(found.texts)


@pytest.mark.parametrize(("kind", "name"), DRAWN)
def test_a_drawing_is_what_draws_it(kind: str, name: str) -> None:
    """A drawing is changed where it is drawn (python -m scripts.drawings), never by hand."""
    file = PAGES / "static" / "img" / kind / f"{name}.svg"

    assert file.read_text("utf-8") == KINDS[kind][name]()


@pytest.mark.parametrize(("kind", "name"), DRAWN)
def test_a_drawing_is_small_and_holds_no_words_and_no_scripts(kind: str, name: str) -> None:
    """It fits every language, and loads at once on a slow phone."""
    drawn = KINDS[kind][name]()
    tags = {each.tag.rpartition("}")[2] for each in ET.fromstring(drawn).iter()}  # noqa: S314  (our own)

    assert tags <= {"svg", "g", "path", "circle", "ellipse", "rect"}
    assert len(drawn) < 8_000


@pytest.mark.parametrize("slug", slugs())
def test_every_measurement_of_a_design_has_a_drawing_and_its_text(slug: str) -> None:
    """Who cannot see the drawing reads what it shows."""
    said = texts()
    measured = {
        each.name
        for each in describe(find(slug).parameters)
        if each.kind in {"length", "angle", "number"}
    } - CHOSEN

    assert measured
    assert measured <= set(DRAWINGS)
    assert {f"drawings.{name}" for name in DRAWINGS} == said


def test_there_are_pictures_of_every_design() -> None:
    """The catalogue shows each design as it really is (python -m scripts.render)."""
    for slug in slugs():
        files = {each.stem for each in (PAGES / "static" / "img" / "designs" / slug).iterdir()}
        assert {"device", "device-front", "device-back", "device-top"} <= files
        assert any(name.startswith("part-") for name in files)


def test_the_five_answers_are_all_there() -> None:
    """Yes, no, change, stop and not sure: the whole journey can be answered with pictures."""
    assert set(ANSWERS) == {"yes", "no", "change", "stop", "not_sure"}
