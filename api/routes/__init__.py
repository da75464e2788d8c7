"""Every router."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.routes import designs, fits, health, people

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    people.router,
    designs.router,
    fits.router,
)
