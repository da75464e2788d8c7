"""The command line. Only the answer goes to stdout; progress and mistakes go to stderr.

Exit status: 0 all is well; 2 something was entered that cannot be used, and nothing was written;
3 a check does not hold; 130 stopped with Ctrl-C, and nothing was written; 1 our own mistake.

With ``--json`` the answer is JSON, and so is a mistake::

    {"error": {"problems": [{"field", "given", "says", "allowed", "advice"}]}}
"""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import signal
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer
from typer.exceptions import TyperException

from api import service
from api.shelves import look_in_more_folders
from parametric.problems import BadParameters, Problem

# Everything that needs numpy or a kernel is imported in the command that needs it: a wrong
# option, --help and --version must not wait for it.
if TYPE_CHECKING:
    from api.fitting import FitResult, Format
    from parametric.clearance import PrinterProfile
    from parametric.design import Design
    from parametric.params import ParameterInfo

BAD_INPUT: Final = 2
CHECK_FAILED: Final = 3
CRASHED: Final = 1
STOPPED: Final = 130
ENDED: Final = 143

app = typer.Typer(
    name="fitcommons",
    help="Assistive devices that are made to measure: from a few measurements to proved files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Answer with JSON.")]
DesignName = Annotated[str, typer.Argument(metavar="DESIGN", help="See: fitcommons designs")]
OutFolder = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Where to write. Whole or not at all.")
]
Formats = Annotated[
    str,
    typer.Option(
        "--formats",
        metavar="LIST",
        help="Which files, with commas: stl,3mf,step,glb,pictures,guide. All when left out.",
    ),
]
Printer = Annotated[
    str,
    typer.Option(
        "--printer",
        metavar="FILE|NAME",
        help="Your printer: a TOML file with what you measured, or a name such as 'Prusa MK4'.",
    ),
]


@app.command("designs")
def list_designs(*, as_json: AsJson = False) -> None:
    """List the designs there are."""
    from api.cards import card
    from designs.discover import everything

    look_in_more_folders()
    shelf = everything()
    if as_json:
        _answer(
            {
                "designs": [card(design) for design in shelf.designs],
                "broken": [{"design": b.slug, "says": b.reason} for b in shelf.broken],
            }
        )
    else:
        _table(
            ("design", "version", "load class", "what it is"),
            [
                (d.slug, d.version, d.load_class.value, f"{d.title}. {d.summary}")
                for d in shelf.designs
            ],
        )
    for broken in shelf.broken:
        _say(f"Left out: {broken}")


@app.command()
def show(design: DesignName, *, as_json: AsJson = False) -> None:
    """Show what a design asks for, which parts it has, and what attaches to it."""
    from api.cards import card, parts_of
    from parametric.params import describe

    with _collecting() as problems:
        found = _find(design, problems)
    assert found is not None  # noqa: S101 (_collecting raised otherwise)
    parameters, parts = describe(found.parameters), parts_of(found)
    if as_json:
        _answer(
            {
                **card(found),
                "parameters": [info.to_json() for info in parameters],
                "parts": parts,
                "interfaces": [
                    {"name": i.name, "part": i.part, "help": i.help} for i in found.interfaces
                ],
                "checked": list(found.checked),
                "not_checked": list(found.not_checked),
            }
        )
        return
    print(f"{found.title} ({found.slug} {found.version}, load class {found.load_class.value})")
    print(f"{found.summary}\n")
    for info in parameters:
        print(f"  {info.name}: {info.allowed}, {_if_left_out(info)}")
        print(textwrap.fill(info.help, 88, initial_indent=" " * 6, subsequent_indent=" " * 6))
    print()
    _table(
        ("part", "prints", "what it is"),
        [(str(p["name"]), str(p["quantity"]), str(p["label"])) for p in parts],
    )
    if found.interfaces:
        print()
        _table(
            ("interface", "on part", "what attaches there"),
            [(i.name, i.part, i.help) for i in found.interfaces],
        )


@app.command()
def fit(
    design: DesignName,
    *,
    out: OutFolder,
    person: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="The person's measurements.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="One measurement or choice, such as hand_breadth=78mm. Goes before the file.",
        ),
    ] = None,
    formats: Formats = "",
    printer: Printer = "",
    as_json: AsJson = False,
) -> None:
    """Make a design to someone's measure, check it, and write the files."""
    from parametric.resolve import resolve

    with _collecting() as problems:
        found = _find(design, problems)
        whole, entries = _entries(person, settings or [], problems)
        chosen = _formats(formats, problems)
        profile = _printer(printer, problems)
        _place(out, problems)
        if found is not None and whole:
            with _noting(problems):
                resolve(found.parameters, entries)
    assert found is not None  # noqa: S101 (_collecting raised otherwise)

    from api.fitting import fit as make_it_fit

    with _progress() as tell:
        result = make_it_fit(found, entries, out, formats=chosen, printer=profile, progress=tell)
    _tell_result(result, as_json=as_json)


