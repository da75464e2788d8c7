"""What a child does that proves a design: it tells how far it is, and at last what came out.

As in `api.jobs.kernel`, it knows the design and nothing else: no database, no keys.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from api.jobs.kernel import begin


@dataclass(frozen=True)
class ProofOrder:
    """What a child is to prove. It travels to the child by pickle, from us to us.

    Attributes:
        design: slug, version and more, see `api.designs.Source`.
        shelves: folders in which designs are looked for.
        people: how many people (or settings) to prove it for.
        seconds: of arithmetic, after which the system ends it.
        megabytes: of address space, after which it gets no more.
    """

    design: tuple[str, str, dict[str, Any]]
    shelves: Sequence[str]
    people: int
    seconds: int
    megabytes: int


def prove(order: ProofOrder, pipe: Connection) -> None:
    """Prove a design: the child's whole life."""
    begin(order.seconds, order.megabytes)

    def tell(**said: Any) -> None:
        pipe.send_bytes(json.dumps(said, ensure_ascii=False).encode())

    try:
        tell(**_proved(order, lambda done, total: tell(progress={"done": done, "total": total})))
    # A design is other people's Python; what it does wrong must be told, not only printed.
    except Exception as error:  # noqa: BLE001
        tell(end="failed", why=type(error).__name__)
    pipe.close()


def _proved(order: ProofOrder, progress: Any) -> dict[str, Any]:
    from api.designs import Source, load
    from designs.discover import look_in
    from parametric import proof

    for shelf in order.shelves:
        look_in(Path(shelf))
    design = load(Source(*order.design))
    # One process: the worker's machine is also for people who wait for their fits.
    found = proof.prove(design, order.people, processes=1, progress=progress)
    return {"end": "done", "certificate": found.to_json(), "holds": found.holds}
