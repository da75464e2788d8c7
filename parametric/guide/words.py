"""How a guide says things: its standing words, and values as people write them."""

from __future__ import annotations

import math

from parametric.checks import Report
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.design import LoadClass
from parametric.guide.blocks import Run
from parametric.hardware.bom import Item
from parametric.params import ParameterInfo
from parametric.part import Part
from parametric.resolve import ResolvedValue

LOAD_WORDS = {
    LoadClass.GREEN: (
        "Green: a small thing",
        "If this breaks, it is a nuisance. It should not hurt anybody.",
    ),
    LoadClass.AMBER: (
        "Amber: take care",
        (
            "You wear this, grip it, or it carries something. If it breaks, it could hurt you. "
            "Look at it before each use. Never trust your weight to it."
        ),
    ),
    LoadClass.RED: (
        "Red: do not print this",
        "If this breaks, somebody can be badly hurt. It must not be printed for use.",
    ),
}

ORIGIN_WORDS = {
    "given": "you told us",
    "estimated": "worked out, please measure",
    "default": "the usual choice",
}

TOOLS = (
    (("screw",), "a screwdriver or hex key that fits the screws"),
    (("rod", "nail"), "side cutters or a small saw, and a file for sharp ends"),
    (("cord", "elastic", "strap", "foam"), "scissors"),
    (("cord", "elastic"), "tweezers or a bent wire, to pull the cord through"),
)

FIT = "Try it on for ten minutes. If it pinches or slips, measure again and make a new one."
BEFORE = (
    "- Feel every edge with a finger. Smooth what scratches.\n"
    "- Pull on every part. Nothing should come loose.\n"
    "- Move everything that moves. Nothing should stick."
)
CARE = (
    "Wash it in warm water with a little soap. Keep it away from heat: a hot car, a heater or a "
    "dishwasher can bend it."
)


def printer_words(printer: PrinterProfile) -> str:
    """Say which printer the files are for."""
    if printer == DEFAULT_PRINTER:
        return (
            f"The files are for an ordinary printer with a {printer.nozzle_mm:g} mm nozzle. Do "
            "pins turn too hard or too easily? Measure what your printer does, and make the files "
            "again for it."
        )
    return (
        f"The files are for this printer: {printer.name}, with a {printer.nozzle_mm:g} mm nozzle. "
        "If yours is another one, make the files again for it."
    )


def print_facts(part: Part) -> tuple[tuple[str, str], ...]:
    """Return how a part is printed: settings and their values."""
    advice = part.advice
    return (
        ("Plastic", advice.material),
        ("Layers", f"{advice.layer_mm:g} mm"),
        ("Walls", f"{advice.walls} lines"),
        ("Filling", f"{advice.infill_percent} %"),
        ("Supports", "yes" if advice.supports else "no"),
    )


def checked(report: Report) -> list[str]:
    """Return what the checks of this very kit measured, in plain words."""
    parts = len(report.parts)
    said = [
        "The part is closed and in one piece in the file."
        if parts == 1
        else f"All {parts} parts are closed and in one piece in the file."
    ]
    if report.holes:
        many = len(report.holes)
        said.append(
            f"{'The hole was' if many == 1 else f'All {many} holes were'} measured in the files "
            "and found right."
        )
    assembly = report.assembly
    joints = [row for row in assembly.motions if row.name.startswith("joint ")]
    if joints and all(row.holds for row in joints):
        which = "The joint was" if len(joints) == 1 else f"All {len(joints)} joints were"
        said.append(f"{which} turned all the way, and nothing bumps.")
    said += [
        f"Moves freely: {row.name}." for row in assembly.motions if row.holds and row not in joints
    ]
    said += [
        f"{capital(row.name)}: within {row.at_most_mm:g} mm."
        for row in assembly.reaches
        if row.holds
    ]
    if assembly.cords and all(row.holds for row in assembly.cords):
        said.append("Every cord is pulled far enough.")
    return said


def estimate(info: ParameterInfo, value: ResolvedValue) -> tuple[Run, ...]:
    """Say what to measure instead of an estimate, and how."""
    return (
        Run(info.label, "strong"),
        Run(": "),
        Run(amount(value), "strong"),
        Run(". "),
        Run(info.help),
        Run(" "),
        Run(f"(Now: {value.source})", "em"),
    )


def amount(value: ResolvedValue) -> str:
    """Return a value as people write it, with its unit."""
    if isinstance(value.value, bool):
        return "yes" if value.value else "no"
    if isinstance(value.value, str):
        return value.value
    amount = f"{round(value.value, 1):g} {'degrees' if value.unit == 'deg' else value.unit}".strip()
    typed = value.entered.removesuffix("mm").strip()
    same = value.origin != "given" or typed in {f"{value.value:g}", ""}
    return amount if same else f"{amount} (you wrote {value.entered})"


def short(part: Part) -> str:
    """Return a part's label without what stands in brackets, such as the doctors' word for it."""
    return part.label.partition(" (")[0]


def how_much(item: Item) -> str:
    """Return how much to buy."""
    if item.unit != "mm":
        return str(item.quantity)
    if item.quantity < 100:
        return f"{item.quantity} mm"
    return f"{math.ceil(item.quantity / 10)} cm"


def pose_words(pose: str) -> str:
    """Return what a pose is called."""
    return {"rest": "at rest", "closed": "closed"}.get(pose, pose.replace("_", " "))


def capital(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]
