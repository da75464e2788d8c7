"""Designs of the library and forks of them: look, fork, draft, release, prove."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Query, Request, Response, Security
from pydantic import BaseModel

from api import documents, forking, listing
from api.cards import card, parts_of
from api.deps import Db, anybody, known, limited, someone
from api.designs import plain
from api.etags import IfMatch, etag, matched, seen_version, unchanged, version_etag
from api.jobs import certificates
from api.offers import MOST
from api.schemas.designs import (
    CertificateOut,
    CreditOut,
    DescendantOut,
    DesignOut,
    DraftOut,
    ForkIn,
    InterfaceOut,
    LineageOut,
    ListedOut,
    ParameterOut,
    ReleasedOut,
    ReleaseIn,
    ShelfOut,
    TakenOut,
    VersionRef,
)
from api.transaction import Transaction
from parametric.params import describe
from registry.actor import Actor
from registry.adaptations import document, queries, usecases
from registry.adaptations.model import Certificate, Fork
from registry.errors import NotFound
from registry.offers import queries as offers
from registry.policies import require

router = APIRouter(prefix="/api/v1", tags=["designs"], route_class=Transaction)

Reader = Annotated[Actor, Security(anybody, scopes=["designs"])]
Maker = Annotated[Actor, Security(known, scopes=["designs"])]
Me = Annotated[Actor, Security(someone, scopes=["designs"])]
SlugIn = Annotated[str, Path(max_length=80, description="The design's name.")]
VersionIn = Annotated[str, Path(max_length=20, description="Such as 0.1.0.")]

AS_SEEN: dict[int | str, dict[str, Any]] = {304: {"description": "As you saw it (If-None-Match)."}}


@router.get("/schemas/fork.json", summary="The JSON Schema of fork documents")
def fork_schema(_reader: Reader) -> dict[str, Any]:
    """Give the schema. Its ``$id`` changes when its meaning does."""
    return document.schema()


@router.get("/designs", summary="All designs", response_model=ShelfOut, responses=AS_SEEN)
def shelf(
    _reader: Reader,
    db: Db,
    request: Request,
    after: Annotated[str, Query(max_length=80, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Response:
    """List designs, the library's own and forks that were released, in their newest versions."""
    found = listing.page(db, after.replace("\0", ""), limit)
    following = found[-1].slug if len(found) == limit else None

    def told() -> ShelfOut:
        return ShelfOut(designs=[ListedOut(**_listed(each)) for each in found], next=following)

    return _seen_before(request, ("shelf", following, *map(_facts, found)), told)


@router.get(
    "/designs/{slug}",
    summary="One design and what it asks for",
    response_model=DesignOut,
    responses={**AS_SEEN, 404: {"description": "There is no such design."}},
)
def show_design(slug: SlugIn, _reader: Reader, db: Db, request: Request) -> Response:
    """Tell what to measure and how, which parts there are, and how careful to be with it."""
    found = listing.listed(db, plain(slug))
    return _seen_before(request, _key(db, found), lambda: _whole(db, found))


@router.get(
    "/designs/{slug}/versions/{version}",
    summary="One version of a design",
    response_model=DesignOut,
    responses={**AS_SEEN, 404: {"description": "There is no such version."}},
)
def show_version(
    slug: SlugIn, version: VersionIn, _reader: Reader, db: Db, request: Request
) -> Response:
    """Show exactly that version. What it says never changes; what is proved of it may."""
    found = listing.listed(db, plain(slug), plain(version))
    return _seen_before(request, _key(db, found), lambda: _whole(db, found))


@router.get("/designs/{slug}/lineage", summary="Where a design comes from")
def lineage(
    slug: SlugIn,
    _reader: Reader,
    db: Db,
    version: Annotated[str | None, Query(max_length=20)] = None,
) -> LineageOut:
    """Show ancestors, descendants, and everybody whose work is in it."""
    found = listing.listed(db, plain(slug), None if version is None else plain(version))
    thanks = [
        CreditOut.model_validate(each, from_attributes=True)
        for each in listing.credits_of(db, found.slug, found.version)
    ]
    return LineageOut(
        slug=found.slug,
        version=found.version,
        ancestors=thanks[:-1],
        descendants=[
            DescendantOut(
                slug=row.slug,
                version=row.version,
                title=row.document["title"],
                parent=VersionRef(slug=row.parent_slug, version=row.parent_version),
            )
            for row in queries.descendants_of(db, found.slug)
        ],
        taken=[
            TakenOut(
                slug=row.slug,
                version=row.version,
                title=row.document["title"],
                authors=row.document["authors"],
                came_in=offer.came_in,
            )
            for offer, row in offers.taken_into(db, found.slug, MOST)
        ],
        credits=thanks,
    )


