"""Previews: what a device would be, while somebody waits. Nothing of it is stored."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response, Security

from api import fits
from api.deps import Db, Models, anybody, limited
from api.previews import Preview
from api.schemas.previews import PreviewIn, PreviewOut
from api.transaction import Transaction
from registry.actor import Actor
from registry.limits import Limit

router = APIRouter(prefix="/api/v1", tags=["fits"], route_class=Transaction)

Asker = Annotated[Actor, Security(anybody, scopes=["fits"])]

PREVIEWS = Limit("previews from one address", 600, 600)

MODEL: Final = "model/gltf-binary"

MAY_COME: Final[dict[int | str, dict[str, Any]]] = {
    422: {"description": "Something that was entered cannot be used; all of it is named."},
    429: {"description": "That was too often. Retry-After says when it is fine again."},
    503: {"description": "Too many look just now, or none could be made in time."},
}


@router.post("/previews", summary="What a device would be", responses=MAY_COME)
def preview(
    asked: PreviewIn, _asker: Asker, db: Db, models: Models, request: Request
) -> PreviewOut:
    """Tell sizes, parts, what to buy, warnings, and which values were estimated.

    No account is needed, nothing is stored, and nothing was checked yet: that is what a fit does.
    """
    made, of = _made(asked, db, models, request)
    return PreviewOut.model_validate(
        {
            **of,
            **made.facts,
            "size_mm": made.size_mm,
            "parts": [
                {**part, "on_bed_mm": made.beds[part["name"]]} for part in made.facts["parts"]
            ],
        }
    )


@router.post(
    "/previews/model",
    summary="A model of what a device would be",
    response_class=Response,
    responses={200: {"content": {MODEL: {}}, "description": "The model (GLB)."}, **MAY_COME},
)
def model(asked: PreviewIn, _asker: Asker, db: Db, models: Models, request: Request) -> Response:
    """Give a model to turn round on a screen: coarser than the files of a fit."""
    made, _ = _made(asked, db, models, request)
    return Response(made.glb(), media_type=MODEL)


def _made(
    asked: PreviewIn, db: Db, models: Models, request: Request
) -> tuple[Preview, dict[str, str]]:
    limited(request, PREVIEWS)
    source, printer = fits.understood(
        db,
        design=asked.design,
        version=asked.version,
        entries=asked.entries,
        printer=asked.printer,
    )
    return models.make(source, asked.entries, printer), {
        "design": source.slug,
        "version": source.version,
    }
