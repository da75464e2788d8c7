"""Changes that flow back: a fork offers them to what it grew out of, and gets an answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response, Security

from api import listing, offers
from api.deps import Db, anybody, known, limited
from api.designs import plain
from api.paging import Cursor, Limit, cut, mark_of
from api.schemas.offers import OfferAnswerIn, OfferIn, OfferOut, OfferPage
from api.transaction import Transaction
from api.views import offers as views
from registry.actor import Actor
from registry.adaptations.usecases import who
from registry.offers import queries, usecases
from registry.offers.model import Offer
from registry.offers.states import State

router = APIRouter(prefix="/api/v1", tags=["designs"], route_class=Transaction)

Reader = Annotated[Actor, Security(anybody, scopes=["designs"])]
Maker = Annotated[Actor, Security(known, scopes=["designs"])]
SlugIn = Annotated[str, Path(max_length=80, description="The design's name.")]


@router.post(
    "/designs/{slug}/offers",
    status_code=201,
    summary="Offer a fork's changes back",
    responses={
        404: {"description": "There is no such fork or version, or it is not yours."},
        409: {"description": "It is on offer already, or there is nothing in it to take over."},
    },
)
def offer(
    *, slug: SlugIn, ask: OfferIn, me: Maker, db: Db, request: Request, response: Response
) -> OfferOut:
    """Offer what a version of yours changes to what it grew out of, on that design's terms.

    Who looks after that answers: whose fork it is, or stewards for the library's own.
    """
    limited(request, offers.OFFERS, who(me))
    made = offers.offer(db, me, plain(slug), ask.version, ask.why)
    response.headers["Location"] = f"/api/v1/offers/{made.id}"
    return _told(db, made)


@router.get("/designs/{slug}/offers", summary="Changes offered to a design, and from it")
def of_design(
    slug: SlugIn, _reader: Reader, db: Db, cursor: Cursor = None, limit: Limit = 50
) -> OfferPage:
    """List them, newest first, each with what came of it."""
    found = listing.listed(db, plain(slug))
    rows = queries.of_design(db, found.slug, mark_of(cursor), limit + 1)
    page, following = cut(rows, limit, lambda row: (row.at, row.id))
    told = [views.offer(*each) for each in queries.with_versions(db, page)]
    return OfferPage(offers=told, next=following)


@router.get("/offers/{offer_id}", summary="An offered change, and what came of it")
def one(offer_id: UUID, _reader: Reader, db: Db) -> OfferOut:
    """Show it, to everybody."""
    return _told(db, queries.find(db, offer_id))


@router.post(
    "/offers/{offer_id}/answers",
    status_code=201,
    summary="Answer an offered change",
    responses={
        403: {"description": "Somebody else looks after that design."},
        409: {
            "description": "It is settled, or it does not go with your draft as it is now: "
            "`problems` names where, and nothing was changed."
        },
    },
)
def answer(offer_id: UUID, ask: OfferAnswerIn, me: Maker, db: Db, request: Request) -> OfferOut:
    """Take it, leave it for later, or say no. What a fork takes is in its draft then.

    Nothing is published by it. Taken into one of the library's own designs, it is worked into its
    files by hand.
    """
    limited(request, offers.ANSWERS, who(me))
    return _told(db, offers.answer(db, me, offer_id, State(ask.answer), ask.words))


@router.post("/offers/{offer_id}/withdrawal", summary="Take back what I offered")
def withdraw(offer_id: UUID, me: Maker, db: Db) -> OfferOut:
    """Take it back. It stays to be read."""
    return _told(db, usecases.withdraw(db, me, offer_id))


def _told(db: Db, found: Offer) -> OfferOut:
    [(_, row)] = queries.with_versions(db, [found])
    return views.offer(found, row)
