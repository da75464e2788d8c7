"""What a command says: its answer on stdout, progress and mistakes on stderr."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from parametric.problems import BadParameters, Problem

if TYPE_CHECKING:
    from api.fitting import FitResult
    from parametric.params import ParameterInfo

CHECK_FAILED: Final = 3


def if_left_out(info: ParameterInfo) -> str:
    """Say what becomes of a parameter that is not given."""
    if info.given != "default":
        return {"required": "needed", "estimated": "estimated if left out"}[info.given]
    if info.name == "code":
        return "drawn at random if left out"
    if isinstance(info.default, bool):
        return f"{'yes' if info.default else 'no'} if left out"
    if info.default == "":
        return "nothing if left out"
    amount = f"{info.default:g}" if isinstance(info.default, int | float) else str(info.default)
    return f"{amount} {info.unit}".strip() + " if left out"


def tell_result(result: FitResult, *, as_json: bool) -> None:
    """Tell what became of a fit, and end with a status of its own where a check does not hold."""
    report = result.report
    if as_json:
        answer({"out": str(result.out), **report})
    elif result.proved:
        print(f"{report['title']}: every check holds. The files are in {result.out}.")
        for guide in (name for name in report["files"] if name.startswith("guide.")):
            print(f"  {result.out / guide}")
    else:
        print(f"{report['title']}: NOT PROVED. These checks do not hold:")
        for failure in result.failures:
            print(f"  {failure['part'] or report['design']}: {failure['says']}")
        print(f"The files are kept apart in {result.out / 'unproved'}. Do not use them.")
    if not as_json:
        for value in report["estimated"]:
            say(f"Estimated: {value['name']} {value['value']:g} {value['unit']}. {value['source']}")
        for warning in report["warnings"]:
            say(f"Look at this: {warning}")
    if not result.proved:
        raise typer.Exit(CHECK_FAILED)


def tell_file(report: Mapping[str, Any]) -> None:
    """Tell what was found in one file."""
    print(f"{report['file']}: {'holds' if report['holds'] else 'DOES NOT HOLD'}")
    unreadable = report.get("unreadable")
    if unreadable is not None:
        print(f"  error: {unreadable['says']}")
    for part in report["parts"]:
        facts = part["facts"]
        size = facts.get("size_mm")
        told = [
            f"{facts['volume_mm3'] / 1000:.1f} cm³" if facts.get("volume_mm3") else "",
            " x ".join(f"{s:g}" for s in size) + " mm" if size else "",
            f"{facts['triangles']} triangles" if facts.get("triangles") else "",
        ]
        print(f"  {part['part']}: {', '.join(each for each in told if each)}")
        for found in part["findings"]:
            print(f"    {found['severity']}: {found['says']}")


def refuse(problems: Sequence[Problem], *, as_json: bool) -> None:
    """Say what is wrong, all at once: what was entered, what would be right, what to do."""
    if as_json:
        answer({"error": {"problems": [problem.to_json() for problem in problems]}})
        return
    many = f"{len(problems)} things need" if len(problems) != 1 else "One thing needs"
    say(f"Nothing was written. {many} another look:\n")
    for problem in problems:
        given = f" = {problem.given}" if problem.given else ""
        say(f"  {problem.field}{given}")
        for line in (
            problem.says,
            # Said once is enough.
            f"Allowed: {problem.allowed}."
            if problem.allowed not in f"{problem.says} {problem.advice}"
            else "",
            problem.advice,
        ):
            if line:
                say(f"      {line}")


def answer(value: Mapping[str, Any]) -> None:
    """Answer with JSON on stdout."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def say(line: str) -> None:
    """Say something that is not the answer."""
    print(line, file=sys.stderr)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Answer with a table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, title in enumerate(head):
        # A name is there to be copied: it is never broken or cut.
        table.add_column(title, no_wrap=index == 0)
    for row in rows:
        table.add_row(*row)
    Console(markup=False, highlight=False).print(table)


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str, str], None]]:
    """Tell on stderr what is being done: one moving line for a person, lines for a log."""
    if not sys.stderr.isatty():
        yield lambda doing, what: say(f"{doing} {what}")
        return
    from rich.console import Console

    console = Console(stderr=True, markup=False, highlight=False)
    with console.status("starting") as status:
        yield lambda doing, what: status.update(f"{doing} {what}")


def write_whole(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.fitcommons-new")
        beside.write_text(text, "utf-8")
        beside.replace(file)
    except OSError as error:
        problem = Problem("out", str(file), f"It cannot be written: {error.strerror or error}.")
        raise BadParameters((problem,)) from None
