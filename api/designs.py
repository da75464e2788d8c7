"""Where a design is found by its name and version."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from api.shelves import look_in_more_folders
from designs import discover
from parametric.design import Design
from registry.errors import NotFound

# A child that makes a fit has no use for a database.
if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """Names one version of one design, so that a child without a database finds it.

    Attributes:
        slug: of the design.
        version: of the design, exact.
        more: what else it takes, such as the document of a fork; plain data, as in JSON.
    """

    slug: str
    version: str
    more: dict[str, Any] = field(default_factory=dict)


def locate(session: Session, slug: str, version: str | None = None) -> Source:  # noqa: ARG001 (forks are in the database)
    """Return where a design is, the newest version unless one is named.

    Raises:
        NotFound: there is no such design, or it has no such version.
    """
    design = _own(slug)
    if design is None or version not in (None, design.version):
        raise NotFound("design" if design is None else "version of this design")
    return Source(slug, design.version)


def load(source: Source) -> Design:
    """Return the design, without a database.

    Raises:
        NotFound: it has gone, or another version has taken its place.
    """
    design = _own(source.slug)
    if design is None or design.version != source.version:
        raise NotFound("version of this design")
    return design


def find(session: Session, slug: str, version: str | None = None) -> Design:
    """Return a design, the newest version unless one is named.

    Raises:
        NotFound: there is no such design, or it has no such version.
    """
    return load(locate(session, slug, version))


def shelf() -> tuple[Design, ...]:
    """Return the library's own designs; those that are broken are left out, and said in the log."""
    look_in_more_folders()
    found = discover.everything()
    for broken in found.broken:
        _log.warning("left out: %s", broken.slug)
    return found.designs


def close_to(slug: str) -> tuple[str, ...]:
    """Return names of designs that look like one that there is not."""
    look_in_more_folders()
    return discover.NoSuchDesign(slug, discover.slugs()).close


def _own(slug: str) -> Design | None:
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
