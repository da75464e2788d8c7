"""Strict readers for files that others made, and the checks of what is in them.

Nothing is repaired and nothing is guessed: a file is exactly one well-formed STL or 3MF, or it is
refused with a code for programs and a sentence for people. Only geometry is read; slicer settings,
scripts and thumbnails inside a 3MF are never opened.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import NoReturn

import numpy as np

from parametric.checks.badfile import BadFile
from parametric.checks.findings import Finding, PartReport, Report
from parametric.checks.parts import check_surface
from parametric.checks.surface import Array, Ints, Surface
from parametric.checks.threemf import read_3mf
from parametric.checks.triangles import MOST_TRIANGLES, mesh_from
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.place import move
from parametric.solid.mesh import Mesh

__all__ = ["BadFile", "check_file", "read_3mf", "read_stl"]

MOST_BYTES = 50 * 2**20
"""No file may be larger (bytes)."""

_STRANGERS = (
    (b"%PDF", "a PDF"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<", "a web page or XML"),
)
_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_FACET = (
    *((i, word) for i, word in enumerate(("facet", "normal"))),
    *((5 + i, word) for i, word in enumerate(("outer", "loop", "vertex"))),
    *((i, "vertex") for i in (11, 15)),
    *((19, "endloop"), (20, "endfacet")),
)
_NUMBERS = (8, 9, 10, 12, 13, 14, 16, 17, 18)
_NORMAL = (2, 3, 4)
_ODD_NUMBER = re.compile(r"[^\s0-9+\-.a-z]")


def read_stl(data: bytes) -> Mesh:
    """Return the mesh of an STL file, in mm (STL has no unit: mm is assumed).

    A binary file is told by its length, never by its header: many binary files say "solid".
    Triangles with two equal corners are left out; the rest is as it is in the file.

    Raises:
        BadFile: it is not exactly one well-formed STL. Codes: ``empty``, ``too-large``,
            ``not-stl``, ``stl-length``, ``stl-text``, ``no-triangles``, ``too-many-triangles``,
            ``bad-number``, ``too-big``, ``degenerate``.
    """
    if not data:
        raise BadFile("empty", "The file is empty.")
    if len(data) > MOST_BYTES:
        raise BadFile("too-large", f"The file is larger than {MOST_BYTES // 2**20} MiB.")
    count = struct.unpack_from("<I", data, 80)[0] if len(data) >= 84 else 0
    if len(data) >= 84 and len(data) == 84 + 50 * count:
        return _binary(data, count)
    start = data[:1024].lstrip()
    for magic, kind in _STRANGERS:
        if start.startswith(magic):
            raise BadFile("not-stl", f"This is {kind}, not an STL file.")
    if start[:5].lower() == b"solid" and b"\0" not in data:
        return _text(data)
    if len(data) < 84:
        raise BadFile("stl-length", f"{len(data)} bytes are too few: an STL file has 84 or more.")
    raise BadFile(
        "stl-length",
        f"The file says it holds {count:,} triangles, which take {84 + 50 * count:,} bytes; it has "
        f"{len(data):,}. It is cut off, added to, or no STL file.",
    )


def check_file(file: Path | bytes, printer: PrinterProfile = DEFAULT_PRINTER) -> Report:
    """Return what is true of each thing in an STL or 3MF file, laid on the bed as it stands.

    What it should be is not known, so holes and joints are not checked; walls must be two nozzle
    widths thick, and are warned of below the printer's usual least wall; overhangs are warnings,
    as they can be printed with supports.

    Args:
        file: its path, or its bytes. The kind is told from the content, not from the name.
        printer: the printer to fit.

    Raises:
        BadFile: it cannot be read safely.
        OSError: there is no such file.
    """
    name = "file" if isinstance(file, bytes) else file.stem
    if isinstance(file, bytes):
        data = file
    else:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    things = read_3mf(data) if data.startswith(b"PK") else [(name, read_stl(data))]
    source = "" if isinstance(file, bytes) else file.name
    return Report(tuple(_check(each, mesh, printer) for each, mesh in things), source=source)


def crosses_itself(surface: Surface) -> bool:
    """Whether a closed surface passes through itself, or one body through another.

    Rays along z and along x, 48 by 48 each, count how often they go in and out; where they are in
    twice, or out before they were in, the surface crosses. Crossings smaller than the grid, a
    48th of the size, can be missed; three rays must agree, as a ray through an edge can miscount.
    """
    return any(_miscounts(surface, axis) >= 3 for axis in (2, 0))


def _check(name: str, mesh: Mesh, printer: PrinterProfile) -> PartReport:
    low, high = mesh.bounds
    middle = (low + high) / 2.0
    surface = Surface(mesh.placed(move(-middle[0], -middle[1], -low[2])))
    report = check_surface(
        name, surface, printer, least_wall_mm=2.0 * printer.nozzle_mm, overhang="warning"
    )
    more = []
    wall = report.facts.get("least_wall_mm")
    usual = printer.minimum_wall_mm
    if isinstance(wall, float) and 2.0 * printer.nozzle_mm <= wall < usual:
        says = f"A wall is {wall:.2f} mm thick; {usual:.2f} mm are usual for parts that are worn."
        more.append(Finding("walls", "warning", name, says, wall, usual, "mm"))
    if surface.is_closed and mesh.volume > 0.0 and crosses_itself(surface):
        more.append(Finding("crossing", "error", name, "The surface passes through itself."))
    if float(np.ptp(mesh.bounds, axis=0).max()) < 3.0:
        says = "It is under 3 mm in size: was it drawn in inches, centimetres or metres?"
        more.append(Finding("size", "warning", name, says))
    return PartReport(report.part, report.facts, report.holes, (*report.findings, *more))


def _miscounts(surface: Surface, axis: int) -> int:
    mesh = surface.mesh
    low, high = mesh.bounds
    # Not at round fractions, where vertices like to be.
    share = (np.arange(48) + 0.4142) / 48.0
    others = [i for i in range(3) if i != axis]
    u, v = np.meshgrid(*(low[i] + share * (high[i] - low[i]) for i in others))
    at: Array = np.empty((u.size, 3))
    at[:, others[0]], at[:, others[1]], at[:, axis] = u.ravel(), v.ravel(), low[axis] - 1.0
    way = np.zeros(3)
    way[axis] = 1.0
    inside = np.zeros(len(at), dtype=np.int64)
    odd = np.zeros(len(at), dtype=np.bool_)
    left: Ints = np.arange(len(at))
    for _ in range(200):
        far, hit = surface.rays.cast(at[left], np.broadcast_to(way, (len(left), 3)))
        met = hit >= 0
        left, far, hit = left[met], far[met], hit[met]
        if not len(left):
            break
        inside[left] += np.where(mesh.normals[hit, axis] < 0.0, 1, -1)
        odd[left] |= (inside[left] > 1) | (inside[left] < 0)
        at[left, axis] += far + 2e-4
    return int(odd.sum())


def _binary(data: bytes, count: int) -> Mesh:
    _count_triangles(count)
    corners = np.frombuffer(data, dtype=_RECORD, offset=84)["corners"]
    return mesh_from(corners.reshape(-1, 3).astype(np.float64), np.arange(3 * count).reshape(-1, 3))


def _text(data: bytes) -> Mesh:
    try:
        text = data.decode("ascii").lower()
    except UnicodeDecodeError:
        _refuse_text("it has characters that are not ASCII")
    _, _, rest = text.partition("\n")
    body, end, after = rest.rpartition("endsolid")
    if not end or "\n" in after.strip():
        _refuse_text("it has no end, or something after it")
    if _ODD_NUMBER.search(body):
        _refuse_text("it has signs that belong to no number")
    words = body.split()
    if len(words) % 21:
        _refuse_text("a triangle is incomplete, or there is more than one solid")
    count = len(words) // 21
    _count_triangles(count)
    for place, word in _FACET:
        if words[place::21] != [word] * count:
            _refuse_text(f"“{word}” is missing somewhere")
    corners = np.empty((count, 9))
    try:
        for place in _NORMAL:
            list(map(float, words[place::21]))
        for column, place in enumerate(_NUMBERS):
            corners[:, column] = list(map(float, words[place::21]))
    except ValueError:
        _refuse_text("a word stands where a number should")
    return mesh_from(corners.reshape(-1, 3), np.arange(3 * count).reshape(-1, 3))


def _refuse_text(why: str) -> NoReturn:
    raise BadFile("stl-text", f"This is no well-formed text STL: {why}.")


def _count_triangles(count: int) -> None:
    if count == 0:
        raise BadFile("no-triangles", "The file holds no triangles.")
    if count > MOST_TRIANGLES:
        raise BadFile(
            "too-many-triangles", f"The file holds more than {MOST_TRIANGLES:,} triangles."
        )
