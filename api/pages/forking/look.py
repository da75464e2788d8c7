"""What a draft looks like in the sample sizes: for its makers alone."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.deps import Models
from api.pages import compare
from api.pages.compare import Shape
from api.pages.forking.here import Drafting, Mine
from api.transaction import Transaction
from registry.errors import NotFound

router = APIRouter(include_in_schema=False, route_class=Transaction)


@router.get("/designs/{slug}/draft/model.glb")
def model(request: Request, here: Drafting, models: Models) -> Response:
    """Give the draft's model."""
    return compare.model_of(request, models, shape(here))


@router.get("/designs/{slug}/draft/picture.png")
def picture(request: Request, here: Drafting, models: Models) -> Response:
    """Give a still picture of the draft."""
    return compare.picture_of(request, models, shape(here))


def shape(here: Mine) -> Shape:
    """Return the draft as a shape to look at.

    Raises:
        NotFound: what it grows out of is not here any more.
    """
    if here.source is None or here.design is None:
        raise NotFound("draft that can be made")
    return Shape(here.source, here.design, here.root)
