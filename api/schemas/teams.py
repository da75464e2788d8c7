"""Teams, who is in them, and their tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas.people import Strict, examples
from registry.adaptations.document import Line

TeamName = Annotated[Line, Field(min_length=2, max_length=80)]


ShowsName = Annotated[
    bool,
    Field(
        description="Whether those in the team, and those whom you invite, see the name that you "
        "gave. The name that a maker shows, everybody sees anyway."
    ),
]


class TeamIn(Strict):
    """A new team. Its name is credited with its forks, in public."""

    model_config = examples({"name": "Team Bottle", "event": "HackOnWheels"})

    name: TeamName
    event: Annotated[Line, Field(max_length=120)] | None = None
    shows_name: ShowsName = False


class TeamNameIn(Strict):
    """Another name for a team."""

    model_config = examples({"name": "Team Bottle and Cup"})

    name: TeamName


class TeamOut(BaseModel):
    """A team that you are in, and as what."""

    id: UUID
    name: str
    event: str | None
    role: str


class MemberIn(Strict):
    """What somebody is in a team. Their id is in the answer to `GET /teams/{team}`."""

    model_config = examples({"role": "member"})

    role: Literal["lead", "member"] = "member"


class MemberOut(BaseModel):
    """Somebody in a team; `name` is the one that they let it see, if they do."""

    person_id: UUID
    name: str | None
    role: str


class TeamWholeOut(BaseModel):
    """A team and who is in it."""

    id: UUID
    name: str
    event: str | None
    members: list[MemberOut]


class TeamTokenIn(Strict):
    """A token for a team's programs. It reaches designs, and nothing else."""

    model_config = examples({"name": "our laptop", "days": 3})

    name: Annotated[Line, Field(max_length=80)]
    days: int = Field(default=14, description="How many days it is good for, 1 to 366.")


class TeamSecretOut(BaseModel):
    """A secret, shown this once. Send it as ``Authorization: Bearer …``."""

    id: UUID
    secret: str
    expires_at: datetime
    scopes: list[str]


class InvitationOut(BaseModel):
    """A link by which people join a team, without its secret; `joined` did so by it."""

    id: UUID
    made_by: str | None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    joined: int


class InvitationSecretOut(BaseModel):
    """An invitation's secret, shown this once; `link` is the page that asks whoever opens it."""

    id: UUID
    secret: str
    link: str
    expires_at: datetime


class JoinIn(Strict):
    """The secret of an invitation."""

    model_config = examples({"secret": "fci_that_a_lead_gave_you"})

    secret: Annotated[str, Field(min_length=1, max_length=200)]
    shows_name: ShowsName = False


class ShownIn(Strict):
    """Whether your team sees the name that you gave."""

    model_config = examples({"shows_name": True})

    shows_name: ShowsName
