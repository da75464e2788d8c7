"""From a person's measurements to files: resolve, build, make, check, write. All or nothing.

What holds is written to OUT like this::

    OUT/stl/<part>.stl          one file for each part
    OUT/plates/plate_1.3mf      the parts laid out on the bed
    OUT/<design>.step           for people who adapt designs
    OUT/<design>.glb            to turn round on a screen
    OUT/pictures/<part>.png     and one of the whole device in each named pose
    OUT/guide.pdf, guide.html   how to print, build, fit and look after it
    OUT/guide-fr.pdf, .html     the same in French; there are Arabic, Spanish and Portuguese too
    OUT/bom.csv                 what to buy
    OUT/recipe.json             makes the same files again
    OUT/report.json             what was checked

When a check fails, OUT holds report.json, which says which, and OUT/unproved/ with the files:
their names begin with UNPROVED, UNPROVED.txt says why, and there is no guide, because nobody
should build what it shows.
"""

from __future__ import annotations

import csv
import dataclasses
import inspect
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from api.staging import MADE_BY, REPORT, whole_folder
from parametric.assembly import Assembly
from parametric.checks import Report, check_kit
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.design import Design
from parametric.export.stl import stl_bytes
from parametric.hardware.bom import Item, bill
from parametric.kit import MadePart, make
from parametric.recipe import (
    Ingredients,
    Recipe,
    changed,
    differences,
    digest,
    gather,
    regather,
    write_recipe,
)
from parametric.solid.mesh import TOLERANCE_MM
from parametric.solid.value import BadSolid

# Pictures need what only pictures need.
if TYPE_CHECKING:
    from api.pictures import Drawn

Format: TypeAlias = Literal[
    "stl", "3mf", "step", "glb", "pictures", "guide", "guide-ar", "guide-es", "guide-fr", "guide-pt"
]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

GUIDE: Final[Format] = "guide"
EVERY_KIND: Final[tuple[Format, ...]] = FORMATS[: FORMATS.index(GUIDE) + 1]
"""One of each kind, for those who do not choose; guides in other languages are chosen."""

Progress: TypeAlias = Callable[[str, str], None]
"""Called with what is being done ("making", "checking", "writing") and to what."""


def _quiet(_doing: str, _what: str) -> None:
    pass


UNPROVED: Final = "UNPROVED"


@dataclass(frozen=True)
class FitResult:
    """What a fit came to.

    Attributes:
        out: the folder that was written.
        proved: whether every check holds.
        report: as in report.json.
        recipe: None when a part could not be made at all.
    """

    out: Path
    proved: bool
    report: Mapping[str, Any]
    recipe: Recipe | None

    @property
    def failures(self) -> tuple[Mapping[str, Any], ...]:
        """What does not hold; empty when proved."""
        return tuple(self.report["failures"])


@dataclass(frozen=True, eq=False)
class Order:
    """What was asked for: one person's device, for one printer, as these files."""

    design: Design
    ingredients: Ingredients
    printer: PrinterProfile
    formats: tuple[Format, ...]
    tolerance_mm: float = TOLERANCE_MM
    again: Recipe | None = None


@dataclass(frozen=True, eq=False)
class Kit:
    """One person's device on its way to files."""

    order: Order
    assembly: Assembly
    made: tuple[MadePart, ...]
    stls: Mapping[str, bytes]
    report: Report
    recipe: Recipe
    failures: tuple[Mapping[str, Any], ...]

    @property
    def design(self) -> Design:
        """The design it was made from."""
        return self.order.design


def fit(
    design: Design,
    entries: Mapping[str, object],
    out: Path,
    *,
    formats: Sequence[Format] = FORMATS,
    printer: PrinterProfile = DEFAULT_PRINTER,
    progress: Progress = _quiet,
) -> FitResult:
    """Make one person's device and write its files to `out`, whole or not at all.

    Args:
        design: what to make.
        entries: the person's measurements and choices, as they were entered.
        out: a folder that is new, empty, or holds an earlier result, which is replaced.
        formats: which files to write; bill, recipe and report always come along.
        printer: the printer it is made for.
        progress: told what is being done.

    Raises:
        BadParameters: what was entered cannot be used, or `out` cannot. Nothing was written.
    """
    order = Order(design, gather(design, entries), printer, tuple(formats))
    return _all_or_nothing(order, out, progress)