@app.command()
def rebuild(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe.json.")],
    *,
    out: OutFolder,
    formats: Formats = "",
    as_json: AsJson = False,
) -> None:
    """Make the same files again from a recipe, and say so if they are not the same."""
    from parametric.recipe import BadRecipe, differences, read_recipe

    with _collecting() as problems:
        text = _read(recipe, "recipe", problems)
        chosen = _formats(formats, problems)
        _place(out, problems)
        read = found = None
        if text is not None:
            try:
                read = read_recipe(text)
            except BadRecipe as error:
                problems.append(
                    Problem("recipe", str(recipe), str(error), "a recipe.json that fit wrote")
                )
            else:
                found = _find(read.design, problems)
    assert read is not None  # noqa: S101 (_collecting raised otherwise)
    assert found is not None  # noqa: S101
    for difference in differences(read, found):
        _say(difference)

    from api.fitting import refit

    with _progress() as tell:
        result = refit(found, read, out, formats=chosen, progress=tell)
    _tell_result(result, as_json=as_json)


@app.command()
def check(
    target: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="STL or 3MF files.")],
    *,
    printer: Printer = "",
    as_json: AsJson = False,
) -> None:
    """Check STL and 3MF files: closed, one body, volume, walls, overhangs, bed."""
    from parametric.checks import BadFile, check_file

    with _collecting() as problems:
        files = _files(target, problems)
        profile = _printer(printer, problems)
    reports: list[dict[str, Any]] = []
    with _progress() as tell:
        for file in files:
            tell("checking", file.name)
            try:
                found = check_file(file, profile).to_json()
            except BadFile as error:
                found = {
                    "holds": False,
                    "parts": [],
                    "unreadable": {"code": error.code, "says": error.says},
                }
            reports.append({**found, "file": str(file)})
    holds = all(report["holds"] for report in reports)
    if as_json:
        _answer({"holds": holds, "files": reports})
    else:
        for report in reports:
            _print_file_report(report)
    if not holds:
        raise typer.Exit(CHECK_FAILED)


