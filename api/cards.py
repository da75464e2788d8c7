"""What is told of a design, on the command line and over the API."""

from __future__ import annotations

from typing import Any

from designs.discover import NoSuchDesign, folder_of
from parametric.clearance import DEFAULT_PRINTER
from parametric.design import Design
from parametric.entries import read_person
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
        sample = folder_of(design.slug) / "sample.toml"
    except NoSuchDesign:
        return []
    if not sample.is_file():
        return []
    params = resolve(design.parameters, read_person(sample.read_text("utf-8"))).params
    return [
        {
            "name": part.name,
            "label": part.label,
            "quantity": part.quantity,
            "material": part.advice.material,
            "joints": [joint.name for joint in part.joints],
        }
        for part in design.build(params, DEFAULT_PRINTER).parts
    ]
