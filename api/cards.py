"""What is told of a design, on the command line and over the API."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from api.samples import sample_of
from designs.discover import NoSuchDesign, find, folder_of
from parametric.clearance import DEFAULT_PRINTER
from parametric.design import Design
from parametric.resolve import resolve


def card(design: Design) -> dict[str, Any]:
    """Return what stands on a design's card in a list."""
    return {
        "design": design.slug,
        "version": design.version,
        "title": design.title,
        "summary": design.summary,
        "load_class": design.load_class.value,
        "licence": design.licence,
        "authors": list(design.authors),
    }


def parts_of(design: Design) -> list[dict[str, Any]]:
    """Return the parts of a design, as its sample person would get them."""
    try:
        folder = folder_of(design.slug)
    except NoSuchDesign:
        return []
    return [dict(part) for part in _parts(design.slug, design.version, folder)]


@cache
def _parts(slug: str, _version: str, folder: Path) -> tuple[dict[str, Any], ...]:
    """Build a design once for each of its versions: pages show its parts again and again."""
    entries = sample_of(folder)
    if not entries:
        return ()
    design = find(slug)
    params = resolve(design.parameters, entries).params
    return tuple(
        {
            "name": part.name,
            "label": part.label,
            "quantity": part.quantity,
            "material": part.advice.material,
            "joints": [joint.name for joint in part.joints],
        }
        for part in design.build(params, DEFAULT_PRINTER).parts
    )
