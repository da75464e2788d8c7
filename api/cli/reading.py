"""What was typed and what the files hold that were named; all that is wrong with it at once."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from api.shelves import look_in_more_folders
from parametric.problems import BadParameters, Problem

if TYPE_CHECKING:
    from api.fitting import Format
    from parametric.clearance import PrinterProfile
    from parametric.design import Design


@contextlib.contextmanager
def collecting() -> Iterator[list[Problem]]:
    """Collect problems, so that a person hears of all of them at once."""
    problems: list[Problem] = []
    yield problems
    if problems:
        raise BadParameters(tuple(problems))


@contextlib.contextmanager
def noting(problems: list[Problem]) -> Iterator[None]:
    """Note the problems of what is done inside, and go on."""
    try:
        yield
    except BadParameters as error:
        problems += error.problems


def design_called(slug: str, problems: list[Problem]) -> Design | None:
    """Return the design of this name, or None and say why."""
    from designs.discover import BrokenDesign, NoSuchDesign, find

    look_in_more_folders()
    try:
        return find(slug)
    except NoSuchDesign as error:
        advice = f"Did you mean {' or '.join(error.close)}?" if error.close else ""
        problems.append(Problem("design", slug, str(error), ", ".join(error.known), advice))
    except BrokenDesign as error:
        problems.append(
            Problem("design", slug, str(error), "", "Repair its folder, or choose another design.")
        )
    return None


def entries_of(
    person: Path | None, settings: Sequence[str], problems: list[Problem]
) -> tuple[bool, dict[str, object]]:
    """Return whether the person's file could be read, and all entries."""
    from parametric.entries import read_person

    entries: dict[str, object] = {}
    whole = True
    if person is not None:
        before = len(problems)
        text = text_of(person, "person", problems)
        if text is not None:
            with noting(problems):
                entries = read_person(text)
        whole = len(problems) == before
    seen: set[str] = set()
    for setting in settings:
        name, sign, value = setting.partition("=")
        name = name.strip()
        if not sign or not name:
            problems.append(
                Problem(
                    "--set",
                    setting,
                    "This is not a name and a value.",
                    "NAME=VALUE",
                    "Write it such as --set hand_breadth=78mm",
                )
            )
        elif name in seen:
            problems.append(
                Problem(name, value, f"{name} is set twice.", "once", "Keep the one that is right.")
            )
        else:
            seen.add(name)
            entries[name] = value
    return whole, entries


def formats_of(formats: str, problems: list[Problem]) -> tuple[Format, ...]:
    """Return the formats that are asked for; one of each kind where none is."""
    from api.fitting import EVERY_KIND, FORMATS

    asked = [each.strip().casefold() for each in formats.split(",") if each.strip()]
    for each in asked:
        if each not in FORMATS:
            close = difflib.get_close_matches(each, FORMATS, n=1)
            problems.append(
                Problem(
                    "--formats",
                    each,
                    f"There is no format called {each}.",
                    ", ".join(FORMATS),
                    f"Did you mean {close[0]}?" if close else "Leave it out to get all.",
                )
            )
    return tuple(each for each in FORMATS if each in asked) or EVERY_KIND


def printer_called(named: str, problems: list[Problem]) -> PrinterProfile:
    """Return the profile in a file, or of a printer of this name."""
    from parametric.clearance import DEFAULT_PRINTER, printer, printers, read_printer

    if not named:
        return DEFAULT_PRINTER
    file = Path(named)
    if file.is_file():
        text = text_of(file, "--printer", problems)
        if text is not None:
            with noting(problems):
                return read_printer(text)
        return DEFAULT_PRINTER
    try:
        return printer(named)
    except LookupError:
        close = difflib.get_close_matches(named, list(printers()), n=2, cutoff=0.5)
        problems.append(
            Problem(
                "--printer",
                named,
                "There is no such file, and no printer of this name.",
                f"a TOML file, or one of: {', '.join(printers())}",
                f"Did you mean {' or '.join(close)}?" if close else "",
            )
        )
    return DEFAULT_PRINTER


def look_at_place(out: Path, problems: list[Problem]) -> None:
    """Say so if nothing can be written there."""
    from api.staging import place_problem

    problem = place_problem(out.absolute().resolve())
    if problem is not None:
        problems.append(problem)


def files_in(target: Path, problems: list[Problem]) -> list[Path]:
    """Return the file, or all files of a folder, that can be checked."""
    allowed = "an STL or 3MF file, or a folder with such files"
    if target.is_file():
        return [target]
    if not target.is_dir():
        problems.append(
            Problem("file", str(target), "There is no such file or folder.", allowed, "")
        )
        return []
    files = sorted(f for f in target.rglob("*") if f.suffix.casefold() in {".stl", ".3mf"})
    if not files:
        problems.append(
            Problem("file", str(target), "It holds no STL and no 3MF file.", allowed, "")
        )
    return files


def text_of(file: Path, field: str, problems: list[Problem]) -> str | None:
    """Return the text of a file, or None and say why."""
    try:
        return file.read_text("utf-8")
    except OSError as error:
        says = f"The file cannot be read: {error.strerror or error}."
    except UnicodeDecodeError:
        says = "The file is not text in UTF-8."
    problems.append(Problem(field, str(file), says, "a text file", "Look at its name and place."))
    return None
