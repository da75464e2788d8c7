"""An offered change between two forks, for the tests of pages."""

from __future__ import annotations

from typing import Any, Final

from tests.api.folk import Who

TALL: Final = "tall_bottle_clamp"
TALLER: Final = "taller_bottle_clamp"

WHY: Final = "Our bottles tipped over. Now they stand."


def released(who: Who, slug: str, of: str, title: str, **said: Any) -> None:
    """Somebody forks a design and releases a version of it."""
    ask = {"slug": slug, "title": title, "why": "We need it so.", **said}
    who.post(f"/designs/{of}/forks", ask).raise_for_status()
    who.post(f"/designs/{slug}/versions", {}).raise_for_status()


def two_forks(keeper: Who, offerer: Who) -> None:
    """One adapts a design of the library, the other one adapts that."""
    cup = {"cup_height": {"low": 150, "high": 240, "default": 200}}
    released(keeper, TALL, "tube_clamp", "Tall clamp", authors=["Ada"], parameters=cup)
    better = {"cup_height": {"default": 210}, "tube_diameter": {"default": 25}}
    flask = {"flask": {"label": "Flask", "values": {"cup_height": 180}}}
    said = {"authors": ["Bo", "Cy"], "parameters": better, "presets": flask}
    released(offerer, TALLER, TALL, "Taller clamp", **said)


def offered(who: Who, slug: str = TALLER) -> str:
    """Somebody offers the first version of their fork; returns the path of the offer."""
    made = who.post(f"/designs/{slug}/offers", {"version": "0.1.0", "why": WHY})
    made.raise_for_status()
    return f"/offers/{made.json()['id']}"


def fork_to_offer_in_world(world: Any) -> str:
    """The slug of a fork of Ben's, of one of Anna's, that is not on offer; made once."""
    if "to offer" not in world.more:
        cup = {"cup_height": {"default": 190}}
        released(world.anna, "annas_clamp", "tube_clamp", "Anna's clamp", parameters=cup)
        more = {"cup_height": {"default": 195}}
        released(world.ben, "bens_clamp", "annas_clamp", "Ben's clamp", parameters=more)
        world.more["to offer"] = "bens_clamp"
    return str(world.more["to offer"])


def offer_in_world(world: Any, state: str) -> str:
    """The path of an offer from Ben to a fork of Anna's that waits, or was taken; made once."""
    if state not in world.more:
        fork_to_offer_in_world(world)
        slug = f"bens_clamp_that_{state.replace(' ', '_')}"
        more = {"cup_height": {"default": 200 if state == "waits" else 210}}
        released(world.ben, slug, "annas_clamp", f"Ben's clamp that {state}", parameters=more)
        world.more[state] = offered(world.ben, slug)
        if state == "came in":
            said = {"answer": "taken", "words": "Well seen, thank you!"}
            world.anna.post(f"{world.more[state]}/answers", said).raise_for_status()
            world.anna.post("/designs/annas_clamp/versions", {}).raise_for_status()
    return str(world.more[state])


def library_offer_in_world(world: Any) -> str:
    """The path of an offer from Anna to the library; made once."""
    if "library offer" not in world.more:
        fork_to_offer_in_world(world)
        world.more["library offer"] = offered(world.anna, "annas_clamp")
    return str(world.more["library offer"])
