"""Every router."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.routes import designs, fits, health, people, teams

ROUTERS: Final[tuple[APIRouter, ...]] = (
    designs.router,
    fits.router,
    health.router,
    people.router,
    teams.router,
)
