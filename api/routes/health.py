"""Whether it lives, whether it can work, and how much it did."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.metrics import counted
from api.problems import problem

router = APIRouter(tags=["service"])


@router.get("/healthz", summary="Does the process live?")
def healthz() -> dict[str, str]:
    """Answer without asking anything of anybody."""
    return {"status": "alive"}


@router.get("/readyz", summary="Can it work?", responses={503: {"description": "Not now."}})
def readyz(request: Request) -> Response:
    """Ask the database something."""
    try:
        with request.app.state.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return problem(503, "not_ready", "The database does not answer.", retry_after_s=5)
    return Response('{"status": "ready"}', media_type="application/json")


@router.get("/metrics", summary="Counts and times, for Prometheus", include_in_schema=False)
def metrics() -> Response:
    """Tell what was counted."""
    return Response(counted(), media_type=CONTENT_TYPE_LATEST)
