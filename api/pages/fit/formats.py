"""Which files people want."""

from __future__ import annotations

from typing import Any

from api.fitting import EVERY_KIND, GUIDE, Format, guide_in
from api.pages.text import LANGUAGES, Words


def usual(language: str) -> tuple[Format, ...]:
    """Return what somebody wants who prints at home: to print, to look at, and how to build it."""
    return ("stl", "3mf", "glb", *dict.fromkeys((GUIDE, guide_in(language))))


def options(t: Words) -> list[dict[str, Any]]:
    """Return all formats to choose from; guides in other languages, the reader's first, last."""
    others = sorted(
        (code for code in LANGUAGES if guide_in(code) != GUIDE),
        key=lambda code: code != t.language,
    )
    return [
        *(
            {"value": each, "text": t(f"fit.format_{each}"), "hint": t(f"fit.format_{each}_hint")}
            for each in EVERY_KIND
        ),
        *(
            {
                "value": guide_in(code),
                "text": t("fit.format_guide_in", language=LANGUAGES[code]),
                "hint": t("fit.format_guide_in_hint"),
            }
            for code in others
        ),
    ]
