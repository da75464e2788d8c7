"""What the children of previews do: give shape to some parts of a device, again and again.

Each child keeps what it worked out, so that a changed measurement costs what it changes. Several
children share the parts of one device between them: which parts are whose follows from what all
of them are told, so that they need not talk. As with fits, a child knows nothing but
what it is asked, and what it says is data from somebody who is not trusted.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from api.jobs.shares import shares

# Everything heavy is loaded in the child: the parent only needs the name of `answer_all`.
if TYPE_CHECKING:
    from parametric.export.glb import Look
    from parametric.part import Part
    from parametric.solid.mesh import Memory

TOLERANCE_MM: Final = 0.2
"""How far a chord may stray in a preview: at arm's length nobody sees it."""

MOST_THINGS: Final = 3000
"""What a child remembers: the shapes of some five devices."""


@dataclass(frozen=True)
class Order:
    """What a preview shall show, and which share of it this child makes.

    Attributes:
        design: slug, version and more, see `api.designs.Source`.
        entries: measurements and choices, as they were entered.
        printer: fields of a profile.
        share: this child's number from 0, and how many children there are.
        costs_ms: how long each part took of late, the same for all children.
        colours: other colours ("#rrggbb") by the design's own.
        gives: ``facts`` only, ``shapes``, or a ``picture``.
    """

    design: tuple[str, str, dict[str, Any]]
    entries: Mapping[str, Any]
    printer: Mapping[str, Any]
    share: tuple[int, int]
    costs_ms: Mapping[str, float]
    colours: Mapping[str, str]
    gives: Literal["facts", "shapes", "picture"]


@dataclass(frozen=True)
class Life:
    """What a child is given for its whole life: see `api.jobs.kernel.Order`."""

    shelves: Sequence[str]
    seconds: int
    megabytes: int


def answer_all(life: Life, pipe: Connection) -> None:
    """Answer until the pipe is closed: the child's whole life."""
    from api.jobs import kernel

    kernel.begin(life.seconds, life.megabytes, someone_waits=True)
    from designs.discover import everything, look_in
    from parametric.solid.mesh import Memory

    for shelf in life.shelves:
        look_in(Path(shelf))
    # The library's designs are loaded before anybody waits for one.
    everything()
    # What is loaded now stays: garbage need not be looked for in it, again and again.
    gc.collect()
    gc.freeze()
    memory = Memory(MOST_THINGS)
    while True:
        try:
            order = Order(**json.loads(pipe.recv_bytes()))
        except (EOFError, OSError):
            return
        said, blobs = _answer(order, memory)
        pipe.send_bytes(json.dumps({**said, "megabytes": _megabytes()}).encode())
        for each in blobs:
            pipe.send_bytes(each)


def _answer(order: Order, memory: Memory) -> tuple[dict[str, Any], list[bytes]]:
    from parametric.problems import BadParameters
    from parametric.solid.value import BadSolid

    try:
        return _shown(order, memory)
    except BadParameters as error:
        return {"end": "refused", "problems": error.to_json()}, []
    except BadSolid:
        return {"end": "failed", "why": "shape"}, []
    # A design is other people's Python. What it raised may hold what somebody entered: only the
    # kind of mistake is told.
    except Exception as error:  # noqa: BLE001
        return {"end": "failed", "why": "mistake", "kind": type(error).__name__}, []


def _shown(order: Order, memory: Memory) -> tuple[dict[str, Any], list[bytes]]:
    from api.designs import Source, load
    from api.fitting import bought
    from parametric.clearance import PrinterProfile
    from parametric.export.glb import Look
    from parametric.export.normals import shaded
    from parametric.export.snapshot import snapshot
    from parametric.kit import make_part
    from parametric.resolve import resolve

    design = load(Source(*order.design))
    printer = resolve(PrinterProfile, order.printer).params
    resolved = resolve(design.parameters, order.entries)
    assembly = design.build(resolved.params, printer)
    facts = {
        "values": resolved.to_json(),
        "warnings": list(assembly.warnings),
        "parts": [_told(part) for part in assembly.parts],
        "bought": [dataclasses.asdict(item) for item in bought(assembly)],
    }
    if order.gives == "facts":
        return {"end": "done", "facts": facts, "looks": [], "blobs": 0}, []
    where = assembly.pose(assembly.poses.get("rest", {}))
    looks: list[dict[str, Any]] = []
    drawn: list[Look] = []
    took_ms: dict[str, float] = {}
    number, of = order.share
    own = shares((part.name for part in assembly.parts), of, order.costs_ms)[number]
    for part in assembly.parts:
        if part.name not in own:
            continue
        began = time.perf_counter()
        made = make_part(part, TOLERANCE_MM, memory)
        key = ("shaded", part.solid.digest, TOLERANCE_MM, part.print_turn)
        is_new = memory.find(key) is None
        on_bed = memory.recall(key, partial(shaded, made.mesh))
        if is_new:
            took_ms[part.name] = round(1000.0 * (time.perf_counter() - began), 1)
        colour = order.colours.get(part.colour, part.colour)
        at_rest = made.to_bed.inverse().then(where[part.name])
        drawn.append(Look(part.name, colour, on_bed.placed(at_rest)))
        looks.append({"name": part.name, "colour": colour, "on_bed_mm": _size(made.mesh)})
    if order.gives == "picture":
        return {"end": "done", "facts": facts, "looks": [], "blobs": 1}, [snapshot(drawn)]
    blobs = [blob for look in drawn for blob in _bytes(look)]
    said = {"end": "done", "facts": facts, "looks": looks, "took_ms": took_ms}
    return {**said, "blobs": len(blobs)}, blobs


def _bytes(look: Look) -> tuple[bytes, bytes, bytes]:
    return (
        look.shaded.vertices.astype("<f4").tobytes(),
        look.shaded.normals.astype("<f4").tobytes(),
        look.shaded.triangles.astype("<u4").tobytes(),
    )


def _told(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "label": part.label,
        "quantity": part.quantity,
        "material": part.advice.material,
        "colour": part.colour,
        "skin_contact": part.skin_contact,
    }


def _size(mesh: Any) -> list[float]:
    low, high = mesh.bounds
    return [round(float(each), 1) for each in high - low]


def _megabytes() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts in bytes.
    return int(most >> 20 if sys.platform == "darwin" else most >> 10)
