"""A palm-like part in our nodes, and in OpenSCAD with its Manifold backend.

    npm ci --prefix bench/openscad && python -m bench.openscad

The part (bench/openscad/palm.scad): two lofts, four knuckles, eight holes. Both are told the same
tolerance: OpenSCAD gets as many points around and as many rings as ours needs for it. Volumes are
compared in the run. Two times of each are set against each other: geometry (ours: evaluating the
nodes, nothing remembered; OpenSCAD: the "Total rendering time" that it states itself, without
start-up, parsing and export), and all from the description to an STL (OpenSCAD: its whole call
inside of a running node). Its build for node is WebAssembly on one thread; what a native one would
do is not measured.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import ROOT, Row, best, main, one_core, seconds

_FOLDER = ROOT / "bench" / "openscad"
_TIMES = 9
_SAME_VOLUME = 0.005

SHELL = (
    (0.0, 44.0, 20.0, 18.0, 2.6),
    (15.0, 44.6, 20.6, 18.4, 2.6),
    (30.0, 45.0, 20.8, 18.6, 2.7),
    (50.0, 44.4, 19.6, 17.6, 2.8),
    (70.0, 42.4, 16.0, 14.8, 3.0),
    (85.0, 40.6, 12.4, 11.8, 3.2),
    (95.0, 40.0, 11.0, 10.6, 3.2),
)
CAVITY = (
    (-1.0, 41.4, 17.4, 15.4, 2.6),
    (15.0, 42.0, 18.0, 15.8, 2.6),
    (30.0, 42.4, 18.2, 16.0, 2.7),
    (45.0, 40.6, 15.0, 13.4, 2.7),
    (58.0, 33.0, 6.0, 5.4, 2.6),
)
KNUCKLES = (-30.0, -10.0, 10.0, 30.0)


def rows() -> list[Row]:
    """Make the part both ways and compare."""
    one_core()
    import numpy as np

    from parametric.export.stl import stl_bytes
    from parametric.place import Y, move, turn
    from parametric.solid import (
        Cylinder,
        Loft,
        Section,
        Solid,
        difference,
        placed,
        union,
    )
    from parametric.solid.curves import fine_circle_segments
    from parametric.solid.mesh import TOLERANCE_MM, Mesh, evaluate, mesh_of
    from parametric.solid.stations import loft_rings

    def loft(rows: tuple[tuple[float, float, float, float, float], ...]) -> Loft:
        return Loft(
            tuple(Section(z, x, up, down, power=p) for z, x, up, down, p in rows), ruled=True
        )

    def across(radius: float, width: float, x: float) -> Solid:
        return placed(Cylinder(radius, width), turn(Y, 90.0).then(move(x, 0.0, 97.0)))

    def palm() -> Solid:
        return difference(
            union(loft(SHELL), *(across(9.0, 14.0, x) for x in KNUCKLES)),
            loft(CAVITY),
            *(across(1.6, 16.0, x) for x in KNUCKLES),
            *(placed(Cylinder(0.8, 70.0), move(x, 6.0, 70.0)) for x in KNUCKLES),
        )

    def made() -> tuple[Mesh, bytes]:
        mesh = mesh_of(palm())
        return mesh, stl_bytes(mesh, "palm")

    made()
    geometry, _ = best(lambda: evaluate(palm()), 3 * _TIMES)
    ours, (mesh, _) = best(made, 3 * _TIMES)

    values = {
        "knuckle_segments": fine_circle_segments(9.0, TOLERANCE_MM),
        "pin_segments": fine_circle_segments(1.6, TOLERANCE_MM),
        "cord_segments": fine_circle_segments(0.8, TOLERANCE_MM),
    }
    lists = {}
    for name, given in (("shell", SHELL), ("cavity", CAVITY)):
        rings = loft_rings(loft(given), TOLERANCE_MM)
        values[f"{name}_around"] = rings.shape[1]
        lists[f"{name}_heights"] = np.round(rings[:, 0, 2], 6).tolist()
    stated, called, stl = _openscad({**values, **lists})
    theirs = np.frombuffer(
        stl[84:], dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("more", "<u2")]
    )["corners"].astype(np.float64)
    volume = float(
        np.einsum("ij,ij->i", theirs[:, 0], np.cross(theirs[:, 1], theirs[:, 2])).sum() / 6.0
    )
    apart = volume / mesh.volume - 1.0
    return [
        Row(
            "palm-like part, geometry",
            f"{seconds(geometry)}, {len(mesh.triangles)} triangles",
            f"OpenSCAD (Manifold) {seconds(stated)}, {len(theirs)} triangles",
            stated / geometry,
            ">= 5",
            stated >= 5.0 * geometry,
        ),
        Row(
            "palm-like part, from description to STL",
            seconds(ours),
            f"OpenSCAD (Manifold) {seconds(called)}",
            called / ours,
            ">= 5",
            called >= 5.0 * ours,
        ),
        Row(
            "the same volume",
            f"{mesh.volume:.0f} mm3",
            f"OpenSCAD {volume:.0f} mm3 ({apart:+.2%})",
            target="within 0.5 %",
            holds=abs(apart) <= _SAME_VOLUME,
        ),
    ]


def _openscad(values: dict[str, object]) -> tuple[float, float, bytes]:
    """Return OpenSCAD's own rendering time and that of its whole call (s), and the STL."""
    if not (_FOLDER / "node_modules").is_dir():
        command = ["npm", "ci", "--no-audit", "--no-fund", "--prefix", str(_FOLDER)]
        subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603 (nothing from outside)
    with tempfile.TemporaryDirectory(prefix="bench-openscad-") as folder:
        out = Path(folder) / "palm.stl"
        command = ["node", "render.mjs", "palm.scad", str(out), str(_TIMES)]
        command += [f"{name}={json.dumps(value)}" for name, value in values.items()]
        run = subprocess.run(  # noqa: S603 (nothing from outside)
            command, cwd=_FOLDER, check=True, capture_output=True, text=True
        )
        answer = json.loads(run.stdout)
        stl = out.read_bytes()
    stated = []
    for line in answer["said"]:
        found = re.search(r"Total rendering time: (\d+):(\d+):([\d.]+)", line)
        if found:
            hours, minutes, rest = found.groups()
            stated.append(3600.0 * int(hours) + 60.0 * int(minutes) + float(rest))
    return min(stated), min(answer["milliseconds"]) / 1000.0, stl


if __name__ == "__main__":
    sys.exit(main(rows, __doc__))
