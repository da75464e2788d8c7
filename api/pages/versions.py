"""One version of a design: whom it was tested for, and what it changed of what it grew from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from api import designs
from api.deps import Db
from api.pages import shelf
from api.pages.designs import Slug, plain
from api.pages.render import page
from api.pages.visitor import Looking
from api.transaction import Transaction
from parametric.params import ParameterInfo, describe
from registry.adaptations.model import ForkVersion
from registry.errors import Conflict, NotFound

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
def one(request: Request, _who: Looking, db: Db, slug: Slug, version: Version) -> Response:
    """Show a version, its test as a picture and in words, and what it changed."""
    found = designs.listed(db, plain(slug), plain(version))
    document = found.certificate.document if found.certificate is not None else None
    return page(
        request,
        "designs/version.html.j2",
        told=shelf.told(db, found),
        certificate=found.certificate,
        document=document,
        covered=covered(document) if document else None,
        across=ACROSS,
        changes=changes(db, found.row) if found.row is not None else [],
        said=found.row.document if found.row is not None else {},
        row=found.row,
    )


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


def changes(session: Session, row: ForkVersion) -> list[Changed]:
    """Return what a version changed of its parent, one by one; nothing where that is gone."""
    try:
        own = designs.find(session, row.slug, row.version)
        parent = designs.find(session, row.parent_slug, row.parent_version)
    except (NotFound, Conflict):
        return []
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
