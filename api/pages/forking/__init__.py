"""Adapting a design on pages: from somebody else's version to one's own, as data."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.pages.forking import adapt, draft, look, mine, offers, parameters, presets, publish, trying

ROUTERS: Final[tuple[APIRouter, ...]] = (
    adapt.router,
    draft.router,
    look.router,
    mine.router,
    offers.router,
    parameters.router,
    presets.router,
    publish.router,
    trying.router,
)
