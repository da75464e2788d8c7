"""One version of a design: whom it was tested for, and what it changed of what it grew from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session

from api import designs, fits, forking, listing, samples
from api.deps import Config, Db, Models, limited
from api.designs import plain
from api.jobs import certificates
from api.listing import Listed
from api.pages import compare, policy, shelf
from api.pages.designs import Slug
from api.pages.fit.formats import usual
from api.pages.render import go, page
from api.pages.visitor import Looking, Me, Visitor
from api.routes.fits import attachment, count_one
from api.transaction import Transaction
from parametric.design import Design
from parametric.params import ParameterInfo, describe
from registry.adaptations import queries, usecases
from registry.errors import NotFound
from registry.policies import require

router = APIRouter(include_in_schema=False, route_class=Transaction)

Version = Annotated[str, Path(max_length=20)]

ACROSS: Final = 20
"""Figures in one row of the picture; there are a hundred in all, one for each per cent."""


@dataclass(frozen=True)
class Changed:
    """What a version changed in one thing that is asked for: in words, before and after."""

    label: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Covered:
    """Whom a certificate covers, as parts of a hundred that stand for all who were tried.

    Attributes:
        proved, refused, failed: of all people or settings that were tried.
        marks: a hundred of ``proved``, ``refused`` and ``failed``, in that order.
    """

    proved: int
    refused: int
    failed: int
    marks: tuple[str, ...]

    @property
    def all(self) -> int:
        """How many were tried."""
        return self.proved + self.refused + self.failed


@router.get("/designs/{slug}/versions/{version}")
def one(
    *,
    request: Request,
    who: Looking,
    db: Db,
    models: Models,
    slug: Slug,
    version: Version,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show a version, its test as a picture and in words, and what it changed."""
    found = listing.listed(db, plain(slug), plain(version))
    row, certificate = found.row, found.certificate
    document = certificate.document if certificate is not None else None
    before = compare.shape(db, row.parent_slug, row.parent_version) if row is not None else None
    now = compare.shape(db, found.slug, found.version) if before is not None else None
    return page(
        request,
        "designs/version.html.j2",
        csp=policy.with_3d(),
        told=shelf.told(db, found),
        certificate=certificate,
        document=document,
        covered=covered(document) if document else None,
        across=ACROSS,
        may_prove=_can_be_proved(db, who, found),
        changes=changed(before.design, now.design) if before and now else [],
        compared=compare.side_by_side(request, models, who.unit, before, now)
        if before and now
        else None,
        said=row.document if row is not None else {},
        row=row,
        # One that is not here any more has no title either.
        grew_out_of=before.design.title if before else row.parent_slug if row is not None else "",
        is_own=queries.own_fork(db, who.actor, found.slug) is not None,
        done=done if done in ("published", "asked") else "",
    )


@router.post("/designs/{slug}/versions/{version}/proof")
def prove(request: Request, me: Me, db: Db, slug: Slug, version: Version) -> Response:
    """Ask for its test, as POST /api/v1/designs/{slug}/versions/{version}/certificate does."""
    found = listing.listed(db, plain(slug), plain(version))
    require(forking.may_ask_for_proof(db, me, found.slug))
    limited(request, forking.RELEASES, usecases.who(me))
    certificates.ask(db, found.slug, found.version)
    return go(_address(found), "asked")


@router.post("/designs/{slug}/versions/{version}/files")
def make_files(
    *, request: Request, who: Looking, db: Db, config: Config, slug: Slug, version: Version
) -> Response:
    """Ask for the files of the sample sizes: they are nobody's, and lie where all can see them."""
    source = designs.locate(db, plain(slug), plain(version))
    count_one(request, who.actor)
    fit = fits.ask(
        db,
        config,
        person_id=None,
        design=source.slug,
        version=source.version,
        entries=samples.entries_for(source, designs.load(source)),
        printer=None,
        formats=list(usual(who.language)),
    )
    return go(f"/fits/{fit.id}")


@router.get("/designs/{slug}/versions/{version}/fork.json")
def document(_who: Looking, db: Db, slug: Slug, version: Version) -> Response:
    """Give what a version changes of its parent, as it was released."""
    row = listing.listed(db, plain(slug), plain(version)).row
    if row is None:
        raise NotFound("fork document")
    return Response(
        json.dumps(row.document, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={"Content-Disposition": attachment(f"{row.slug}-{row.version}.json")},
    )


def _can_be_proved(db: Session, who: Visitor, found: Listed) -> bool:
    """Whether who looks may have it tested now: it is not yet, as it is, and does not wait."""
    state = found.certificate.state if found.certificate is not None else "none"
    is_due = state == "crashed" or (state not in ("waiting", "proving") and not found.is_tested)
    return is_due and forking.may_ask_for_proof(db, who.actor, found.slug) is True


def _address(found: Listed) -> str:
    return f"/designs/{quote(found.slug)}/versions/{quote(found.version)}"


def covered(document: dict[str, Any]) -> Covered:
    """Return whom a certificate covers. Whoever is not covered has a mark, however few they are."""
    counts = {
        "proved": int(document["proved"]),
        "refused": int(document["excluded"]),
        "failed": int(document["failed"]),
    }
    whole = sum(counts.values()) or 1
    shares = {name: round(100 * count / whole) for name, count in counts.items()}
    for name in ("refused", "failed"):
        if counts[name] and not shares[name]:
            shares[name] = 1
    shares["proved"] = 100 - shares["refused"] - shares["failed"] if counts["proved"] else 0
    marks = [name for name, share in shares.items() for _ in range(share)]
    return Covered(counts["proved"], counts["refused"], counts["failed"], tuple(marks[:100]))


def changed(parent: Design, own: Design) -> list[Changed]:
    """Return what one design makes different of another, one by one."""
    before = {info.name: info for info in describe(parent.parameters)}
    found = []
    for info in describe(own.parameters):
        if info.name in before:
            found += _changed(before[info.name], info)
    return found


def _changed(before: ParameterInfo, after: ParameterInfo) -> list[Changed]:
    pairs = (
        ("label", before.label, after.label),
        ("range", before.allowed, after.allowed),
        ("default", _value(before), _value(after)),
        ("help", before.help, after.help),
    )
    return [Changed(after.label, what, old, new) for what, old, new in pairs if old != new]


def _value(info: ParameterInfo) -> str:
    given = f"{info.default:g}" if isinstance(info.default, float) else f"{info.default}"
    return "" if info.default is None else f"{given} {info.unit}".strip()
