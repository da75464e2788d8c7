"""Files that makers upload for a job: checked, rebuilt, and linked to what they vary and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, Security, UploadFile
from pydantic import StringConstraints
from sqlalchemy.orm import Session

from api import designs
from api.deps import Db, Files, someone
from api.intake.reading import Rebuilt, rebuild, safe_name
from api.problems import HttpError
from api.schemas.jobs import VariantOut, VariantsOut, Version
from api.transaction import Transaction
from parametric.design import LoadClass
from registry.actor import Actor
from registry.errors import Conflict, NotFound
from registry.jobs import usecases
from registry.jobs.model import Variant
from registry.recalls.queries import recalled
from registry.requests.model import Request

router = APIRouter(prefix="/api/v1/jobs/{job_id}/variants", tags=["jobs"], route_class=Transaction)

Maker = Annotated[Actor, Security(someone, scopes=["jobs"])]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Part = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]

_MEDIA = {"stl": "model/stl", "3mf": "model/3mf"}


@router.post(
    "",
    status_code=201,
    summary="Upload a variant of a part",
    responses={
        400: {"description": "The upload was cut off, or is no form."},
        413: {"description": "Larger than 50 MB."},
        415: {"description": "Neither STL nor 3MF nor STEP, by its content."},
    },
)
def upload(
    *,
    job_id: UUID,
    me: Maker,
    db: Db,
    files: Files,
    file: Annotated[UploadFile, File(description="STL, 3MF or STEP, in mm; at most 50 MB.")],
    why: Annotated[Why, Form(description="Why you changed it.")],
    claim: Annotated[Version, Form()],
    of_part: Annotated[Part | None, Form(description="The part it varies.")] = None,
) -> VariantOut:
    """Upload a file that varies a part of what you make, and say why.

    It is read strictly, checked, and built anew from its triangles: nothing else of what you sent
    is kept. Slicer settings and pictures in a 3MF are left out; a STEP file becomes 3MF.
    """
    job, request = usecases.may_upload(db, me, job_id, claim)
    printer = usecases.printer_of(db, job, request)
    rebuilt = rebuild(file.file.read(), printer, file.filename or "")
    _refuse_by_class(db, request, rebuilt)
    variant = usecases.add_variant(
        db,
        me,
        job_id,
        claim,
        of_part=of_part,
        why=why,
        kind=rebuilt.kind,
        name=safe_name(file.filename, rebuilt.suffix),
        findings=rebuilt.findings,
        rebuilt_digest=files.put(db, rebuilt.data),
    )
    return _variant(variant, {})


@router.get("", summary="A job's variants")
def variants(job_id: UUID, me: Maker, db: Db) -> VariantsOut:
    """List the variants of a job, newest first: for its maker and for the person."""
    found = usecases.variants(db, me, job_id)
    gone = recalled(db, [each.rebuilt_digest for each in found])
    return VariantsOut(variants=[_variant(each, gone) for each in found])


@router.get(
    "/{variant_id}/file",
    summary="Download a variant",
    response_class=Response,
    responses={
        200: {"content": {"model/stl": {}, "model/3mf": {}}},
        410: {"description": "It was recalled; the answer says why."},
    },
)
def download(job_id: UUID, variant_id: UUID, me: Maker, db: Db, files: Files) -> Response:
    """Download the rebuilt file: for the job's maker and for the person."""
    variant = usecases.read_variant(db, me, job_id, variant_id)
    suffix = "stl" if variant.kind == "stl" else "3mf"
    return Response(
        files.get(variant.rebuilt_digest or b""),
        media_type=_MEDIA[suffix],
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(variant.name, safe='')}"
        },
    )


def _refuse_by_class(db: Session, request: Request, rebuilt: Rebuilt) -> None:
    """Refuse what the checks find wrong, where a broken part could hurt somebody."""
    errors = [
        finding["says"]
        for part in rebuilt.findings.get("parts", ())
        for finding in part["findings"]
        if finding["severity"] == "error"
    ]
    if errors and _load_class(db, request) is not LoadClass.GREEN:
        raise HttpError(
            422,
            "not_sound",
            " ".join(errors[:3]),
            "This device is worn or gripped: a part of it that is not sound is not kept.",
        )


def _load_class(db: Session, request: Request) -> LoadClass:
    # A part of who knows what carries nothing that we know of.
    if request.design is None:
        return LoadClass.GREEN
    try:
        return designs.find(db, request.design, request.design_version).load_class
    except (NotFound, Conflict):
        return LoadClass.GREEN


def _variant(variant: Variant, gone: Mapping[bytes, str]) -> VariantOut:
    digest = variant.rebuilt_digest or b""
    return VariantOut.model_validate(
        {
            **{name: getattr(variant, name) for name in _SAME},
            "file": f"/api/v1/jobs/{variant.job_id}/variants/{variant.id}/file",
            "digest": digest.hex(),
            "recalled": gone.get(digest),
        }
    )


_SAME = tuple(set(VariantOut.model_fields) - {"file", "digest", "recalled"})
