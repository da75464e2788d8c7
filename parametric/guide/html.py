"""The guide as one page for the browser: nothing to load, no scripts, prints well."""

from __future__ import annotations

import base64
import io
from functools import cache
from importlib import resources

import jinja2

from parametric.guide.blocks import Guide

_WEIGHTS = (("Regular", 400), ("Bold", 700))
_FAMILIES = {"ar": {"Noto Sans Arabic": "NotoSansArabic"}}
"""Letters for languages that ours has none for."""

_QUALITY = 90
"""Of the pictures, out of 100: no difference from the PDF's can be seen at their own size."""


def guide_html(guide: Guide) -> str:
    """Return the guide as one HTML page with its pictures and letters inside.

    The same guide gives the same page.
    """
    return _template().render(guide=guide, picture=lambda name: _address(guide.pictures[name]))


def _address(png: bytes) -> str:
    """Return a picture as an address that carries it, a tenth of the size that its PNG has."""
    # Only guides need it.
    from PIL import Image

    small = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.save(small, "WEBP", quality=_QUALITY, method=6)
    return "data:image/webp;base64," + base64.b64encode(small.getvalue()).decode("ascii")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    here = resources.files("parametric").joinpath("guide")
    environment.globals["style"] = here.joinpath("page.css").read_text("utf-8")
    environment.globals["fonts"] = _fonts
    return environment.from_string(here.joinpath("page.html.jinja").read_text("utf-8"))


def _fonts(language: str) -> list[tuple[str, int, str]]:
    """Return families, weights and files of the letters that a language is written with."""
    families = {"Atkinson Hyperlegible": "AtkinsonHyperlegible", **_FAMILIES.get(language, {})}
    return [
        (family, weight, base64.b64encode(_font(f"{file}-{name}")).decode("ascii"))
        for family, file in families.items()
        for name, weight in _WEIGHTS
    ]


def _font(name: str) -> bytes:
    return resources.files("parametric").joinpath(f"fonts/{name}.ttf").read_bytes()