def refit(
    design: Design,
    recipe: Recipe,
    out: Path,
    *,
    formats: Sequence[Format] = FORMATS,
    progress: Progress = _quiet,
) -> FitResult:
    """Make the files of a recipe again. An STL that differs from the recipe's fails a check.

    Raises:
        BadParameters: the design takes the recipe's values no more, or `out` cannot be used.
    """
    order = Order(
        design,
        regather(design, recipe),
        recipe.printer,
        tuple(formats),
        recipe.tolerance_mm,
        recipe,
    )
    return _all_or_nothing(order, out, progress)


def _all_or_nothing(order: Order, out: Path, tell: Progress) -> FitResult:
    assembly = order.design.build(order.ingredients.resolved.params, order.printer)
    with whole_folder(out) as folder:
        writer = _Writer(folder, tell)
        try:
            kit = _make(order, assembly, tell)
        except BadSolid as error:
            # The description of some part makes no shape for this body: a failed check.
            failures = (_failure("shape", "", str(error)),)
            writer.text(f"unproved/{UNPROVED}.txt", _warning(failures))
            report, recipe = _report(order, assembly, failures, None), None
        else:
            kit = _write_all(kit, writer)
            report, recipe = _report(order, assembly, kit.failures, kit), kit.recipe
        writer.report(report)
        tell("finishing", out.name)
    return FitResult(out, not report["failures"], report, recipe)


def _make(order: Order, assembly: Assembly, tell: Progress) -> Kit:
    made = make(
        assembly,
        tolerance_mm=order.tolerance_mm,
        progress=lambda part: tell("making", part),
    )
    stls = {each.part.name: stl_bytes(each.mesh, each.part.name) for each in made}
    digests = {name: digest(data) for name, data in stls.items()}
    tell("checking", order.design.slug)
    report = check_kit(assembly, made, order.printer)
    failures: list[Mapping[str, Any]] = [
        found.to_json() for found in report.findings if found.severity == "error"
    ]
    if not report.holds and not failures:
        failures.append(_failure("report", "", "A check does not hold."))
    if order.again is not None:
        why = " ".join(differences(order.again, order.design))
        failures += [
            _failure("same bytes", part, f"The STL is not the one the recipe names. {why}".strip())
            for part in changed(order.again, digests)
        ]
    recipe = write_recipe(
        order.design, order.ingredients, order.printer, order.tolerance_mm, digests
    )
    return Kit(order, assembly, made, stls, report, recipe, tuple(failures))


def _write_all(kit: Kit, writer: _Writer) -> Kit:
    """Write the files of a kit; returns it with any failure that only came to light there."""
    formats = kit.order.formats
    plates: dict[str, bytes] = {}
    if "3mf" in formats:
        kit, plates = _plates(kit)
    # Now it is known whether all holds: the names of the files depend on it.
    to = writer.apart() if kit.failures else writer
    if kit.failures:
        writer.text(f"unproved/{UNPROVED}.txt", _warning(kit.failures))
    if "stl" in formats:
        for name, data in kit.stls.items():
            to.write(f"stl/{name}.stl", data)
    for name, data in plates.items():
        to.write(f"plates/{name}.3mf", data)
    if "glb" in formats:
        to.write(f"{kit.design.slug}.glb", _glb(kit))
    if "step" in formats:
        # The exact kernel costs seconds to import: only those who want STEP wait for it.
        from parametric.export.step import step_bytes

        to.tell("describing exactly", kit.design.slug)
        # The space keeps this name from being any part's: within STEP no two may be alike.
        name = f"{kit.design.slug} assembly"
        step = step_bytes(kit.assembly, name, kit.assembly.poses.get("rest"))
        to.write(f"{kit.design.slug}.step", step)
    guides = [each for each in formats if each.startswith(GUIDE)]
    if "pictures" in formats or guides:
        from api.pictures import draw

        pictures = draw(kit.assembly, kit.made, to.tell, steps=bool(guides))
        if "pictures" in formats:
            for name, data in pictures.of_kit.items():
                to.write(f"pictures/{name}.png", data)
        if not kit.failures:
            for each in guides:
                _write_guide(kit, pictures, each, to)
    to.text("bom.csv", _bom(kit.assembly))
    to.text("recipe.json", kit.recipe.text())
    return kit


