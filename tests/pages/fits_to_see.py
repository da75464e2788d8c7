"""Fits in every state, and answers in a browser, for looking at their pages."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from api.pages.fit.draft import Draft, seal
from registry import clock
from registry.files.model import StoredFile
from registry.fits.model import Fit, FitFile

if TYPE_CHECKING:
    from tests.pages.row import World

HAND: Final = {
    "side": "left",
    "hand_breadth": "78 mm",
    "palm_length": "?",
    "wrist_circumference": "150 mm",
    "forearm_circumference": "23 cm",
}
READY: Final = Draft(HAND)
SPARSE: Final = Draft(
    {"side": "left"}, first={"palm_length": "98 mm"}, apart={"hand_breadth": ("78 mm", "85 mm")}
)
TOGETHER: Final = Draft({**HAND, "forearm_circumference": "140 mm"})
REPORT: Final[dict[str, Any]] = {
    "title": "Wrist-driven hand",
    "load_class": "amber",
    "code": "K7MQ2XWD",
    "failures": [{"check": "wall", "part": "palm", "says": "A wall is 0.9 mm."}],
    "estimated": [],
    "checked": [],
    "not_checked": [],
    "warnings": ["The thumb is short."],
}
FILES: Final = ("stl/palm.stl", "plates/plate_1.3mf", "guide.pdf", "wrist_hand.glb", "bom.csv")


def answered(draft: Draft) -> Callable[[World], dict[str, str]]:
    """Return the cookies of somebody who answered this."""
    return lambda _: {"fit-wrist_hand": seal("wrist_hand", draft)}


def fit(state: str, **more: Any) -> Callable[[World], str]:
    """Return where a fit of nobody known is, in this state."""

    def address(world: World) -> str:
        known = world.more.setdefault("fits", {})
        key = (state, *sorted(more))
        if key not in known:
            known[key] = _made(world, state, **more)
        return f"/fits/{known[key]}?still=1"

    return address


def _made(world: World, state: str, **more: Any) -> str:
    with world.folk.sessions.begin() as session:
        row = Fit(
            design="wrist_hand",
            design_version="1.0.0",
            entries=HAND,
            printer={},
            formats=["stl"],
            state=state,
            known_by=os.urandom(32),
            expires_at=clock.now() + timedelta(hours=20),
            **more,
        )
        session.add(row)
        session.flush()
        for name in FILES if state == "done" else ():
            file = StoredFile(digest=os.urandom(32), size=2048, stored_at=clock.now())
            session.add(file)
            session.flush()
            session.add(
                FitFile(
                    fit_id=row.id,
                    name=name,
                    digest=file.digest,
                    size=file.size,
                    media_type="application/octet-stream",
                )
            )
        return str(row.id)
