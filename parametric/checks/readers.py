"""Strict readers for files that others made, and the checks of what is in them."""

from __future__ import annotations

from pathlib import Path

from parametric.checks.findings import Report
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.solid.mesh import Mesh


class BadFile(ValueError):
    """A file was refused. `code` is stable, for programs; `says` is a sentence for people."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(code, says)
        self.code = code
        self.says = says

    def __str__(self) -> str:
        return self.says


def read_stl(data: bytes) -> Mesh:
    """Return the mesh of an STL file, in mm (STL has no unit: mm is assumed).

    Raises:
        BadFile: it is not exactly one well-formed STL.
    """
    raise BadFile("not-yet", f"Reading STL ({len(data)} bytes) follows.")


def read_3mf(data: bytes) -> list[tuple[str, Mesh]]:
    """Return the named meshes of a 3MF file, one for each object placed on the plate, in mm.

    Raises:
        BadFile: it is not a safe and well-formed 3MF.
    """
    raise BadFile("not-yet", f"Reading 3MF ({len(data)} bytes) follows.")


def check_file(file: Path | bytes, printer: PrinterProfile = DEFAULT_PRINTER) -> Report:
    """Return what is true of each body in an STL or 3MF file.

    Args:
        file: its path, or its bytes. The kind is told from the content.
        printer: the printer to fit.

    Raises:
        BadFile: it cannot be read safely.
    """
    del printer
    data = file if isinstance(file, bytes) else file.read_bytes()
    return Report((), source=f"{len(data)} bytes")
