"""What a guide is made of: a few kinds of blocks, which every rendering knows how to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Style: TypeAlias = Literal["", "strong", "em", "code", "formula"]
Tone: TypeAlias = Literal["kind", "care", "stop"]


@dataclass(frozen=True)
class Run:
    """Some words in one style. Code and formulas stay English in every language."""

    text: str
    style: Style = ""


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    runs: Runs
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Bullets:
    """A list, with dots or with numbers."""

    items: tuple[Runs, ...]
    numbered: bool = False
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True)
class Table:
    """A table with a row of headings. `caption` says what it is about.

    `shares` says on paper how wide the columns are, as parts of the whole; all alike where empty.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Figure:
    """A picture: the name of its file, the words that stand in for it, and words below it."""

    picture: str
    alt: str
    caption: str = ""
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True)
class Card:
    """A thing with a picture: a part to print, or a step to do. `number` is 0 for no number."""

    title: str
    figure: Figure | None
    facts: tuple[tuple[str, str], ...] = ()
    body: tuple[Paragraph | Bullets, ...] = ()
    number: int = 0
    kind: Literal["card"] = "card"


@dataclass(frozen=True)
class Gallery:
    """Small cards side by side."""

    cards: tuple[Card, ...]
    kind: Literal["gallery"] = "gallery"


@dataclass(frozen=True)
class Note:
    """Something that must not be overlooked. Its title says how serious it is, not its colour."""

    tone: Tone
    title: str
    body: tuple[Paragraph | Bullets, ...]
    kind: Literal["note"] = "note"


Block: TypeAlias = Paragraph | Heading | Bullets | Table | Figure | Card | Gallery | Note


@dataclass(frozen=True)
class Section:
    """A part of the guide with its own heading and address."""

    address: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Frame:
    """What stands round every guide. ``{names}`` are the places of values."""

    title: str = "{title}: how to make and use it"
    skip: str = "Go to the guide"
    contents: str = "In this guide"
    step: str = "Step"
    page: str = "Page {page} of {pages}"
    code: str = "Code: {code}"


@dataclass(frozen=True, eq=False)
class Guide:
    """A whole guide.

    Attributes:
        title: of the device.
        summary: what it is for.
        language: of the words, such as "en-GB" or "ar".
        opening: pictures of the whole device, one or two.
        sections: in reading order.
        small_print: licences and credit, one line each.
        mark: goes on every page, such as the recipe's code.
        pictures: PNG files by the names that the figures use.
        frame: what stands round it.
        direction: in which its lines are read.
    """

    title: str
    summary: str
    language: str
    opening: tuple[Figure, ...]
    sections: tuple[Section, ...]
    small_print: tuple[str, ...]
    mark: str
    pictures: Mapping[str, bytes]
    frame: Frame = Frame()
    direction: Literal["ltr", "rtl"] = "ltr"


def say(text: str) -> Paragraph:
    """Return a paragraph of plain words."""
    return Paragraph((Run(text),))


def points(*items: str) -> Bullets:
    """Return a list of plain words with dots."""
    return Bullets(tuple((Run(item),) for item in items))
