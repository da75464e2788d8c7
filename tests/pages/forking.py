"""A fork with a version and a certificate, for the tests of pages."""

from __future__ import annotations

from typing import Any, Final

from registry import clock
from registry.adaptations.model import Certificate
from tests.api.folk import Folk, Who

SLUG: Final = "tall_bottle_clamp"

DOCUMENT: Final[dict[str, Any]] = {
    "sampled": "settings",
    "proved": 195,
    "excluded": 4,
    "failed": 1,
    "exclusions": [{"reason": "drink weight over 900 g", "people": 4, "example": "", "says": ""}],
    "failures": [{"person": "", "check": "wall", "part": "", "says": "A wall is 0.9 mm thin."}],
    "not_checked": ["How a printer really prints."],
}


def forked(folk: Folk, who: Who) -> str:
    """Somebody forks the clamp for tall bottles and releases a version; returns its slug."""
    parent = who.get("/designs/tube_clamp").json()["version"]
    ask = {
        "slug": SLUG,
        "version": parent,
        "title": "Tube clamp for tall bottles",
        "why": "Our bottles stand 20 cm high.",
        "authors": ["Team Bottle"],
        "parameters": {"cup_height": {"low": 150, "default": 200}},
    }
    who.post("/designs/tube_clamp/forks", ask).raise_for_status()
    made = who.post(f"/designs/{SLUG}/versions", {"notes": "The first one."})
    made.raise_for_status()
    with folk.sessions.begin() as session:
        row = session.get_one(Certificate, (SLUG, made.json()["version"]))
        row.state, row.document, row.finished_at = "not_proved", DOCUMENT, clock.now()
    return f"{SLUG}/versions/{made.json()['version']}"


def proved_fork_in_world(world: Any) -> str:
    """The path of a version that was proved, of a fork of Anna's; made once."""
    if "fork" not in world.more:
        world.more["fork"] = forked(world.folk, world.anna)
    return f"/designs/{world.more['fork']}"


def worded_fork_in_world(world: Any) -> str:
    """The path of a version of a fork of Anna's that changes words alone, not proved yet."""
    if "worded fork" not in world.more:
        ask = {
            "slug": "clamp_in_our_words",
            "title": "Tube clamp in our words",
            "why": "We call things by other names.",
            "parameters": {"cup_height": {"label": "Bottle height"}},
        }
        world.anna.post("/designs/tube_clamp/forks", ask).raise_for_status()
        made = world.anna.post("/designs/clamp_in_our_words/versions", {})
        made.raise_for_status()
        world.more["worded fork"] = f"clamp_in_our_words/versions/{made.json()['version']}"
    return f"/designs/{world.more['worded fork']}"