@app.command()
def prove(
    design: DesignName,
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.json", help="Where to write the certificate.")
    ],
    people: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many people.")] = 1000,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same people.")] = None,
    printer: Printer = "",
    as_json: AsJson = False,
) -> None:
    """Make and check a design for many people, and write a certificate that says what held."""
    with _collecting() as problems:
        found = _find(design, problems)
        profile = _printer(printer, problems)
        if out.is_dir():
            problems.append(Problem("out", str(out), "It is a folder.", "a file name", ""))
    assert found is not None  # noqa: S101 (_collecting raised otherwise)

    from parametric import proof

    with _progress() as tell:
        certificate = proof.prove(
            found,
            people,
            proof.SEED if seed is None else seed,
            printer=profile,
            progress=lambda done, total: tell("proving", f"person {done} of {total}"),
        )
    told = certificate.to_json()
    _write_whole(out, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    if as_json:
        _answer({**told, "out": str(out)})
    else:
        print(certificate.says)
        print(f"The certificate is in {out}.")
    if not certificate.holds:
        raise typer.Exit(CHECK_FAILED)


def main() -> None:
    """Run the command line, and end the program with its exit status."""
    if hasattr(signal, "SIGTERM"):
        # An ordinary exception, so that what was begun is cleared away.
        signal.signal(signal.SIGTERM, _end)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status. A person's mistake never shows a traceback."""
    as_json = "--json" in arguments
    try:
        status = app(args=list(arguments), standalone_mode=False)
    except BadParameters as error:
        _refuse(error.problems, as_json=as_json)
        return BAD_INPUT
    except TyperException as error:
        _refuse((_usage_problem(error),), as_json=as_json)
        return BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        _say("\nStopped. Nothing was written.")
        return STOPPED
    except typer.Exit as leaving:
        return leaving.exit_code
    except BrokenPipeError:
        # Whoever read our answer has enough. Python would complain once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    # The last resort of the program: whatever it was, it was not the person's mistake.
    except Exception as error:  # noqa: BLE001
        traceback.print_exc()
        _say("\nThis is our mistake, not yours. Nothing was written. Please tell us what it says.")
        if as_json:
            _answer({"error": {"problems": [], "crash": f"{type(error).__name__}: {error}"}})
        return CRASHED
    return status if isinstance(status, int) else 0


@contextlib.contextmanager
def _collecting() -> Iterator[list[Problem]]:
    """Collect problems, so that a person hears of all of them at once."""
    problems: list[Problem] = []
    yield problems
    if problems:
        raise BadParameters(tuple(problems))


@contextlib.contextmanager
def _noting(problems: list[Problem]) -> Iterator[None]:
    try:
        yield
    except BadParameters as error:
        problems += error.problems


def _find(slug: str, problems: list[Problem]) -> Design | None:
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


def _entries(
    person: Path | None, settings: Sequence[str], problems: list[Problem]
) -> tuple[bool, dict[str, object]]:
    """Return whether the person's file could be read, and all entries."""
    from parametric.entries import read_person

    entries: dict[str, object] = {}
    whole = True
    if person is not None:
        before = len(problems)
        text = _read(person, "person", problems)
        if text is not None:
            with _noting(problems):
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


def _formats(formats: str, problems: list[Problem]) -> tuple[Format, ...]:
    from api.fitting import FORMATS

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
    return tuple(each for each in FORMATS if each in asked or not asked)


def _printer(named: str, problems: list[Problem]) -> PrinterProfile:
    from parametric.clearance import DEFAULT_PRINTER, printer, printers, read_printer

    if not named:
        return DEFAULT_PRINTER
    file = Path(named)
    if file.is_file():
        text = _read(file, "--printer", problems)
        if text is not None:
            with _noting(problems):
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


def _place(out: Path, problems: list[Problem]) -> None:
    from api.staging import place_problem

    problem = place_problem(out.absolute().resolve())
    if problem is not None:
        problems.append(problem)


def _files(target: Path, problems: list[Problem]) -> list[Path]:
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


def _read(file: Path, field: str, problems: list[Problem]) -> str | None:
    """Return the text of a file, or None and say why."""
    try:
        return file.read_text("utf-8")
    except OSError as error:
        says = f"The file cannot be read: {error.strerror or error}."
    except UnicodeDecodeError:
        says = "The file is not text in UTF-8."
    problems.append(Problem(field, str(file), says, "a text file", "Look at its name and place."))
    return None


def _if_left_out(info: ParameterInfo) -> str:
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


def _tell_result(result: FitResult, *, as_json: bool) -> None:
    report = result.report
    if as_json:
        _answer({"out": str(result.out), **report})
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
            _say(
                f"Estimated: {value['name']} {value['value']:g} {value['unit']}. {value['source']}"
            )
        for warning in report["warnings"]:
            _say(f"Look at this: {warning}")
    if not result.proved:
        raise typer.Exit(CHECK_FAILED)


def _print_file_report(report: Mapping[str, Any]) -> None:
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


def _refuse(problems: Sequence[Problem], *, as_json: bool) -> None:
    """Say what is wrong, all at once: what was entered, what would be right, what to do."""
    if as_json:
        _answer({"error": {"problems": [problem.to_json() for problem in problems]}})
        return
    many = f"{len(problems)} things need" if len(problems) != 1 else "One thing needs"
    _say(f"Nothing was written. {many} another look:\n")
    for problem in problems:
        given = f" = {problem.given}" if problem.given else ""
        _say(f"  {problem.field}{given}")
        for line in (
            problem.says,
            # Said once is enough.
            f"Allowed: {problem.allowed}."
            if problem.allowed not in f"{problem.says} {problem.advice}"
            else "",
            problem.advice,
        ):
            if line:
                _say(f"      {line}")


def _usage_problem(error: TyperException) -> Problem:
    message = getattr(error, "format_message", lambda: str(error))()
    param = getattr(error, "param", None)
    field = getattr(error, "option_name", None) or getattr(param, "name", None) or "command line"
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "fitcommons"
    return Problem(
        str(field), "", message.replace("\n", " "), "", f"`{command} --help` shows what goes here."
    )


def _answer(value: Mapping[str, Any]) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
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
def _progress() -> Iterator[Callable[[str, str], None]]:
    """Tell on stderr what is being done: one moving line for a person, lines for a log."""
    if not sys.stderr.isatty():
        yield lambda doing, what: _say(f"{doing} {what}")
        return
    from rich.console import Console

    console = Console(stderr=True, markup=False, highlight=False)
    with console.status("starting") as status:
        yield lambda doing, what: status.update(f"{doing} {what}")


def _write_whole(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.fitcommons-new")
        beside.write_text(text, "utf-8")
        beside.replace(file)
    except OSError as error:
        problem = Problem("out", str(file), f"It cannot be written: {error.strerror or error}.")
        raise BadParameters((problem,)) from None


def _end(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(ENDED)


app.command()(service.serve)
app.command()(service.worker)
app.command()(service.seed)
app.add_typer(service.audit_app, name="audit")


if __name__ == "__main__":
    main()
