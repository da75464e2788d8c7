"""Fits and their files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from api.fitting import FORMATS, Format
from api.schemas.people import Strict, examples

Slug = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Version = Annotated[str, StringConstraints(min_length=1, max_length=40)]
EntryName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
EntryText = Annotated[str, StringConstraints(max_length=200)]
Entry: TypeAlias = bool | int | float | EntryText | None
Entries = Annotated[dict[EntryName, Entry], Field(max_length=100)]


class FitIn(Strict):
    """What shall be made, for which body and which printer."""

    model_config = examples(
        {
            "design": "wrist_hand",
            "entries": {
                "side": "left",
                "hand_breadth": "78 mm",
                "palm_length": "9.8 cm",
                "wrist_circumference": "150 mm",
                "forearm_circumference": "230 mm",
            },
            "printer": "Prusa MK4",
            "formats": ["stl", "3mf"],
        }
    )

    design: Slug
    version: Version | None = Field(default=None, description="Exact; the newest if left out.")
    entries: Entries = Field(
        default_factory=dict,
        description="Measurements and choices by name. A length may be a number in mm, or a text "
        "such as '9.8 cm' or '3 1/2 in'. GET /api/v1/designs/{slug} says what is asked for.",
    )
    printer: EntryText | Entries | None = Field(
        default=None,
        description="The name of a known printer, or what you measured of yours, in mm, such as "
        "bed_x_mm, sliding_mm, hole_shrink_mm.",
    )
    formats: list[Format] = Field(
        default_factory=list,
        max_length=len(FORMATS),
        description="Which files. stl, 3mf and glb if left out; step, pictures and guides take "
        "longer. guide is in English, guide-fr in French.",
    )
    person_id: UUID | None = Field(
        default=None,
        description="For whom, where you are their guardian or may measure for them.",
    )


class ProgressOut(BaseModel):
    """How far it is: what is being done, to what, and how many parts are made of how many."""

    doing: str = ""
    what: str = ""
    done: int = 0
    total: int = 0


class FitFileOut(BaseModel):
    """A file of a fit, and where it is. Of a recalled one `recalled` says why not to use it."""

    name: str
    size: int
    media_type: str
    href: str
    digest: str = Field(description="By which it can be recalled.")
    recalled: str | None


class FoundOut(BaseModel):
    """A check that did not hold."""

    check: str
    part: str
    says: str


class EstimatedOut(BaseModel):
    """A measurement that was worked out from the others."""

    name: str
    value: Any
    unit: str
    source: str


class FitReportOut(BaseModel):
    """What the checks say, in short. The whole report is the file report.json.

    `code` may stand on a part; it says nothing about the person.
    """

    title: str
    load_class: str
    code: str
    failures: list[FoundOut]
    estimated: list[EstimatedOut]
    checked: list[str]
    not_checked: list[str]


class FitProblemOut(BaseModel):
    """Why something that was entered cannot be made, or why it failed."""

    field: str = ""
    given: str = ""
    says: str
    allowed: str = ""
    advice: str = ""


class FitOut(BaseModel):
    """A fit. Ask again while it is queued or running; `proved` is whether every check held."""

    id: UUID
    design: str
    version: str
    formats: list[str]
    state: Literal["queued", "running", "done", "refused", "failed", "cancelled"]
    progress: ProgressOut
    proved: bool | None
    report: FitReportOut | None
    warnings: list[str]
    problems: list[FitProblemOut]
    files: list[FitFileOut]
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None = Field(
        description="When it is deleted; only fits of people without an account are."
    )
