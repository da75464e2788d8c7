"""The little markdown that a design's texts may use: paragraphs, lists, bold, italic, headings.

Nothing else, so that every text looks well in every rendering and none can smuggle in HTML,
pictures from elsewhere or links that will break.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from parametric.guide.blocks import Bullets, Heading, Paragraph, Run, Runs, Style

_RULES = ["paragraph", "heading", "list", "emphasis", "backticks", "newline", "escape"]
_STYLES: dict[str, Style] = {"strong_open": "strong", "em_open": "em"}


class BadGuideText(ValueError):
    """A text uses more markdown than a guide can show; the message says what."""


@dataclass(frozen=True)
class Written:
    """A text: the title it begins with (`# Title`), empty when it has none, and its blocks."""

    title: str
    blocks: tuple[Paragraph | Bullets | Heading, ...]


def read_markdown(text: str) -> Written:
    """Return a text as blocks.

    Raises:
        BadGuideText: it has a list within a list.
    """
    blocks: list[Paragraph | Bullets | Heading] = []
    tokens = _parser().parse(text)
    items: list[Runs] = []
    title, depth, before = "", 0, tokens[0] if tokens else None
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
                if depth > 1:
                    raise BadGuideText("A guide has no lists within lists: make two lists of it.")
                items = []
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
                blocks.append(Bullets(tuple(items), numbered=token.type.startswith("ordered")))
            case "inline":
                runs = _runs(token.children or [])
                if depth:
                    items.append(runs)
                elif before is not None and before.type == "heading_open":
                    words = "".join(run.text for run in runs)
                    if before.tag == "h1" and not blocks and not title:
                        title = words
                    else:
                        blocks.append(Heading(words))
                else:
                    blocks.append(Paragraph(runs))
            case _:
                pass
        before = token
    return Written(title, tuple(blocks))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("zero").enable(_RULES)


def _runs(tokens: Sequence[Token]) -> Runs:
    runs: list[Run] = []
    style: Style = ""
    for token in tokens:
        match token.type:
            case "text" | "text_special":
                runs.append(Run(token.content, style))
            case "code_inline":
                runs.append(Run(token.content, "code"))
            case "softbreak" | "hardbreak":
                runs.append(Run(" ", style))
            case "strong_open" | "em_open":
                style = _STYLES[token.type]
            case "strong_close" | "em_close":
                style = ""
            case _:
                pass
    return tuple(run for run in runs if run.text)
