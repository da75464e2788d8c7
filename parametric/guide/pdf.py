"""The guide for paper: a tagged PDF (PDF/UA-1) that screen readers can read out."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from importlib import resources
from pathlib import Path

from parametric.guide.blocks import Guide

_EPOCH = 0
"""A fixed time, so that the same guide gives the same bytes."""


def guide_pdf(guide: Guide) -> bytes:
    """Return the guide as a PDF.

    The same guide gives the same bytes; there is no time in it.
    """
    # Only guides need typst.
    import typst

    here = resources.files("parametric")
    content = {
        each.name: getattr(guide, each.name)
        for each in dataclasses.fields(guide)
        if each.name not in {"pictures", "sections", "opening", "frame"}
    }
    content["frame"] = dataclasses.asdict(guide.frame)
    content["opening"] = [dataclasses.asdict(figure) for figure in guide.opening]
    content["sections"] = [dataclasses.asdict(section) for section in guide.sections]
    # Typst reads pictures from files below its root, and from nowhere else.
    with tempfile.TemporaryDirectory(prefix="fitcommons-guide-") as name:
        root = Path(name)
        for picture, data in guide.pictures.items():
            (root / picture).write_bytes(data)
        (root / "guide.json").write_text(json.dumps(content), "utf-8")
        main = root / "guide.typ"
        main.write_text(here.joinpath("guide/guide.typ").read_text("utf-8"), "utf-8")
        with resources.as_file(here.joinpath("fonts")) as fonts:
            compiler = typst.Compiler(main, root=root, font_paths=[fonts], ignore_system_fonts=True)
            made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=_EPOCH)
    if not isinstance(made, bytes):
        raise TypeError("typst gave no PDF")
    return made
