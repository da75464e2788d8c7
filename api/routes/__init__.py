"""Every router."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.routes import (
    coproduction,
    decisions,
    designs,
    fits,
    health,
    jobs,
    makers,
    matches,
    me,
    offers,
    outcomes,
    people,
    previews,
    recalls,
    reports,
    requests,
    reviews,
    stewards,
    teams,
    variants,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    people.router,
    me.router,
    designs.router,
    offers.router,
    teams.router,
    fits.router,
    previews.router,
    requests.router,
    decisions.router,
    coproduction.router,
    outcomes.router,
    makers.router,
    matches.router,
    jobs.router,
    variants.router,
    stewards.router,
    recalls.router,
    reports.router,
    reviews.router,
)