@router.post(
    "/designs/{slug}/forks",
    status_code=201,
    summary="Fork a design",
    responses={409: {"description": "The name is taken."}},
)
def fork(
    *, slug: SlugIn, ask: ForkIn, me: Maker, db: Db, request: Request, response: Response
) -> DraftOut:
    """Fork a design's exact version, under a new name. What it changes can follow in the draft."""
    limited(request, forking.FORKS, usecases.who(me))
    parent = listing.listed(db, plain(slug), ask.version)
    said = ask.model_dump(exclude={"slug", "version", "team_id"})
    made = forking.begin(db, me, ask.slug, parent, said, team_id=ask.team_id)
    response.headers["Location"] = f"/api/v1/designs/{made.slug}/draft"
    return _draft(made, response)


@router.get(
    "/designs/{slug}/draft",
    summary="A fork's draft",
    responses={404: {"description": "There is none, or it is not yours."}},
)
def draft(slug: SlugIn, me: Maker, db: Db, response: Response) -> DraftOut:
    """Show the draft of a fork of yours or of your team's. Its ETag is needed to change it."""
    return _draft(forking.own(db, me, plain(slug)), response)


@router.put(
    "/designs/{slug}/draft",
    summary="Change a fork's draft",
    responses={
        404: {"description": "There is none, or it is not yours."},
        412: {"description": "It was changed since you looked at it."},
        428: {"description": "If-Match is missing."},
    },
)
def change_draft(
    *,
    slug: SlugIn,
    raw: Annotated[
        dict[str, Any],
        Body(
            description="A fork document: see GET /api/v1/schemas/fork.json.",
            examples=document.schema()["examples"],
        ),
    ],
    me: Maker,
    db: Db,
    request: Request,
    response: Response,
    if_match: IfMatch = None,
) -> DraftOut:
    """Put a whole fork document in place of the draft that you saw."""
    limited(request, forking.DRAFTS, usecases.who(me))
    forking.own(db, me, plain(slug))
    seen = seen_version(if_match)
    with matched():
        changed = usecases.change_draft(db, me, plain(slug), documents.checked(db, raw), seen)
    return _draft(changed, response)


@router.post(
    "/designs/{slug}/versions",
    status_code=201,
    summary="Release a version",
    responses={
        404: {"description": "There is no such fork, or it is not yours."},
        409: {"description": "Nothing was changed since the last version."},
    },
)
def release(
    *, slug: SlugIn, ask: ReleaseIn, me: Maker, db: Db, request: Request, response: Response
) -> ReleasedOut:
    """Make a version out of the draft, for good. It can be fitted at once, and is being proved."""
    limited(request, forking.RELEASES, usecases.who(me))
    made, certificate = forking.release(db, me, plain(slug), notes=ask.notes, version=ask.version)
    address = f"/api/v1/designs/{made.slug}/versions/{made.version}"
    response.headers["Location"] = address
    return ReleasedOut(
        slug=made.slug,
        version=made.version,
        digest=made.digest.hex(),
        licence=made.licence,
        released_at=made.at,
        certificate=certificate.state,
        next=f"Look at {address}/certificate.",
    )


@router.get(
    "/designs/{slug}/versions/{version}/certificate",
    summary="What was proved of a version",
    responses={
        202: {"model": CertificateOut, "description": "It waits, or is being proved."},
        404: {"description": "There is no such version, or nobody asked for its certificate."},
    },
)
def certificate(
    slug: SlugIn, version: VersionIn, _reader: Reader, db: Db, response: Response
) -> CertificateOut:
    """Show a version's certificate, or how far its proof is."""
    found = listing.listed(db, plain(slug), plain(version))
    if found.certificate is None:
        raise NotFound("certificate")
    return _certificate(found.certificate, response, holds=found.proved)


