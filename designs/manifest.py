"""Reads a design's manifest, `okh.toml`: Open Know-How, LOSH 2.x.

What Open Know-How has no words for stands in its `x-fitcommons` table.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parametric.design import Design

FILE_NAME = "okh.toml"
OWN_TABLE = "x-fitcommons"

_NEEDED = ("okhv", "name", "version", "license", "licensor", "function")


class BadManifest(ValueError):
    """A manifest cannot be read, or lacks something; the message says what."""


@dataclass(frozen=True)
class TookIn:
    """That a version of this design was the first to bring what a fork's version offered."""

    slug: str
    version: str
    came_in: str


@dataclass(frozen=True)
class Manifest:
    """What a design says about itself to the world's catalogues.

    Attributes:
        okh_version: of Open Know-How, such as "2.4".
        title: its name.
        version: of the design.
        licence: an SPDX expression.
        licensors: who gives that licence.
        function: what it is for, in plain words.
        language: of its texts, such as "en-GB".
        slug: its name here, from our own table.
        load_class: "green", "amber" or "red", from our own table.
        took_in: what was worked in of what forks offered, from our own table.
        everything: the whole manifest.
    """

    okh_version: str
    title: str
    version: str
    licence: str
    licensors: tuple[str, ...]
    function: str
    language: str
    slug: str
    load_class: str
    took_in: tuple[TookIn, ...]
    everything: dict[str, Any]


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest in a design's folder.

    Raises:
        BadManifest: there is none, it is not TOML, or something is missing from it.
    """
    file = folder / FILE_NAME
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except OSError:
        raise BadManifest(f"{folder.name} has no {FILE_NAME}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadManifest(f"{folder.name}/{FILE_NAME} is not TOML: {error}.") from None
    own = data.get(OWN_TABLE)
    if not isinstance(own, dict):
        raise BadManifest(f"{folder.name}/{FILE_NAME} has no table [{OWN_TABLE}].")
    missing = [key for key in _NEEDED if not data.get(key)]
    missing += [f"{OWN_TABLE}.{key}" for key in ("slug", "load-class") if not own.get(key)]
    if missing:
        raise BadManifest(f"{folder.name}/{FILE_NAME} does not say {', '.join(missing)}.")
    licensor = data["licensor"]
    took_in = tuple(_took_in(each, folder) for each in own.get("took-in", ()))
    return Manifest(
        okh_version=str(data["okhv"]),
        title=str(data["name"]),
        version=str(data["version"]),
        licence=str(data["license"]),
        licensors=tuple(licensor) if isinstance(licensor, list) else (str(licensor),),
        function=str(data["function"]),
        language=str(data.get("documentation-language", "en-GB")),
        slug=str(own["slug"]),
        load_class=str(own["load-class"]),
        took_in=took_in,
        everything=data,
    )


def _took_in(said: object, folder: Path) -> TookIn:
    keys = ("slug", "version", "came-in")
    if not isinstance(said, dict) or not all(isinstance(said.get(key), str) for key in keys):
        raise BadManifest(
            f"{folder.name}/{FILE_NAME}: each [[{OWN_TABLE}.took-in]] says {', '.join(keys)}."
        )
    return TookIn(*(said[key] for key in keys))


def disagreements(design: Design, manifest: Manifest) -> tuple[str, ...]:
    """Return where a design and its manifest say different things, as plain sentences."""
    pairs = (
        ("slug", design.slug, manifest.slug),
        ("title", design.title, manifest.title),
        ("version", design.version, manifest.version),
        ("licence", design.licence, manifest.licence),
        ("load class", design.load_class.value, manifest.load_class),
    )
    return tuple(
        f"design.py says the {what} is {ours!r}, {FILE_NAME} says {theirs!r}."
        for what, ours, theirs in pairs
        if ours != theirs
    )
