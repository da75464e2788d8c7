"""Every router. A route names its scope and who may ask; see `tests/api/permissions`."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.routes import health

ROUTERS: Final[tuple[APIRouter, ...]] = (health.router,)
