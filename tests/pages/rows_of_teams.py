"""The pages of teams, in their states."""

from __future__ import annotations

from typing import Final

from tests.pages.row import Row
from tests.pages.teaming import link_in_world, team_in_world

ROWS: Final[tuple[Row, ...]] = (
    Row("/teams", who="mo", state="none yet"),
    Row("/teams", lambda w: team_in_world(w) and "/teams", "anna"),
    Row("/teams/{team_id}", team_in_world, "anna", "who leads it"),
    Row("/teams/{team_id}", team_in_world, "ben", "a member"),
    Row("/teams/join", link_in_world, "mo"),
    Row("/teams/join", link_in_world, "ben", "who is in it"),
    Row("/teams/join", lambda _: "/teams/join?with=fci_old", "mo", "that ended", status=404),
)
