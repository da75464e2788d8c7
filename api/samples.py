"""The sample sizes that come with each of the library's designs, and models of versions in them.

Two versions are seen beside each other for the same made-up person, each with its own settings.
What is made is remembered: a version never changes, and nobody's measurements are in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from api.designs import Source
from api.previews import Previews
from designs.discover import NoSuchDesign, folder_of
from parametric.design import Design
from parametric.entries import read_person
from parametric.params import describe

MOST_REMEMBERED: Final = 24
"""Models, of some hundred kilobytes each."""


@dataclass(frozen=True)
class Model:
    """A design in the sample sizes.

    Attributes:
        size_mm: how large it is at rest, along x, y and z.
        glb: to turn around.
    """

    size_mm: tuple[float, float, float]
    glb: bytes


def entries_for(source: Source, design: Design) -> dict[str, object]:
    """Return what a design is shown with: what the sample has measured, its own settings else."""
    try:
        sample = sample_of(folder_of(source.root))
    except NoSuchDesign:
        return {}
    own = {info.name for info in describe(design.parameters) if info.given == "default"}
    return {name: value for name, value in sample.items() if name not in own}


@cache
def sample_of(folder: Path) -> dict[str, object]:
    """Return a design's sample, empty where it has none; not to be changed."""
    file = folder / "sample.toml"
    return read_person(file.read_text("utf-8")) if file.is_file() else {}


_MODELS: Final[dict[str, Model]] = {}
_PICTURES: Final[dict[str, bytes]] = {}


def is_remembered(source: Source) -> bool:
    """Whether a model of it is there already."""
    return _key(source) in _MODELS


def model(models: Previews, source: Source, design: Design) -> Model:
    """Return a version in the sample sizes.

    Raises:
        BadParameters: the sample sizes do not go with it.
        TooBusy, HttpError: as `Previews.make`.
    """
    found = _MODELS.get(_key(source))
    if found is None:
        made = models.make(source, entries_for(source, design))
        found = Model(made.size_mm, made.glb())
        _remember(_MODELS, source, found)
    return found


def picture(models: Previews, source: Source, design: Design) -> bytes:
    """Return a still picture (PNG) of a version in the sample sizes; otherwise as `model`."""
    found = _PICTURES.get(_key(source))
    if found is None:
        found = models.picture(source, entries_for(source, design))
        _remember(_PICTURES, source, found)
    return found


def _key(source: Source) -> str:
    # A draft is still called so when it has changed: what it says is a part of its key.
    return json.dumps([source.slug, source.version, source.more], sort_keys=True)


def _remember(among: dict[str, Any], source: Source, made: object) -> None:
    if len(among) >= MOST_REMEMBERED:
        among.clear()
    among[_key(source)] = made
