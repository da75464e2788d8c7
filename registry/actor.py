"""Who is asking: a person, a team's token, or nobody known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from uuid import UUID

Scope: TypeAlias = Literal["designs", "fits", "requests", "jobs", "me"]

PERSON_SCOPES: Final[tuple[Scope, ...]] = ("designs", "fits", "requests", "jobs", "me")
"""What a person's token may be made for."""

TEAM_SCOPES: Final[tuple[Scope, ...]] = ("designs",)
"""What a team's token may be made for: designs, never people."""


@dataclass(frozen=True)
class Actor:
    """Who asks, and how they showed it.

    Attributes:
        person_id: None for a team's token and for somebody without an account.
        team_id: of a team's token.
        scopes: what the token reaches; a sign-in reaches everything.
        sign_in_id: of the sign-in, None for tokens.
        is_steward: whether they look after the registry, and showed a second factor.
        is_reviewer: whether they review designs that are worn or gripped.
    """

    person_id: UUID | None = None
    team_id: UUID | None = None
    scopes: frozenset[str] = frozenset()
    sign_in_id: UUID | None = None
    is_steward: bool = False
    is_reviewer: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it is anybody's account or token."""
        return self.person_id is not None or self.team_id is not None


NOBODY: Final = Actor(scopes=frozenset({"designs", "fits"}))
"""Somebody without an account: designs and fits are open to all."""
EVERYTHING: Final = frozenset(PERSON_SCOPES)
