"""Reviews of forks that are worn or gripped, by people with a name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Security

from api import listing
from api.deps import Db, anybody, someone
from api.designs import plain
from api.schemas.designs import ReviewIn, ReviewOut, ToReviewOut, ToReviewPage
from api.transaction import Transaction
from registry.actor import Actor
from registry.adaptations import queries, reviews
from registry.errors import NotFound
from registry.policies import designs as may
from registry.policies import require

router = APIRouter(prefix="/api/v1", tags=["designs"], route_class=Transaction)

Reader = Annotated[Actor, Security(anybody, scopes=["designs"])]
Me = Annotated[Actor, Security(someone, scopes=["designs"])]
SlugIn = Annotated[str, Path(max_length=80, description="The design's name.")]
VersionIn = Annotated[str, Path(max_length=20, description="Such as 0.1.0.")]


@router.post(
    "/designs/{slug}/versions/{version}/reviews", status_code=201, summary="Review a version"
)
def review(slug: SlugIn, version: VersionIn, ask: ReviewIn, me: Me, db: Db) -> ReviewOut:
    """Say, under your name, whether it is sound. Nobody reviews their own work."""
    made = reviews.review(
        db, me, plain(slug), plain(version), name=ask.name, holds=ask.holds, says=ask.says
    )
    return ReviewOut.model_validate(made, from_attributes=True)


@router.get("/designs/{slug}/versions/{version}/reviews", summary="The reviews of a version")
def of_version(slug: SlugIn, version: VersionIn, _reader: Reader, db: Db) -> list[ReviewOut]:
    """List what reviewers said, newest first. The newest counts."""
    found = listing.listed(db, plain(slug), plain(version))
    rows = reviews.reviews_of(db, found.slug, found.version)
    return [ReviewOut.model_validate(row, from_attributes=True) for row in rows]


@router.get("/reviews/waiting", summary="What waits for a reviewer")
def waiting(
    me: Me,
    db: Db,
    after: Annotated[str, Query(max_length=80, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ToReviewPage:
    """List forks whose newest version is worn or gripped, and that nobody has reviewed.

    A page looks at so many forks only: it may hold few, or none, and still have a next.
    """
    require(may.may_see_what_waits(me))
    slugs = queries.released(db, after.replace("\0", ""), limit)
    rows = [each for slug in slugs if (each := listing.listed(db, slug)).reviewed == "waiting"]
    return ToReviewPage(
        designs=[_waits(each) for each in rows],
        next=slugs[-1] if len(slugs) == limit else None,
    )


def _waits(found: listing.Listed) -> ToReviewOut:
    row = found.row
    if row is None:
        raise NotFound("design")
    return ToReviewOut(
        slug=found.slug,
        version=found.version,
        title=row.document["title"],
        load_class=str(found.design.load_class) if found.design is not None else "unknown",
        proved=found.proved,
        released_at=row.at,
    )
