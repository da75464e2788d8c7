"""Designs: what there is, and what each asks for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response, Security
from fastapi.responses import JSONResponse

from api import designs
from api.cards import card, parts_of
from api.deps import Db, anybody
from api.etags import etag, unchanged
from api.schemas.designs import DesignCardOut, DesignOut, InterfaceOut, ParameterOut
from api.transaction import Transaction
from parametric.design import Design
from parametric.params import describe
from registry.actor import Actor

router = APIRouter(prefix="/api/v1", tags=["designs"], route_class=Transaction)

Reader = Annotated[Actor, Security(anybody, scopes=["designs"])]
SlugInPath = Annotated[str, Path(max_length=80)]

AS_SEEN: dict[int | str, dict[str, Any]] = {304: {"description": "As you saw it (If-None-Match)."}}


@router.get(
    "/designs", summary="All designs", response_model=list[DesignCardOut], responses=AS_SEEN
)
def list_designs(_reader: Reader, request: Request) -> Response:
    """List the library's own designs by name."""
    found = [card(design) for design in designs.shelf()]
    tag = etag(found)
    return unchanged(request, tag) or JSONResponse(found, headers={"ETag": tag})


@router.get(
    "/designs/{slug}",
    summary="One design and what it asks for",
    response_model=DesignOut,
    responses={**AS_SEEN, 404: {"description": "There is no such design."}},
)
def show_design(slug: SlugInPath, _reader: Reader, db: Db, request: Request) -> Response:
    """Tell what to measure and how, which parts there are, and how careful to be with it."""
    page = _page(designs.find(db, slug)).model_dump(mode="json")
    tag = etag(page)
    return unchanged(request, tag) or JSONResponse(page, headers={"ETag": tag})


def _page(design: Design) -> DesignOut:
    return DesignOut(
        **card(design),
        about=design.about,
        versions=[design.version],
        parameters=[
            ParameterOut.model_validate(info.to_json()) for info in describe(design.parameters)
        ],
        parts=parts_of(design),  # type: ignore[arg-type]  # pydantic makes them of the mappings
        interfaces=[
            InterfaceOut.model_validate(each, from_attributes=True) for each in design.interfaces
        ],
        checked=list(design.checked),
        not_checked=list(design.not_checked),
    )
