"""Fitting: from one measurement a page to a device to look at, and its files."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages.fit import device, kit, measure, sheet

router = APIRouter(include_in_schema=False)
for each in (measure.router, device.router, kit.router, sheet.router):
    router.include_router(each)
