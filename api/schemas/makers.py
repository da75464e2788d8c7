"""What makers offer, and their printers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.people import Language, Name, Strict, examples
from registry.reasons import Vetting

Channel = Literal["email", "text", "phone", "letter", "chat"]
Material = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z0-9+ -]{2,20}$")
]
Country = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z]{2}$")]
Tool = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Town = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class MakerIn(Strict):
    """What you offer. All of it is shown to people who look for a maker."""

    model_config = examples(
        {
            "shown_name": "Ben",
            "says": "I like small and fiddly things.",
            "town": "Leipzig",
            "country": "DE",
            "sends_km": 300,
            "sends_to": ["AT", "DE"],
            "languages": ["de", "en"],
            "channels": ["email"],
            "tools": ["soldering iron"],
            "most_jobs": 2,
        }
    )

    shown_name: Annotated[Name, Field(min_length=1, description="How you are called here.")]
    says: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    town: Town = Field(default="", description="A town near you; kept to about 10 km.")
    country: Country | Literal[""] = ""
    sends_km: int = Field(default=0, ge=0, le=20040, description="How far you send, in km.")
    sends_to: list[Country] = Field(default_factory=list, max_length=250)
    languages: list[Language] = Field(default_factory=list, max_length=20)
    channels: list[Channel] = Field(default_factory=list, max_length=5)
    tools: list[Tool] = Field(default_factory=list, max_length=30)
    most_jobs: int = Field(default=1, ge=1, le=50, description="How many things at a time.")
    is_active: bool = Field(default=True, description="False while you take a break.")


class PrinterIn(Strict):
    """A printer: its profile in mm (see `parametric.clearance`), and what it prints."""

    model_config = examples(
        {
            "profile": {
                "name": "the one in the shed",
                "bed_x_mm": 250,
                "bed_y_mm": 210,
                "bed_z_mm": 220,
                "nozzle_mm": 0.4,
                "sliding_mm": 0.25,
            },
            "materials": ["PLA", "PETG"],
            "calibrated_on": "2026-05-01",
        }
    )

    profile: dict[str, str | float] = Field(max_length=20)
    materials: list[Material] = Field(min_length=1, max_length=20)
    calibrated_on: date | None = Field(
        default=None, description="When the test piece was printed; leave out if it was not."
    )


class PrinterOut(BaseModel):
    """A printer of yours."""

    id: UUID
    name: str
    profile: dict[str, Any]
    materials: list[str]
    calibrated_on: date | None


class MakerOut(BaseModel):
    """What a maker shows."""

    id: UUID
    shown_name: str
    says: str
    region: str
    country: str
    sends_km: int
    sends_to: list[str]
    languages: list[str]
    channels: list[str]
    tools: list[str]
    materials: list[str]
    has_room: bool
    is_active: bool
    vetted: bool = Field(description="Whether they may make for people under 18 just now.")


class MyMakerOut(MakerOut):
    """What you show, and your printers."""

    most_jobs: int
    holds_jobs: int
    vetted_until: date | None
    printers: list[PrinterOut]


class VettingIn(Strict):
    """Until when a maker may make for people under 18; null takes it back at once."""

    model_config = examples({"until": "2028-01-31", "reason": "identity_checked"})

    until: date | None
    reason: Vetting
