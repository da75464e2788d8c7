"""Every router."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.routes import health, jobs, makers, matches, people, variants

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    people.router,
    makers.router,
    matches.router,
    jobs.router,
    variants.router,
)
