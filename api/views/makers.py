"""Makers as they are shown, by the API and on pages alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from api.schemas.makers import MyMakerOut, PrinterOut
from registry import clock
from registry.people import makers
from registry.people.model import Maker


def mine(db: Session, maker: Maker) -> MyMakerOut:
    """Return what a maker offers, with their printers, for themselves."""
    return MyMakerOut(
        **shown(maker),
        most_jobs=maker.most_jobs,
        holds_jobs=maker.holds_jobs,
        vetted_until=maker.vetted_until,
        printers=[
            PrinterOut.model_validate(each, from_attributes=True)
            for each in makers.printers_of(db, maker.person_id)
        ],
    )


def shown(maker: Maker) -> dict[str, Any]:
    """Return what a maker shows to others."""
    same = (
        "shown_name", "says", "region", "country", "sends_km", "sends_to", "languages",
        "channels", "tools", "materials", "is_active",
    )  # fmt: skip
    return {
        "id": maker.person_id,
        **{name: getattr(maker, name) for name in same},
        "has_room": maker.holds_jobs < maker.most_jobs,
        "vetted": maker.vetted_until is not None and maker.vetted_until >= clock.now().date(),
    }
