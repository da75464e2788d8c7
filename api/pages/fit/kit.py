"""The files of a fitted device: asked for, waited for, taken home. No account is needed."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final, TypeAlias
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api import designs, fits
from api.deps import Config, Db, Files
from api.fitting import FORMATS
from api.pages.fit import formats
from api.pages.fit.here import Fitting
from api.pages.forms import Form, Sent
from api.pages.render import go, page
from api.pages.visitor import Looking
from api.problems import HttpError
from api.routes.fits import attachment, content_of, count_one, told
from api.schemas.fits import FitFileOut
from api.transaction import Transaction
from registry import clock, crypto
from registry.actor import NOBODY, Actor
from registry.errors import NotFound
from registry.fits import queries, usecases
from registry.fits.model import FitFile

router = APIRouter(include_in_schema=False, route_class=Transaction)

OPENS_S: Final = 3600
"""How long a slicer may fetch a file without signing in."""

SLICERS: Final = {
    "OrcaSlicer": "orcaslicer://open?file={}",
    "Bambu Studio": "bambustudio://open?file={}",
    "UltiMaker Cura": "cura://open?file={}",
}
"""Programs that open an address; PrusaSlicer only takes those of three sites."""

_FIELD: Final = "pages.open"
_LONGEST_TOKEN: Final = 600
FitId: TypeAlias = UUID


@router.post("/designs/{slug}/fit/make")
def make(here: Fitting, db: Db, config: Config, sent: Sent) -> Response:
    """Ask for the files, as POST /api/v1/fits does, and lead on to where they will be."""
    form = Form.of(sent)
    if here.needed_left():
        return go(f"{here.root}/check")
    count_one(here.request, here.who.actor)
    fit = fits.ask(
        db,
        config,
        person_id=here.who.actor.person_id,
        asked_by=here.who.actor.person_id,
        design=here.design.slug,
        version=None,
        entries=dict(here.draft.answers),
        printer=form.given("printer") or None,
        formats=[each for each in form.all("formats") if each in FORMATS]
        or list(formats.usual(here.told.words.language)),
    )
    return go(f"/fits/{fit.id}")


@router.get("/fits/{fit_id}")
def show(fit_id: FitId, request: Request, who: Looking, db: Db, config: Config) -> Response:
    """Show how far it is, and the files when they are made."""
    fit = queries.find(db, who.actor, fit_id)
    if fit.report is not None:
        usecases.was_read(db, who.actor, fit, "fit")
    seen = told(db, fit)
    return page(
        request,
        "fit/kit_part.html.j2" if "X-Part" in request.headers else "fit/kit.html.j2",
        fit=seen,
        title=_title(db, seen.design),
        groups=_groups(seen.files),
        plates=[
            (file, plate_links(config.url, who.actor, fit_id, file.name))
            for file in seen.files
            if file.name.endswith(".3mf")
        ],
        is_still=request.query_params.get("still") == "1",
        is_waiting=seen.state in ("queued", "running"),
        whose_is_it=fit.person_id,
    )


@router.post("/fits/{fit_id}/cancel")
def cancel(fit_id: FitId, who: Looking, db: Db) -> Response:
    """Give up on it."""
    usecases.cancel(db, who.actor, fit_id)
    return go(f"/fits/{fit_id}")


@router.get("/fits/{fit_id}/files/{name:path}")
def one(fit_id: FitId, name: str, who: Looking, db: Db, files: Files) -> Response:
    """Give one file."""
    fit = queries.find(db, who.actor, fit_id)
    file = queries.file_of(db, fit_id, name)
    content = content_of(files, file)
    usecases.was_read(db, who.actor, fit, "fit_file")
    return _attached(content, file.media_type, file.name)


@router.get("/fits/{fit_id}/everything.zip")
def everything(fit_id: FitId, who: Looking, db: Db, files: Files) -> Response:
    """Give all files at once."""
    fit = queries.find(db, who.actor, fit_id)
    every = queries.files_of(db, fit_id)
    if not every:
        raise NotFound("file")
    packed = _packed(files, every)
    usecases.was_read(db, who.actor, fit, "fit_file")
    return _attached(packed, "application/zip", f"{fit.design}.zip")


@router.get("/open/{token}/{name}")
def opened(token: str, name: str, db: Db, files: Files) -> Response:
    """Give a file to a program that has no cookie: the address says for whom it asks.

    They must still be somebody who may have it: a maker who gave a job back has no address either.
    """
    actor, fit_id, path = _meant(token)
    try:
        fit = queries.find(db, actor, fit_id)
    except NotFound:
        raise NotFound("file") from None
    file = queries.file_of(db, fit_id, path)
    if PurePosixPath(path).name != name:
        raise NotFound("file")
    content = content_of(files, file)
    usecases.was_read(db, actor, fit, "fit_file")
    return _attached(content, file.media_type, file.name)


def open_address(url: str, actor: Actor, fit_id: UUID, name: str) -> str:
    """Return an address at which a program may fetch a file for an hour, as the actor might."""
    until = int(clock.now().timestamp()) + OPENS_S
    whose = None if actor.person_id is None else str(actor.person_id)
    said = json.dumps([whose, str(fit_id), name, until]).encode()
    token = base64.urlsafe_b64encode(crypto.ring().seal(said, _FIELD)).decode().rstrip("=")
    return f"{url}/open/{token}/{quote(PurePosixPath(name).name)}"


def _meant(token: str) -> tuple[Actor, UUID, str]:
    """Return for whom an address is, and which file of which fit it is about.

    Raises:
        NotFound: it is not one of ours.
        HttpError: it is too old.
    """
    try:
        padded = token[:_LONGEST_TOKEN] + "=" * (-len(token) % 4)
        sealed = base64.b64decode(padded, altchars=b"-_", validate=True)
        whose, fit_id, name, until = json.loads(crypto.ring().open(sealed, _FIELD))
        actor = NOBODY if whose is None else Actor(person_id=UUID(whose))
        found, last = UUID(fit_id), int(until)
    except (ValueError, TypeError):
        raise NotFound("file") from None
    if clock.now().timestamp() > last:
        raise HttpError(
            404, "too_old", "This address was for an hour.", "Load the page of the files again."
        )
    return actor, found, str(name)


def plate_links(url: str, actor: Actor, fit_id: UUID, name: str) -> list[tuple[str, str]]:
    """Return the links that open a plate in a program, each with the program's name."""
    address = quote(open_address(url, actor, fit_id, name), safe="")
    return [(program, link.format(address)) for program, link in SLICERS.items()]


def _groups(files: Sequence[FitFileOut]) -> list[tuple[str, list[FitFileOut]]]:
    """Return files by what they are for; those to print first."""
    kinds = {
        "print": ("3mf",),
        "guide": ("pdf", "html"),
        "parts": ("stl",),
        "look": ("glb", "png", "step"),
        "more": (),
    }
    found: dict[str, list[FitFileOut]] = {kind: [] for kind in kinds}
    for file in files:
        end = file.name.rpartition(".")[2]
        kind = next((kind for kind, ends in kinds.items() if end in ends), "more")
        found[kind].append(file)
    return [(kind, every) for kind, every in found.items() if every]


def _title(db: Session, slug: str) -> str:
    try:
        return designs.find(db, slug).title
    except (NotFound, HttpError):
        return slug


def _packed(files: Files, every: Sequence[FitFile]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for file in every:
            # The same files give the same bytes, whenever they are packed.
            packed.writestr(zipfile.ZipInfo(file.name), content_of(files, file))
    return out.getvalue()


def _attached(content: bytes, media_type: str, name: str) -> Response:
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": attachment(name)}
    )
