"""Letting the slicer say how long the plates of a kit print and what they weigh."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from procrastinate import Blueprint
from sqlalchemy.orm import Session

from api.jobs.app import defer
from api.jobs.works import works
from parametric.clearance import PrinterProfile
from parametric.export.gcode import SlicerFailed, SlicerMissing, slice_with_prusaslicer
from parametric.resolve import resolve
from registry.fits import queries, usecases
from registry.fits.model import Fit

TASKS = Blueprint()

_log = logging.getLogger(__name__)

PLATES: Final = "plates/"


def ask(session: Session, fit: Fit) -> bool:
    """Ask for the print times of a fit's plates; false where that was asked before."""
    if fit.report is None or "prints" in fit.report:
        return False
    usecases.note_prints(session, fit, {"state": "waiting"})
    defer(session, "slicing:slice", queue="prints", fit_id=str(fit.id))
    return True


@TASKS.task(name="slice", queue="prints")
def slice_plates(fit_id: str) -> None:
    """Slice each plate; the slicer is a process of its own and is ended when it takes too long."""
    with works().sessions.begin() as session:
        fit = session.get(Fit, UUID(fit_id))
        if fit is None:
            return
        printer = resolve(PrinterProfile, fit.printer).params
        plates = {
            file.name: works().storage.get(file.digest)
            for file in queries.files_of(session, fit.id)
            if file.name.startswith(PLATES)
        }
    said = _sliced(plates, printer)
    with works().sessions.begin() as session:
        fit = session.get(Fit, UUID(fit_id))
        if fit is not None and fit.report is not None:
            usecases.note_prints(session, fit, said)


def _sliced(plates: dict[str, bytes], printer: PrinterProfile) -> dict[str, Any]:
    found = {}
    with tempfile.TemporaryDirectory(prefix="plates-") as folder:
        for name, data in plates.items():
            file = Path(folder) / Path(name).name
            file.write_bytes(data)
            try:
                sliced = slice_with_prusaslicer(file, printer)
            except SlicerMissing:
                return {"state": "no_slicer"}
            except SlicerFailed:
                _log.warning("the slicer could not slice a plate")
                return {"state": "failed"}
            found[name] = {
                "seconds": sliced.seconds,
                "grams": round(sliced.grams, 1),
                "warnings": list(sliced.warnings),
            }
    return {"state": "done", "plates": found}
