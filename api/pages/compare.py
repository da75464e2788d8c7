"""Two versions side by side in the sample sizes: in 3D, as pictures, and in words."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from api import designs, samples
from api.deps import Db, Models, limited
from api.designs import Source, plain
from api.pages.designs import Slug
from api.pages.fit.questions import size_in_unit
from api.pages.visitor import Looking
from api.previews import Previews
from api.problems import HttpError
from api.routes.previews import MODEL, PREVIEWS
from api.transaction import Transaction
from parametric.design import Design
from parametric.problems import BadParameters
from parametric.resolve import resolve
from registry.errors import Conflict, NotFound, TooBusy, TooMany

router = APIRouter(include_in_schema=False, route_class=Transaction)

Version = Annotated[str, Path(max_length=20)]

KEPT: Final = {"Cache-Control": "public, max-age=3600"}
"""What a version looks like is nobody's secret, and changes only with the library's own code."""

_AWAY: Final = 1.8
"""How far away somebody looks from, in diagonals of what they look at: all of it is seen then."""

State: TypeAlias = Literal["same", "other", "cannot", "later"]


@dataclass(frozen=True)
class Shape:
    """One of two that are looked at.

    Attributes:
        source, design: what it is.
        address: of its ``model.glb`` and ``picture.png``, without their names.
    """

    source: Source
    design: Design
    address: str


@dataclass(frozen=True)
class Compared:
    """Two shapes as a page shows them.

    Attributes:
        state: ``same`` shape, ``other`` shape, ``cannot`` be made in the sample sizes, or
            ``later``, as too many look at models just now.
        sides: before and after, each with how large it is; empty but for ``other``.
        radius_m: from how far away both are looked at, so that neither is seen larger than it is.
    """

    state: State
    sides: tuple[tuple[Shape, str], ...] = ()
    radius_m: float = 0.0


def shape(session: Session, slug: str, version: str) -> Shape | None:
    """Return a version to be looked at, None where it can be made no more."""
    try:
        source = designs.locate(session, slug, version)
        design = designs.load(source)
    except (NotFound, Conflict):
        return None
    return Shape(source, design, f"/designs/{quote(slug)}/versions/{quote(version)}")


def side_by_side(
    request: Request, models: Previews, unit: str, before: Shape, now: Shape
) -> Compared:
    """Return two shapes for the same sample, each with its own settings; sizes in a unit."""
    try:
        if _made_with(before) == _made_with(now):
            return Compared("same")
        sizes = [_model(request, models, each).size_mm for each in (before, now)]
    except BadParameters:
        return Compared("cannot")
    except (TooBusy, TooMany):
        return Compared("later")
    except HttpError as error:
        return Compared("cannot" if error.status == 422 else "later")
    sides = zip((before, now), (size_in_unit(size, unit) for size in sizes), strict=True)
    return Compared("other", tuple(sides), _AWAY * max(math.hypot(*size) for size in sizes) / 1000)


def model_of(request: Request, models: Previews, shown: Shape) -> Response:
    """Give a model to turn round.

    Raises:
        BadParameters, TooBusy, HttpError: as `samples.model`.
        TooMany: somebody looks too often.
    """
    return Response(_model(request, models, shown).glb, media_type=MODEL)


def picture_of(request: Request, models: Previews, shown: Shape) -> Response:
    """Give a still picture; otherwise as `model_of`."""
    if not samples.is_remembered(shown.source):
        limited(request, PREVIEWS)
    made = samples.picture(models, shown.source, shown.design)
    return Response(made, media_type="image/png")


@router.get("/designs/{slug}/versions/{version}/model.glb")
def model(
    request: Request, _who: Looking, db: Db, models: Models, slug: Slug, version: Version
) -> Response:
    """Give the model of a version in the sample sizes."""
    found = model_of(request, models, _shape(db, slug, version))
    found.headers.update(KEPT)
    return found


@router.get("/designs/{slug}/versions/{version}/picture.png")
def picture(
    request: Request, _who: Looking, db: Db, models: Models, slug: Slug, version: Version
) -> Response:
    """Give a still picture of a version in the sample sizes."""
    found = picture_of(request, models, _shape(db, slug, version))
    found.headers.update(KEPT)
    return found


def _shape(db: Session, slug: str, version: str) -> Shape:
    found = shape(db, plain(slug), plain(version))
    if found is None:
        raise NotFound("version of this design")
    return found


def _made_with(shown: Shape) -> dict[str, object]:
    entries = samples.entries_for(shown.source, shown.design)
    return dataclasses.asdict(resolve(shown.design.parameters, entries).params)


def _model(request: Request, models: Previews, shown: Shape) -> samples.Model:
    if not samples.is_remembered(shown.source):
        limited(request, PREVIEWS)
    return samples.model(models, shown.source, shown.design)
