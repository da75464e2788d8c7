"""What the library's own files say of what people gave back to it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from designs.discover import folder_of, slugs
from designs.manifest import BadManifest, Manifest, read_manifest
from registry.offers.usecases import note_worked_in

_log = logging.getLogger(__name__)


def manifests() -> Iterator[Manifest]:
    """Give the manifests of all designs that have one."""
    for slug in slugs():
        try:
            yield read_manifest(folder_of(slug))
        except BadManifest as error:
            # A folder that somebody adds for themselves needs none to be fitted.
            _log.info("%s", error)


def note_what_came_in(session: Session, said: Iterable[Manifest]) -> int:
    """Note which offers the library's designs have brought, by their manifests; return how many.

    What was noted before is left as it is: this may be done again and again.
    """
    return sum(
        note_worked_in(session, manifest.slug, each.slug, each.version, each.came_in)
        for manifest in said
        for each in manifest.took_in
    )
