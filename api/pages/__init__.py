"""The site that people use: one module for each journey.

Pages call the use cases and queries that the API calls, in the same transaction and with the same
views, so that no page shows what the API hides. Nothing here decides who may do what.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.pages import account, designs, everyone, find, helpers, me, my_data, safety
from api.pages.make import board, files, job, printers

ROUTERS: Final[tuple[APIRouter, ...]] = (
    account.router,
    designs.router,
    everyone.router,
    find.router,
    board.router,
    files.router,
    job.router,
    printers.router,
    helpers.router,
    me.router,
    my_data.router,
    safety.router,
)
