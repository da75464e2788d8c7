"""The site that people use: one module for each journey.

Pages call the use cases and queries that the API calls, in the same transaction and with the same
views, so that no page shows what the API hides. Nothing here decides who may do what.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.pages import (
    account,
    ask,
    ask_share,
    ask_tasks,
    compare,
    decisions,
    designs,
    everyone,
    find,
    fit,
    fit_check,
    forking,
    helpers,
    joining,
    makers,
    me,
    my_data,
    news,
    passwords,
    reports,
    requests,
    safety,
    says,
    stewards,
    talk,
    teams,
    versions,
)
from api.pages.make import board, files, job, printers

ROUTERS: Final[tuple[APIRouter, ...]] = (
    account.router,
    ask.router,
    ask_share.router,
    ask_tasks.router,
    compare.router,
    decisions.router,
    designs.router,
    everyone.router,
    find.router,
    *fit.ROUTERS,
    fit_check.router,
    *forking.ROUTERS,
    makers.router,
    requests.router,
    says.router,
    talk.router,
    board.router,
    files.router,
    job.router,
    printers.router,
    helpers.router,
    me.router,
    my_data.router,
    news.router,
    passwords.router,
    reports.router,
    safety.router,
    stewards.router,
    joining.router,
    teams.router,
    versions.router,
)
