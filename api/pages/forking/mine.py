"""Adaptations of one's own, and of one's teams."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.deps import Db
from api.pages.render import page
from api.pages.visitor import Me
from api.transaction import Transaction
from registry.adaptations import queries, teams

router = APIRouter(include_in_schema=False, route_class=Transaction)

MOST: Final = 100


@router.get("/me/designs")
def mine(request: Request, me: Me, db: Db) -> Response:
    """List them, the latest changed first, each with its newest version."""
    forks = queries.forks_of(db, me, MOST)
    newest = queries.latest_of(db, [fork.slug for fork in forks])
    return page(
        request,
        "forking/mine.html.j2",
        forks=[(fork, newest.get(fork.slug)) for fork in forks],
        teams={team.id: team for team, _ in teams.mine(db, me)},
    )