@router.post(
    "/designs/{slug}/versions/{version}/certificate",
    status_code=202,
    summary="Ask for a version to be proved",
)
def prove(
    *, slug: SlugIn, version: VersionIn, me: Me, db: Db, request: Request, response: Response
) -> CertificateOut:
    """Ask for a proof: stewards of any design, makers of their own forks, such as after a crash."""
    found = listing.listed(db, plain(slug), plain(version))
    require(forking.may_ask_for_proof(db, me, found.slug))
    limited(request, forking.RELEASES, usecases.who(me))
    asked = certificates.ask(db, found.slug, found.version)
    return _certificate(asked, response, holds=False)


def _draft(fork: Fork, response: Response) -> DraftOut:
    response.headers["ETag"] = version_etag(fork.draft_version)
    return DraftOut(
        slug=fork.slug,
        parent=VersionRef(slug=fork.parent_slug, version=fork.parent_version),
        draft_version=fork.draft_version,
        changed_at=fork.changed_at,
        document=fork.draft,
    )


def _certificate(row: Certificate, response: Response, *, holds: bool) -> CertificateOut:
    response.status_code = 202 if row.state in ("waiting", "proving") else 200
    return CertificateOut(
        slug=row.slug,
        version=row.version,
        state=row.state,
        done=row.done,
        total=row.total,
        holds=holds,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        certificate=row.document,
    )


_ANSWERS: Final[dict[Hashable, tuple[bytes, str]]] = {}
_MOST_ANSWERS: Final = 256
"""Designs are asked for often, change rarely, and take milliseconds to tell."""


def _seen_before(request: Request, key: Hashable, told: Callable[[], BaseModel]) -> Response:
    """Answer 304 to who has seen it; what was told of the same facts before is told again."""
    known = _ANSWERS.get(key)
    if known is None:
        body = told().model_dump_json().encode()
        known = body, etag(body.decode())
        if len(_ANSWERS) >= _MOST_ANSWERS:
            _ANSWERS.clear()
        _ANSWERS[key] = known
    body, tag = known
    return unchanged(request, tag) or Response(
        body, headers={"ETag": tag}, media_type="application/json"
    )


def _key(db: Db, found: listing.Listed) -> Hashable:
    own = queries.versions_of(db, found.slug) if found.row is not None else []
    return "design", _facts(found), tuple(each.version for each in own)


def _facts(found: listing.Listed) -> Hashable:
    """Return all on which it depends what is told of a design."""
    row, proof, review = found.row, found.certificate, found.review
    return (
        found.slug,
        found.version,
        found.design,
        (row.id, *row.document["authors"]) if row is not None else None,
        (proof.state, proof.finished_at) if proof is not None else None,
        found.proved,
        (review.id, review.reviewer) if review is not None else None,
    )


def _listed(found: listing.Listed) -> dict[str, Any]:
    return {
        **(card(found.design) if found.design is not None else _card_of_gone(found)),
        "fork_of": {"slug": found.row.parent_slug, "version": found.row.parent_version}
        if found.row is not None
        else None,
        "available": found.design is not None,
        "proved": found.proved,
        "certificate": found.certificate.state if found.certificate is not None else "none",
        "reviewed": found.reviewed,
        "reviewed_by": found.review.reviewer if found.review is not None else None,
    }


def _card_of_gone(found: listing.Listed) -> dict[str, Any]:
    """Return the card of a fork whose parent's version is not here any more."""
    said = found.row.document if found.row is not None else {}
    return {
        "design": found.slug,
        "version": found.version,
        **{name: said[name] for name in ("title", "summary", "licence", "authors")},
        "load_class": "unknown",
    }


def _whole(db: Db, found: listing.Listed) -> DesignOut:
    design, row = found.design, found.row
    own = [each.version for each in queries.versions_of(db, found.slug)] if row else []
    return DesignOut(
        **_listed(found),
        about=design.about if design else row.document["why"] if row else "",
        versions=own or [found.version],
        parameters=[
            ParameterOut.model_validate(each.to_json()) for each in describe(design.parameters)
        ]
        if design
        else [],
        parts=parts_of(design) if design else [],  # type: ignore[arg-type]  # pydantic makes them of the mappings
        interfaces=[
            InterfaceOut.model_validate(each, from_attributes=True)
            for each in (design.interfaces if design else ())
        ],
        checked=list(design.checked) if design else [],
        not_checked=list(design.not_checked) if design else [],
        presets=listing.presets_of(db, row),
        document=row.document if row else None,
        digest=row.digest.hex() if row else None,
        released_at=row.at if row else None,
    )
