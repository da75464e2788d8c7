"""Every error as a problem document (RFC 9457), from one table."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.headers import ALWAYS
from parametric.problems import BadParameters
from registry.errors import (
    Conflict,
    Gone,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    RegistryError,
    TooBusy,
    TooMany,
)

STATUS: dict[type[RegistryError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    NotSignedIn: 401,
    Invalid: 422,
    Conflict: 409,
    Gone: 410,
    TooMany: 429,
    TooBusy: 503,
}
"""The one table from what happened to HTTP."""

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "What happened, as a plain sentence."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "A name that never changes."},
        "detail": {"type": "string", "description": "What to do about it."},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    name: {"type": "string"}
                    for name in ("field", "given", "says", "allowed", "advice")
                },
            },
        },
    },
}
"""What a problem document looks like, for the API's description."""

Told: TypeAlias = Callable[[Request, JSONResponse], Response]
"""Gives a problem document the form that who asked can read."""

_log = logging.getLogger(__name__)


class HttpError(RegistryError):
    """An error that only HTTP knows, with its status."""

    def __init__(self, status: int, code: str, says: str, advice: str = "") -> None:
        super().__init__(code, says, advice)
        self.status = status


def problem(status: int, code: str, says: str, advice: str = "", **more: Any) -> JSONResponse:
    """Return a problem document."""
    body = {"type": f"urn:fitcommons:problem:{code}", "title": says, "status": status, "code": code}
    if advice:
        body["detail"] = advice
    headers = {}
    retry = more.pop("retry_after_s", None)
    if retry is not None:
        headers["Retry-After"] = str(retry)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        {**body, **more}, status, headers=headers, media_type="application/problem+json"
    )


def answer(error: RegistryError) -> JSONResponse:
    """Return the problem document of an error of ours."""
    if isinstance(error, HttpError):
        return problem(error.status, error.code, error.says, error.advice)
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    more: dict[str, Any] = {}
    if isinstance(error, Invalid | Conflict) and error.problems:
        more["problems"] = [each.to_json() for each in error.problems]
    if isinstance(error, TooMany | TooBusy):
        more["retry_after_s"] = error.retry_after_s
    return problem(status, error.code, error.says, error.advice, **more)


def as_it_is(_request: Request, document: JSONResponse) -> Response:
    """Tell a problem as a document."""
    return document


def install(app: FastAPI, told: Told = as_it_is) -> None:
    """Let the app answer every error with a problem document, in the form that `told` gives it."""

    @app.exception_handler(RegistryError)
    async def _ours(request: Request, error: RegistryError) -> Response:
        return told(request, answer(error))

    @app.exception_handler(BadParameters)
    async def _parameters(request: Request, error: BadParameters) -> Response:
        says = "Some of what was entered cannot be used."
        problems = [each.to_json() for each in error.problems]
        return told(request, problem(422, "bad_measurements", says, problems=problems))

    @app.exception_handler(RequestValidationError)
    async def _form(request: Request, error: RequestValidationError) -> Response:
        problems = [
            {
                "field": ".".join(str(part) for part in each["loc"][1:]) or str(each["loc"][0]),
                "given": _short(each.get("input")),
                "says": each["msg"],
                "allowed": "",
                "advice": "",
            }
            for each in error.errors()
        ]
        says = "Some of what was sent cannot be used."
        return told(request, problem(422, "invalid", says, problems=problems))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        codes = {400: "broken_body", 404: "not_found", 405: "no_such_method"}
        found = problem(error.status_code, codes.get(error.status_code, "http"), str(error.detail))
        found.headers.update(error.headers or {})
        return told(request, found)

    @app.exception_handler(Exception)
    async def _mistake(request: Request, error: Exception) -> Response:
        # The path alone: a query or a body may hold what is nobody's business.
        _log.error("our mistake at %s %s", request.method, request.url.path, exc_info=error)
        says = "Something broke on our side."
        found = told(request, problem(500, "our_mistake", says, "Please try again."))
        # Starlette answers our mistakes outside of all middleware.
        for name, value in ALWAYS.items():
            found.headers.setdefault(name, value)
        return found


def _short(given: object) -> str:
    # Only what is plainly a value is repeated: passwords and whole bodies are not.
    return str(given)[:60] if isinstance(given, int | float | bool) else ""
