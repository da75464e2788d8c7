"""Every router."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.routes import designs, health, people, teams

ROUTERS: Final[tuple[APIRouter, ...]] = (
    designs.router,
    health.router,
    people.router,
    teams.router,
)
