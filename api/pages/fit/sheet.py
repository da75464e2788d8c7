"""How to measure: a sheet in true scale for paper, and easy words in large print."""

from __future__ import annotations

import json
import tempfile
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api import designs
from api.deps import Db
from api.designs import BODY
from api.pages.fit.here import SlugIn
from api.pages.fit.questions import questions
from api.pages.fit.told import Told
from api.pages.render import page
from api.pages.text import Words
from api.pages.visitor import Looking
from api.transaction import Transaction
from parametric.design import Design
from registry.errors import NotFound

router = APIRouter(include_in_schema=False, route_class=Transaction)

PAPERS: Final = {"a4": ("a4", 186, 230), "letter": ("us-letter", 191, 215)}
"""Papers by name: as typst calls them, and room for a hand, across and down (mm)."""

TAPE_CM: Final = 45
"""How long the tape is when its pieces are glued together."""

PIECE_CM: Final = 15


@router.get("/designs/{slug}/measuring-sheet.pdf")
def sheet(slug: SlugIn, who: Looking, db: Db, paper: str = "a4") -> Response:
    """Give the sheet, for one of two papers."""
    if paper not in PAPERS or not slug.isprintable():
        raise NotFound("paper")
    made = _pdf(json.dumps(_said(designs.find(db, slug), who.language, paper), sort_keys=True))
    name = f'inline; filename="measuring-sheet-{paper}.pdf"'
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": name})


@router.get("/designs/{slug}/how-to-measure")
def how(slug: SlugIn, request: Request, who: Looking, db: Db) -> Response:
    """Say how to measure, in easy words with large letters and pictures, to read or print."""
    if not slug.isprintable():
        raise NotFound("design")
    design = designs.find(db, slug)
    told = Told(Words(who.language, "fit"), design, who.unit)
    return page(request, "fit/how.html.j2", design=design, told=told, asked=questions(design))


def _said(design: Design, language: str, paper: str) -> dict[str, Any]:
    t = Words(language, "fit")
    told = Told(t, design, "mm")
    asked = questions(design)
    lengths = [info for info in asked.measured() if info.kind != "choice"]
    choices = [
        info
        for info in asked.choices
        if told.drawing(info) and info.kind != "choice" and info.group not in BODY
    ]
    name, wide, tall = PAPERS[paper]
    ends = [(start, start + PIECE_CM) for start in range(0, TAPE_CM, PIECE_CM)]
    body = any(info.group in BODY for info in lengths)
    return {
        "paper": name,
        "language": language,
        "title": t("fit.sheet_title", design=_plain(told.own(design.title))),
        "lead": t("fit.sheet_lead"),
        "check_title": t("fit.sheet_check"),
        "check_words": t("fit.sheet_check_words"),
        "check_mm": "100 mm",
        "check_in": "4 in",
        "fields_title": t("fit.sheet_fields"),
        "what": t("fit.sheet_what"),
        "first": t("fit.sheet_first"),
        "second": t("fit.sheet_second"),
        "star": t("fit.sheet_star"),
        "foot": f"fitcommons · {design.slug} {design.version}",
        "glue": t("fit.sheet_glue"),
        "fields": [
            {
                "label": _plain(told.label(info)),
                "help": _plain(told.help(info)),
                "needed": info in asked.needed,
            }
            for info in (*lengths, *choices)
        ],
        "has_tape": body,
        "tape_title": t("fit.sheet_tape"),
        "tape_words": t("fit.sheet_tape_words"),
        "pieces": ends,
        "has_hand": any(info.group == "sound hand" for info in lengths),
        "hand_title": t("fit.sheet_hand"),
        "hand_words": t("fit.sheet_hand_words"),
        "hand_wide": wide // 10 * 10,
        "hand_tall": tall // 10 * 10,
    }


def _plain(said: str) -> str:
    striptags = getattr(said, "striptags", None)
    return str(striptags()) if striptags is not None else said


@lru_cache(maxsize=64)
def _pdf(said: str) -> bytes:
    # Only sheets need typst.
    import typst

    here = resources.files("api.pages.fit")
    with tempfile.TemporaryDirectory(prefix="fitcommons-sheet-") as folder:
        root = Path(folder)
        (root / "sheet.json").write_text(said, "utf-8")
        main = root / "sheet.typ"
        main.write_text(here.joinpath("sheet.typ").read_text("utf-8"), "utf-8")
        with resources.as_file(resources.files("parametric").joinpath("fonts")) as fonts:
            compiler = typst.Compiler(main, root=root, font_paths=[fonts], ignore_system_fonts=True)
            made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)
    if not isinstance(made, bytes):
        raise TypeError("typst gave no PDF")
    return made
