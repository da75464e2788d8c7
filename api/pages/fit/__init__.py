"""Fitting: from one measurement a page to a device to look at, and its files."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.pages.fit import device, kit, measure, sheet

ROUTERS: Final[tuple[APIRouter, ...]] = (
    measure.router,
    device.router,
    kit.router,
    sheet.router,
)
