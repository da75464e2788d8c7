"""What stewards look at, in a world that every page is looked at in."""

from __future__ import annotations

from typing import Any


def reported_in_world(world: Any) -> str:
    """The id of something that Anna reported; made once."""
    if "report" not in world.more:
        ask = {"kind": "design", "subject": "tube_clamp", "why": "unsafe", "said": "It opened."}
        world.more["report"] = world.anna.post("/reports", ask).json()["id"]
    return str(world.more["report"])


def recalled_in_world(world: Any) -> str:
    """The id of a recall; made once."""
    if "recall" not in world.more:
        ask = {"digest": "ab" * 32, "because": "breaks", "reason": "The wall is too thin."}
        world.more["recall"] = world.mo.post("/recalls", ask).json()["id"]
    return str(world.more["recall"])