class _Writer:
    """Writes files below a folder and remembers their names."""

    def __init__(self, folder: Path, tell: Progress, below: str = "", prefix: str = "") -> None:
        self.tell = tell
        self._folder = folder
        self._below = below
        self._prefix = prefix
        self._files: list[str] = []

    def apart(self) -> _Writer:
        """Return a writer that keeps files apart and marks each as unproved."""
        other = _Writer(self._folder, self.tell, "unproved/", f"{UNPROVED}-")
        other._files = self._files
        return other

    def write(self, name: str, data: bytes) -> None:
        relative = Path(self._below) / name
        relative = relative.with_name(
            relative.name if relative.name.startswith(UNPROVED) else self._prefix + relative.name
        )
        self.tell("writing", relative.as_posix())
        file = self._folder / relative
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self._files.append(relative.as_posix())

    def text(self, name: str, text: str) -> None:
        self.write(name, text.encode())

    def report(self, report: dict[str, Any]) -> None:
        report["files"] = [*sorted(self._files), REPORT]
        self.text(REPORT, json.dumps(report, indent=2, ensure_ascii=False) + "\n")


def _plates(kit: Kit) -> tuple[Kit, dict[str, bytes]]:
    """Return the plates as files, or the kit with the reason why there are none."""
    # rectpack and lib3mf are needed for plates only.
    from parametric.export.plates import TooBig, plates
    from parametric.export.threemf import About, threemf_bytes

    about = About(
        title=kit.design.title,
        designer=", ".join(kit.design.authors),
        licence_terms=kit.design.licence,
        description=kit.design.summary,
        application=f"fitcommons {kit.recipe.engines['fitcommons']}",
        recipe_digest=kit.recipe.digest,
        recipe_code=kit.recipe.code,
    )
    try:
        laid = plates(kit.made, kit.order.printer)
    except TooBig as error:
        failure = _failure("bed", error.part, str(error))
        known = any(f["check"] == "bed" and f["part"] == error.part for f in kit.failures)
        failures = kit.failures if known else (*kit.failures, failure)
        return dataclasses.replace(kit, failures=failures), {}
    return kit, {plate.name: threemf_bytes(plate, about) for plate in laid}


def _glb(kit: Kit) -> bytes:
    from parametric.export.glb import Posed, glb_bytes

    where = kit.assembly.pose(kit.assembly.poses.get("rest", {}))
    return glb_bytes(
        [
            Posed(
                each.part.name,
                each.mesh,
                each.part.colour,
                each.to_bed.inverse().then(where[each.part.name]),
            )
            for each in kit.made
        ],
        copyright_line=f"{', '.join(kit.design.authors)}, {kit.design.licence}",
    )


def _write_guide(kit: Kit, pictures: Drawn, name: Format, to: _Writer) -> None:
    """Write a guide; its name says in which language."""
    # Typst, jinja and babel are needed for guides only.
    from parametric.guide import KitPictures, guide_content, guide_html, guide_pdf, in_language
    from parametric.translations import FOLDER, HERE, translations

    _, _, language = name.partition("-")
    where = _beside(kit.design)
    content = guide_content(
        design=kit.design,
        assembly=kit.assembly,
        values=kit.order.ingredients.resolved,
        printer=kit.order.printer,
        report=kit.report,
        recipe=kit.recipe,
        texts=_texts(where / GUIDE, language),
        pictures=KitPictures(pictures.parts, pictures.poses, pictures.steps),
    )
    if language:
        content = in_language(content, translations(language, (where / FOLDER, HERE)))
    to.text(f"{name}.html", guide_html(content))
    to.write(f"{name}.pdf", guide_pdf(content))


