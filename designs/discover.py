"""Finds designs without a list: a folder with a design.py that holds a DESIGN is a design.

Importing a design runs its Python, so that is done late and one at a time: a broken design says
what is wrong with it and stands in nobody's way. Folders whose name begins with "_" are for
people to copy.
"""

from __future__ import annotations

import difflib
import importlib
import traceback
from dataclasses import dataclass
from pathlib import Path

import designs
from parametric.design import Design


class NoSuchDesign(LookupError):
    """No folder has this name; `close` are names that look like it.

    Attributes:
        slug: what was asked for.
        known: the designs there are.
        close: those that look like it, best first.
    """

    def __init__(self, slug: str, known: tuple[str, ...]) -> None:
        self.slug = slug
        self.known = known
        folded = slug.strip().casefold().replace("-", "_").replace(" ", "_")
        self.close = tuple(difflib.get_close_matches(folded, known, n=2, cutoff=0.5))
        super().__init__(f"There is no design called {slug}.")


class BrokenDesign(Exception):
    """A design's folder is there, but it cannot be used; the message says why.

    Attributes:
        slug: the design's folder.
        reason: what is wrong, as a plain sentence.
    """

    def __init__(self, slug: str, reason: str) -> None:
        super().__init__(f"{slug} cannot be used: {reason}")
        self.slug = slug
        self.reason = reason


@dataclass(frozen=True)
class Shelf:
    """All designs there are: those that work, and those that do not, with the reason."""

    designs: tuple[Design, ...]
    broken: tuple[BrokenDesign, ...]


def look_in(folder: Path) -> None:
    """Also find designs in this folder. The library's own come first when names are alike."""
    path = str(folder.resolve())
    if path not in designs.__path__:
        designs.__path__.append(path)


def slugs() -> tuple[str, ...]:
    """Return the names of all designs, sorted. Imports none of them."""
    return tuple(
        sorted(
            {
                file.parent.name
                for path in designs.__path__
                for file in Path(path).glob("*/design.py")
                if not file.parent.name.startswith(("_", "."))
            }
        )
    )


def folder_of(slug: str) -> Path:
    """Return a design's folder.

    Raises:
        NoSuchDesign: there is none of this name.
    """
    # Only a plain name: never a way out of the folders of designs.
    if slug.isidentifier():
        for path in designs.__path__:
            folder = Path(path) / slug
            if (folder / "design.py").is_file():
                return folder
    raise NoSuchDesign(slug, slugs())


def find(slug: str) -> Design:
    """Return one design, and import no other.

    Raises:
        NoSuchDesign: there is none of this name.
        BrokenDesign: it is there, but it cannot be used.
    """
    folder = folder_of(slug)
    try:
        module = importlib.import_module(f"{designs.__name__}.{slug}.design")
    # A design is other people's Python: whatever goes wrong in it is its own fault and must
    # not hide the other designs.
    except Exception as error:
        raise BrokenDesign(slug, _what_happened(error, folder)) from error
    design = getattr(module, "DESIGN", None)
    if not isinstance(design, Design):
        raise BrokenDesign(slug, "its design.py has no DESIGN that is a parametric.design.Design.")
    if design.slug != slug:
        raise BrokenDesign(
            slug, f"its folder is called {slug}, but its slug in design.py is {design.slug}."
        )
    return design


def everything() -> Shelf:
    """Return every design that works, and why the others do not."""
    working: list[Design] = []
    broken: list[BrokenDesign] = []
    for slug in slugs():
        try:
            working.append(find(slug))
        except BrokenDesign as error:
            broken.append(error)
    return Shelf(tuple(working), tuple(broken))


def _what_happened(error: Exception, folder: Path) -> str:
    """Return the error with the last line of the design's own code that led to it."""
    lines = [
        f" ({Path(frame.filename).name}, line {frame.lineno})"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(folder)
    ]
    if not lines and isinstance(error, SyntaxError):
        lines = [f" (line {error.lineno})"]
    return f"{type(error).__name__}: {error}{lines[-1] if lines else ''}"
