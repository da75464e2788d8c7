"""Reasons that stewards and families give for what they settle, from short lists.

A code can be counted and kept in the trail for good; nobody's words are in it.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

Vetting: TypeAlias = Literal[
    "identity_checked",
    "known_in_person",
    "partner_vouches",
    "looked_at_again",
    "asked_by_maker",
    "not_looked_at_again",
    "was_reported",
    "other",
]
"""Why a maker may make for people under 18, or no longer."""

Settling: TypeAlias = Literal[
    "all_agree", "papers_seen", "misunderstanding", "decided_elsewhere", "other"
]
"""Why a guardianship in dispute holds again."""

Ending: TypeAlias = Literal[
    "declined",
    "stepped_back",
    "another_takes_over",
    "papers_seen",
    "decided_elsewhere",
    "not_safe",
    "other",
]
"""Why a guardianship ends."""

VETTING: Final[tuple[str, ...]] = get_args(Vetting)
SETTLING: Final[tuple[str, ...]] = get_args(Settling)
ENDING: Final[tuple[str, ...]] = get_args(Ending)
