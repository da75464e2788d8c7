"""What is told of designs: by one and in lists, with certificates, reviews and credits."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from sqlalchemy.orm import Session

from api.designs import find, library, load, source_of
from api.shelves import look_in_more_folders
from designs import discover
from parametric.design import Design, LoadClass
from parametric.proof import digest_of
from registry.adaptations import queries, reviews
from registry.adaptations.model import Certificate, ForkVersion, Review
from registry.adaptations.usecases import Credit, lineage
from registry.errors import Conflict, NotFound

Reviewed: TypeAlias = Literal["not_needed", "library", "waiting", "reviewed", "not_sound"]

Presets: TypeAlias = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Listed:
    """One design as a list shows it.

    Attributes:
        design: the design, None for a fork whose parent's version is not here any more.
        row: of a fork's version; None for the library's own.
        certificate: as far as it is; None where none was asked for.
        review: of a fork's version, the newest.
    """

    slug: str
    version: str
    design: Design | None
    row: ForkVersion | None
    certificate: Certificate | None
    review: Review | None

    @property
    def proved(self) -> bool:
        """Whether its own certificate holds."""
        return self.design is not None and _holds(self.design, self.certificate)

    @property
    def is_tested(self) -> bool:
        """Whether its certificate, whatever that says, is about the design as it is here."""
        document = self.certificate.document if self.certificate is not None else None
        return bool(
            self.design is not None
            and document is not None
            and document.get("digest") == _digest(self.design)
        )

    @property
    def reviewed(self) -> Reviewed:
        """Where its review stands: what is worn or gripped needs a reviewer with a name."""
        if self.design is not None and self.design.load_class is LoadClass.GREEN:
            return "not_needed"
        if self.row is None:
            return "library"
        if self.review is None:
            return "waiting"
        return "reviewed" if self.review.holds else "not_sound"


def listed(session: Session, slug: str, version: str | None = None) -> Listed:
    """Return one design with its certificate, even where its parent moved on.

    Raises:
        NotFound: there is none of this name and version.
    """
    own = library(slug)
    row = None if own is not None else queries.version_of(session, slug, version)
    if own is None and row is None:
        raise NotFound("design" if version is None else "version of this design")
    if own is not None and version not in (None, own.version):
        raise NotFound("version of this design")
    return _together(session, {slug: own}, {} if row is None else {slug: row})[0]


def page(session: Session, after: str, limit: int) -> list[Listed]:
    """Return designs in order of their names, from the one after `after`: library and forks."""
    look_in_more_folders()
    own = [slug for slug in discover.slugs() if slug > after]
    forks = queries.released(session, after, limit)
    # A design that is broken is told by the command line to who can mend it.
    slugs = [
        slug for slug in dict.fromkeys(heapq.merge(own, forks)) if slug in forks or library(slug)
    ]
    chosen = {slug: library(slug) for slug in slugs[:limit]}
    rows = queries.latest_of(session, [slug for slug, design in chosen.items() if design is None])
    return _together(session, chosen, rows)


def credits_of(session: Session, slug: str, version: str | None = None) -> tuple[Credit, ...]:
    """Return who made a version and all that it grew out of, eldest first.

    Raises:
        NotFound: there is none of this name and version.
    """
    found = listed(session, slug, version)
    if found.row is not None:
        return lineage(found.row)
    if found.design is None:
        raise NotFound("design")
    design = found.design
    return (Credit(design.slug, design.version, design.title, design.authors, design.licence),)


def presets_of(session: Session, row: ForkVersion | None) -> Presets:
    """Return a version's presets with those of its ancestors that it did not replace."""
    found: Presets = {}
    for each in queries.chain_of(session, row) if row is not None else ():
        found |= each.document.get("presets", {})
    return found


def is_proved(session: Session, slug: str, version: str) -> bool:
    """Whether a version's own certificate holds, for the design as it is here.

    Raises:
        NotFound, Conflict: as `find`.
    """
    certificate = queries.certificate_of(session, slug, version)
    return certificate is not None and _holds(find(session, slug, version), certificate)


def _together(
    session: Session, chosen: Mapping[str, Design | None], rows: Mapping[str, ForkVersion]
) -> list[Listed]:
    """Return designs of the library, and versions of forks, with what else is told of them.

    However many they are, there are as many questions to the database as for one.
    """
    chains = dict(zip(rows, queries.chains_of(session, list(rows.values())), strict=True))
    made = {slug: _made(design, chains.get(slug)) for slug, design in chosen.items()}
    versions = {slug: _version(made[slug], rows.get(slug)) for slug in chosen}
    certificates = queries.certificates_of(session, list(versions.items()))
    newest = reviews.newest_of(session, [(slug, row.version) for slug, row in rows.items()])
    return [
        Listed(
            slug,
            version,
            made[slug],
            rows.get(slug),
            certificates.get((slug, version)),
            newest.get((slug, version)),
        )
        for slug, version in versions.items()
    ]


def _made(design: Design | None, chain: Sequence[ForkVersion] | None) -> Design | None:
    """Return the design of a fork's version; None where its parent moved on."""
    if chain is None:
        return design
    try:
        return load(source_of(chain))
    except Conflict:
        return None


def _version(design: Design | None, row: ForkVersion | None) -> str:
    if row is not None:
        return row.version
    return design.version if design is not None else ""


def _holds(design: Design, certificate: Certificate | None) -> bool:
    """Whether a certificate says yes, and is about what is here and not about older source."""
    if certificate is None or certificate.state != "proved" or certificate.document is None:
        return False
    return bool(certificate.document.get("digest") == _digest(design))


@lru_cache(maxsize=512)
def _digest(design: Design) -> str:
    return digest_of(design)
