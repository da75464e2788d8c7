"""Errors as pages for people with a browser; programs get problem documents (`api.problems`)."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from api.pages.render import go, page
from api.pages.visitor import SAFE

NOT_PAGES: Final = ("/api/", "/static/", "/healthz", "/readyz", "/metrics")
KNOWN: Final = frozenset({403, 404, 405, 409, 413, 422, 429, 500, 503})
"""Statuses that have words of their own."""


def told(request: Request, problem: JSONResponse) -> Response:
    """Return a problem in the form that who asked can read."""
    if not is_for_a_page(request):
        return problem
    if problem.status_code == 401:
        then = request.url.path if request.method in SAFE else "/"
        return go(f"/sign-in?next={quote(then)}")
    said: dict[str, Any] = json.loads(bytes(problem.body))
    status = problem.status_code if problem.status_code in KNOWN else 500
    if problem.status_code == 400:
        status = 422
    problems = said.get("problems", [])
    if said["title"] == " ".join(f"{each['field']}: {each['says']}" for each in problems):
        # It only says after one another what each of them says.
        said["title"] = ""
    answer = page(
        request,
        "common/problem.html.j2",
        status=problem.status_code,
        kind=status,
        said=said,
        problems=problems,
        # What our own mistakes and missing pages say of themselves helps nobody.
        is_told=status not in (404, 405, 500) and said["code"] != "http",
    )
    if "retry-after" in problem.headers:
        answer.headers["Retry-After"] = problem.headers["retry-after"]
    return answer


def is_for_a_page(request: Request) -> bool:
    """Whether somebody looks with a browser at what is not the API."""
    asks_for_html = "text/html" in request.headers.get("accept", "")
    return asks_for_html and not request.url.path.startswith(NOT_PAGES)
