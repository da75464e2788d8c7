"""Designs, forks, drafts, versions and certificates."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.people import Strict, examples
from registry.adaptations.document import Prose, Slug, Version

_LOOSE = "As in a fork document: see GET /api/v1/schemas/fork.json."


class VersionRef(BaseModel):
    """An exact version of a design."""

    slug: str
    version: str


class DesignCardOut(BaseModel):
    """A design in a list."""

    design: str
    version: str
    title: str
    summary: str
    load_class: str
    licence: str
    authors: list[str]


class ParameterOut(BaseModel):
    """What a design asks for in one parameter: range, unit, and how to measure it."""

    name: str
    label: str
    kind: str
    unit: str
    low: float | None
    high: float | None
    choices: list[str]
    given: str
    default: Any
    help: str
    group: str
    allowed: str
    can_be_estimated: bool


class PartOut(BaseModel):
    """A part, as the design's sample person would get it."""

    name: str
    label: str
    quantity: int
    material: str
    joints: list[str]


class InterfaceOut(BaseModel):
    """A place where other things attach."""

    name: str
    part: str
    help: str


class ListedOut(DesignCardOut):
    """A design in a list, a fork or the library's own.

    `proved` says whether its own certificate holds; `certificate` says where that stands: none,
    waiting, proving, proved, not_proved or crashed. A fork whose parent's version is not here any
    more is not `available`: it can be looked at, not made. `reviewed` is not_needed (nothing of it
    is worn or gripped), library (looked after with the library's own source), waiting, reviewed (by
    `reviewed_by`, who has no part in it) or not_sound.
    """

    fork_of: VersionRef | None
    available: bool
    proved: bool
    certificate: str
    reviewed: Literal["not_needed", "library", "waiting", "reviewed", "not_sound"]
    reviewed_by: str | None


class ShelfOut(BaseModel):
    """Designs in order of their names; send `next` as `after` for those that follow."""

    designs: list[ListedOut]
    next: str | None


class DesignOut(ListedOut):
    """A design with all that it asks for, and for a fork what it changes and why."""

    about: str
    versions: list[str]
    parameters: list[ParameterOut]
    parts: list[PartOut]
    interfaces: list[InterfaceOut]
    checked: list[str]
    not_checked: list[str]
    presets: dict[str, dict[str, Any]]
    document: dict[str, Any] | None = Field(description="The fork document; null for the library's")
    digest: str | None = Field(description="SHA-256 of slug, version and document, in hexadecimal.")
    released_at: datetime | None


class ForkIn(Strict):
    """A fork of a design: its name, why, and, now or later, what it changes."""

    model_config = examples(
        {
            "slug": "tall_bottle_clamp",
            "title": "Tube clamp for tall bottles",
            "why": "Our bottles stand 20 cm high and our tubes are all 25 mm.",
            "licence": "CERN-OHL-W-2.0",
        }
    )

    slug: Slug = Field(description="The new design's name, in addresses and for programs.")
    version: Version | None = Field(
        default=None, description="The version to fork; the current one where it is left out."
    )
    team_id: UUID | None = Field(
        default=None, description="Whose it shall be, for people who fork for their team."
    )
    title: Any = Field(description=_LOOSE)
    why: Any = Field(description=_LOOSE)
    licence: Any = Field(default=None, description=f"{_LOOSE} Left out, it is the parent's.")
    authors: Any = Field(default=None, description=f"{_LOOSE} Left out, it is the team's name.")
    summary: Any = Field(default="", description=_LOOSE)
    notes: Any = Field(default="", description=_LOOSE)
    parameters: Any = Field(default_factory=dict, description=_LOOSE)
    presets: Any = Field(default_factory=dict, description=_LOOSE)
    geometry: Any = Field(default=None, description=_LOOSE)


class DraftOut(BaseModel):
    """A fork's draft. Its ETag is to be sent as If-Match with a change."""

    slug: str
    parent: VersionRef
    draft_version: int
    changed_at: datetime
    document: dict[str, Any]


class ReleaseIn(Strict):
    """A new version out of the draft, for good."""

    model_config = examples({"notes": "The first one that we tried on a chair."})

    version: Version | None = Field(
        default=None, description="Left out, it is the next one that fits."
    )
    notes: Annotated[Prose, Field(max_length=5000)] | None = Field(
        default=None, description="What changed in this version; else the draft's notes."
    )


class ReleasedOut(BaseModel):
    """A version that was just released; it is being proved."""

    slug: str
    version: str
    digest: str
    licence: str
    released_at: datetime
    certificate: str
    next: str


class CertificateOut(BaseModel):
    """What was proved of a version, or how far that is.

    `holds` is whether it is proved and still about the design as it is here.
    """

    slug: str
    version: str
    state: str
    done: int
    total: int
    holds: bool
    asked_at: datetime
    finished_at: datetime | None
    certificate: dict[str, Any] | None


class CreditOut(BaseModel):
    """Who made one version of one design."""

    slug: str
    version: str
    title: str
    authors: list[str]
    licence: str


class DescendantOut(BaseModel):
    """A design that grew out of this one, in its latest version."""

    slug: str
    version: str
    title: str
    parent: VersionRef


class TakenOut(BaseModel):
    """What was taken over from a fork that offered it; `came_in` as in an offer."""

    slug: str
    version: str
    title: str
    authors: list[str]
    came_in: str | None


class LineageOut(BaseModel):
    """Where a design comes from, what grew out of it, and everybody whose work is in it.

    `taken` is what its forks offered back and it took over, oldest first, at most 100.
    """

    slug: str
    version: str
    ancestors: list[CreditOut]
    descendants: list[DescendantOut]
    taken: list[TakenOut]
    credits: list[CreditOut]


class ReviewIn(Strict):
    """What you found, under the name by which everybody shall see that you looked at it."""

    model_config = examples(
        {
            "name": "Ada Example, occupational therapist",
            "holds": True,
            "says": "Wore the 78 mm hand for an hour; edges and straps are sound.",
        }
    )

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)] = (
        Field(description="Shown to everybody.")
    )
    holds: bool = Field(description="Whether it is sound.")
    says: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class ReviewOut(BaseModel):
    """A review of one version of a fork; the newest counts."""

    slug: str
    version: str
    reviewer: str
    holds: bool
    says: str
    at: datetime


class ToReviewOut(BaseModel):
    """A released fork that is worn or gripped, and that nobody has reviewed."""

    slug: str
    version: str
    title: str
    load_class: str
    proved: bool
    released_at: datetime


class ToReviewPage(BaseModel):
    """A page of them, by name; send `next` as `after`."""

    designs: list[ToReviewOut]
    next: str | None