def guide_in(language: str) -> Format:
    """Return the guide for somebody who speaks a language, in English where there is none in it."""
    return next((each for each in FORMATS if each == f"{GUIDE}-{language}"), GUIDE)


def _beside(design: Design) -> Path:
    """Return the folder of the function that builds a design: a fork has its ancestor's."""
    return Path(inspect.getfile(design.build)).parent


def _texts(folder: Path, language: str) -> dict[str, str]:
    """Return the small texts in a guide folder by name without ending, translated where they are.

    Translations lie in a folder of their own, such as ``fr``.
    """
    # Babel is needed for guides only.
    from parametric.translations import together

    files = [*sorted(folder.glob("*.md")), *sorted((folder / language).glob("*.md"))]
    return {file.stem: together(file.parent.name, file.read_text("utf-8")) for file in files}


def _bom(assembly: Assembly) -> str:
    """Return the bill of materials: printed parts first, then what is bought."""
    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="\n")
    rows.writerow(["kind", "name", "quantity", "unit", "note"])
    for part in assembly.parts:
        rows.writerow(["print", part.name, part.quantity, "piece", part.label])
    for item in bought(assembly):
        rows.writerow(["buy", item.name, item.quantity, item.unit, item.note])
    return buffer.getvalue()


def bought(assembly: Assembly) -> tuple[Item, ...]:
    """Return what must be bought, added up."""
    return bill(assembly.hardware)


def _report(
    order: Order, assembly: Assembly, failures: Sequence[Mapping[str, Any]], kit: Kit | None
) -> dict[str, Any]:
    design, values = order.design, order.ingredients.resolved.values
    checked = kit.report if kit is not None else Report(())
    recipe = kit.recipe if kit is not None else None
    labels = {part.name: part.label for part in assembly.parts}
    return {
        "made_by": MADE_BY,
        "schema": 1,
        "design": design.slug,
        "version": design.version,
        "title": design.title,
        "load_class": design.load_class.value,
        "proved": not failures,
        "failures": [dict(failure) for failure in failures],
        "warnings": [
            *assembly.warnings,
            *(
                f"{labels[found.part]}: {found.says}" if found.part in labels else found.says
                for found in checked.findings
                if found.severity == "warning"
            ),
        ],
        "checked": list(design.checked),
        "not_checked": list(design.not_checked),
        "values": [value.to_json() for value in values],
        "estimated": [
            {"name": v.name, "value": v.value, "unit": v.unit, "source": v.source}
            for v in values
            if v.origin == "estimated"
        ],
        "printer": dataclasses.asdict(order.printer),
        "formats": list(order.formats),
        "code": recipe.code if recipe else "",
        "engines": dict(recipe.engines) if recipe else {},
        "digests": dict(recipe.stl_digests) if recipe else {},
        "holes": [row.to_json() for row in checked.holes],
        "parts": [part.to_json() for part in checked.parts],
        "assembly": checked.assembly.to_json(),
        "differences": list(differences(order.again, design)) if order.again else [],
    }


def _failure(check: str, part: str, says: str) -> Mapping[str, Any]:
    return {"check": check, "severity": "error", "part": part, "says": says}


def _warning(failures: Sequence[Mapping[str, Any]]) -> str:
    said = "\n".join(
        f"- {failure['part']}: {failure['says']}" if failure["part"] else f"- {failure['says']}"
        for failure in failures
    )
    return (
        "NOT PROVED. Do not wear or use what is printed from these files.\n\n"
        "These checks did not hold:\n\n"
        f"{said}\n\n"
        "The files are here so that somebody can find out why.\n"
    )
