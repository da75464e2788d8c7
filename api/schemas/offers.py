"""Changes that forks offer back, and what came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas.designs import VersionRef
from api.schemas.people import Strict, examples
from registry.adaptations.document import Prose, Version


class OfferIn(Strict):
    """A version of yours, and what it makes better."""

    model_config = examples(
        {
            "version": "0.1.0",
            "why": "Tall bottles tipped over. With this cup they stand.",
        }
    )

    version: Version = Field(description="Which version's changes are offered.")
    why: Annotated[Prose, Field(min_length=3, max_length=2000)] = Field(
        description="What it makes better, in plain words. Everybody can read it."
    )


class OfferAnswerIn(Strict):
    """What becomes of an offer. A no needs words; everybody can read them."""

    model_config = examples(
        {"answer": "declined", "words": "Children under five cannot reach over so tall a cup."}
    )

    answer: Literal["taken", "later", "declined"]
    words: Annotated[Prose, Field(max_length=2000)] = ""


class OfferOut(BaseModel):
    """A fork's changes that were offered to what it grew out of, and what came of it.

    `state` is offered, later, taken, declined or withdrawn. What was `taken` into a fork was put
    into its draft, and `came_in` is the version that brought it; what was taken into one of the
    library's own designs is worked into its files by hand. `authors` are those of the version.
    """

    id: UUID
    design: VersionRef
    title: str
    authors: list[str]
    parent: VersionRef
    why: str
    licence: str = Field(description="The terms of the parent, on which it may use the changes.")
    parameters: dict[str, Any] = Field(description="What it changes: as in a fork document.")
    presets: dict[str, Any]
    offered_at: datetime
    state: Literal["offered", "later", "taken", "declined", "withdrawn"]
    answer: str | None
    answered_at: datetime | None
    came_in: str | None


class OfferPage(BaseModel):
    """Offers to and from a design, newest first; send `next` as `cursor` for those that follow."""

    offers: list[OfferOut]
    next: str | None
