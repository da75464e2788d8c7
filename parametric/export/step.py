"""STEP for people who adapt designs in CAD: every part exactly, with its name and colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from parametric.assembly import Assembly

WHEN = "1970-01-01T00:00:00"
"""The time that every file says it was made: the same recipe gives the same bytes."""


def write_step(assembly: Assembly, path: Path, pose: Mapping[str, float] | None = None) -> None:
    """Write all parts of an assembly as one STEP AP214 file in mm.

    The exact kernel is imported here and takes seconds; call this in a process that can be killed.

    Args:
        assembly: what to write; every part is there once, whatever its quantity.
        path: the file, whose stem names the assembly.
        pose: angles in degrees by mate; at rest without.

    Raises:
        BadSolid: a part makes no shape, or the exact kernel could not make it.
        ValueError: the pose names a mate that does not exist, or an angle outside its range.
        OSError: the file cannot be written.
    """
    path.write_bytes(step_bytes(assembly, path.stem, pose))


def step_bytes(assembly: Assembly, name: str, pose: Mapping[str, float] | None = None) -> bytes:
    """Return what `write_step` writes, the assembly called `name`."""
    # Seconds and hundreds of megabytes, which only STEP needs.
    from parametric.solid.exact.step import Piece, step_text

    where = assembly.pose(pose or {})
    pieces = [Piece(p.name, p.colour, p.solid, where[p.name]) for p in assembly.parts]
    return canonical(step_text(name, pieces), name).encode("utf-8")


def canonical(text: str, name: str) -> str:
    """Return a STEP file of OCCT's without what changes from one writing to the next.

    That is the time, the count of files written before by the same process, and the order of the
    colours, which follows where in memory the shapes happened to lie.
    """
    quoted = name.replace("'", "''")
    text = re.sub(
        r"FILE_NAME\('[^']*','[^']*'", lambda _: f"FILE_NAME('{quoted}','{WHEN}'", text, count=1
    )
    uses = iter(range(1, text.count("NEXT_ASSEMBLY_USAGE_OCCURRENCE(") + 1))
    text = re.sub(
        r"NEXT_ASSEMBLY_USAGE_OCCURRENCE\('\d+'",
        lambda _: f"NEXT_ASSEMBLY_USAGE_OCCURRENCE('{next(uses)}'",
        text,
    )
    found = _STYLES.search(text)
    if found is None:
        return text
    start = found.start()
    end = text.index("ENDSEC;", start)
    return text[:start] + _in_order(text[start:end]) + text[end:]


_STYLES = re.compile(r"^#\d+ = MECHANICAL_DESIGN_GEOMETRIC_PRESENTATION", re.MULTILINE)
_ENTITY = re.compile(r"#(\d+) = (.*?);\n", re.DOTALL)
_NAMED = re.compile(r"#(\d+)")


def _in_order(styles: str) -> str:
    """Return the colour entities at a file's end, numbered in the order of what they colour."""
    entities = {int(number): body for number, body in _ENTITY.findall(styles)}
    # OCCT breaks lines by their length, which numbers change.
    bodies = {number: re.sub(r"\n\s*", "", body) for number, body in entities.items()}
    names = {n: [int(m) for m in _NAMED.findall(body)] for n, body in bodies.items()}
    used = {m for found in names.values() for m in found}
    roots = [n for n in bodies if n not in used]

    def coloured(number: int) -> list[int]:
        """Return the numbers of the shapes below an entity, which are outside of the styles."""
        below = [[m] if m not in bodies else coloured(m) for m in names[number]]
        return sorted(m for found in below for m in found)

    order: list[int] = []

    def visit(number: int) -> None:
        if number in bodies and number not in order:
            order.append(number)
            for m in names[number]:
                visit(m)

    for root in sorted(roots, key=coloured):
        visit(root)
    first = min(bodies)
    new = {number: first + i for i, number in enumerate(order)}
    return "".join(
        f"#{new[n]} = "
        + _NAMED.sub(lambda m: f"#{new.get(int(m[1]), int(m[1]))}", bodies[n])
        + ";\n"
        for n in order
    )
