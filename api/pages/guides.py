"""The guides of a kit: how to build the device, wear it and look after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from api.fitting import GUIDE
from api.pages.text import ENGLISH, LANGUAGES
from registry.fits import queries

_KINDS: Final = {".pdf": "pdf", ".html": "page"}


@dataclass(frozen=True)
class Guide:
    """One file: where it is, in which language (its code and its own name), and of which kind."""

    href: str
    language: str
    name: str
    kind: str


def guides_of(session: Session, fit_id: UUID, reader: str) -> list[Guide]:
    """Return the guides of a fit, those in the reader's language first."""
    found = []
    for file in queries.files_of(session, fit_id):
        path = PurePosixPath(file.name)
        of, _, code = path.stem.partition("-")
        language = code or ENGLISH
        if of == GUIDE and path.suffix in _KINDS and language in LANGUAGES:
            href = f"/fits/{fit_id}/files/{file.name}"
            found.append(Guide(href, language, LANGUAGES[language], _KINDS[path.suffix]))
    return sorted(found, key=lambda each: (each.language != reader, each.language, each.kind))
