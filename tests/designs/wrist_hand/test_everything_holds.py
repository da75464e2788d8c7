"""The acceptance: everything that is checked of a device holds for these people.

The proof for a thousand people is `make prove-all`; these are the ones that must never break.
"""

from __future__ import annotations

import pytest

from parametric.checks import check_kit
from parametric.clearance import PrinterProfile
from tests.designs.wrist_hand.hands import PEOPLE, hand, hand_of, params
from tests.designs.wrist_hand.test_parts import assert_made

PRINTERS = (
    PrinterProfile(name="exact", hole_shrink_mm=0.0, sliding_mm=0.15, press_mm=0.05),
    PrinterProfile(name="loose", hole_shrink_mm=0.5, sliding_mm=0.4, press_mm=0.2),
)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("who", PEOPLE)
def test_every_check_holds(who: str, side: str) -> None:
    """Closed bodies, walls, overhangs, holes, free motion, cords, reach: no finding is an error."""
    made = hand(who, side=side)
    report = check_kit(made.assembly, made.made, made.printer, thorough=True)
    errors = [f"{each.part}: {each.says}" for each in report.findings if each.severity == "error"]
    assert report.holds is not bool(errors)
    assert errors == []


@pytest.mark.parametrize("printer", PRINTERS, ids=lambda printer: printer.name)
@pytest.mark.parametrize("who", ["child of 4", "sample person"])
def test_other_printers_can_make_it(who: str, printer: PrinterProfile) -> None:
    """An exact printer and a loose one have other holes and gaps, and every check holds."""
    made = hand_of(params(who), printer)
    assert_made(made)
    report = check_kit(made.assembly, made.made, printer)
    assert [f"{f.part}: {f.says}" for f in report.findings if f.severity == "error"] == []
