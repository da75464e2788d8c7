"""The pages of teams, in their states."""

from __future__ import annotations

from typing import Any, Final

from tests.pages.row import Row
from tests.pages.teaming import link_in_world, team_in_world


def _ben_out(world: Any) -> str:
    return f"{team_in_world(world)}/members/{world.ben.id}/out"


def _anna_out(world: Any) -> str:
    return f"{team_in_world(world)}/members/{world.anna.id}/out"


ROWS: Final[tuple[Row, ...]] = (
    Row("/teams", who="mo", state="none yet"),
    Row("/teams", lambda w: team_in_world(w) and "/teams", "anna"),
    Row("/teams/{team_id}", team_in_world, "anna", "who leads it"),
    Row("/teams/{team_id}", team_in_world, "ben", "a member"),
    Row("/teams/{team_id}/name", lambda w: f"{team_in_world(w)}/name", "anna"),
    Row("/teams/{team_id}/members/{person_id}/out", _ben_out, "anna", "somebody else"),
    Row("/teams/{team_id}/members/{person_id}/out", _ben_out, "ben", "oneself"),
    Row("/teams/{team_id}/members/{person_id}/out", _anna_out, "anna", "the last lead"),
    Row("/teams/join", link_in_world, "mo"),
    Row("/teams/join", link_in_world, "ben", "who is in it"),
    Row("/teams/join", lambda _: "/teams/join?with=fci_old", "mo", "that ended", status=404),
)
