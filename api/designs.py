"""Every design there is: the library's own, and forks, which are derived from them.

A fork's version is its parent with other defaults, ranges and words; the parent's build function
makes it, unchanged. So a fork of a fork of a design is that design's function with what each of
them changed, in order. Nothing that a fork says is ever run.

What lists tell of designs is in `api.listing`, what a fork's document may say in `api.documents`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from api.shelves import look_in_more_folders
from designs import discover
from parametric.adapted import Change, adapted
from parametric.design import Design
from registry.adaptations import queries
from registry.adaptations.model import Fork, ForkVersion
from registry.errors import Conflict, NotFound

BODY: Final = frozenset({"sound hand", "residual limb"})
"""Groups of parameters that are measured on a person: a fork has ranges for them, never values."""

DRAFT: Final = "draft"
"""Stands where a version has its number."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """Names one version of one design, so that a child without a database finds it.

    Attributes:
        slug: of the design.
        version: of the design, exact.
        more: of a fork: ``root``, the library's design and version that it came from, and
            ``chain``, what each fork on the way to it says, eldest first; plain data, as in JSON.
    """

    slug: str
    version: str
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The library's design that it came from, or itself."""
        return str(self.more["root"]["slug"]) if self.more else self.slug


def plain(text: str) -> str:
    """Return a name from an address.

    Raises:
        NotFound: a database cannot hold it: it is no name of anything.
    """
    if not text.isprintable():
        raise NotFound("design")
    return text


def locate(session: Session, slug: str, version: str | None = None) -> Source:
    """Return where a design is, the newest version unless one is named.

    Raises:
        NotFound: there is no such design, or it has no such version.
    """
    own = library(slug)
    if own is not None:
        if version not in (None, own.version):
            raise NotFound("version of this design")
        return Source(slug, own.version)
    row = queries.version_of(session, slug, version)
    if row is None:
        exists = version is not None and queries.version_of(session, slug, None) is not None
        raise NotFound("version of this design" if exists else "design")
    return source_of(queries.chain_of(session, row))


def load(source: Source) -> Design:
    """Return the design, without a database.

    Raises:
        NotFound: it has gone, or another version has taken its place.
        Conflict: ``parent_moved_on``: a fork of a version that the library has no more.
    """
    root = source.more.get("root", {"slug": source.slug, "version": source.version})
    design = library(root["slug"])
    if design is None or design.version != root["version"]:
        if not source.more:
            raise NotFound("version of this design")
        raise Conflict(
            "parent_moved_on",
            f"{source.slug} {source.version} builds on {root['slug']} {root['version']}, "
            "which is not here any more.",
            "Its makers can put their draft on the new version and release that.",
        )
    for each in source.more.get("chain", ()):
        design = _derive(design, each["slug"], each["version"], each["document"])
    return design


def find(session: Session, slug: str, version: str | None = None) -> Design:
    """Return a design of the library, or a version of a fork; the newest where none is named.

    Raises:
        NotFound: there is none of this name and version.
        Conflict: ``parent_moved_on``: see `load`.
    """
    return load(locate(session, slug, version))


def library(slug: str) -> Design | None:
    """Return one of the library's own designs, None where there is none that works."""
    look_in_more_folders()
    if slug.startswith("_"):
        # For people to copy.
        return None
    try:
        return discover.find(slug)
    except discover.NoSuchDesign:
        return None
    except discover.BrokenDesign as error:
        _log.warning("%s cannot be used", slug, exc_info=error)
        return None


def is_librarys(slug: str) -> bool:
    """Whether the library has a design of this name, also one that does not work."""
    look_in_more_folders()
    return slug in discover.slugs()


def close_to(slug: str) -> tuple[str, ...]:
    """Return names of the library's designs that look like one that there is not."""
    look_in_more_folders()
    return discover.NoSuchDesign(slug, discover.slugs()).close


def drafted(session: Session, fork: Fork) -> Source:
    """Return where a fork's draft is, as if it were a version already."""
    parent = locate(session, fork.parent_slug, fork.parent_version)
    return Source(
        fork.slug,
        DRAFT,
        {
            "root": parent.more.get("root", {"slug": parent.slug, "version": parent.version}),
            "chain": [
                *parent.more.get("chain", ()),
                {"slug": fork.slug, "version": DRAFT, "document": fork.draft},
            ],
        },
    )


def source_of(chain: Sequence[ForkVersion]) -> Source:
    """Return the source of the last of a chain of versions, eldest first."""
    return Source(
        chain[-1].slug,
        chain[-1].version,
        {
            "root": {"slug": chain[0].parent_slug, "version": chain[0].parent_version},
            "chain": [
                {"slug": each.slug, "version": each.version, "document": each.document}
                for each in chain
            ],
        },
    )


def changes_of(parameters: Mapping[str, Mapping[str, Any]]) -> dict[str, Change]:
    """Return what a document changes of parameters, by their names."""
    return {name: Change(**change) for name, change in parameters.items()}


def _derive(parent: Design, slug: str, version: str, document: Mapping[str, Any]) -> Design:
    return replace(
        parent,
        slug=slug,
        version=version,
        title=document["title"],
        summary=document.get("summary") or parent.summary,
        parameters=adapted(parent.parameters, changes_of(document.get("parameters", {}))),
        authors=tuple(dict.fromkeys((*document["authors"], *parent.authors))),
        licence=document["licence"],
        about=f"{document['why']} It is a fork of {parent.title} {parent.version}: "
        f"{parent.about}".strip(),
    )
