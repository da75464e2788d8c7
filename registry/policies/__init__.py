"""Every permission: questions that answer True, or why not.

One module for each noun. A question takes who asks and what is known of the thing, asks no
database, and never raises; `require` turns a no into an error. What may not be known to exist is
not a question of permission: queries leave it out, and the answer is NotFound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from registry.errors import NotAllowed


@dataclass(frozen=True)
class No:
    """Why something is not allowed; false where a truth is asked for."""

    code: str
    says: str
    advice: str = ""

    def __bool__(self) -> bool:
        return False


Answer: TypeAlias = Literal[True] | No


def require(answer: Answer) -> None:
    """Do nothing where the answer is yes.

    Raises:
        NotAllowed: the answer is no; it carries the reason.
    """
    if isinstance(answer, No):
        raise NotAllowed(answer.code, answer.says, answer.advice)
