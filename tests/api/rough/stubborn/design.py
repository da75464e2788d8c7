"""A design for tests that does what no design should: hangs, crashes, eats memory, looks round."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from dataclasses import dataclass

from parametric.assembly import Assembly
from parametric.clearance import PrinterProfile
from parametric.design import Design, LoadClass
from parametric.params import choice, length, number
from parametric.part import Part
from parametric.problems import BadParameters, Problem
from parametric.solid import Box
from parametric.units import Mm


@dataclass(frozen=True, kw_only=True)
class Stubborn:
    does: str = choice(
        "makes", "hangs", "crashes", "eats", "raises", "refuses", "looks", default="makes",
        help="What it does.",
    )  # fmt: skip
    waits: float = number(0, 600, unit="s", default=0, help="How long it dawdles before that.")
    size: Mm = length(10, 50, default=20, help="How big.")


def build(params: Stubborn, _printer: PrinterProfile) -> Assembly:
    warnings: tuple[str, ...] = ()
    time.sleep(params.waits)
    match params.does:
        case "hangs":
            # In C, and without ever letting another thread of Python run.
            ctypes.PyDLL(None).sleep(3600)
        case "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "eats":
            bytearray(1 << 45)
        case "raises":
            raise RuntimeError("It is broken.")
        case "refuses":
            raise BadParameters((Problem("size", "20 mm", "It cannot be.", "", "Give up."),))
        case "looks":
            warnings = tuple(sorted(os.environ))
    part = Part("block", "Block", Box(params.size, params.size, 8.0))
    return Assembly((part,), "block", warnings=warnings)


DESIGN = Design("stubborn", "0.1.0", "Stubborn", "Will not.", Stubborn, build, LoadClass.GREEN)
