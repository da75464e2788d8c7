"""A team with a lead, a member, a design, a link and a token, for the tests of pages."""

from __future__ import annotations

from typing import Any, Final

from tests.api.folk import Who

NAME: Final = "Team Bottle"


def team_of(lead: Who, *members: Who) -> str:
    """The address of a new team, on pages and, after the API's own beginning, there."""
    made = lead.post("/teams", {"name": NAME, "event": "HackOnWheels"})
    made.raise_for_status()
    root = f"/teams/{made.json()['id']}"
    if members:
        secret = invitation_of(lead, root)
        for each in members:
            each.post("/teams/joins", {"secret": secret}).raise_for_status()
    return root


def invitation_of(lead: Who, root: str) -> str:
    """The secret of a new invitation to a team."""
    made = lead.post(f"{root}/invitations")
    made.raise_for_status()
    return str(made.json()["secret"])


def fork_of(who: Who, root: str, slug: str = "our_clamp") -> str:
    """The name of a draft that is a team's."""
    ask = {
        "slug": slug,
        "title": "Our clamp",
        "why": "Our bottles stand 20 cm high.",
        "team_id": root.rpartition("/")[2],
    }
    who.post("/designs/tube_clamp/forks", ask).raise_for_status()
    return slug


def team_in_world(world: Any) -> str:
    """The address of a team that Anna leads and Ben is in; made once."""
    if "team" not in world.more:
        root = team_of(world.anna, world.ben)
        world.anna.post(f"{root}/tokens", {"name": "our laptop"}).raise_for_status()
        fork_of(world.anna, root)
        world.more["team"] = root
        world.more["team link"] = invitation_of(world.anna, root)
    return str(world.more["team"])


def link_in_world(world: Any) -> str:
    """The address of the link to that team."""
    team_in_world(world)
    return f"/teams/join?with={world.more['team link']}"
