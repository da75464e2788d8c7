"""Fits: from measurements to files."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response, Security
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from api import designs, fits, listing
from api.deps import Config, Db, Files, anybody, limited
from api.etags import etag, unchanged
from api.problems import HttpError
from api.schemas.fits import FitFileOut, FitIn, FitOut, FitReportOut, ProgressOut
from api.storage import Storage
from api.transaction import Transaction
from registry.actor import Actor
from registry.errors import Conflict, NotFound
from registry.fits import queries, usecases
from registry.fits.model import Fit, FitFile
from registry.limits import Limit
from registry.recalls.queries import recalled

router = APIRouter(prefix="/api/v1", tags=["fits"], route_class=Transaction)

Asker = Annotated[Actor, Security(anybody, scopes=["fits"])]

FITS_FROM_ONE_ADDRESS = Limit("fits from one address", 60, 600)
FITS_OF_ONE_ACCOUNT = Limit("fits of one account", 240, 600)

NOT_FOUND = {"description": "There is no such fit, or it is not yours to see."}


@router.post(
    "/fits",
    status_code=202,
    summary="Make a design to measure",
    response_model=FitOut,
    responses={
        200: {"description": "You asked the same before: here it is.", "model": FitOut},
        422: {"description": "Something that was entered cannot be used; all of it is named."},
        429: {"description": "That was too often. Retry-After says when it is fine again."},
        503: {"description": "Too many fits are waiting. Retry-After says when to come back."},
    },
)
def ask(asked: FitIn, asker: Asker, db: Db, config: Config, request: Request) -> Response:
    """Check what was entered and put it into the queue. `Location` is the place to look.

    No account is needed: whoever knows the address of such a fit sees it, for a day.
    """
    count_one(request, asker)
    fit = fits.ask(
        db,
        config,
        person_id=usecases.whose(db, asker, asked.person_id),
        asked_by=asker.person_id,
        design=asked.design,
        version=asked.version,
        entries=asked.entries,
        printer=asked.printer,
        formats=asked.formats,
    )
    is_done = fit.state == "done"
    headers = (
        {"Location": f"/api/v1/fits/{fit.id}"}
        if is_done
        else {
            "Location": f"/api/v1/fits/{fit.id}",
            "Retry-After": "1",
        }
    )
    return JSONResponse(
        told(db, fit).model_dump(mode="json"), 200 if is_done else 202, headers=headers
    )


@router.get(
    "/fits/{fit_id}",
    summary="How far a fit is, and what came of it",
    response_model=FitOut,
    responses={304: {"description": "As you saw it (If-None-Match)."}, 404: NOT_FOUND},
)
def show(fit_id: UUID, asker: Asker, db: Db, request: Request) -> Response:
    """Tell state, progress by part, whether it is proved, warnings and files."""
    fit = queries.find(db, asker, fit_id)
    tag = etag(fit.id, fit.state, fit.progress, fit.started_at, fit.finished_at)
    seen = unchanged(request, tag)
    if seen is not None:
        return seen
    if fit.report is not None:
        usecases.was_read(db, asker, fit, "fit")
    return JSONResponse(told(db, fit).model_dump(mode="json"), headers={"ETag": tag})


@router.get(
    "/fits/{fit_id}/files/{name:path}",
    summary="One file of a fit",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The file."},
        304: {"description": "As you have it (If-None-Match)."},
        404: NOT_FOUND,
        410: {"description": "It was recalled; the answer says why."},
        503: {"description": "The file cannot be had just now."},
    },
)
def download(  # noqa: PLR0917 (FastAPI gives them by name)
    fit_id: UUID, name: str, asker: Asker, db: Db, files: Files, request: Request
) -> Response:
    """Give a file of a fit. The person it is made for can see who else had it."""
    fit = queries.find(db, asker, fit_id)
    file = queries.file_of(db, fit_id, name)
    tag = etag(file.digest.hex())
    seen = unchanged(request, tag)
    if seen is not None:
        return seen
    content = content_of(files, file)
    usecases.was_read(db, asker, fit, "fit_file")
    return Response(
        content,
        media_type=file.media_type,
        headers={"ETag": tag, "Content-Disposition": attachment(file.name)},
    )


@router.delete(
    "/fits/{fit_id}",
    status_code=204,
    summary="Give up on a fit",
    responses={
        403: {"description": "It is not yours to cancel."},
        404: NOT_FOUND,
        409: {"description": "It is finished."},
    },
)
def cancel(fit_id: UUID, asker: Asker, db: Db) -> None:
    """Cancel a fit that waits or is being made."""
    usecases.cancel(db, asker, fit_id)


def count_one(request: Request, asker: Actor) -> None:
    """Count a fit that is asked for.

    Raises:
        TooMany: that was too often.
    """
    if asker.person_id is None:
        limited(request, FITS_FROM_ONE_ADDRESS)
    else:
        limited(request, FITS_OF_ONE_ACCOUNT, str(asker.person_id))


def content_of(files: Storage, file: FitFile) -> bytes:
    """Return what a file of a fit holds.

    Raises:
        HttpError: it cannot be had just now.
    """
    try:
        return files.get(file.digest)
    except FileNotFoundError:
        raise HttpError(
            503, "file_gone", "This file cannot be had just now.", "Ask for the fit anew."
        ) from None


UNPROVED = (
    "This adaptation is not proved yet: only this one device was checked, not the people it is for."
)


def told(db: Session, fit: Fit) -> FitOut:
    """Return a fit as whoever may know of it sees it."""
    report, problems = fit.report, fit.problems or {}
    files = queries.files_of(db, fit.id)
    gone = recalled(db, [file.digest for file in files])
    here = f"/api/v1/fits/{fit.id}"
    return FitOut(
        id=fit.id,
        design=fit.design,
        version=fit.design_version,
        formats=fit.formats,
        state=fit.state,  # type: ignore[arg-type]  # one of the states, as the model says
        progress=ProgressOut.model_validate(fit.progress),
        proved=fit.proved,
        report=FitReportOut.model_validate(report) if report is not None else None,
        warnings=[
            *_unproved(db, fit),
            *_unreviewed(db, fit),
            *(report["warnings"] if report is not None else []),
        ],
        problems=problems.get("problems", []),
        files=[
            FitFileOut(
                name=file.name,
                size=file.size,
                media_type=file.media_type,
                href=f"{here}/files/{quote(file.name)}",
                digest=file.digest.hex(),
                recalled=gone.get(file.digest),
            )
            for file in files
        ],
        created_at=fit.created_at,
        finished_at=fit.finished_at,
        expires_at=fit.expires_at,
    )


UNREVIEWED = (
    "This adaptation is worn or gripped, and no reviewer has looked at it yet. Ask somebody who "
    "knows such devices before anybody wears it."
)
NOT_SOUND = "A reviewer found that this adaptation is not sound: read the review before you use it."


def _unreviewed(db: Session, fit: Fit) -> list[str]:
    try:
        found = listing.listed(db, fit.design, fit.design_version)
    except NotFound:
        return []
    said = {"waiting": UNREVIEWED, "not_sound": NOT_SOUND}.get(found.reviewed)
    return [said] if said is not None else []


def _unproved(db: Session, fit: Fit) -> list[str]:
    """Say so where a fork has no certificate of its own: what holds for one may not for all."""
    if designs.is_librarys(fit.design):
        return []
    try:
        proved = listing.is_proved(db, fit.design, fit.design_version)
    except (NotFound, Conflict):
        proved = False
    return [] if proved else [UNPROVED]


def attachment(name: str) -> str:
    """Return a Content-Disposition with a name that is harmless everywhere."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name.rpartition("/")[2]).lstrip(".") or "file"
    return f'attachment; filename="{safe}"'
