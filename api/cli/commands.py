"""Commands for devices: designs, show, fit, rebuild, check, prove."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.reading import (
    collecting,
    design_called,
    entries_of,
    files_in,
    formats_of,
    look_at_place,
    noting,
    printer_called,
    text_of,
)
from api.cli.telling import (
    CHECK_FAILED,
    answer,
    if_left_out,
    progress,
    say,
    table,
    tell_file,
    tell_result,
    write_whole,
)
from api.shelves import look_in_more_folders
from parametric.problems import Problem

# Everything that needs numpy or a kernel is imported in the command that needs it: a wrong
# option, --help and --version must not wait for it.

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
        help="Which files, with commas: stl,3mf,step,glb,pictures,guide. All when left out. "
        "guide-ar, guide-es, guide-fr and guide-pt are guides in other languages.",
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


def list_designs(*, as_json: AsJson = False) -> None:
    """List the designs there are."""
    from api.cards import card
    from designs.discover import everything

    look_in_more_folders()
    shelf = everything()
    if as_json:
        answer(
            {
                "designs": [card(design) for design in shelf.designs],
                "broken": [{"design": b.slug, "says": b.reason} for b in shelf.broken],
            }
        )
    else:
        table(
            ("design", "version", "load class", "what it is"),
            [
                (d.slug, d.version, d.load_class.value, f"{d.title}. {d.summary}")
                for d in shelf.designs
            ],
        )
    for broken in shelf.broken:
        say(f"Left out: {broken}")


def show(design: DesignName, *, as_json: AsJson = False) -> None:
    """Show what a design asks for, which parts it has, and what attaches to it."""
    from api.cards import card, parts_of
    from parametric.params import describe

    with collecting() as problems:
        found = design_called(design, problems)
    assert found is not None  # noqa: S101 (collecting raised otherwise)
    parameters, parts = describe(found.parameters), parts_of(found)
    if as_json:
        answer(
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
        print(f"  {info.name}: {info.allowed}, {if_left_out(info)}")
        print(textwrap.fill(info.help, 88, initial_indent=" " * 6, subsequent_indent=" " * 6))
    print()
    table(
        ("part", "prints", "what it is"),
        [(str(p["name"]), str(p["quantity"]), str(p["label"])) for p in parts],
    )
    if found.interfaces:
        print()
        table(
            ("interface", "on part", "what attaches there"),
            [(i.name, i.part, i.help) for i in found.interfaces],
        )


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

    with collecting() as problems:
        found = design_called(design, problems)
        whole, entries = entries_of(person, settings or [], problems)
        chosen = formats_of(formats, problems)
        profile = printer_called(printer, problems)
        look_at_place(out, problems)
        if found is not None and whole:
            with noting(problems):
                resolve(found.parameters, entries)
    assert found is not None  # noqa: S101 (collecting raised otherwise)

    from api.fitting import fit as make_it_fit

    with progress() as tell:
        result = make_it_fit(found, entries, out, formats=chosen, printer=profile, progress=tell)
    tell_result(result, as_json=as_json)


def rebuild(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe.json.")],
    *,
    out: OutFolder,
    formats: Formats = "",
    as_json: AsJson = False,
) -> None:
    """Make the same files again from a recipe, and say so if they are not the same."""
    from parametric.recipe import BadRecipe, differences, read_recipe

    with collecting() as problems:
        text = text_of(recipe, "recipe", problems)
        chosen = formats_of(formats, problems)
        look_at_place(out, problems)
        read = found = None
        if text is not None:
            try:
                read = read_recipe(text)
            except BadRecipe as error:
                problems.append(
                    Problem("recipe", str(recipe), str(error), "a recipe.json that fit wrote")
                )
            else:
                found = design_called(read.design, problems)
    assert read is not None  # noqa: S101 (collecting raised otherwise)
    assert found is not None  # noqa: S101
    for difference in differences(read, found):
        say(difference)

    from api.fitting import refit

    with progress() as tell:
        result = refit(found, read, out, formats=chosen, progress=tell)
    tell_result(result, as_json=as_json)


def check(
    target: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="STL or 3MF files.")],
    *,
    printer: Printer = "",
    as_json: AsJson = False,
) -> None:
    """Check STL and 3MF files: closed, one body, volume, walls, overhangs, bed."""
    from parametric.checks import BadFile, check_file

    with collecting() as problems:
        files = files_in(target, problems)
        profile = printer_called(printer, problems)
    reports: list[dict[str, Any]] = []
    with progress() as tell:
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
        answer({"holds": holds, "files": reports})
    else:
        for report in reports:
            tell_file(report)
    if not holds:
        raise typer.Exit(CHECK_FAILED)


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
    with collecting() as problems:
        found = design_called(design, problems)
        profile = printer_called(printer, problems)
        if out.is_dir():
            problems.append(Problem("out", str(out), "It is a folder.", "a file name", ""))
    assert found is not None  # noqa: S101 (collecting raised otherwise)

    from parametric import proof

    with progress() as tell:
        certificate = proof.prove(
            found,
            people,
            proof.SEED if seed is None else seed,
            printer=profile,
            progress=lambda done, total: tell("proving", f"person {done} of {total}"),
        )
    told = certificate.to_json()
    write_whole(out, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    if as_json:
        answer({**told, "out": str(out)})
    else:
        print(certificate.says)
        print(f"The certificate is in {out}.")
    if not certificate.holds:
        raise typer.Exit(CHECK_FAILED)
