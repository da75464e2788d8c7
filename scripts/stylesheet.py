"""Make the borrowed stylesheet ours: no typeface or crown of others, and any reading direction.

The stylesheet of govuk-frontend may be used by everyone, its typeface (GDS Transport) and the
crown may not. It also says left and right where it means start and end, which is wrong for
pages in Arabic. It comes minified, so splitting it at its braces is all the parsing it needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TYPEFACE = "var(--typeface)"

UNUSED = (
    "accordion",
    "cookie-banner",
    "drop-zone",
    "exit-this-page",
    "feedback",
    "file-upload-button",
    "footer",
    "generic-header",
    "header",
    "language-navigation",
    "logo",
    "phase-banner",
    "service-navigation",
    "tabs",
)
"""Components that no page uses; the header and the footer among them hold the crown."""

_UNUSED = re.compile(rf"\.govuk-(?:{'|'.join(UNUSED)})(?![a-z])")

_LOGICAL = (
    (r"(margin|padding|border)-left\b", r"\1-inline-start"),
    (r"(margin|padding|border)-right\b", r"\1-inline-end"),
    (r"(?<=[;{])left:", "inset-inline-start:"),
    (r"(?<=[;{])right:", "inset-inline-end:"),
    (r"(float|text-align|clear):left\b", r"\1:inline-start"),
    (r"(float|text-align|clear):right\b", r"\1:inline-end"),
    (r"text-align:inline-", "text-align:"),
)


def ours(css: str) -> str:
    """Return the stylesheet without what we may not or need not have.

    Raises:
        ValueError: something of others is left: a file it would load, their typeface or crown.
    """
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = "".join(_kept(css))
    css = re.sub(r"font-family:GDS Transport,[^;}]*", f"font-family:{TYPEFACE}", css)
    for physical, logical in _LOGICAL:
        css = re.sub(physical, logical, css)
    for word in ("url(", "GDS", "crown", "crest"):
        if word in css:
            raise ValueError(f"the stylesheet still holds {word!r}; say in {__name__} what to do")
    return css


def _kept(css: str) -> Iterator[str]:
    """Yield the rules that pages use, without the selectors that they do not use."""
    for head, body in _rules(css):
        if head.startswith("@font-face"):
            continue
        if head.startswith("@") and "{" in body:
            inner = "".join(_kept(body))
            if inner:
                yield f"{head}{{{inner}}}"
            continue
        used = [each for each in _selectors(head) if not _UNUSED.search(each)]
        if used:
            yield f"{','.join(used)}{{{body}}}"


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each pair of outermost braces, and what stands in them."""
    depth = start = opened = 0
    css = css.removeprefix('@charset "UTF-8";')
    for at, letter in enumerate(css):
        if letter == "{":
            if depth == 0:
                opened = at
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : at]
                start = at + 1


def _selectors(head: str) -> list[str]:
    """Split at the commas that are not inside of brackets."""
    return re.split(r",(?![^(\[]*[)\]])", head)
