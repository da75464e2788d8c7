"""Previews: what a device would be, before its files are made."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.schemas.fits import Entries, EntryText, Slug, Version
from api.schemas.people import Strict, examples


class PreviewIn(Strict):
    """What shall be shown, for which body and which printer. The same as for a fit."""

    model_config = examples(
        {"design": "tube_clamp", "entries": {"tube_diameter": "25 mm", "holder": "none"}}
    )

    design: Slug
    version: Version | None = Field(default=None, description="Exact; the newest if left out.")
    entries: Entries = Field(
        default_factory=dict,
        description="Measurements and choices by name. GET /api/v1/designs/{slug} says which.",
    )
    printer: EntryText | Entries | None = Field(
        default=None, description="The name of a known printer, or what you measured of yours."
    )


class ValueOut(BaseModel):
    """A value that the device would be made with, and where it comes from."""

    name: str
    value: Any
    unit: str
    origin: str
    entered: str
    source: str


class PreviewPartOut(BaseModel):
    """A part that would be printed, and how large it lies on the bed (mm)."""

    name: str
    label: str
    quantity: int
    material: str
    colour: str
    skin_contact: bool
    on_bed_mm: tuple[float, float, float]


class BoughtOut(BaseModel):
    """Something that must be bought."""

    name: str
    quantity: int
    unit: str
    note: str


class PreviewOut(BaseModel):
    """What the device would be. Nothing was checked yet: a fit does that.

    `size_mm` is how large it is at rest, along x, y and z.
    """

    design: str
    version: str
    size_mm: tuple[float, float, float]
    warnings: list[str]
    values: list[ValueOut]
    parts: list[PreviewPartOut]
    bought: list[BoughtOut]
