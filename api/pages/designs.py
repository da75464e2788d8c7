"""Designs: what each is for, who made it, how careful to be with it, and its family."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from api import listing
from api.cards import parts_of
from api.deps import Db
from api.designs import plain
from api.pages import family, shelf
from api.pages.render import page
from api.pages.visitor import Looking
from api.transaction import Transaction
from registry.adaptations import queries
from registry.offers import queries as offers

router = APIRouter(include_in_schema=False, route_class=Transaction)

Slug = Annotated[str, Path(max_length=80)]
VIEWS: Final = ("front", "back", "left", "right", "top")
A_PAGE: Final = 24


@router.get("/designs")
def all_designs(
    request: Request, _who: Looking, db: Db, after: Annotated[str, Query(max_length=80)] = ""
) -> Response:
    """Show every design, the library's own and what people made of them."""
    found = listing.page(db, plain(after) if after else "", A_PAGE + 1)
    return page(
        request,
        "designs/all.html.j2",
        answers=[shelf.told(db, each) for each in found[:A_PAGE]],
        following=found[A_PAGE - 1].slug if len(found) > A_PAGE else "",
    )


@router.get("/designs/{slug}")
def one(request: Request, who: Looking, db: Db, slug: Slug) -> Response:
    """Show a design in pictures and words."""
    found = listing.listed(db, plain(slug))
    told = shelf.told(db, found)
    parts = parts_of(found.design) if found.design else []
    return page(
        request,
        "designs/one.html.j2",
        told=told,
        design=found.design,
        certificate=found.certificate,
        never_for=shelf.never_for(told.root),
        views=[(view, shelf.picture(told.root, f"device-{view}")) for view in VIEWS],
        parts_of_it=[(part, shelf.picture(told.root, f"part-{part['name']}")) for part in parts],
        versions=[each.version for each in queries.versions_of(db, found.slug)][::-1]
        or [found.version],
        why=found.row.document["why"] if found.row is not None else "",
        row=found.row,
        is_own=queries.own_fork(db, who.actor, found.slug) is not None,
        offers=offers.count_of(db, found.slug),
    )


@router.get("/designs/{slug}/family")
def tree(request: Request, _who: Looking, db: Db, slug: Slug) -> Response:
    """Show what a design grew out of, and what grew out of it."""
    found = shelf.told(db, listing.listed(db, plain(slug)))
    return page(request, "designs/family.html.j2", told=found, tree=family.tree(db, found.root))
