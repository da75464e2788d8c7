"""Requests, moves, messages, pictures and fit checks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.people import PRINTABLE, Language, Strict, examples

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=PRINTABLE)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=PRINTABLE)
]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]*$", max_length=40)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Entry = Annotated[str, StringConstraints(max_length=100)] | Number | bool
Channel = Literal["email", "text", "phone", "letter", "here"]


class WishIn(Strict):
    """What the person wants to be able to do: words, choices, pictures, whatever suits them."""

    words: Text = ""
    choices: list[Line] = Field(default_factory=list, max_length=30)
    pictures: list[Line] = Field(
        default_factory=list, max_length=30, description="Names of picture symbols."
    )
    for_makers: Line = Field(
        default="",
        description="A line that every maker may read before you confirm one. Leave out what "
        "should not be known.",
    )


class PlaceIn(Strict):
    """Roughly where: a country and a town. It is kept to about 10 km."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")]
    town: Line | None = None
    region: Line | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)


class AddressIn(Strict):
    """Where to send it. Only the confirmed maker sees this, and only once it is agreed."""

    name: Line = ""
    lines: list[Line] = Field(min_length=1, max_length=8)


class RequestFields(Strict):
    """What can be written of a request. Everything may come later."""

    wish: WishIn | None = None
    design: Slug | None = None
    design_version: Version | None = None
    measurements: dict[Name, Entry] | None = Field(default=None, max_length=200)
    fit_id: UUID | None = None
    address: AddressIn | None = None
    size_mm: list[Annotated[float, Field(gt=0, le=2000)]] | None = Field(
        default=None, max_length=3, description="The largest part's size, for makers' printers."
    )
    material: Name | None = None
    place: PlaceIn | None = None
    languages: list[Language] | None = Field(default=None, max_length=20)
    channel: Channel | None = None
    is_public: bool | None = Field(
        default=None,
        description="Once open, any maker who could make it may come; else only those you ask.",
    )

    def written(self) -> dict[str, Any]:
        """Return only what was sent, as plain values."""
        found = self.model_dump(exclude_unset=True)
        found.pop("person_id", None)
        for name in ("size_mm", "languages"):
            if name in found and found[name] is None:
                found[name] = []
        if "is_public" in found:
            found["is_public"] = bool(found["is_public"])
        return found


class RequestIn(RequestFields):
    """A new request. Start with what the person wants to be able to do."""

    model_config = examples(
        {
            "wish": {"words": "I want to hold my viola bow again."},
            "place": {"country": "PT", "town": "Porto"},
            "languages": ["pt", "en"],
        }
    )

    person_id: UUID | None = Field(
        default=None, description="For whom, where you support them or are their guardian."
    )


class RequestPatch(RequestFields):
    """What is to change; send the ETag that you saw as If-Match."""

    model_config = examples(
        {"design": "wrist_hand", "measurements": {"hand_breadth_mm": 84, "side": "left"}}
    )


class MissingOut(BaseModel):
    """Something that a move still needs."""

    code: str
    says: str
    advice: str


class NextOut(BaseModel):
    """A move that you can make, and what is missing for it."""

    to: str
    says: str
    missing: list[MissingOut]


class TurnOut(BaseModel):
    """Whose turn it is."""

    whose: str
    says: str


class RequestOut(BaseModel):
    """A request, as far as you may see it: `sees` says which of it."""

    id: UUID
    state: str
    version: int
    created_at: datetime
    changed_at: datetime
    opened_at: datetime | None
    you_are: list[str]
    sees: list[str]
    turn: TurnOut
    next: list[NextOut]
    design: str | None = None
    design_version: str | None = None
    country: str | None = None
    region: str | None = None
    size_band: str | None = None
    material: str | None = None
    languages: list[str] | None = None
    for_minor: bool | None = None
    is_public: bool | None = None
    for_makers: str | None = None
    paused_from: str | None = None
    closed_because: str | None = None
    person_id: UUID | None = None
    name: str | None = None
    maker: str | None = Field(default=None, description="The confirmed maker's shown name.")
    wish: dict[str, Any] | None = None
    why: str | None = None
    fit_id: UUID | None = None
    measurements: dict[str, Any] | None = None
    size_mm: list[float] | None = None
    address: dict[str, Any] | None = None
    channel: str | None = None


class RequestLine(BaseModel):
    """A request in a list."""

    id: UUID
    state: str
    version: int
    created_at: datetime
    changed_at: datetime
    you_are: list[str]
    design: str | None
    turn: TurnOut


class RequestPage(BaseModel):
    """A page of requests."""

    requests: list[RequestLine]
    next: str | None


class MoveIn(Strict):
    """Where it shall move; `why` where a reason is needed."""

    model_config = examples({"to": "ready"}, {"to": "open"})

    to: Annotated[str, StringConstraints(max_length=40)]
    why: Annotated[str, StringConstraints(max_length=1000)] = ""


class EventOut(BaseModel):
    """Something that happened. Who it was is told as what they were to the request."""

    at: datetime
    what: str
    by: str
    detail: dict[str, Any]


class MessageIn(Strict):
    """Something to say."""

    model_config = examples({"said": "Is Thursday good for you?"})

    said: Annotated[str, StringConstraints(min_length=1, max_length=5000)]


class MessageOut(BaseModel):
    """Something that was said, and by whom: person, guardian, supporter, maker, former."""

    id: UUID
    by: str
    is_mine: bool
    said: str
    at: datetime


class MessagePage(BaseModel):
    """A page of messages, newest first."""

    messages: list[MessageOut]
    next: str | None


class PictureOut(BaseModel):
    """A picture; get it at `address`."""

    id: UUID
    by: str
    about: str
    at: datetime
    address: str


class FitCheckIn(Strict):
    """How it is on the body."""

    model_config = examples({"fits": False, "answers": {"where": "It rubs at the thumb."}})

    fits: bool
    answers: dict[Name, Text] = Field(default_factory=dict, max_length=20)


class FitCheckOut(BaseModel):
    """What was said of it."""

    fits: bool
    answers: dict[str, str]
    at: datetime
