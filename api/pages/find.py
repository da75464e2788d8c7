"""Finding what helps: it begins with what somebody wants to do, and names no device."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.pages.render import page
from api.pages.visitor import Looking
from api.transaction import Transaction

router = APIRouter(include_in_schema=False, route_class=Transaction)


@router.get("/")
def first(request: Request, _who: Looking) -> Response:
    """Ask what somebody would like to be able to do."""
    return page(request, "find/first.html.j2")
