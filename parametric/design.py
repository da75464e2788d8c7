"""What a design is: a name, parameters, and a function from parameters to an assembly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from parametric.assembly import Assembly
from parametric.clearance import PrinterProfile


class LoadClass(Enum):
    """How much harm a broken part could do, in words that everyone knows."""

    GREEN = "green"
    """Held or touched; breaking is a nuisance (a joystick knob)."""
    AMBER = "amber"
    """Worn, gripped or carrying something; breaking can hurt. A named reviewer looks at it."""
    RED = "red"
    """Carries a person or steers a wheelchair. Never published as printable."""


@dataclass(frozen=True)
class Interface:
    """A place where overlays and accessories attach, such as a clamp's mounting plate."""

    name: str
    part: str
    help: str


@dataclass(frozen=True)
class Design:
    """One parametric design.

    Attributes:
        slug: its folder under designs/ and its name on the command line.
        version: of this design, semantic.
        title, summary: plain words.
        parameters: a frozen dataclass made with `parametric.params`.
        build: pure function (parameters instance, printer) to assembly. It raises
            `parametric.problems.BadParameters` for combinations that cannot be made.
        load_class: see there.
        interfaces: where other things attach.
        authors, licence: credit; CERN-OHL-W-2.0 unless stated.
        checked, not_checked: safety in plain words: what tests here show, and what none does.
        about: why it is the way it is, for the guide.
    """

    slug: str
    version: str
    title: str
    summary: str
    parameters: type[Any]
    build: Callable[[Any, PrinterProfile], Assembly]
    load_class: LoadClass
    interfaces: tuple[Interface, ...] = ()
    authors: tuple[str, ...] = ("fitcommons",)
    licence: str = "CERN-OHL-W-2.0"
    checked: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    about: str = ""
