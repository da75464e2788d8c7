"""How an offered change is told."""

from __future__ import annotations

from api.schemas.designs import VersionRef
from api.schemas.offers import OfferOut
from registry.adaptations.model import ForkVersion
from registry.offers.model import Offer


def offer(found: Offer, row: ForkVersion) -> OfferOut:
    """Return an offer as everybody may see it: no more of people than the names they chose."""
    return OfferOut.model_validate(
        {
            "id": found.id,
            "design": VersionRef(slug=found.slug, version=found.version),
            "title": row.document["title"],
            "authors": row.document["authors"],
            "parent": VersionRef(slug=found.parent_slug, version=found.parent_version),
            "why": found.why,
            "licence": found.licence,
            "parameters": row.document.get("parameters", {}),
            "presets": row.document.get("presets", {}),
            "offered_at": found.at,
            "state": found.state,
            "answer": found.answer,
            "answered_at": found.answered_at,
            "came_in": found.came_in,
        }
    )
