"""What a guide says, worked out from the kit itself, so that it cannot drift from the parts.

The words are for the person who will use the device and for whoever makes it with them: short,
plain, and honest about what nobody measured and what nobody checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parametric.assembly import Assembly
from parametric.checks import Report
from parametric.clearance import PrinterProfile
from parametric.design import Design, LoadClass
from parametric.guide.blocks import (
    Block,
    Bullets,
    Card,
    Figure,
    Gallery,
    Guide,
    Heading,
    Note,
    Paragraph,
    Run,
    Section,
    Table,
    points,
    say,
)
from parametric.guide.markdown import read_markdown
from parametric.guide.words import (
    BEFORE,
    CARE,
    FIT,
    LOAD_WORDS,
    ORIGIN_WORDS,
    TOOLS,
    amount,
    capital,
    checked,
    estimate,
    how_much,
    pose_words,
    print_facts,
    printer_words,
    short,
)
from parametric.hardware.bom import bill
from parametric.params import describe
from parametric.recipe import CODE_FIELD, Recipe
from parametric.resolve import Resolved

NAME_FIELD = "name"
"""A design that asks for a name has a text parameter called this."""

GUIDE_LICENCE = "CC-BY-SA-4.0"

_FIRST_AND_LAST = (1.25, 1.0, 1.25)
"""Shares of columns where the first and the last say most."""


@dataclass(frozen=True)
class KitPictures:
    """PNG files for a guide.

    Attributes:
        parts: each part as it lies on the bed, by its name.
        poses: the whole device, by the pose's name.
        steps: one for each assembly step, in order; may be empty.
    """

    parts: Mapping[str, bytes]
    poses: Mapping[str, bytes]
    steps: Sequence[bytes]


@dataclass(frozen=True, eq=False)
class _Kit:
    design: Design
    assembly: Assembly
    values: Resolved[Any]
    printer: PrinterProfile
    report: Report
    recipe: Recipe
    texts: Mapping[str, str]
    pictures: KitPictures


def guide_content(
    *,
    design: Design,
    assembly: Assembly,
    values: Resolved[Any],
    printer: PrinterProfile,
    report: Report,
    recipe: Recipe,
    texts: Mapping[str, str],
    pictures: KitPictures,
) -> Guide:
    """Return the guide of one person's device.

    Args:
        design: what it is.
        assembly: its parts, what to buy, and the steps.
        values: what it was made with, and where each value came from.
        printer: what it was made for.
        report: what was checked.
        recipe: how to make it again.
        texts: the design's own texts in markdown: "fit", "before_you_wear", "care", "safety".
        pictures: PNG files.

    Raises:
        BadGuideText: one of the texts uses more markdown than a guide can show.
    """
    kit = _Kit(design, assembly, values, printer, report, recipe, texts, pictures)
    sections = (
        _who(kit),
        _need(kit),
        _print(kit),
        _build(kit),
        _cords(kit),
        _own(kit, "fit", "Make it fit", FIT),
        _own(kit, "before_you_wear", "Check before you use it", BEFORE),
        _own(kit, "care", "Look after it", CARE),
        _safety(kit),
        _again(kit),
    )
    return Guide(
        title=design.title,
        summary=design.summary,
        language="en-GB",
        opening=_opening(kit),
        sections=tuple(section for section in sections if section.blocks),
        small_print=(
            (
                f"Device: {design.title}, version {design.version}, by "
                f"{', '.join(design.authors)}. You may make, change and share it under "
                f"{design.licence}."
            ),
            (
                f"This guide: {GUIDE_LICENCE} (Creative Commons, share alike). You may copy, "
                "change and translate it. Say who wrote it, and share your version in the same way."
            ),
        ),
        mark=recipe.code,
        pictures=_files(kit),
    )


def _opening(kit: _Kit) -> tuple[Figure, ...]:
    shown = [name for name in ("rest", "closed") if name in kit.pictures.poses]
    shown = shown or list(kit.pictures.poses)[:1]
    return tuple(
        Figure(f"pose_{name}.png", f"{kit.design.title}, {pose_words(name)}.") for name in shown
    )


def _who(kit: _Kit) -> Section:
    blocks: list[Block] = []
    person = _text_of(kit, NAME_FIELD)
    if person:
        blocks.append(say(f"This was made for {person}."))
    blocks.append(
        say(
            "It was made to these measurements. It will fit that person, and probably nobody "
            "else. Read the list together before you print."
        )
    )
    infos = {info.name: info for info in describe(kit.design.parameters)}
    shown = [
        v
        for v in kit.values.values
        # What was not chosen needs no line: an empty text, a switch that is off.
        if v.name not in {CODE_FIELD, NAME_FIELD} and v.value != "" and v.value is not False
    ]
    blocks.append(
        Table(
            "What it was made to",
            ("What", "Size", "Where it comes from"),
            tuple((infos[v.name].label, amount(v), ORIGIN_WORDS[v.origin]) for v in shown),
            _FIRST_AND_LAST,
        )
    )
    estimated = [v for v in kit.values.values if v.origin == "estimated"]
    if estimated:
        blocks.append(
            Note(
                "care",
                "Please measure these first",
                (
                    say(
                        "Nobody measured these, so we worked them out. A tape measure is better. "
                        "Measure them, make the files again, and it will fit better."
                    ),
                    Bullets(tuple(estimate(infos[v.name], v) for v in estimated)),
                ),
            )
        )
    if kit.assembly.warnings:
        blocks.append(Note("care", "Good to know", (points(*kit.assembly.warnings),)))
    return Section("who", "Who this is for", tuple(blocks))


def _need(kit: _Kit) -> Section:
    bought = bill(kit.assembly.hardware)
    blocks: list[Block] = []
    if bought:
        blocks.append(
            Table(
                "What to buy",
                ("What", "How much", "Good to know"),
                tuple((capital(item.name), how_much(item), item.note) for item in bought),
                _FIRST_AND_LAST,
            )
        )
    materials = dict.fromkeys(part.advice.material for part in kit.assembly.parts)
    blocks += [
        Heading("Tools"),
        points(
            "a 3D printer, and someone who knows it",
            f"plastic for it: {'; '.join(materials)}",
            "a ruler",
            "sandpaper or a small knife, to smooth edges",
            *(
                tool
                for words, tool in TOOLS
                if any(word in item.name for word in words for item in bought)
            ),
        ),
    ]
    return Section("need", "What you need", tuple(blocks))


def _print(kit: _Kit) -> Section:
    count = sum(part.quantity for part in kit.assembly.parts)
    parts = "one part" if count == 1 else f"{count} parts"
    blocks: list[Block] = [
        say(f"Print {parts}."),
        say(printer_words(kit.printer)),
        say(
            "Each part already lies the right way round in its file. Do not turn it: printed "
            "another way it breaks sooner."
        ),
    ]
    if not any(part.advice.supports for part in kit.assembly.parts):
        blocks.append(say("Turn supports off. No part needs them."))
    facts = {part.name: print_facts(part) for part in kit.assembly.parts}
    # What is the same for every part is said once, above the parts.
    shared = [
        fact
        for fact in next(iter(facts.values()))
        if len(facts) > 1 and all(fact in each for each in facts.values())
    ]
    if shared:
        blocks.append(
            Table("Settings for every part", ("Setting", "Choose"), tuple(shared)),
        )
    blocks.append(
        Gallery(
            tuple(
                Card(
                    title=part.label,
                    figure=Figure(
                        f"part_{part.name}.png", f"{part.label}, as it lies on the printer."
                    ),
                    facts=(
                        ("File", f"{part.name}.stl"),
                        ("How many", str(part.quantity)),
                        *(fact for fact in facts[part.name] if fact not in shared),
                    ),
                    body=(say(part.advice.note),) if part.advice.note else (),
                )
                for part in kit.assembly.parts
            )
        )
    )
    return Section("print", "Print the parts", tuple(blocks))


def _build(kit: _Kit) -> Section:
    labels = {part.name: short(part) for part in kit.assembly.parts}
    steps = []
    for number, step in enumerate(kit.assembly.steps, start=1):
        about = "; ".join(labels.get(name, name) for name in step.parts) or "the whole device"
        figure = None
        if number <= len(kit.pictures.steps):
            figure = Figure(f"step_{number}.png", f"Step {number}. In colour: {about}.")
        steps.append(Card(step.title, figure, (), (say(step.text),), number))
    return Section("build", "Put it together", tuple(steps))


def _cords(kit: _Kit) -> Section:
    if not kit.assembly.cords:
        return Section("cords", "Cords and elastic", ())
    labels = {part.name: short(part) for part in kit.assembly.parts}
    rows = []
    measured = {row.name: row for row in kit.report.assembly.cords}
    for cord in kit.assembly.cords:
        through = dict.fromkeys(labels.get(part, part) for part, _ in cord.through)
        row = measured.get(cord.name)
        spare = f"{row.available_mm:.0f} mm ({row.needed_mm:.0f} mm needed)" if row else ""
        rows.append((capital(cord.name), "; ".join(through), spare))
    return Section(
        "cords",
        "Cords and elastic",
        (
            say(
                "Thread each cord in this order. Leave 10 cm at each end until the fit is right, "
                "then knot it and cut it short. Melt the ends of a nylon cord with care, so "
                "that they do not fray."
            ),
            Table(
                "The way of each cord",
                ("Cord", "Through", "It pulls"),
                tuple(rows),
                (1.0, 2.0, 1.1),
            ),
        ),
    )


def _own(kit: _Kit, name: str, title: str, otherwise: str) -> Section:
    """Return a section whose words the design brings along; they may begin with their own title."""
    written = read_markdown(kit.texts.get(name, otherwise))
    return Section(name, written.title or title, written.blocks)


def _safety(kit: _Kit) -> Section:
    name, words = LOAD_WORDS[kit.design.load_class]
    blocks: list[Block] = [
        Note("kind" if kit.design.load_class is LoadClass.GREEN else "stop", name, (say(words),))
    ]
    if "safety" in kit.texts:
        blocks += read_markdown(kit.texts["safety"]).blocks
    blocks += [
        Heading("What a computer checked"),
        points(*kit.design.checked, *checked(kit.report)),
        Heading("What nobody has checked"),
        points(
            *kit.design.not_checked,
            "The print itself. A file can be right and a print can still be weak.",
            "How it feels, and whether it does what you want. Only you can say.",
        ),
        say(
            "This is not a medical product, and no office has tested it. If you are not sure, "
            "ask somebody who knows: a therapist, a nurse, an engineer."
        ),
    ]
    workings = kit.report.assembly.workings
    if workings:
        blocks += [
            Heading("What we worked out by hand"),
            Table(
                "Calculations",
                ("What", "We get", "It must be", "Does it hold?"),
                tuple(
                    (
                        capital(row.name),
                        f"{row.value:.3g} {row.unit}",
                        f"{'at least' if row.at_least else 'at most'} {row.limit:.3g} {row.unit}",
                        "yes" if row.holds else "NO",
                    )
                    for row in workings
                ),
                (2.2, 1.0, 1.3, 1.0),
            ),
            Bullets(
                tuple(
                    (
                        Run(capital(row.name), "strong"),
                        Run(": "),
                        Run(f"{row.working} ({row.source})", "formula"),
                    )
                    for row in workings
                )
            ),
        ]
    return Section("safety", "Stay safe", tuple(blocks))


def _again(kit: _Kit) -> Section:
    design, recipe = kit.design, kit.recipe
    blocks: list[Block] = []
    if design.about:
        blocks += [Heading("Why it is made like this"), say(design.about)]
    blocks += [
        Heading("Make the same one again"),
        Paragraph(
            (
                Run("The recipe is in the file "),
                Run("recipe.json", "code"),
                Run(
                    ". Keep it private: it holds somebody's measurements. This makes the same "
                    "files again:"
                ),
            )
        ),
        Paragraph((Run("fitcommons rebuild recipe.json --out again", "code"),)),
        Paragraph(
            (
                Run("Its code is "),
                Run(recipe.code, "strong"),
                Run(
                    ". The code was drawn by chance and says nothing about anybody. It was made "
                    f"with {design.slug} {recipe.design_version}."
                ),
            )
        ),
        say(
            "Did it work? Did it not? Tell the people who made this design. Your words make the "
            "next one better."
        ),
    ]
    return Section("again", "About this device", tuple(blocks))


def _files(kit: _Kit) -> dict[str, bytes]:
    wanted = {figure.picture for figure in _opening(kit)}
    files = {f"part_{name}.png": data for name, data in kit.pictures.parts.items()}
    files |= {f"step_{n}.png": data for n, data in enumerate(kit.pictures.steps, start=1)}
    poses = {f"pose_{name}.png": data for name, data in kit.pictures.poses.items()}
    return files | {name: data for name, data in poses.items() if name in wanted}


def _text_of(kit: _Kit, name: str) -> str:
    for value in kit.values.values:
        if value.name == name and isinstance(value.value, str):
            return value.value
    return ""
